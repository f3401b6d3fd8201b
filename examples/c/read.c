/*
 * Reads an experiment, whatever language wrote it: its parameters, metrics, tags, notes and files,
 * and every value of one metric.
 *
 *   cc examples/c/read.c -Iinclude -Lbuild/lib -Wl,-rpath,$PWD/build/lib -lexperimenttracker \
 *     -o build/read && build/read oscillator-c energy 20
 */
#include <inttypes.h>
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

static void print_value(const et_node *node) {
  size_t i;
  switch (node->type) {
    case ET_BOOL: printf("%s", node->integer ? "true" : "false"); break;
    case ET_INT: printf("%" PRId64, node->integer); break;
    case ET_DOUBLE: printf("%.17g", node->number); break;
    case ET_BIGINT:
    case ET_TEXT: printf("%s", node->text); break;
    case ET_LIST:
    case ET_MAP:
      printf(node->type == ET_MAP ? "{" : "[");
      for (i = 0; i < node->count; i++) {
        if (i) printf(", ");
        if (node->items[i]->key) printf("%s: ", node->items[i]->key);
        print_value(node->items[i]);
      }
      printf(node->type == ET_MAP ? "}" : "]");
      break;
    default: printf("null");
  }
}

int main(int argc, char **argv) {
  et_experiment *experiment = NULL;
  et_snapshot *snapshot = NULL;
  et_history *history = NULL, *all = NULL;
  const int64_t *steps;
  const double *values;
  size_t i;

  if (argc != 3 && argc != 4) {
    fprintf(stderr, "usage: %s EXPERIMENT METRIC [POINTS]\n", argv[0]);
    return 2;
  }

  CHECK(et_experiment_open(NULL, argv[1], &experiment));
  CHECK(et_experiment_snapshot(experiment, &snapshot));
  printf("%s (%s) in %s: %s\n", snapshot->name, snapshot->label, snapshot->increment,
         snapshot->status);
  for (i = 0; i < snapshot->param_count; i++) {
    printf("param %s = ", snapshot->params[i]->key);
    print_value(snapshot->params[i]);
    printf("\n");
  }
  for (i = 0; i < snapshot->metric_count; i++)
    printf("metric %s: last %.17g, min %.17g at %" PRId64 ", max %.17g at %" PRId64
           ", mean %.17g of %" PRIu64 "\n",
           snapshot->metrics[i]->key, snapshot->metrics[i]->last, snapshot->metrics[i]->minimum,
           snapshot->metrics[i]->minimum_step, snapshot->metrics[i]->maximum,
           snapshot->metrics[i]->maximum_step, snapshot->metrics[i]->mean,
           snapshot->metrics[i]->count);
  for (i = 0; i < snapshot->tag_count; i++) printf("tag %s\n", snapshot->tags[i]);
  for (i = 0; i < snapshot->note_count; i++) printf("note %s\n", snapshot->notes[i]->text);
  for (i = 0; i < snapshot->artifact_count; i++)
    printf("artifact %s (%" PRIu64 " bytes): %s\n", snapshot->artifacts[i]->path,
           snapshot->artifacts[i]->size, snapshot->artifacts[i]->file);

  CHECK(et_history_open(experiment, argv[2], &history));
  if (argc == 4) {
    /* As many points as a chart needs, the smallest and the largest among them. */
    all = history;
    CHECK(et_history_sample(all, strtoul(argv[3], NULL, 10), &history));
    et_history_free(all);
  }
  steps = et_history_steps(history);
  values = et_history_values(history);
  for (i = 0; i < et_history_count(history); i++)
    printf("%" PRId64 " %.17g\n", steps[i], values[i]);

  et_history_free(history);
  et_snapshot_free(snapshot);
  et_experiment_free(experiment);
  return EXIT_SUCCESS;
}
