#define _GNU_SOURCE
#include "platform.h"

#include <dlfcn.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

ssize_t platform_write_quietly(int descriptor, const void *bytes, size_t count) {
  sigset_t pipe_signal, before, pending;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  int was_pending = sigismember(&pending, SIGPIPE) == 1;
  int masked = pthread_sigmask(SIG_BLOCK, &pipe_signal, &before) == 0;
  ssize_t written;
  do {
    written = write(descriptor, bytes, count);
  } while (written < 0 && errno == EINTR);
  int code = errno;
  if (masked) {
    /* A write that was cut short raises it too. */
    if (!was_pending) {
      const struct timespec now = {0, 0};
      while (sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  errno = code;
  return written;
}

void platform_flush_output(void) {
  fflush(stdout);
  fflush(stderr);
}

int platform_terminal_columns(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) return 0;
  return size.ws_col;
}

/* As system(3): the keyboard's signals are the child's business while it runs. */
static int run_program(const char *path, const char *const arguments[], int input, int *ending) {
  extern char **environ;
  struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
  sigset_t child_signal, before, defaults;
  sigemptyset(&ignore.sa_mask);
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  sigemptyset(&defaults);
  sigaction(SIGINT, &ignore, &interrupt);
  sigaction(SIGQUIT, &ignore, &quit);
  pthread_sigmask(SIG_BLOCK, &child_signal, &before);
  if (interrupt.sa_handler != SIG_IGN) sigaddset(&defaults, SIGINT);
  if (quit.sa_handler != SIG_IGN) sigaddset(&defaults, SIGQUIT);
  sigaddset(&defaults, SIGPIPE);

  pid_t child = -1;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int code = posix_spawn_file_actions_init(&actions);
  if (!code) code = posix_spawnattr_init(&attributes);
  if (!code) {
    if (input >= 0) code = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &before);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (!code)
      code = posix_spawnattr_setflags(&attributes,
                                      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!code)
      code = posix_spawn(&child, path, &actions, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  if (!code) {
    int status = 0;
    pid_t found;
    do {
      found = waitpid(child, &status, 0);
    } while (found < 0 && errno == EINTR);
    if (found < 0)
      code = errno;
    else
      *ending = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  sigaction(SIGINT, &interrupt, NULL);
  sigaction(SIGQUIT, &quit, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (code) errno = code;
  return code ? -1 : 0;
}

const char *platform_own_file(void) {
  Dl_info found;
  return dladdr((const void *)platform_own_file, &found) ? found.dli_fname : NULL;
}

int platform_run_program(const char *path, const char *const arguments[], int *ending) {
  return run_program(path, arguments, -1, ending);
}

int platform_run_program_reading(const char *path, const char *const arguments[], const void *input,
                                 size_t count, int *ending) {
  /* Not a pipe: nobody writes while the program runs. */
  int file = memfd_create("input", MFD_CLOEXEC);
  if (file < 0) return -1;
  const char *rest = input;
  while (count > 0) {
    ssize_t written = write(file, rest, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      close(file);
      return -1;
    }
    rest += written;
    count -= (size_t)written;
  }
  lseek(file, 0, SEEK_SET);
  int result = run_program(path, arguments, file, ending);
  int code = errno;
  close(file);
  errno = code;
  return result;
}
