#include "platform.h"

#include <sched.h>

void platform_mutex_init(platform_mutex *mutex) {
  pthread_mutex_init(&mutex->mutex, NULL);
  __atomic_store_n(&mutex->generation, platform_generation(), __ATOMIC_RELEASE);
}

/* The thread that held the mutex at the time of a fork does not exist in the child, so the child's
 * first taker makes the mutex anew. 0 marks the moment of making it. */
int platform_mutex_take(platform_mutex *mutex) {
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

int platform_mutex_try(platform_mutex *mutex) {
  if (__atomic_load_n(&mutex->generation, __ATOMIC_ACQUIRE) != platform_generation()) return 0;
  return pthread_mutex_trylock(&mutex->mutex) == 0;
}

void platform_mutex_give(platform_mutex *mutex) { pthread_mutex_unlock(&mutex->mutex); }

void platform_mutex_destroy(platform_mutex *mutex) { pthread_mutex_destroy(&mutex->mutex); }
