/* data/target/targets.c - one or several target columns of a table; several are values. */
#include "data/target/target.h"
#include "kernel/transform/transform.h"

static gml_status refuse_classes(const gml_targets_reading *targets)
{
    return gml_fail(targets->context, GML_ERROR_ARGUMENT,
                    "%s: %zu targets can only be values; to learn classes, choose one target", targets->path,
                    targets->count);
}

/* Takes one column as values, and copies it to its place in every row. */
static gml_status take_values(const gml_targets_reading *targets, size_t index, gml_dataset *made)
{
    gml_dataset_options options = *targets->options;
    gml_dataset one = {.context = targets->context};
    options.task = GML_TASK_REGRESSION;
    gml_status status = targets->take(targets->user, index, &options, &one);
    if (status == GML_OK) {
        gml_write_column(targets->rows, one.targets.data, GML_F64, (double *)made->owned_targets.data + index,
                         targets->count);
    }
    gml_pile_clear(targets->context, &one.owned_targets);
    return status;
}

gml_status gml_targets_take(const gml_targets_reading *targets, gml_dataset *made)
{
    const gml_dataset_options *options = targets->options;
    const size_t count = targets->count, rows = targets->rows;
    size_t entries, bytes;
    if (count == 1) {
        return targets->take(targets->user, 0, options, made);
    }
    if (options->task == GML_TASK_CLASSIFICATION || options->classes > 0) {
        return refuse_classes(targets);
    }
    if (__builtin_mul_overflow(rows, count, &entries) || __builtin_mul_overflow(entries, sizeof(double), &bytes)) {
        return gml_fail(targets->context, GML_ERROR_MEMORY, "%s: more targets than can be counted", targets->path);
    }
    gml_status status = gml_pile_reserve(targets->context, &made->owned_targets, bytes, "the targets of a table");
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        status = take_values(targets, i, made);
    }
    if (status != GML_OK) {
        return status;
    }
    made->owned_targets.size = bytes;
    made->targets = gml_matrix_f64(made->owned_targets.data, rows, count);
    made->schema.task = GML_TASK_REGRESSION;
    made->schema.targets = count;
    made->task_reason =
        options->task == GML_TASK_AUTO ? gml_copy_string(targets->context, "several targets are values") : NULL;
    return options->task != GML_TASK_AUTO || made->task_reason != NULL ? GML_OK : GML_ERROR_MEMORY;
}
