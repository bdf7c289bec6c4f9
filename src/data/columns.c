/* data/columns.c - columns of several kinds: their check, copies and releases. */
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "data/schema.h"
#include "kernel/data/entry.h"

static gml_status check_levels(gml_context *context, const gml_column *column, size_t index)
{
    if ((unsigned)column->kind > GML_COLUMN_DATE) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: the kind %d is none", index + 1, (int)column->kind);
    }
    if (column->kind != GML_COLUMN_CATEGORY) {
        return column->level_count == 0
                   ? GML_OK
                   : gml_fail(context, GML_ERROR_ARGUMENT, "column %zu is no category and has %zu levels", index + 1,
                              column->level_count);
    }
    if (column->levels == NULL || column->level_count == 0 || column->level_count > GML_MOST_LEVELS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: a category has 1 to %d levels, each with a name",
                        index + 1, GML_MOST_LEVELS);
    }
    for (size_t i = 0; i < column->level_count; i++) {
        if (column->levels[i] == NULL || !gml_utf8_is_name(column->levels[i], strlen(column->levels[i]))) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu, level %zu: a name in UTF-8 is needed", index + 1,
                            i + 1);
        }
    }
    return GML_OK;
}

/* Checks the codes of a category. */
static gml_status check_codes(gml_context *context, gml_matrix inputs, const gml_column *column, size_t index)
{
    for (size_t i = 0; column->kind == GML_COLUMN_CATEGORY && i < inputs.rows; i++) {
        double code = gml_entry_at(inputs.dtype, inputs.data, i * inputs.stride + index);
        if (!isnan(code) && !(code >= 0 && code <= (double)column->level_count && floor(code) == code)) {
            return gml_fail(context, GML_ERROR_DATA,
                            "inputs: row %zu, column %zu holds %g; a category of %zu levels has codes from 0 to %zu",
                            i + 1, index + 1, code, column->level_count, column->level_count);
        }
    }
    return GML_OK;
}

gml_status gml_columns_check(gml_context *context, const gml_column *columns, gml_matrix inputs)
{
    if (inputs.dtype == GML_U8) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "inputs: columns of several kinds are f32 or f64");
    }
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < inputs.cols; i++) {
        status = check_levels(context, &columns[i], i);
        if (status == GML_OK) {
            status = check_codes(context, inputs, &columns[i], i);
        }
    }
    return status;
}

void gml_columns_clear(gml_context *context, gml_column *columns, size_t count)
{
    for (size_t i = 0; columns != NULL && i < count; i++) {
        gml_schema_clear_names(context, (char **)(uintptr_t)columns[i].levels, columns[i].level_count);
    }
    gml_release(context, columns, count, sizeof *columns);
}

gml_status gml_columns_copy(gml_context *context, const gml_column *columns, size_t count, gml_column **copy)
{
    *copy = NULL;
    if (columns == NULL) {
        return GML_OK;
    }
    gml_column *made = gml_allocate(context, count, sizeof *made, "columns");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(made, 0, count * sizeof *made);
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        char **levels = NULL;
        if (columns[i].level_count > 0) {
            status = gml_schema_copy_names(context, columns[i].levels, columns[i].level_count, &levels);
        }
        if (status == GML_OK) {
            made[i] = columns[i];
            made[i].levels = (const char *const *)levels;
        }
    }
    if (status != GML_OK) {
        gml_columns_clear(context, made, count);
        return status;
    }
    *copy = made;
    return GML_OK;
}

gml_column gml_schema_column(const gml_schema *schema, size_t index)
{
    return schema->columns != NULL ? schema->columns[index] : (gml_column){.kind = GML_COLUMN_NUMBER};
}
