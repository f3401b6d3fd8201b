/*
 * What a point costs in a hot loop, in nanoseconds and beside floors of this machine.
 *
 *     cc -O2 -Iinclude benchmarks/c/hot_loop.c -Lbuild/lib -lexperimenttracker -o build/hot_loop
 *     SPECWEAVE_ROOT=$(mktemp -d) LD_LIBRARY_PATH=build/lib build/hot_loop
 *
 * With a number as argument it only logs that many points, for `strace -c` and `valgrind`.
 */
#define _POSIX_C_SOURCE 200809L
#include "experimenttracker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1000, BATCHES = 1000, SERIES = 1000000, KEYS = 10 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void report(const char *what, double *costs, int count) {
  qsort(costs, (size_t)count, sizeof *costs, compare);
  printf("%-34s median %8.1f   p99 %8.1f   max %9.1f ns\n", what, costs[count / 2],
         costs[count * 99 / 100], costs[count - 1]);
}

static et_experiment *start(void) {
  et_experiment *experiment = NULL;
  if (et_experiment_start(NULL, "hot-loop", "{\"capture\": false}", &experiment)) {
    fprintf(stderr, "%s\n", et_last_error());
    exit(1);
  }
  return experiment;
}

static void single_points(et_experiment *experiment) {
  static double costs[BATCHES];
  for (int batch = 0; batch < BATCHES; batch++) {
    const double begin = now();
    for (int point = 0; point < BATCH; point++)
      et_experiment_log_metric(experiment, "train/loss", (double)point / 7, ET_AUTO_STEP);
    costs[batch] = (now() - begin) / BATCH;
  }
  report("et_experiment_log_metric", costs, BATCHES);
}

static void ten_at_once(et_experiment *experiment) {
  static double costs[BATCHES];
  const char *keys[KEYS] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"};
  for (int batch = 0; batch < BATCHES; batch++) {
    double values[KEYS];
    for (int key = 0; key < KEYS; key++) values[key] = (double)(key + batch) / 3;
    const double begin = now();
    for (int call = 0; call < BATCH / KEYS; call++)
      et_experiment_log_metrics(experiment, keys, values, KEYS, ET_AUTO_STEP);
    costs[batch] = (now() - begin) / (BATCH / KEYS);
  }
  report("et_experiment_log_metrics, ten keys", costs, BATCHES);
}

static void series(et_experiment *experiment) {
  double *values = malloc(SERIES * sizeof *values);
  if (!values) exit(1);
  for (int point = 0; point < SERIES; point++) values[point] = (double)point / 7;
  const double begin = now();
  et_experiment_log_series(experiment, "series", values, NULL, NULL, SERIES);
  printf("%-34s        %8.1f ns a point\n", "et_experiment_log_series", (now() - begin) / SERIES);
  free(values);
}

static void floors(void) {
  static double costs[BATCHES];
  static char bytes[70];
  const int file = open("/dev/null", O_WRONLY);
  for (int batch = 0; batch < BATCHES; batch++) {
    const double begin = now();
    for (int point = 0; point < BATCH; point++) {
      struct timespec time;
      clock_gettime(CLOCK_REALTIME, &time);
      bytes[0] = (char)time.tv_nsec;
    }
    costs[batch] = (now() - begin) / BATCH;
  }
  report("floor: clock_gettime(REALTIME)", costs, BATCHES);
  for (int batch = 0; batch < BATCHES; batch++) {
    const double begin = now();
    for (int point = 0; point < BATCH; point++)
      if (write(file, bytes, sizeof bytes) < 0) exit(1);
    costs[batch] = (now() - begin) / BATCH;
  }
  report("floor: write(2) to /dev/null", costs, BATCHES);
  close(file);
}

int main(int count, char **arguments) {
  et_experiment *experiment = start();
  if (count > 1) {
    for (long point = atol(arguments[1]); point > 0; point--)
      et_experiment_log_metric(experiment, "train/loss", (double)point / 7, ET_AUTO_STEP);
  } else {
    floors();
    single_points(experiment);
    ten_at_once(experiment);
    series(experiment);
  }
  et_experiment_finish(experiment, ET_COMPLETED, NULL);
  et_experiment_free(experiment);
  return 0;
}
