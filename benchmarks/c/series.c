/*
 * et_experiment_log_series beside a plain C loop that writes the same bytes.
 *
 *     cc -O2 -Iinclude benchmarks/c/series.c -Lbuild/lib -lexperimenttracker -o build/series
 *     SPECWEAVE_ROOT=$(mktemp -d) LD_LIBRARY_PATH=build/lib build/series
 *
 * The loop knows what the library has to find out: it is given the key, checks nothing and keeps no
 * statistics. Both write to files of their own in the same folder, in turns; what counts is the
 * median.
 */
#define _GNU_SOURCE
#include "experimenttracker.h"

#include <fcntl.h>
#include <nmmintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { POINTS = 1000000, TURNS = 15, PIECE = 1 << 18 };

static const char key[] = "series";
static double values[POINTS];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

__attribute__((target("sse4.2"))) static uint32_t masked_sum(const unsigned char *bytes, size_t count) {
  uint64_t sum = 0xFFFFFFFF;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    sum = _mm_crc32_u64(sum, word);
  }
  for (; count; count--) sum = _mm_crc32_u8((uint32_t)sum, *bytes++);
  const uint32_t crc = ~(uint32_t)sum;
  return (crc >> 15 | crc << 17) + 0xA282EAD8u;
}

/* One frame as docs/format/ describes it; returns its end. */
static unsigned char *frame(unsigned char *place, double value, int64_t step, double time) {
  const size_t length = sizeof key - 1;
  unsigned char *payload = place + 12, *next = payload;
  *next++ = 0x09;
  memcpy(next, &time, 8), next += 8;
  if (step) {
    *next++ = 0x10;
    for (uint64_t rest = (uint64_t)step; rest || !step; rest >>= 7)
      *next++ = (unsigned char)(rest >= 0x80 ? rest | 0x80 : rest);
  }
  const float single = (float)value;
  const int exact = (double)single == value;
  const size_t inner = 2 + length + 5 + (exact ? 0 : 10);
  *next++ = 0x2A, *next++ = (unsigned char)(inner + 2);
  *next++ = 0x0A, *next++ = (unsigned char)inner;
  *next++ = 0x0A, *next++ = (unsigned char)length;
  memcpy(next, key, length), next += length;
  *next++ = 0x15;
  memcpy(next, &single, 4), next += 4;
  if (!exact) {
    *next++ = 0xC1, *next++ = 0x3E;
    memcpy(next, &value, 8), next += 8;
  }
  const uint64_t count = (uint64_t)(next - payload);
  memcpy(place, &count, 8);
  uint32_t sum = masked_sum(place, 8);
  memcpy(place + 8, &sum, 4);
  sum = masked_sum(payload, count);
  memcpy(next, &sum, 4);
  return next + 4;
}

static void plain(int file, double *cost, off_t *bytes) {
  static unsigned char buffer[PIECE + 256];
  const off_t before = lseek(file, 0, SEEK_CUR);
  const double begin = now(), time = (double)begin / 1e9;
  unsigned char *end = buffer;
  for (int point = 0; point < POINTS; point++) {
    end = frame(end, values[point], point, time);
    if (end - buffer < PIECE && point < POINTS - 1) continue;
    if (write(file, buffer, (size_t)(end - buffer)) != end - buffer) exit(1);
    end = buffer;
  }
  *cost = (now() - begin) / POINTS;
  *bytes = lseek(file, 0, SEEK_CUR) - before;
}

static int compare(const void *left, const void *right) {
  const double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

static void start(et_experiment **experiment) {
  if (et_experiment_start(NULL, "series", "{\"capture\": false}", experiment)) {
    fprintf(stderr, "%s\n", et_last_error());
    exit(1);
  }
}

int main(void) {
  static double ours[TURNS], loop[TURNS];
  off_t bytes = 0;
  for (int point = 0; point < POINTS; point++) values[point] = (double)point / 7;
  for (int turn = 0; turn < TURNS; turn++) {
    et_experiment *experiment = NULL;
    start(&experiment);
    const double begin = now();
    et_experiment_log_series(experiment, key, values, NULL, NULL, POINTS);
    ours[turn] = (now() - begin) / POINTS;
    char path[4096];
    snprintf(path, sizeof path, "%s/plain.bin", et_experiment_path(experiment));
    const int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0666);
    plain(file, &loop[turn], &bytes);
    close(file);
    et_experiment_finish(experiment, NULL, NULL);
    et_experiment_free(experiment);
  }
  qsort(ours, TURNS, sizeof *ours, compare);
  qsort(loop, TURNS, sizeof *loop, compare);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("et_experiment_log_series     %6.1f ns a point\n", ours[TURNS / 2]);
  printf("plain C loop      %6.1f ns a point, %.1f bytes\n", loop[TURNS / 2], (double)bytes / POINTS);
  printf("speed of the loop %6.2f\n", loop[TURNS / 2] / ours[TURNS / 2]);
  printf("memory            %6.1f MB, of which %.1f are the values\n", (double)usage.ru_maxrss / 1024,
         (double)sizeof values / 1048576);
  return 0;
}
