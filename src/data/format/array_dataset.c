/* data/format/array_dataset.c - inputs, targets, weights and groups from arrays of numbers. */
#include "data/format/array_dataset.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/csv/csv_columns.h"
#include "data/target/lone_target.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"

/* A column of an array. */
typedef struct column {
    const gml_array *array;
    size_t index;
} column;

/* ---- one column ---- */

static gml_status take_target(const gml_source *source, column from, const gml_dataset_options *options,
                              gml_dataset *made)
{
    char code[24];
    gml_cells cells = {0};
    gml_status status = gml_lone_target_begin(source->context, source->path, from.index, &cells);
    for (size_t row = 0; status == GML_OK && row < from.array->rows; row++) {
        status = gml_array_is_code(from.array, row, from.index, code)
                     ? gml_lone_target_add_text(&cells, 0, code, strlen(code))
                     : gml_lone_target_add_number(&cells, gml_array_number(from.array, row, from.index));
    }
    if (status == GML_OK) {
        status = gml_target_take(&cells, 0, options, made);
    }
    gml_cells_clear(&cells);
    return status;
}

static gml_status take_weights(const gml_source *source, column from, gml_dataset *made)
{
    gml_status status = GML_OK;
    for (size_t row = 0; status == GML_OK && row < from.array->rows; row++) {
        const double weight = gml_array_number(from.array, row, from.index);
        status = gml_pile_push(source->context, &made->owned_weights, &weight, sizeof weight, "the sample weights");
    }
    if (status != GML_OK) {
        return status;
    }
    made->weights = made->owned_weights.data;
    return gml_weights_check(source->context, source->path, gml_matrix_f64(made->weights, from.array->rows, 1),
                             from.array->rows);
}

/* Numbers the groups: equal numbers are one group. */
static gml_status number_groups(const gml_source *source, column from, gml_labels *groups, gml_dataset *made)
{
    gml_status status = GML_OK;
    char code[24];
    size_t label = 0;
    for (size_t row = 0; status == GML_OK && row < from.array->rows; row++) {
        const double number = gml_array_number(from.array, row, from.index) + 0.0; /* -0 is 0 */
        if (isnan(number)) {
            return gml_fail(source->context, GML_ERROR_DATA, "%s: sample %zu, column %zu: nan is not a group",
                            source->path, row + 1, from.index + 1);
        }
        status = gml_array_is_code(from.array, row, from.index, code)
                     ? gml_labels_add(source->context, groups, code, strlen(code), &label)
                     : gml_labels_add(source->context, groups, &number, sizeof number, &label);
        const uint32_t group = (uint32_t)label;
        if (status == GML_OK) {
            status = gml_pile_push(source->context, &made->owned_groups, &group, sizeof group, "the groups");
        }
    }
    return status;
}

static gml_status take_groups(const gml_source *source, column from, gml_dataset *made)
{
    gml_labels groups = {0};
    gml_status status = number_groups(source, from, &groups, made);
    made->groups = made->owned_groups.data;
    made->group_count = groups.count;
    gml_labels_clear(source->context, &groups);
    return status;
}

/* ---- inputs and values ---- */

/* Refuses the first number that is infinite, or NaN unless it stands for a missing value; counts these. */
static gml_status check_finite(const gml_source *source, gml_matrix m, bool missing, const char *what,
                               size_t *count_missing)
{
    *count_missing = 0;
    if (m.dtype == GML_U8) {
        return GML_OK;
    }
    const gml_kernels *kernels = source->context->kernels[m.dtype];
    const char *data = m.data;
    const size_t count = m.rows * m.cols, size = gml_dtype_size(m.dtype);
    for (size_t at = 0; at < count; at++) {
        at += kernels->data->first_nonfinite(count - at, data + at * size);
        const double number = at < count ? gml_entry_at(m.dtype, m.data, at) : 0;
        if (isinf(number) || (isnan(number) && !missing)) {
            return gml_fail(source->context, GML_ERROR_DATA, "%s: sample %zu, %s %zu: %s is not a finite number",
                            source->path, at / m.cols + 1, what, at % m.cols + 1,
                            isnan(number)  ? "nan"
                            : number < 0.0 ? "-inf"
                                           : "inf");
        }
        *count_missing += at < count;
    }
    return GML_OK;
}

static gml_status check_inputs(const gml_source *source, size_t count)
{
    const size_t expected = source->options->features;
    return expected == 0 || expected == count
               ? GML_OK
               : gml_fail(source->context, GML_ERROR_SHAPE, "%s: has %zu input%s; %zu are expected", source->path,
                          count, count == 1 ? "" : "s", expected);
}

/* Numbers of which some are missing are columns of numbers. */
static gml_status note_missing(gml_dataset *made, size_t missing)
{
    const size_t features = made->schema.features;
    made->schema.columns = gml_allocate(made->context, features, sizeof *made->schema.columns, "columns");
    if (made->schema.columns == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < features; i++) {
        made->schema.columns[i] = (gml_column){.kind = GML_COLUMN_NUMBER};
    }
    return gml_dataset_add_note(made, "%zu number%s missing among the inputs", missing, missing == 1 ? " is" : "s are");
}

static gml_status take_inputs(const gml_source *source, gml_array *array, gml_dataset *made)
{
    const gml_dataset_options *options = source->options;
    gml_context *context = source->context;
    gml_status status = check_inputs(source, array->cols);
    if (status != GML_OK) {
        return status;
    }
    made->size = array->rows;
    made->schema.features = array->cols;
    made->origin.path = gml_copy_string(context, source->path);
    status = made->origin.path != NULL ? gml_array_to_matrix(context, array, &made->owned_inputs, &made->inputs)
                                       : GML_ERROR_MEMORY;
    if (status != GML_OK || options->bad_inputs) {
        return status;
    }
    size_t missing = 0;
    const bool allowed = options->features == 0 || options->column_kinds != NULL;
    status = check_finite(source, made->inputs, allowed, "input", &missing);
    return status == GML_OK && missing > 0 ? note_missing(made, missing) : status;
}

/* Takes several columns of targets, which are values. */
static gml_status take_values(const gml_source *source, gml_array *array, gml_dataset *made)
{
    if (source->options->task == GML_TASK_CLASSIFICATION || source->options->classes > 0) {
        return gml_fail(source->context, GML_ERROR_DATA,
                        "%s: has %zu columns of targets; the class of a sample is one number", source->path,
                        array->cols);
    }
    made->schema.task = GML_TASK_REGRESSION;
    made->schema.targets = array->cols;
    gml_status status = gml_array_to_matrix(source->context, array, &made->owned_targets, &made->targets);
    size_t missing = 0;
    return status == GML_OK ? check_finite(source, made->targets, made->masked, "target", &missing) : status;
}

/* ---- one matrix ---- */

/* An array and the roles of its columns. */
typedef struct target_source {
    const gml_source *source;
    const gml_array *array;
    const gml_csv_columns *columns;
} target_source;

static gml_status take_target_column(void *user, size_t index, const gml_dataset_options *options, gml_dataset *made)
{
    const target_source *from = user;
    return take_target(from->source, (column){from->array, from->columns->targets[index]}, options, made);
}

static gml_status take_targets(const gml_source *source, const gml_array *array, const gml_csv_columns *columns,
                               gml_dataset *made)
{
    target_source from = {source, array, columns};
    const gml_targets_reading targets = {.context = source->context,
                                         .path = source->path,
                                         .options = source->options,
                                         .rows = array->rows,
                                         .count = columns->target_count,
                                         .take = take_target_column,
                                         .user = &from};
    return gml_targets_take(&targets, made);
}

/* Decides the roles of the columns. `columns` must be cleared, on failure too. */
static gml_status decide(const gml_source *source, const gml_array *array, gml_csv_columns *columns, gml_schema *schema)
{
    gml_context *context = source->context;
    gml_dataset_options options = *source->options;
    options.header = GML_CHOICE_NO;
    gml_csv_row unnamed = {.line = 1}, none = {.line = 0};
    gml_csv_decision decision = {.context = context,
                                 .path = source->path,
                                 .options = &options,
                                 .first = &unnamed,
                                 .second = &none,
                                 .columns = columns};
    gml_status status = GML_OK;
    if (array->cols == 1 && options.features == 0 && options.targets != GML_CHOICE_NO) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has one column, which leaves no inputs beside the target",
                        source->path);
    }
    for (size_t i = 0; status == GML_OK && i < array->cols; i++) {
        status = gml_csv_row_push(context, &unnamed, "", 0);
    }
    if (status == GML_OK) {
        status = gml_csv_columns_decide(&decision, schema);
    }
    gml_csv_row_clear(context, &unnamed);
    return status;
}

/* Marks the columns of inputs; null if there is no memory. */
static bool *mark_inputs(gml_context *context, const gml_csv_columns *columns)
{
    bool *kept = gml_allocate(context, columns->count, sizeof *kept, "columns of an array");
    for (size_t i = 0; kept != NULL && i < columns->count; i++) {
        kept[i] = columns->inputs[i] != GML_CSV_NO_INPUT;
    }
    return kept;
}

static gml_status take_roles(const gml_source *source, gml_array *array, const gml_csv_columns *columns,
                             gml_dataset *made)
{
    const bool all = !columns->inputs_alone;
    gml_status status = GML_OK;
    if (all && columns->groups < columns->count && !source->options->groups_unread) {
        status = take_groups(source, (column){array, columns->groups}, made);
    }
    if (status == GML_OK && all && columns->weights < columns->count) {
        status = take_weights(source, (column){array, columns->weights}, made);
    }
    if (status == GML_OK && all && columns->target_count > 0) {
        status = take_targets(source, array, columns, made);
    }
    bool *kept = status == GML_OK ? mark_inputs(source->context, columns) : NULL;
    if (kept == NULL) {
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    gml_array_keep_columns(array, kept);
    gml_release(source->context, kept, columns->count, sizeof *kept);
    return take_inputs(source, array, made);
}

static gml_status check_columns(const gml_source *source, size_t count)
{
    enum { MOST_COLUMNS = 1 << 20 }; /* as in a CSV */
    return count <= MOST_COLUMNS
               ? GML_OK
               : gml_fail(source->context, GML_ERROR_DATA, "%s: has %zu columns; a table has at most %d", source->path,
                          count, MOST_COLUMNS);
}

static gml_status take_table(const gml_source *source, gml_array *array, gml_dataset *made)
{
    gml_csv_columns columns = {.count = 0};
    gml_status status = check_columns(source, array->cols);
    if (status != GML_OK) {
        return status;
    }
    status = decide(source, array, &columns, &made->schema);
    if (status == GML_OK) {
        status = take_roles(source, array, &columns, made);
    }
    gml_csv_columns_clear(source->context, &columns);
    return status;
}

/* Refuses roles that data without columns cannot have. */
static gml_status check_no_roles(const gml_source *source)
{
    const gml_dataset_options *options = source->options;
    if (options->targets == GML_CHOICE_YES || (options->features == 0 && options->target != NULL)) {
        return gml_fail(source->context, GML_ERROR_DATA,
                        "%s: an array of 3 or more dimensions has inputs alone; put it into an NPZ file as x, and the "
                        "targets as y",
                        source->path);
    }
    const bool weights = options->weights != NULL && !options->weights_optional && options->features == 0;
    const bool groups = options->groups != NULL && !options->groups_unread;
    return weights || groups
               ? gml_fail(source->context, GML_ERROR_ARGUMENT,
                          "%s: an array of 3 or more dimensions has no columns of weights or groups", source->path)
               : GML_OK;
}

gml_status gml_array_find_inputs(const gml_source *source, const gml_array *array, bool **kept, gml_schema *schema)
{
    const bool table = array->rank < 3;
    gml_csv_columns columns = {.count = 0};
    gml_status status = table ? check_columns(source, array->cols) : check_inputs(source, array->cols);
    if (status == GML_OK && table) {
        status = decide(source, array, &columns, schema);
    }
    if (status == GML_OK && table) {
        *kept = mark_inputs(source->context, &columns);
    } else if (status == GML_OK) {
        schema->features = array->cols;
        *kept = gml_allocate(source->context, array->cols, sizeof **kept, "columns of an array");
        if (*kept != NULL) {
            memset(*kept, true, array->cols * sizeof **kept);
        }
    }
    gml_csv_columns_clear(source->context, &columns);
    return status == GML_OK && *kept == NULL ? GML_ERROR_MEMORY : status;
}

gml_status gml_dataset_from_array(const gml_source *source, gml_array *array, gml_dataset *made)
{
    made->masked = made->schema.missing_targets = source->options->missing_targets != 0;
    if (array->rank < 3) {
        return take_table(source, array, made);
    }
    gml_status status = check_no_roles(source);
    return status == GML_OK ? take_inputs(source, array, made) : status;
}

/* ---- separate arrays ---- */

static gml_status check_rows(const gml_source *source, const gml_array *array, size_t rows, bool single,
                             const char *what)
{
    if (array->rows != 0 && array->rows != rows) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: %zu samples of inputs, but %zu of %s", source->path, rows,
                        array->rows, what);
    }
    return array->rows != 0 && single && array->cols != 1
               ? gml_fail(source->context, GML_ERROR_DATA, "%s: %s have %zu columns; one is expected", source->path,
                          what, array->cols)
               : GML_OK;
}

gml_status gml_dataset_from_arrays(const gml_source *source, gml_arrays *arrays, gml_dataset *made)
{
    const size_t rows = arrays->inputs.rows;
    made->masked = made->schema.missing_targets = source->options->missing_targets != 0;
    gml_status status = check_rows(source, &arrays->targets, rows, false, "targets");
    if (status == GML_OK) {
        status = check_rows(source, &arrays->weights, rows, true, "weights");
    }
    if (status == GML_OK) {
        status = check_rows(source, &arrays->groups, rows, true, "groups");
    }
    if (status == GML_OK) {
        status = take_inputs(source, &arrays->inputs, made);
    }
    if (status == GML_OK && arrays->groups.rows > 0) {
        status = take_groups(source, (column){&arrays->groups, 0}, made);
    }
    if (status == GML_OK && arrays->weights.rows > 0) {
        status = take_weights(source, (column){&arrays->weights, 0}, made);
    }
    if (status == GML_OK && arrays->targets.rows > 0) {
        status = arrays->targets.cols > 1 ? take_values(source, &arrays->targets, made)
                                          : take_target(source, (column){&arrays->targets, 0}, source->options, made);
    }
    return status;
}

void gml_arrays_clear(gml_context *context, gml_arrays *arrays)
{
    gml_array_clear(context, &arrays->inputs);
    gml_array_clear(context, &arrays->targets);
    gml_array_clear(context, &arrays->weights);
    gml_array_clear(context, &arrays->groups);
}
