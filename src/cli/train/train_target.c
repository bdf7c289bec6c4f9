/* cli/train/train_target.c - the detected kind of target, for the report. */
#include <math.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/train/train.h"

enum { CHUNK = 1024 };

gml_status visit_targets(const gml_dataset *data, bool (*visit)(double target, void *user), void *user)
{
    double targets[CHUNK];
    size_t order[CHUNK];
    const size_t size = gml_dataset_size(data);
    bool more = true;
    gml_status status = GML_OK;
    for (size_t first = 0; first < size && more && status == GML_OK; first += CHUNK) {
        const size_t count = size - first < CHUNK ? size - first : CHUNK;
        for (size_t i = 0; i < count; i++) {
            order[i] = first + i;
        }
        status = gml_dataset_gather(data, order, count, gml_matrix_none(), gml_matrix_f64(targets, count, 1));
        for (size_t i = 0; i < count && more && status == GML_OK; i++) {
            more = isnan(targets[i]) || visit(targets[i], user);
        }
    }
    return status;
}

typedef struct distinct_numbers {
    double number[DISTINCT_TARGETS + 1]; /* ascending */
    size_t count;
} distinct_numbers;

/* Adds a number that is new. Returns false when there is no more room. */
static bool add_number(double number, void *user)
{
    distinct_numbers *found = user;
    size_t low = 0, high = found->count;
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (found->number[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == found->count || found->number[low] != number) {
        memmove(found->number + low + 1, found->number + low, (found->count - low) * sizeof(double));
        found->number[low] = number;
        found->count++;
    }
    return found->count <= DISTINCT_TARGETS;
}

static size_t count_distinct(const gml_dataset *data)
{
    distinct_numbers found = {.count = 0};
    visit_targets(data, add_number, &found);
    return found.count;
}

train_target train_target_of(const gml_dataset *data)
{
    const size_t classes = gml_dataset_classes(data), targets = gml_dataset_targets(data);
    return (train_target){.task = gml_dataset_task(data),
                          .name = gml_dataset_feature_name(data, 0) != NULL ? gml_dataset_target_name(data) : NULL,
                          .count = targets,
                          .distinct = classes > 0    ? classes
                                      : targets == 1 ? count_distinct(data)
                                                     : DISTINCT_TARGETS + 1};
}

void print_train_target(FILE *stream, const train_target *target)
{
    const bool classes = target->task == GML_TASK_CLASSIFICATION,
               many = !classes && target->distinct > DISTINCT_TARGETS;
    fprintf(stream, "%-12s%s (", "task", classes ? "classification" : "regression");
    print_text(stream, target->name != NULL ? target->name : "", 0);
    fputs(target->name != NULL ? ": " : "", stream);
    if (target->count > 1) {
        fprintf(stream, "%zu targets)\n", target->count);
        return;
    }
    fprintf(stream, "%s%zu %s)\n", many ? "more than " : "", many ? DISTINCT_TARGETS : target->distinct,
            classes                 ? "classes"
            : target->distinct == 1 ? "distinct number"
                                    : "distinct numbers");
}
