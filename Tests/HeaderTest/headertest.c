/*
 * The header must compile alone, twice in a row, in strict C and C++, with every warning an error:
 * it is the first line of other people's files, under other people's flags.
 */
#include "experimenttracker.h"
#include "experimenttracker.h"

/* A handle that is NULL is an error, never a trap. */
int main(void)
{
  return et_experiment_log_metric(NULL, "auc", 0.87, ET_AUTO_STEP) == ET_EINVALID ? 0 : 1;
}
