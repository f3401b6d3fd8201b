/*
 * What Foundation asks of a newer C library than others have. With it here, the library runs with
 * glibc 2.34 (RHEL and Rocky Linux 9) although it is linked on a newer system.
 *
 * Package.swift passes --wrap for each name: every other file's call of `hypotf` then goes to
 * `__wrap_hypotf`. To bind the older version of the symbol would do as well with lld, but gold wraps
 * that reference too, and the function would call itself.
 */
#include <math.h>

extern float __wrap_hypotf(float x, float y);

/* As glibc computes it: squares of floats are exact as doubles, so that only the sum, the root and
 * the result are rounded. An infinity wins over a NaN (IEEE 754, 9.2.1). */
__attribute__((visibility("hidden"))) float __wrap_hypotf(float x, float y) {
  if (isinf(x) || isinf(y)) return HUGE_VALF;
  const double wide = x, high = y;
  return (float)sqrt(wide * wide + high * high);
}
