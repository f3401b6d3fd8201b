/* Writes the experiment `c-oscillator` of the fixture store; write.py compiles and runs it. */
#include <stdio.h>

#include "experimenttracker.h"

#define CHECK(call)                                     \
  do {                                                  \
    if ((call) != ET_OK) {                              \
      fprintf(stderr, "%s: %s\n", #call, et_last_error()); \
      return 1;                                         \
    }                                                   \
  } while (0)

int main(void) {
  static const double energies[] = {2.0, 1.6, 1.28, 1.024, 0.8192};
  et_experiment *experiment = NULL;
  int step;

  CHECK(et_experiment_start(NULL, "c-oscillator",
                            "{\"capture\": false, \"tags\": [\"c\", \"simulation\"]}", &experiment));
  CHECK(et_experiment_log_param_double(experiment, "damping", 0.3));
  CHECK(et_experiment_log_param_int(experiment, "steps", 5));
  CHECK(et_experiment_log_param_bool(experiment, "settled", 1));
  CHECK(et_experiment_log_param_text(experiment, "method", "semi-implicit Euler"));
  for (step = 0; step < 5; step++)
    CHECK(et_experiment_log_metric(experiment, "energy", energies[step], step * 10));
  CHECK(et_experiment_log_metric_int(experiment, "evaluations", INT64_MAX, ET_AUTO_STEP));
  CHECK(et_experiment_log_note(experiment, "Written by C."));
  CHECK(et_experiment_save_bytes(experiment, "state.txt", "settled\n", 8, "{\"kind\": \"text\"}"));
  CHECK(et_experiment_finish(experiment, ET_COMPLETED, NULL));
  et_experiment_free(experiment);
  return 0;
}
