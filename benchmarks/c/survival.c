/*
 * What survives: points logged around a fork, and points acknowledged before a kill.
 */
#define _POSIX_C_SOURCE 200809L
#include "work.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POINTS = 100, PATIENCE_SECONDS = 15 };

static void log_from(et_experiment *experiment, int64_t first) {
  for (int64_t step = first; step < first + POINTS; step++)
    check(et_experiment_log_metric(experiment, "loss", (double)step, step));
}

void fork_in_a_run(void) {
  et_experiment *experiment = start(increment(), "fork", 6);
  log_from(experiment, 0);
  const pid_t child = fork();
  alarm(PATIENCE_SECONDS);
  log_from(experiment, child == 0 ? 2 * POINTS : POINTS);
  if (child == 0) _exit(0);
  int status = 1;
  waitpid(child, &status, 0);
  end(experiment);
  printf("{\"parent_ended\": true, \"child_ended\": %s}\n", status == 0 ? "true" : "false");
}

/* Counts, for each of `parts` ranges of `size` values, the ones that are found. */
static void count(const char *name, int parts, int64_t size, int64_t *found) {
  et_experiment *experiment = NULL;
  et_history *history = NULL;
  check(et_experiment_open(increment(), name, &experiment));
  check(et_history_open(experiment, "loss", &history));
  const size_t points = et_history_count(history);
  const double *values = et_history_values(history);
  char *seen = calloc((size_t)(parts * size) + 1, 1);
  if (!seen) exit(1);
  for (size_t point = 0; point < points; point++) {
    const int64_t value = (int64_t)values[point];
    if (value < 0 || value >= parts * size || seen[value]) continue;
    seen[value] = 1;
    found[value / size]++;
  }
  free(seen);
}

void read_fork(void) {
  int64_t found[3] = {0};
  count("fork", 3, POINTS, found);
  printf("{\"before\": %" PRId64 ", \"parent\": %" PRId64 ", \"child\": %" PRId64 "}\n", found[0],
         found[1], found[2]);
}

void victim(const char *counter) {
  const int file = open(counter, O_RDWR);
  if (file < 0) exit(1);
  volatile int64_t *acknowledged =
      mmap(NULL, sizeof *acknowledged, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (acknowledged == MAP_FAILED) exit(1);
  et_experiment *experiment = start(increment(), "victim", 6);
  for (int64_t step = 0;; step++) {
    check(et_experiment_log_metric(experiment, "loss", (double)step, step));
    *acknowledged = step + 1;
  }
}

void read_victim(long long acknowledged) {
  int64_t found = 0;
  count("victim", 1, acknowledged, &found);
  printf("{\"lost\": %lld}\n", acknowledged - (long long)found);
}
