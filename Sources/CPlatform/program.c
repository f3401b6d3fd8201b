#define _GNU_SOURCE
#include "platform.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

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

void platform_hold_signals(struct platform_signals *held) {
  static const int wanted[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  sigset_t set;
  sigemptyset(&set);
  for (size_t place = 0; place < sizeof wanted / sizeof *wanted; place++) {
    struct sigaction action;
    /* One that is ignored while it is blocked would wait for us all the same. */
    if (sigaction(wanted[place], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
      sigaddset(&set, wanted[place]);
  }
  held->caught = 0;
  held->descriptor = -1;
  held->is_held = pthread_sigmask(SIG_BLOCK, &set, &held->before) == 0;
  if (held->is_held) held->descriptor = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int platform_take_signal(struct platform_signals *held, int *is_told) {
  struct signalfd_siginfo found;
  if (held->descriptor < 0 || read(held->descriptor, &found, sizeof found) != sizeof found)
    return 0;
  held->caught = (int)found.ssi_signo;
  *is_told = found.ssi_code == SI_KERNEL;
  return held->caught;
}

void platform_release_signals(struct platform_signals *held) {
  if (held->descriptor >= 0) close(held->descriptor);
  if (held->caught) raise(held->caught);
  if (held->is_held) pthread_sigmask(SIG_SETMASK, &held->before, NULL);
  held->descriptor = -1;
  held->caught = held->is_held = 0;
}

/* Waits for a child, and lets it have the signals that were sent to us alone. */
static int wait_for_child(pid_t child, struct platform_signals *held, int *ending) {
  int end = (int)syscall(SYS_pidfd_open, child, 0);
  int status = 0;
  pid_t found;
  for (;;) {
    found = waitpid(child, &status, WNOHANG);
    if (found > 0 || (found < 0 && errno != EINTR)) break;
    struct pollfd events[] = {{end, POLLIN, 0}, {held->descriptor, POLLIN, 0}};
    /* Without a descriptor for its end the kernel has to be asked now and then. */
    poll(events, 2, end < 0 ? 50 : -1);
    int is_told, caught;
    while ((caught = platform_take_signal(held, &is_told)))
      if (!is_told) kill(child, caught);
  }
  int code = errno;
  if (end >= 0) close(end);
  errno = code;
  if (found < 0) return -1;
  *ending = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return 0;
}

int platform_run_held(const char *path, const char *const arguments[],
                      struct platform_signals *held, int *ending) {
  extern char **environ;
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  pid_t child = -1;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
  int code = posix_spawn_file_actions_init(&actions);
  if (code) return errno = code, -1;
  code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!code) code = posix_spawnattr_setsigmask(&attributes, &held->before);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (!code)
      code = posix_spawnattr_setflags(&attributes,
                                      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!code)
      code = posix_spawn(&child, path, &actions, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (code) return errno = code, -1;
  return wait_for_child(child, held, ending);
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
