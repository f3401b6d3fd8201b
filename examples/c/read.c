/*
 * Reads an experiment, whatever language wrote it: what is known of it, and one metric's history.
 *
 *   cc examples/c/read.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/read && build/read oscillator-c energy
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "experimenttracker.h"

#define CHECK(call)                                                                  \
  do {                                                                               \
    int status_ = (call);                                                            \
    if (status_ < 0) {                                                               \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, et_error_name(status_), \
              et_last_error());                                                      \
      exit(EXIT_FAILURE);                                                            \
    }                                                                                \
  } while (0)

int main(int argc, char **argv) {
  et_experiment *experiment = NULL;
  et_history *history = NULL;
  char *json = NULL;
  const int64_t *steps;
  const double *values;
  size_t count, i;

  if (argc != 3) {
    fprintf(stderr, "usage: %s EXPERIMENT METRIC\n", argv[0]);
    return 2;
  }

  CHECK(et_experiment_open(NULL, argv[1], &experiment));
  CHECK(et_experiment_read(experiment, &json));
  printf("%s\n", json);
  et_string_free(json);

  CHECK(et_history_open(experiment, argv[2], &history));
  count = et_history_count(history);
  steps = et_history_steps(history);
  values = et_history_values(history);
  for (i = 0; i < count; i++) printf("%" PRId64 " %.17g\n", steps[i], values[i]);

  et_history_free(history);
  et_experiment_free(experiment);
  return EXIT_SUCCESS;
}
