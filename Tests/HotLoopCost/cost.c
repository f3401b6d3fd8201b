/*
 * Counts what a hot loop asks of the kernel and of the allocator.
 *
 *     cost writes   logs many points and prints how often it wrote and allocated, and for how long
 *     cost tries    logs on the fast path where it can and prints how often, for a tool that counts
 *     cost quiet    forbids itself every system call, then logs through
 *                   et_experiment_try_log_metric and et_experiment_try_log_point
 *     cost batches  the same through et_experiment_try_log_metrics
 *
 * The functions of the C library that this file defines stand in for the real ones also in the
 * library under test: the dynamic linker takes a program's own first.
 */
#define _GNU_SOURCE
#include "experimenttracker.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WARM = 500, POINTS = 200000, ENOUGH = 100, MOST = 700, KEYS = 10, TOO_FEW = 75 };

static long allocations, writes, written;

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  *memory = aligned_alloc(alignment, size);
  return *memory ? 0 : ENOMEM;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  const ssize_t done = syscall(SYS_pwrite64, file, bytes, count, offset);
  __atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED);
  if (done > 0) __atomic_add_fetch(&written, done, __ATOMIC_RELAXED);
  return done;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  return pwrite(file, bytes, count, offset);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static const char *const keys[KEYS] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"};
static double values[KEYS];

/* From here on the kernel kills this process for any system call but the one that ends it. */
static int forbid_system_calls(void) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

/* Logs on the fast path until that needs more than memory; the exit code tells. */
static void quietly(et_experiment *experiment, int together) {
  for (int point = 0; point < WARM; point++) {
    et_experiment_log_metric(experiment, "train/loss", point / 7.0, ET_AUTO_STEP);
    if (together) et_experiment_log_metrics(experiment, keys, values, KEYS, ET_AUTO_STEP);
  }
  if (forbid_system_calls()) {
    perror("seccomp");
    _exit(1);
  }
  const long before = allocations;
  int logged = 0;
  while (logged < MOST) {
    const et_point point = {logged / 7.0, ET_AUTO_STEP};
    const int code =
        together ? et_experiment_try_log_metrics(experiment, keys, values, KEYS, ET_AUTO_STEP)
        : logged % 2
            ? et_experiment_try_log_point(experiment, "train/loss", &point)
            : et_experiment_try_log_metric(experiment, "train/loss", point.value, point.step);
    if (code) break;
    logged++;
  }
  if (allocations != before) _exit(2);
  _exit(logged < (together ? ENOUGH / KEYS : ENOUGH) ? TOO_FEW : 0);
}

static void count_writes(et_experiment *experiment) {
  for (int point = 0; point < WARM; point++)
    et_experiment_log_metric(experiment, "train/loss", point / 7.0, ET_AUTO_STEP);
  const double begin = now();
  allocations = writes = written = 0;
  for (int point = 0; point < POINTS; point++)
    et_experiment_log_metric(experiment, "train/loss", point / 7.0, ET_AUTO_STEP);
  printf("{\"points\": %d, \"writes\": %ld, \"bytes\": %ld, \"allocations\": %ld, \"seconds\": %f}\n",
         POINTS, writes, written, allocations, now() - begin);
}

static void try_first(et_experiment *experiment) {
  int tried = 0;
  for (int point = 0; point < POINTS; point++) {
    if (et_experiment_try_log_metric(experiment, "train/loss", point / 7.0, ET_AUTO_STEP))
      et_experiment_log_metric(experiment, "train/loss", point / 7.0, ET_AUTO_STEP);
    else
      tried++;
  }
  printf("{\"points\": %d}\n", tried);
}

int main(int count, char **arguments) {
  et_experiment *experiment = NULL;
  const char *options = "{\"capture\": false, \"writes\": \"buffered\"}";
  if (count < 2 || et_experiment_start(NULL, "cost", options, &experiment)) {
    fprintf(stderr, "%s\n", et_last_error());
    return 1;
  }
  if (!strcmp(arguments[1], "quiet")) quietly(experiment, 0);
  if (!strcmp(arguments[1], "batches")) quietly(experiment, 1);
  if (!strcmp(arguments[1], "tries"))
    try_first(experiment);
  else
    count_writes(experiment);
  et_experiment_finish(experiment, NULL, NULL);
  et_experiment_free(experiment);
  return 0;
}
