/*
 * Does with the library what programs do, for valgrind to look on, and ends with 0.
 *
 *     program          releases all that it got
 *     program handle   loses a handle
 *     program text     loses a text
 */
#include "experimenttracker.h"

#include <stdio.h>
#include <string.h>

enum { POINTS = 2000 };

static int failed(const char *what) {
  fprintf(stderr, "%s: %s\n", what, et_last_error());
  return 1;
}

static int log_all(et_experiment *experiment) {
  static const char *const keys[] = {"train/loss", "test/loss"};
  const double values[] = {0.5, 0.25}, edges[] = {0, 1, 2}, counts[] = {3, 4};
  for (int point = 0; point < POINTS; point++)
    if (et_experiment_log_metric(experiment, "loss", 1.0 / (point + 1), ET_AUTO_STEP))
      return failed("log_metric");
  if (et_experiment_log_metrics(experiment, keys, values, 2, ET_AUTO_STEP) ||
      et_experiment_log_series(experiment, "series", values, NULL, NULL, 2) ||
      et_experiment_log_histogram(experiment, "weights", edges, counts, 2, 0, ET_NOW) ||
      et_experiment_log_text(experiment, "text", "# text", 0, ET_NOW) ||
      et_experiment_log_params(experiment, "{\"rate\": 0.1, \"model\": {\"depth\": 6}}") ||
      et_experiment_log_note(experiment, "a note") || et_experiment_add_tag(experiment, "tag") ||
      et_experiment_flush(experiment, 0))
    return failed("logging");
  return 0;
}

static int read_all(et_increment *increment, et_experiment *experiment) {
  char *text = NULL;
  et_listing *listing = NULL;
  et_history *history = NULL;
  if (et_experiment_read(experiment, &text)) return failed("read");
  et_string_free(text);
  if (et_history_open(experiment, "loss", &history)) return failed("history");
  et_history_free(history);
  if (et_listing_open(increment, NULL, &listing) || et_listing_text(listing, NULL, 80, &text))
    return failed("listing");
  et_string_free(text);
  et_listing_free(listing);
  et_experiment *none = NULL;
  if (et_experiment_open(increment, "nothing", &none) != ET_ENOEXPERIMENT) return failed("open");
  return 0;
}

int main(int count, char **arguments) {
  const char *loses = count > 1 ? arguments[1] : "";
  et_increment *increment = NULL;
  et_experiment *experiment = NULL;
  if (et_increment_ensure(NULL, NULL, &increment) ||
      et_experiment_start(increment, "observed", "{\"writes\": \"buffered\"}", &experiment))
    return failed("start");
  if (log_all(experiment) || et_experiment_finish(experiment, ET_COMPLETED, NULL) ||
      read_all(increment, experiment))
    return 1;
  if (!strcmp(loses, "text")) {
    char *text = NULL;
    if (et_experiment_read(experiment, &text)) return failed("read");
    text = NULL;
  }
  et_experiment_free(experiment);
  if (!strcmp(loses, "handle")) {
    if (et_experiment_open(increment, "observed", &experiment)) return failed("open");
    experiment = NULL;
  }
  et_increment_free(increment);
  return 0;
}
