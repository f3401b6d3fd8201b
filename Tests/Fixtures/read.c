/*
 * Reads a store: the listing of an increment as JSON on the first line, then all points of the
 * metrics that are asked for, one a line.
 *
 *   read PROJECT INCREMENT [EXPERIMENT METRIC]...
 */
#include <inttypes.h>
#include <stdio.h>

#include "experimenttracker.h"

#define CHECK(call)                                        \
  do {                                                     \
    if ((call) != ET_OK) {                                 \
      fprintf(stderr, "%s: %s\n", #call, et_last_error()); \
      return 1;                                            \
    }                                                      \
  } while (0)

int main(int argc, char **argv) {
  et_increment *increment = NULL;
  et_listing *listing = NULL;
  size_t entry;
  char *json = NULL;
  int place;

  if (argc < 3) return 2;
  CHECK(et_increment_open(argv[2], argv[1], &increment));
  CHECK(et_listing_open(increment, "{\"children\": true}", &listing));
  printf("[");
  for (entry = 0; entry < et_listing_count(listing); entry++) {
    CHECK(et_listing_read(listing, entry, &json));
    printf(entry ? ", %s" : "%s", json);
    et_string_free(json);
  }
  printf("]\n");
  et_listing_free(listing);

  for (place = 3; place + 1 < argc; place += 2) {
    et_experiment *experiment = NULL;
    et_history *history = NULL;
    size_t count, index;

    CHECK(et_experiment_open(increment, argv[place], &experiment));
    CHECK(et_history_open(experiment, argv[place + 1], &history));
    count = et_history_count(history);
    for (index = 0; index < count; index++)
      printf("%s\t%s\t%" PRId64 "\t%.17g\n", argv[place], argv[place + 1],
             et_history_steps(history)[index], et_history_values(history)[index]);
    et_history_free(history);
    et_experiment_free(experiment);
  }
  et_increment_free(increment);
  return 0;
}
