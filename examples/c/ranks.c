/*
 * One experiment of a program that runs as several MPI ranks: rank 0 starts it, the others join it
 * by themselves, and each writes what it knows.
 *
 *   mpicc examples/c/ranks.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/ranks && mpirun -n 4 build/ranks
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

#include "experimenttracker.h"

#define CHECK(call)                                                                  \
  do {                                                                               \
    int status_ = (call);                                                            \
    if (status_ < 0) {                                                               \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, et_error_name(status_), \
              et_last_error());                                                      \
      MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);                                       \
    }                                                                                \
  } while (0)

int main(int argc, char **argv) {
  const long slices = 100000;
  int rank, size;
  double part = 0.0, pi = 0.0;
  char key[32];
  et_experiment *experiment = NULL;
  long i;

  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);

  /* The same call on every rank. */
  CHECK(et_experiment_start(NULL, "pi-mpi", NULL, &experiment));
  if (rank == 0) {
    CHECK(et_experiment_log_param_int(experiment, "ranks", size));
    CHECK(et_experiment_log_param_int(experiment, "slices", slices));
  }

  snprintf(key, sizeof key, "part/%d", rank);
  for (i = rank; i < slices; i += size) {
    const double x = (i + 0.5) / slices;
    part += 4.0 / (1.0 + x * x) / slices;
    if (i / size % 1000 == 0) CHECK(et_experiment_log_metric(experiment, key, part, i / size));
  }

  MPI_Reduce(&part, &pi, 1, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
  if (rank == 0) CHECK(et_experiment_log_metric(experiment, "pi", pi, ET_AUTO_STEP));

  /* Only rank 0 decides the status; the others' records are flushed. */
  CHECK(et_experiment_finish(experiment, ET_COMPLETED, NULL));
  if (rank == 0) printf("%s\n", et_experiment_path(experiment));
  et_experiment_free(experiment);
  MPI_Finalize();
  return EXIT_SUCCESS;
}
