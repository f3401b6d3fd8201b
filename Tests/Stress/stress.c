/*
 * The stress test's program in C; python/tests/stress/plan.py says what its calls are.
 *
 *   stress write NAME FIRST LAST END PACE SYNC   makes the calls FIRST to LAST - 1, and writes a
 *                                                letter to its output after each that has returned,
 *                                                or `-` if the record is in memory only
 *   stress read NAME METRIC...                   prints what is there; ends with 5 if nothing is
 *
 * END is what comes after the last call: `finish`, `die` or `wait`. PACE is `MICROSECONDS/EVERY`: a
 * pause after every so many calls.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experimenttracker.h"

static int waits;

static void check(int status) {
  if (status == ET_DEFERRED) waits = 1;
  if (status == ET_OK || status == ET_DEFERRED) return;
  fprintf(stderr, "%s: %s\n", et_error_name(status), et_last_error());
  exit(status == ET_ENOEXPERIMENT ? 5 : 3);
}

static void say(char letter) {
  if (waits) letter = '-';
  waits = 0;
  if (write(1, &letter, 1) != 1) exit(4);
}

static char call(et_experiment *experiment, int64_t number) {
  char text[32];
  const double value = (double)number;
  switch (number % 64) {
    case 13:
      snprintf(text, sizeof text, "p%" PRId64, number);
      check(et_experiment_log_param_int(experiment, text, number));
      return 'p';
    case 21:
      snprintf(text, sizeof text, "note %" PRId64, number);
      check(et_experiment_log_note(experiment, text));
      return 'n';
    case 29:
      snprintf(text, sizeof text, "tag %" PRId64, number);
      check(et_experiment_add_tag(experiment, text));
      return 't';
    case 37:
      check(et_experiment_set_status(experiment, ET_FAILED, NULL));
      return 'f';
    case 45:
      check(et_experiment_set_status(experiment, ET_RUNNING, NULL));
      return 'r';
    case 53: {
      double values[10];
      int64_t steps[10];
      int place;
      for (place = 0; place < 10; place++) {
        values[place] = (value + place) / 7;
        steps[place] = number * 10 + place;
      }
      check(et_experiment_log_series(experiment, "series", values, steps, NULL, 10));
      return 's';
    }
    case 61:
      if (et_experiment_flush(experiment, 0)) waits = 1;
      return 'F';
  }
  if (number % 3 == 0) {
    const char *keys[] = {"a", "b"};
    const double values[] = {value / 3, value / 9};
    check(et_experiment_log_metrics(experiment, keys, values, 2, number));
    return 'g';
  }
  check(et_experiment_log_metric(experiment, "loss", value / 7, number));
  return 'l';
}

static int write_calls(char **arguments) {
  const int64_t first = atoll(arguments[1]), last = atoll(arguments[2]);
  const int quoted = arguments[5][0] > '9';
  long pause_length = 0, every = 1;
  char options[128];
  et_experiment *experiment = NULL;
  int64_t number;

  sscanf(arguments[4], "%ld/%ld", &pause_length, &every);
  snprintf(options, sizeof options, "{\"resume\": \"allow\", \"capture\": false, \"sync\": %s%s%s}",
           quoted ? "\"" : "", arguments[5], quoted ? "\"" : "");
  check(et_experiment_start(NULL, arguments[0], options, &experiment));
  say('S');
  for (number = first; number < last; number++) {
    say(call(experiment, number));
    if (pause_length && number % every == 0) usleep((useconds_t)pause_length);
  }
  if (!strcmp(arguments[3], "die")) raise(SIGKILL);
  if (!strcmp(arguments[3], "wait")) pause();
  check(et_experiment_finish(experiment, ET_COMPLETED, NULL));
  say('E');
  et_experiment_free(experiment);
  return 0;
}

static uint32_t checksum(uint32_t sum, const void *bytes, size_t count) {
  const unsigned char *byte = bytes;
  int bit;
  for (sum = ~sum; count > 0; count--)
    for (sum ^= *byte++, bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (0xEDB88320u & (0u - (sum & 1)));
  return ~sum;
}

static int read_back(char **arguments) {
  et_experiment *experiment = NULL;
  char *json = NULL;

  check(et_experiment_open(NULL, arguments[0], &experiment));
  check(et_experiment_read(experiment, &json));
  printf("json %s\n", json);
  et_string_free(json);
  while (*++arguments) {
    et_history *history = NULL;
    const int status = et_history_open(experiment, *arguments, &history);
    size_t count;
    if (status == ET_ENOTFOUND) continue;
    check(status);
    count = et_history_count(history);
    printf("metric %s %zu %" PRIu32 "\n", *arguments, count,
           checksum(checksum(0, et_history_steps(history), 8 * count), et_history_values(history),
                    8 * count));
    et_history_free(history);
  }
  et_experiment_free(experiment);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 8 && !strcmp(argv[1], "write")) return write_calls(argv + 2);
  if (argc > 3 && !strcmp(argv[1], "read")) return read_back(argv + 2);
  return 2;
}
