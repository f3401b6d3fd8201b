#define _GNU_SOURCE
#include "platform.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* The file actions and attributes of a child; any step may fail for want of memory. */
static int describe(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
                    const char *directory, int output, int errors) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  int code = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, output, 1);
  if (!code) code = posix_spawn_file_actions_adddup2(actions, errors, 2);
  if (!code) code = posix_spawn_file_actions_addclosefrom_np(actions, 3);
  if (!code) code = posix_spawn_file_actions_addchdir_np(actions, directory);
  if (!code) code = posix_spawnattr_setpgroup(attributes, 0);
  if (!code) code = posix_spawnattr_setsigmask(attributes, &none);
  if (!code) code = posix_spawnattr_setsigdefault(attributes, &all);
  if (!code)
    code = posix_spawnattr_setflags(
        attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  return code;
}

static int start(struct platform_child *child, const char *path, const char *const arguments[],
                 const char *const environment[], const char *directory, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return code;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = describe(&actions, &attributes, directory, output, errors);
    if (!code)
      code = posix_spawn(&child->pid, path, &actions, &attributes, (char *const *)arguments,
                         (char *const *)environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  return code;
}

/* A pipe whose ends are above the standard descriptors, so that the `dup2` in the child always
 * makes a copy without close-on-exec, also in hosts that run with 0, 1 or 2 closed. */
static int make_pipe(int ends[2]) {
  int low[2];
  if (pipe2(low, O_CLOEXEC) < 0) return -1;
  ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
  ends[1] = ends[0] < 0 ? -1 : fcntl(low[1], F_DUPFD_CLOEXEC, 3);
  int code = errno;
  close(low[0]);
  close(low[1]);
  if (ends[1] >= 0) return fcntl(ends[0], F_SETFL, O_NONBLOCK);
  if (ends[0] >= 0) close(ends[0]);
  errno = code;
  return -1;
}

int platform_spawn(struct platform_child *child, const char *path, const char *const arguments[],
                   const char *const environment[], const char *directory) {
  int output[2], errors[2];
  if (make_pipe(output) < 0) return -1;
  if (make_pipe(errors) < 0) {
    int code = errno;
    close(output[0]);
    close(output[1]);
    errno = code;
    return -1;
  }
  int code = start(child, path, arguments, environment, directory, output[1], errors[1]);
  close(output[1]);
  close(errors[1]);
  if (code) {
    close(output[0]);
    close(errors[0]);
    errno = code;
    return -1;
  }
  child->output = output[0];
  child->errors = errors[0];
  child->exit = (int)syscall(SYS_pidfd_open, child->pid, 0);
  child->gone = child->exit < 0 && errno == ESRCH;
  return 0;
}

int platform_reap(pid_t pid, int *status) {
  pid_t found;
  do {
    found = waitpid(pid, status, WNOHANG);
  } while (found < 0 && errno == EINTR);
  if (found < 0) return -1;
  if (found == 0) return 0;
  *status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
  return 1;
}

int platform_usable_processors(void) {
  for (int most = 1024; most <= 1 << 16; most *= 4) {
    cpu_set_t *set = CPU_ALLOC(most);
    if (!set) return -1;
    size_t size = CPU_ALLOC_SIZE(most);
    int result = sched_getaffinity(0, size, set);
    int count = result < 0 ? -1 : CPU_COUNT_S(size, set);
    CPU_FREE(set);
    if (result == 0 || errno != EINVAL) return count;
  }
  return -1;
}
