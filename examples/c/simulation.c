/*
 * A long simulation that ends its experiment properly when a signal stops it: Ctrl-C, kill, or the
 * end of its time on a cluster.
 *
 *   cc examples/c/simulation.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -lm -o build/simulation && build/simulation 1000000
 */
#include <math.h>
#include <signal.h>
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

/* No function of the library may be called in here: the loop asks. */
static volatile sig_atomic_t asked_to_stop;
static void stop(int number) { asked_to_stop = number; }

int main(int argc, char **argv) {
  const long steps = argc > 1 ? atol(argv[1]) : 1000;
  double position = 1.0, velocity = 0.0;
  const double dt = 0.001;
  et_experiment *experiment = NULL;
  et_snapshot *snapshot = NULL;
  const et_metric *energy;
  long step;

  signal(SIGINT, stop);
  signal(SIGTERM, stop);

  CHECK(et_experiment_start(NULL, "pendulum", "{\"tags\": [\"simulation\"]}", &experiment));
  CHECK(et_experiment_log_param_double(experiment, "dt", dt));
  CHECK(et_experiment_log_param_int(experiment, "steps", steps));

  for (step = 0; step < steps && !asked_to_stop; step++) {
    velocity -= sin(position) * dt;
    position += velocity * dt;
    CHECK(et_experiment_log_metric(experiment, "energy",
                                   0.5 * velocity * velocity + 1.0 - cos(position), step));
    if (step == 0) {
      printf("started\n");
      fflush(stdout);
    }
  }

  CHECK(et_experiment_finish(experiment, asked_to_stop ? ET_INTERRUPTED : ET_COMPLETED, NULL));
  CHECK(et_experiment_snapshot(experiment, &snapshot));
  energy = et_snapshot_metric(snapshot, "energy");
  if (energy)
    printf("%s after %llu steps: energy from %.6f to %.6f\n", snapshot->status,
           (unsigned long long)energy->count, energy->minimum, energy->maximum);
  et_snapshot_free(snapshot);
  et_experiment_free(experiment);
  return EXIT_SUCCESS;
}
