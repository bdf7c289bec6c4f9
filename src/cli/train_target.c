/* cli/train_target.c - the detected kind of target, for the report. */
#include <math.h>
#include <string.h>

#include "escape.h"
#include "report.h"
#include "train.h"

enum { CHUNK = 1024 };

/* Adds a number to the sorted list `found`, which ends at DISTINCT_TARGETS + 1 numbers. */
static void count_number(double number, double *found, size_t *count)
{
    size_t low = 0, high = *count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (found[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (*count > DISTINCT_TARGETS || (low < *count && found[low] == number)) {
        return;
    }
    memmove(found + low + 1, found + low, (*count - low) * sizeof *found);
    found[low] = number;
    ++*count;
}

static size_t count_distinct(const gml_dataset *data)
{
    double found[DISTINCT_TARGETS + 1], targets[CHUNK];
    size_t order[CHUNK], distinct = 0;
    const size_t size = gml_dataset_size(data);
    for (size_t first = 0; first < size && distinct <= DISTINCT_TARGETS; first += CHUNK) {
        const size_t count = size - first < CHUNK ? size - first : CHUNK;
        for (size_t i = 0; i < count; i++) {
            order[i] = first + i;
        }
        gml_dataset_gather(data, order, count, gml_matrix_none(), gml_matrix_f64(targets, count, 1));
        for (size_t i = 0; i < count; i++) {
            if (!isnan(targets[i])) {
                count_number(targets[i], found, &distinct);
            }
        }
    }
    return distinct;
}

train_target train_target_of(const gml_dataset *data)
{
    const size_t classes = gml_dataset_classes(data);
    return (train_target){.task = gml_dataset_task(data),
                          .name = gml_dataset_feature_name(data, 0) != NULL ? gml_dataset_target_name(data) : NULL,
                          .distinct = classes > 0 ? classes : count_distinct(data)};
}

void print_train_target(FILE *stream, const train_target *target)
{
    const bool classes = target->task == GML_TASK_CLASSIFICATION,
               many = !classes && target->distinct > DISTINCT_TARGETS;
    fprintf(stream, "%-12s%s (", "task", classes ? "classification" : "regression");
    print_text(stream, target->name != NULL ? target->name : "", 0);
    fprintf(stream, "%s%s%zu %s)\n", target->name != NULL ? ": " : "", many ? "more than " : "",
            many ? DISTINCT_TARGETS : target->distinct,
            classes                 ? "classes"
            : target->distinct == 1 ? "distinct number"
                                    : "distinct numbers");
}
