#define _GNU_SOURCE
#include "platform.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* What is taken notice of, in the order in which it is told. */
static const int watched[] = {SIGTERM, SIGHUP, SIGQUIT, SIGINT, SIGTSTP, SIGWINCH};
enum { WATCHED = sizeof watched / sizeof *watched };

static struct sigaction before[WATCHED];
static int is_set[WATCHED];
static volatile sig_atomic_t noted[WATCHED];
static int ends[2] = {-1, -1};
static pid_t owner;
static int in_use;

static void note(int signal) {
  const int error = errno;
  for (int place = 0; place < WATCHED; place++) {
    if (watched[place] != signal) continue;
    if (getpid() != owner) {
      /* A forked child has nobody who asks; the signal does what it did before. */
      sigaction(signal, &before[place], NULL);
      raise(signal);
      break;
    }
    noted[place] = 1;
    (void)!write(ends[1], "!", 1);
  }
  errno = error;
}

static void set(int place) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  if (sigaction(watched[place], NULL, &before[place]) < 0) return;
  /* What the caller was told to ignore, as by nohup, stays ignored. */
  if (!(before[place].sa_flags & SA_SIGINFO) && before[place].sa_handler == SIG_IGN) return;
  is_set[place] = sigaction(watched[place], &action, NULL) == 0;
}

static void reset(int place) {
  if (is_set[place]) sigaction(watched[place], &before[place], NULL);
  is_set[place] = 0;
}

int platform_attend(int stops) {
  if (__atomic_exchange_n(&in_use, 1, __ATOMIC_ACQ_REL)) {
    errno = EBUSY;
    return -1;
  }
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
    const int error = errno;
    __atomic_store_n(&in_use, 0, __ATOMIC_RELEASE);
    errno = error;
    return -1;
  }
  owner = getpid();
  for (int place = 0; place < WATCHED; place++) {
    noted[place] = 0;
    if (stops || watched[place] != SIGTSTP) set(place);
  }
  return ends[0];
}

int platform_next_signal(void) {
  char bytes[64];
  while (read(ends[0], bytes, sizeof bytes) > 0) {}
  for (int place = 0; place < WATCHED; place++) {
    if (!noted[place]) continue;
    noted[place] = 0;
    return watched[place];
  }
  return 0;
}

void platform_stop_here(void) {
  for (int place = 0; place < WATCHED; place++) {
    if (watched[place] != SIGTSTP || !is_set[place]) continue;
    reset(place);
    raise(SIGTSTP);
    set(place);
  }
}

int platform_stop_attending(int last) {
  int others = 0;
  for (int place = 0; place < WATCHED; place++) {
    const int is_handled = is_set[place] && ((before[place].sa_flags & SA_SIGINFO) ||
                                             before[place].sa_handler != SIG_DFL);
    if (watched[place] == last && last != SIGINT && is_handled) others = 1;
    reset(place);
  }
  close(ends[0]);
  close(ends[1]);
  ends[0] = ends[1] = -1;
  __atomic_store_n(&in_use, 0, __ATOMIC_RELEASE);
  /* The host has something to do at this signal. */
  return others ? kill(getpid(), last) : 0;
}

int platform_wait_for(struct pollfd *events, int count, int milliseconds) {
  /* Forks of other threads need not wait for this. */
  const int is_call = platform_is_inside();
  if (is_call) platform_end_call();
  const int ready = poll(events, (nfds_t)count, milliseconds);
  const int error = errno;
  if (is_call) platform_begin_call();
  errno = error;
  return ready;
}

int platform_terminal_rows(int descriptor) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) < 0) return 0;
  return size.ws_row;
}

int platform_is_in_foreground(int descriptor) {
  const pid_t group = tcgetpgrp(descriptor);
  return group < 0 || group == getpgrp();
}

static struct termios keys_before;

int platform_take_keys(int descriptor) {
  struct termios mode;
  if (tcgetattr(descriptor, &mode) < 0) return -1;
  keys_before = mode;
  mode.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  mode.c_cc[VMIN] = 0;
  mode.c_cc[VTIME] = 0;
  return tcsetattr(descriptor, TCSANOW, &mode);
}

void platform_give_keys_back(int descriptor) { tcsetattr(descriptor, TCSANOW, &keys_before); }
