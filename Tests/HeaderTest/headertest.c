/*
 * The header must compile alone, twice in a row, in strict C and C++, with every warning an error:
 * it is the first line of other people's files, under other people's flags.
 */
#include "experimenttracker.h"
#include "experimenttracker.h"

/* A pointer to every kind of thing it declares: declarations alone would hide an incomplete type. */
static const char *(*const version)(void) = et_version;
static int (*const log_metric)(et_experiment *, const char *, double, int64_t) = et_log_metric;
static const int64_t automatic = ET_AUTO_STEP;

int main(void)
{
  return version != 0 && log_metric != 0 && automatic < 0 ? ET_OK : ET_EINTERNAL;
}
