/*
 * Looks through a project: its increments, the experiments that fulfil a condition, the best one,
 * and who made and used its files.
 *
 *   cc examples/c/best.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/best && build/best
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

static void print_uses(const et_increment *increment, const char *sha256) {
  char *json = NULL;
  et_document *document = NULL;
  const et_node *uses;
  size_t i;

  CHECK(et_artifact_find(increment, sha256, &json));
  CHECK(et_document_parse(json, &document));
  et_string_free(json);
  uses = et_document_root(document);
  for (i = 0; i < uses->count; i++)
    printf("  %s by %s\n", et_node_get(uses->items[i], "relation")->text,
           et_node_get(uses->items[i], "name")->text);
  et_document_free(document);
}

int main(void) {
  et_project *project = NULL;
  et_increment *increment = NULL;
  et_listing *listing = NULL;
  et_comparison *comparison = NULL;
  et_snapshot *snapshot = NULL;
  double value, dt;
  size_t i, place;

  CHECK(et_project_open(NULL, &project));
  for (i = 0; i < project->increment_count; i++)
    printf("increment %s: %s\n", project->increments[i]->key, project->increments[i]->name);
  et_project_free(project);

  CHECK(et_increment_open(NULL, NULL, &increment));
  CHECK(et_listing_open(increment, "{\"where\": \"status = 'completed'\", \"children\": true}",
                        &listing));
  for (i = 0; i < et_listing_count(listing); i++) {
    CHECK(et_listing_snapshot(listing, i, &snapshot));
    if (et_snapshot_param_double(snapshot, "dt", &dt) == ET_OK)
      printf("%s: dt %g\n", snapshot->folder, dt);
    else
      printf("%s: %s\n", snapshot->folder, et_last_error());
    for (place = 0; place < snapshot->artifact_count; place++)
      print_uses(increment, snapshot->artifacts[place]->sha256);
    et_snapshot_free(snapshot);
  }
  et_listing_free(listing);

  CHECK(et_increment_compare(increment, "{\"children\": true, \"write\": false}", &comparison));
  if (et_comparison_best(comparison, &place, &value) == ET_OK) {
    CHECK(et_comparison_snapshot(comparison, place, &snapshot));
    printf("best of %d: %s, %s %g\n", (int)et_comparison_count(comparison), snapshot->folder,
           et_comparison_metric(comparison), value);
    et_snapshot_free(snapshot);
  }
  et_comparison_free(comparison);
  et_increment_free(increment);
  return EXIT_SUCCESS;
}
