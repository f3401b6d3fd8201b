/*
 * A damped oscillator, simulated and tracked.
 *
 *   cc examples/c/quickstart.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/quickstart && build/quickstart
 */
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

int main(void) {
  const double stiffness = 4.0, damping = 0.3, dt = 0.01;
  const int steps = 1000;
  double position = 1.0, velocity = 0.0, energy = 0.0;
  et_experiment *experiment = NULL;
  int step;

  if (et_abi_version() != ET_ABI_VERSION) {
    fprintf(stderr, "built for another version of libexperimenttracker\n");
    return EXIT_FAILURE;
  }

  CHECK(et_experiment_start(NULL, "oscillator-c", "{\"tags\": [\"simulation\", \"c\"]}",
                            &experiment));
  CHECK(et_experiment_log_param_double(experiment, "stiffness", stiffness));
  CHECK(et_experiment_log_param_double(experiment, "damping", damping));
  CHECK(et_experiment_log_param_double(experiment, "dt", dt));
  CHECK(et_experiment_log_param_int(experiment, "steps", steps));

  for (step = 0; step < steps; step++) {
    velocity += (-stiffness * position - damping * velocity) * dt;
    position += velocity * dt;
    energy = 0.5 * velocity * velocity + 0.5 * stiffness * position * position;
    CHECK(et_experiment_log_metric(experiment, "energy", energy, step));
  }
  CHECK(et_experiment_log_metric(experiment, "final_energy", energy, ET_AUTO_STEP));
  CHECK(et_experiment_log_note(experiment, "Semi-implicit Euler keeps the energy from growing."));
  CHECK(et_experiment_save_bytes(experiment, "final_state.json", "{\"settled\": true}\n", 18,
                      "{\"kind\": \"data\"}"));

  CHECK(et_experiment_finish(experiment, ET_COMPLETED, NULL));
  printf("%s\n", et_experiment_path(experiment));
  et_experiment_free(experiment);
  return EXIT_SUCCESS;
}
