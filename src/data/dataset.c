/* data/dataset.c - making datasets over matrices, and their accessors. */
#include "data/dataset.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "base/view.h"
#include "kernel/data/entry.h"

/* ---- making ---- */

/* Releases what a dataset owns, but not the structure itself. */
static void clear(gml_dataset *dataset)
{
    gml_context *context = dataset->context;
    if (!dataset->borrowed) {
        gml_schema_clear(context, &dataset->schema);
        gml_origin_clear(context, &dataset->origin);
    }
    gml_release(context, dataset->owned_chosen, dataset->owned_chosen_size, 1);
    gml_pile_clear(context, &dataset->owned_inputs);
    gml_pile_clear(context, &dataset->owned_targets);
    gml_pile_clear(context, &dataset->owned_weights);
    gml_pile_clear(context, &dataset->owned_groups);
    gml_mapping_close(context, &dataset->mapping);
    gml_pile_clear(context, &dataset->notes);
    gml_release_string(context, dataset->task_reason);
}

gml_status gml_dataset_adopt(gml_status status, gml_dataset *contents, gml_dataset **dataset)
{
    gml_dataset *made = status == GML_OK ? gml_allocate(contents->context, 1, sizeof *made, "a dataset") : NULL;
    if (made == NULL) {
        clear(contents);
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    *made = *contents;
    *dataset = made;
    return GML_OK;
}

void gml_dataset_destroy(gml_dataset *dataset)
{
    if (dataset != NULL) {
        clear(dataset);
        gml_release(dataset->context, dataset, 1, sizeof *dataset);
    }
}

static gml_status check_view(gml_context *context, gml_matrix m, const char *what)
{
    if (m.data == NULL || gml_dtype_size(m.dtype) == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s", what,
                        m.data == NULL ? "there is no matrix" : "the dtype is none of f32, f64 and u8");
    }
    if (m.rows == 0 || m.cols == 0) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: %zu x %zu; at least one row and one column are needed", what,
                        m.rows, m.cols);
    }
    if (m.stride < m.cols || gml_view_overflows(m)) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: %zu x %zu with rows %zu entries apart cannot lie in memory",
                        what, m.rows, m.cols, m.stride);
    }
    return GML_OK;
}

/* Class numbers are whole and not below 0; the number of classes is the greatest plus 1. */
static gml_status count_classes(gml_context *context, gml_matrix targets, bool masked, size_t *classes)
{
    double greatest = 0.0;
    for (size_t i = 0; i < targets.rows; i++) {
        double number = gml_entry_at(targets.dtype, targets.data, i * targets.stride);
        if (masked && isnan(number)) {
            continue;
        }
        if (!(number >= 0.0 && number < GML_MAX_CLASSES && floor(number) == number)) {
            return gml_fail(context, GML_ERROR_DATA, "targets: row %zu holds %g; a class number is whole, from 0 to %d",
                            i + 1, number, GML_MAX_CLASSES - 1);
        }
        greatest = number > greatest ? number : greatest;
    }
    *classes = (size_t)greatest + 1;
    return GML_OK;
}

static gml_status check_targets(gml_context *context, const gml_dataset_parts *parts, gml_schema *schema)
{
    gml_matrix inputs = parts->inputs, targets = parts->targets;
    gml_task task = parts->task;
    gml_status status = check_view(context, targets, "targets");
    if (status != GML_OK) {
        return status;
    }
    if (targets.rows != inputs.rows) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu rows of inputs, but %zu of targets", inputs.rows, targets.rows);
    }
    if (task == GML_TASK_AUTO) {
        task = targets.dtype == GML_U8 && targets.cols == 1 ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION;
    }
    schema->task = task;
    schema->targets = targets.cols;
    if (task == GML_TASK_REGRESSION) {
        return GML_OK;
    }
    if (targets.cols != 1) {
        return gml_fail(context, GML_ERROR_SHAPE, "targets: %zu columns; class numbers stand in one", targets.cols);
    }
    return count_classes(context, targets, parts->missing_targets != 0, &schema->classes);
}

gml_status gml_weights_check(gml_context *context, const char *path, gml_matrix weights, size_t count)
{
    if (weights.data == NULL || weights.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "weights: a matrix of f64 is needed");
    }
    if (weights.rows != count || weights.cols != 1 || weights.stride != 1) {
        return gml_fail(context, GML_ERROR_SHAPE, "weights: [%zu x %zu] was given, and there are %zu samples",
                        weights.rows, weights.cols, count);
    }
    const double *weight = weights.data;
    const char *before = path != NULL ? path : "", *between = path != NULL ? ": " : "";
    double greatest = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(weight[i]) || weight[i] < 0) {
            return gml_fail(context, GML_ERROR_DATA, "%s%sweights: row %zu is %g; a finite number from 0 up is needed",
                            before, between, i + 1, weight[i]);
        }
        greatest = weight[i] > greatest ? weight[i] : greatest;
        sum += weight[i];
    }
    if (!isfinite(sum)) {
        return gml_fail(context, GML_ERROR_DATA, "%s%sweights: their sum is not finite; the greatest is %g", before,
                        between, greatest);
    }
    return greatest > 0
               ? GML_OK
               : gml_fail(context, GML_ERROR_DATA, "%s%sweights: all are 0, and no sample counts", before, between);
}

gml_status gml_dataset_create(gml_context *context, const gml_dataset_parts *parts, gml_dataset **dataset)
{
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"parts", parts}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if ((unsigned)parts->task > GML_TASK_CLASSIFICATION) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the task %d is none", (int)parts->task);
    }
    gml_dataset made = {
        .context = context, .inputs = parts->inputs, .targets = parts->targets, .size = parts->inputs.rows};
    made.weights = parts->weights.data;
    made.masked = parts->missing_targets != 0;
    made.schema.features = parts->inputs.cols;
    status = check_view(context, parts->inputs, "inputs");
    if (status == GML_OK && parts->targets.data != NULL) {
        status = check_targets(context, parts, &made.schema);
    }
    if (status == GML_OK && parts->weights.data != NULL) {
        status = gml_weights_check(context, NULL, parts->weights, made.size);
    }
    if (status == GML_OK && parts->columns != NULL) {
        status = gml_columns_check(context, parts->columns, parts->inputs);
    }
    if (status == GML_OK) {
        status = gml_columns_copy(context, parts->columns, parts->inputs.cols, &made.schema.columns);
    }
    return gml_dataset_adopt(status, &made, dataset);
}

gml_status gml_dataset_from_matrices(gml_context *context, gml_matrix inputs, gml_matrix targets, gml_task task,
                                     gml_dataset **dataset)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const gml_dataset_parts parts = {.inputs = inputs, .targets = targets, .task = task};
    return gml_dataset_create(context, &parts, dataset);
}

/* ---- accessors ---- */

gml_context *gml_dataset_context(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->context : NULL;
}

size_t gml_dataset_size(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->size : 0;
}

size_t gml_dataset_features(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->schema.features : 0;
}

size_t gml_dataset_targets(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->schema.targets : 0;
}

size_t gml_dataset_classes(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->schema.classes : 0;
}

gml_dtype gml_dataset_dtype(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->inputs.dtype : GML_F32;
}

gml_task gml_dataset_task(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->schema.task : GML_TASK_AUTO;
}

size_t gml_dataset_groups(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->group_count : 0;
}

static const char *name_at(char **names, size_t count, size_t index)
{
    return names != NULL && index < count ? names[index] : NULL;
}

const char *gml_dataset_feature_name(const gml_dataset *dataset, size_t index)
{
    return dataset != NULL ? name_at(dataset->schema.feature_names, dataset->schema.features, index) : NULL;
}

const char *gml_dataset_class_name(const gml_dataset *dataset, size_t index)
{
    return dataset != NULL ? name_at(dataset->schema.class_names, dataset->schema.classes, index) : NULL;
}

const char *gml_dataset_target_name(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->schema.target_name : NULL;
}

const char *gml_dataset_target_name_at(const gml_dataset *dataset, size_t index)
{
    return dataset != NULL ? gml_schema_target_name(&dataset->schema, index) : NULL;
}

gml_status gml_dataset_add_note(gml_dataset *dataset, const char *format, ...)
{
    char text[GML_NOTE_SIZE];
    va_list values;
    va_start(values, format);
    gml_text_format(text, sizeof text, format, values);
    va_end(values);
    return gml_pile_push(dataset->context, &dataset->notes, text, strlen(text) + 1, "a note about the data");
}

const char *gml_dataset_note(const gml_dataset *dataset, size_t index)
{
    const char *note = dataset != NULL ? dataset->notes.data : NULL;
    const char *end = note != NULL ? note + dataset->notes.size : NULL;
    for (; note != end && index > 0; index--) {
        note += strlen(note) + 1;
    }
    return note != end ? note : NULL;
}

const char *gml_dataset_task_reason(const gml_dataset *dataset)
{
    return dataset != NULL ? dataset->task_reason : NULL;
}

gml_status gml_dataset_column(const gml_dataset *dataset, size_t index, gml_column *column)
{
    gml_status status = gml_refuse_null(gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"dataset", dataset}, {"column", column}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (index >= dataset->schema.features) {
        return gml_fail(dataset->context, GML_ERROR_ARGUMENT, "column %zu of a dataset of %zu", index,
                        dataset->schema.features);
    }
    *column = gml_schema_column(&dataset->schema, index);
    return GML_OK;
}

void gml_dataset_place(const gml_dataset *dataset, size_t sample, char text[GML_ORIGIN_SIZE])
{
    gml_origin_print(&dataset->origin, gml_dataset_row(dataset, sample), text);
}

double gml_dataset_target_of(const gml_dataset *dataset, size_t sample)
{
    const gml_matrix *m = &dataset->targets;
    return gml_entry_at(m->dtype, m->data, gml_dataset_row(dataset, sample) * m->stride);
}
