#define _GNU_SOURCE
#include "platform.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void platform_mutex_init(platform_mutex *mutex) {
  pthread_mutex_init(&mutex->mutex, NULL);
  __atomic_store_n(&mutex->generation, platform_generation(), __ATOMIC_RELEASE);
}

/* The thread that held the mutex at the time of a fork does not exist in the child, so the child's
 * first taker makes the mutex anew. 0 marks the moment of making it. */
int platform_mutex_lock(platform_mutex *mutex) {
  const uint64_t now = platform_generation();
  int forked = 0;
  for (;;) {
    uint64_t known = __atomic_load_n(&mutex->generation, __ATOMIC_ACQUIRE);
    if (known == now) break;
    if (known == 0) {
      sched_yield();
      continue;
    }
    if (__atomic_compare_exchange_n(&mutex->generation, &known, 0, 0, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
      pthread_mutex_init(&mutex->mutex, NULL);
      forked = 1;
      pthread_mutex_lock(&mutex->mutex);
      __atomic_store_n(&mutex->generation, now, __ATOMIC_RELEASE);
      return forked;
    }
  }
  pthread_mutex_lock(&mutex->mutex);
  return forked;
}

int platform_mutex_trylock(platform_mutex *mutex) {
  if (__atomic_load_n(&mutex->generation, __ATOMIC_ACQUIRE) != platform_generation()) return 0;
  return pthread_mutex_trylock(&mutex->mutex) == 0;
}

void platform_mutex_unlock(platform_mutex *mutex) { pthread_mutex_unlock(&mutex->mutex); }

void platform_mutex_destroy(platform_mutex *mutex) { pthread_mutex_destroy(&mutex->mutex); }

/* Calls that threads are in, and forks that are under way or wait for the calls to end. Each side
 * first tells of itself and then looks at the other, so that one of them sees the other. */
static int calls;
static int forks;
static __thread int in_call __attribute__((tls_model("initial-exec")));

/* How long a fork waits: most calls take microseconds; a few, such as the copy of a large artifact
 * or a write to a disk that does not answer, take much longer than a program can wait. */
enum { FORK_PATIENCE_MS = 1000 };

void platform_begin_call(void) {
  const int error = errno;
  for (;;) {
    __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    const int under_way = __atomic_load_n(&forks, __ATOMIC_SEQ_CST);
    if (under_way <= 0) break;
    __atomic_sub_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &forks, FUTEX_WAIT_PRIVATE, under_way, NULL, NULL, 0);
  }
  in_call = 1;
  errno = error;
}

void platform_end_call(void) {
  in_call = 0;
  __atomic_sub_fetch(&calls, 1, __ATOMIC_SEQ_CST);
}

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A signal handler that forks may have interrupted a call of its own thread, which cannot end. */
static void before_fork(void) {
  const int error = errno;
  __atomic_add_fetch(&forks, 1, __ATOMIC_SEQ_CST);
  const long end = milliseconds() + FORK_PATIENCE_MS;
  for (int turn = 0; __atomic_load_n(&calls, __ATOMIC_SEQ_CST) > in_call; turn++) {
    if (milliseconds() >= end) break;
    const struct timespec pause = {0, 50000};
    if (turn < 100)
      sched_yield();
    else
      nanosleep(&pause, NULL);
  }
  errno = error;
}

static void after_fork_in_parent(void) {
  const int error = errno;
  if (__atomic_sub_fetch(&forks, 1, __ATOMIC_SEQ_CST) == 0)
    syscall(SYS_futex, &forks, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
  errno = error;
}

/* Nobody but this thread is here. */
static void after_fork_in_child(void) {
  __atomic_store_n(&forks, 0, __ATOMIC_SEQ_CST);
  __atomic_store_n(&calls, in_call, __ATOMIC_SEQ_CST);
}

__attribute__((constructor)) static void watch_forks(void) {
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}
