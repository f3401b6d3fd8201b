/*
 * The workloads of this benchmark in C, over the public header. Prints the figures as JSON.
 *
 *     SPECWEAVE_ROOT=FOLDER work WORKLOAD ARGUMENT…
 *
 * The names, arguments and figures are those of `trackbench/workloads/`.
 */
#define _POSIX_C_SOURCE 200809L
#include "work.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const KEYS[MANY] = {"m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"};

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void check(int code) {
  if (code == ET_OK) return;
  fprintf(stderr, "%s: %s\n", et_error_name(code), et_last_error());
  exit(1);
}

et_increment *increment(void) {
  et_increment *found = NULL;
  check(et_increment_ensure("0001-benchmark", NULL, &found));
  return found;
}

et_experiment *start(et_increment *in, const char *name, double depth) {
  et_experiment *experiment = NULL;
  check(et_experiment_start(in, name, NULL, &experiment));
  check(et_experiment_log_param_double(experiment, "depth", depth));
  return experiment;
}

void end(et_experiment *experiment) {
  check(et_experiment_finish(experiment, NULL, NULL));
  et_experiment_free(experiment);
}

static int ascending(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void log_at(et_experiment *experiment, int keys, int64_t step) {
  if (keys == 1) {
    check(et_experiment_log_metric(experiment, "loss", (double)step / 7, step));
    return;
  }
  double values[MANY];
  for (int key = 0; key < MANY; key++) values[key] = (double)step / 7;
  check(et_experiment_log_metrics(experiment, KEYS, values, MANY, step));
}

static void cold_start(double spawned) {
  const double begin = now();
  et_experiment *experiment = start(increment(), "cold", 6);
  const double opened = now();
  log_at(experiment, 1, 0);
  const double logged = now();
  end(experiment);
  printf("{\"total_ms\": %f, \"open_ms\": %f, \"first_log_ms\": %f}\n", (logged - spawned) * 1e3,
         (opened - begin) * 1e3, (logged - opened) * 1e3);
}

static void point(int keys, double seconds) {
  static double costs[CALLS];
  et_experiment *experiment = start(increment(), "point", 6);
  int64_t step = 0;
  while (step < WARM_UP) log_at(experiment, keys, step++);

  const int64_t first = step;
  const double begin = now();
  while (step < first + 10 * CALLS && now() - begin < seconds)
    for (int call = 0; call < BLOCK; call++) log_at(experiment, keys, step++);
  const double mean = (now() - begin) / (double)(step - first);

  for (int call = 0; call < CALLS; call++) {
    const double before = now();
    log_at(experiment, keys, step++);
    costs[call] = (now() - before) * 1e9;
  }
  qsort(costs, CALLS, sizeof *costs, ascending);
  const double finishing = now();
  end(experiment);
  printf("{\"mean_ns\": %f, \"median_ns\": %f, \"p99_ns\": %f, \"max_ns\": %f, \"finish_ms\": %f, "
         "\"points\": %" PRId64 "}\n",
         mean * 1e9, costs[CALLS / 2], costs[CALLS / 100 * 99], costs[CALLS - 1],
         (now() - finishing) * 1e3, step * keys);
}

/* As many as asked for from this number on, fewer when the seconds are up. */
static void short_runs(int runs, double seconds, int first) {
  et_increment *in = increment();
  double *costs = calloc((size_t)runs, sizeof *costs), total = 0;
  if (!costs) exit(1);
  int made = 0;
  for (const double until = now() + seconds; made < runs && now() < until; made++) {
    const int run = first + made;
    char name[32];
    snprintf(name, sizeof name, "run-%05d", run);
    const double begin = now();
    et_experiment *experiment = start(in, name, run % 10);
    for (int key = 0; key < 5; key++)
      check(et_experiment_log_metric(experiment, KEYS[key], (double)run / 1000, 0));
    end(experiment);
    total += costs[made] = (now() - begin) * 1e3;
  }
  qsort(costs, (size_t)made, sizeof *costs, ascending);
  printf("{\"mean_ms\": %f, \"median_ms\": %f, \"created\": %d}\n", total / made, costs[made / 2],
         made);
  free(costs);
}

static void table(int expected) {
  const double begin = now();
  et_comparison *comparison = NULL;
  check(et_increment_compare(increment(), "{\"metrics\": [\"m0\"]}", &comparison));
  char *json = NULL;
  check(et_comparison_json(comparison, &json));
  const double seconds = now() - begin;
  et_string_free(json);
  et_comparison_free(comparison);
  printf("{\"seconds\": %f, \"us_each\": %f}\n", seconds, seconds / expected * 1e6);
}

static void write_series(int points) {
  double *values = calloc((size_t)points, sizeof *values);
  if (!values) exit(1);
  for (int step = 0; step < points; step++) values[step] = (double)step / 7;
  et_experiment *experiment = start(increment(), "series", 6);
  const double begin = now();
  check(et_experiment_log_series(experiment, "loss", values, NULL, NULL, (size_t)points));
  end(experiment);
  printf("{\"seconds\": %f}\n", now() - begin);
  free(values);
}

static void read_series(void) {
  const double begin = now();
  et_experiment *experiment = NULL;
  et_history *history = NULL;
  check(et_experiment_open(increment(), "series", &experiment));
  check(et_history_open(experiment, "loss", &history));
  const size_t found = et_history_count(history);
  const double last = et_history_values(history)[found - 1];
  const double seconds = now() - begin;
  printf("{\"seconds\": %f, \"us_each\": %f, \"found\": %zu, \"last\": %f}\n", seconds,
         seconds / (double)found * 1e6, found, last);
}

static void artifact(const char *file) {
  et_experiment *experiment = start(increment(), "artifact", 6);
  const double begin = now();
  check(et_experiment_save_file(experiment, file, "model.bin", NULL));
  const double saved = now();
  end(experiment);
  printf("{\"seconds\": %f, \"call_seconds\": %f}\n", now() - begin, saved - begin);
}

static struct {
  et_experiment *experiment;
  double until;
  int64_t counts[THREADS];
} shared;

static void *log_until(void *argument) {
  int64_t *count = argument;
  const char *key = KEYS[(count - shared.counts) % MANY];
  while (now() < shared.until)
    for (int call = 0; call < BLOCK; call++, ++*count)
      check(et_experiment_log_metric(shared.experiment, key, (double)*count / 7, *count));
  return NULL;
}

static void threads(int count, double seconds) {
  pthread_t workers[THREADS];
  if (count > THREADS) exit(1);
  shared.experiment = start(increment(), "threads", 6);
  const double begin = now();
  shared.until = begin + seconds;
  for (int worker = 0; worker < count; worker++)
    if (pthread_create(&workers[worker], NULL, log_until, &shared.counts[worker])) exit(1);
  int64_t points = 0;
  for (int worker = 0; worker < count; worker++) {
    pthread_join(workers[worker], NULL);
    points += shared.counts[worker];
  }
  const double logged = now();
  end(shared.experiment);
  printf("{\"points_a_second\": %f, \"with_finish\": %f, \"points\": %" PRId64 "}\n",
         (double)points / (logged - begin), (double)points / (now() - begin), points);
}

int main(int count, char **words) {
  const char *work = count > 1 ? words[1] : "";
  const char *first = count > 2 ? words[2] : "0", *second = count > 3 ? words[3] : "0";
  const char *third = count > 4 ? words[4] : "0";
  if (!strcmp(work, "cold_start")) cold_start(atof(first));
  else if (!strcmp(work, "point")) point(atoi(first), atof(second));
  else if (!strcmp(work, "short_runs")) short_runs(atoi(first), atof(second), atoi(third));
  else if (!strcmp(work, "table")) table(atoi(first));
  else if (!strcmp(work, "write_series")) write_series(atoi(first));
  else if (!strcmp(work, "read_series")) read_series();
  else if (!strcmp(work, "artifact")) artifact(first);
  else if (!strcmp(work, "threads")) threads(atoi(first), atof(second));
  else if (!strcmp(work, "fork")) fork_in_a_run();
  else if (!strcmp(work, "read_fork")) read_fork();
  else if (!strcmp(work, "victim")) victim(first);
  else if (!strcmp(work, "read_victim")) read_victim(atoll(first));
  else return 2;
  return 0;
}
