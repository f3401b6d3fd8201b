/*
 * A program that must not continue when its records cannot be stored. Without `strict` it would:
 * what a full disk does not take waits in memory, and the call returns ET_DEFERRED.
 *
 *   cc examples/c/strict.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/strict && build/strict
 */
#include <stdio.h>
#include <stdlib.h>

#include "experimenttracker.h"

int main(void) {
  et_experiment *experiment = NULL;
  int status, step;

  status = et_experiment_start(NULL, "audited", "{\"strict\": true, \"writes\": \"direct\"}",
                               &experiment);
  for (step = 0; status == ET_OK && step < 100000; step++)
    status = et_experiment_log_metric(experiment, "balance", 100.0 - step * 1e-3, step);
  if (status == ET_OK) status = et_experiment_finish(experiment, ET_COMPLETED, NULL);

  if (status == ET_ESTORAGE)
    fprintf(stderr, "stopped at step %d: %s\n", step - 1, et_last_error());
  else if (status != ET_OK)
    fprintf(stderr, "%s: %s\n", et_error_name(status), et_last_error());
  else
    printf("every record is stored\n");
  et_experiment_free(experiment);
  return status == ET_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
