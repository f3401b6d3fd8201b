/*
 * A sweep: an experiment with others inside it, each of which saves a file that this program writes
 * itself.
 *
 *   cc examples/c/children.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/children && build/children
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

/* The artifact appears under its name whole, when it is committed, or not at all. */
static void save_trajectory(et_experiment *experiment, double dt) {
  et_artifact *artifact = NULL;
  char *path = NULL;
  double x = 1.0, t;
  FILE *file;

  CHECK(et_artifact_begin(experiment, "trajectory.csv", &artifact, &path));
  file = fopen(path, "w");
  et_string_free(path);
  if (!file) {
    et_artifact_abort(artifact);
    return;
  }
  fprintf(file, "t,x\n");
  for (t = 0.0; t < 1.0; t += dt, x -= x * dt) fprintf(file, "%g,%.17g\n", t, x);
  if (fclose(file) != 0) {
    et_artifact_abort(artifact);
    return;
  }
  CHECK(et_artifact_commit(artifact, "{\"kind\": \"table\"}"));
  CHECK(et_experiment_log_metric(experiment, "error", x - 0.36787944117144233, ET_AUTO_STEP));
}

int main(void) {
  static const double sizes[] = {0.25, 0.125, 0.0625};
  et_experiment *sweep = NULL, *child = NULL;
  et_snapshot *snapshot = NULL;
  const et_artifact_info *saved;
  size_t i;

  CHECK(et_experiment_start(NULL, "euler", "{\"kind\": \"sweep\"}", &sweep));
  for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    CHECK(et_experiment_start_child(sweep, NULL, "{\"kind\": \"combination\"}", &child));
    CHECK(et_experiment_log_param_double(child, "dt", sizes[i]));
    save_trajectory(child, sizes[i]);
    CHECK(et_experiment_finish(child, ET_COMPLETED, NULL));

    CHECK(et_experiment_snapshot(child, &snapshot));
    saved = et_snapshot_artifact(snapshot, "trajectory.csv", 0);
    if (saved)
      printf("%s: %s, %llu bytes, %.8s\n", snapshot->folder, saved->path,
             (unsigned long long)saved->size, saved->sha256);
    et_snapshot_free(snapshot);
    et_experiment_free(child);
  }
  CHECK(et_experiment_finish(sweep, ET_COMPLETED, NULL));
  et_experiment_free(sweep);
  return EXIT_SUCCESS;
}
