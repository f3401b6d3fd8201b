/* The least that a call can cost: a function with the arguments of `et_experiment_log_metric()`
 * that returns. */
#include <stdint.h>

int floor_empty(void *experiment, const char *key, double value, int64_t step) {
  (void)experiment, (void)key, (void)value, (void)step;
  return 0;
}
