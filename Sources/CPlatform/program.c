#define _GNU_SOURCE
#include "platform.h"

#include <dlfcn.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/ioctl.h>
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
int platform_run_program(const char *path, const char *const arguments[], int *ending) {
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
  int code = posix_spawnattr_init(&attributes);
  if (!code) {
    code = posix_spawnattr_setsigmask(&attributes, &before);
    if (!code) code = posix_spawnattr_setsigdefault(&attributes, &defaults);
    if (!code)
      code = posix_spawnattr_setflags(&attributes,
                                      POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!code)
      code = posix_spawn(&child, path, NULL, &attributes, (char *const *)arguments, environ);
    posix_spawnattr_destroy(&attributes);
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
