/* data/csv_header.c - whether the first row of a CSV is names, and what a schema keeps of it. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "data/csv_columns.h"
#include "data/place.h"

/* ---- the decision ---- */

static bool is_number(const char *text, size_t length)
{
    double value;
    return gml_text_to_double(text, length, &value);
}

/* A first row is names if some input is text there and a number below, unless the row looks like a sample: more columns
 * are numbers in both rows than are text above a number, or the target is a number in both. A hole such as "n/a" in the
 * first sample is then refused as one, and not taken for a name. Where there is nothing below, text is enough. The text
 * of a target or of weights is no sign, because it may be anything. Data for a network without names must have text in
 * all inputs: its first row was a sample in training. */
static bool looks_like_header(const gml_csv_decision *decision, const gml_csv_columns *columns)
{
    bool all_needed = decision->options->features != 0 && decision->options->feature_names == NULL;
    gml_csv_cursor above = {0}, below = {0};
    size_t length = 0, below_length = 0, texts = 0, numbers = 0;
    for (const char *text; (text = gml_csv_row_next(decision->first, &above, &length)) != NULL;) {
        const char *value = gml_csv_row_next(decision->second, &below, &below_length);
        size_t column = above.field - 1;
        if (column == columns->weights || length == 0 || (value != NULL && !is_number(value, below_length))) {
            continue;
        }
        bool number = is_number(text, length), is_target = column == columns->target;
        if (number && is_target && value != NULL) {
            return false;
        }
        numbers += number && !is_target && value != NULL;
        texts += !number && !is_target;
    }
    return texts > 0 && texts >= numbers && (!all_needed || numbers == 0);
}

/* Names of a network that are all numbers cannot be told from data: then the first row is names, as it was in training.
 * Else one that is there tells. */
static bool has_known_name(const gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    size_t texts = 0, column = 0;
    for (size_t i = 0; i < options->features; i++) {
        const char *name = options->feature_names[i];
        if (is_number(name, strlen(name))) {
            continue;
        }
        texts++;
        if (gml_csv_index_find(&decision->index, name, &column)) {
            return true;
        }
    }
    return texts == 0;
}

/* The text of a column if it is an index of one of `count` columns, else null. */
static const char *index_or_null(const char *text, size_t count)
{
    size_t column = 0;
    return text != NULL && gml_csv_read_index(text, count, &column) && column < count ? text : NULL;
}

void gml_csv_decide_header(gml_csv_decision *decision)
{
    const gml_dataset_options *options = decision->options;
    gml_csv_columns *columns = decision->columns;
    size_t column = 0;
    columns->header = options->header == GML_CHOICE_YES;
    if (options->header != GML_CHOICE_AUTO) {
        return;
    }
    if (options->feature_names != NULL) {
        columns->header = has_known_name(decision);
    } else if (options->target != NULL && !gml_csv_read_index(options->target, columns->count, &column)) {
        columns->header = gml_csv_index_find(&decision->index, options->target, &column);
    }
    if (columns->header) {
        return;
    }
    /* Seen with the target and the weights that there would be without a header. What cannot be placed like that is no
     * reason to fail: it fails when the columns are placed for good. */
    gml_dataset_options unnamed = *options;
    unnamed.features = columns->count == options->features ? options->features : 0;
    unnamed.target = index_or_null(options->target, columns->count);
    unnamed.weights = index_or_null(options->weights, columns->count);
    gml_csv_columns tried = {.count = columns->count, .target = columns->count, .weights = columns->count};
    gml_csv_decision trial = *decision;
    trial.options = &unnamed;
    trial.columns = &tried;
    gml_csv_place_columns(&trial);
    columns->header = looks_like_header(decision, &tried);
}

/* ---- names ---- */

gml_status gml_csv_check_names(const gml_csv_decision *decision)
{
    const gml_csv_index *index = &decision->index;
    if (!index->doubled) {
        return GML_OK;
    }
    char excerpt[GML_EXCERPT_SIZE];
    size_t length = 0;
    const char *name = gml_labels_key(&index->fields, index->first, &length);
    gml_excerpt(name, length, excerpt);
    return gml_fail(decision->context, GML_ERROR_DATA,
                    "%s: columns %zu and %zu are both called %s; the names of columns must differ", decision->path,
                    index->first + 1, index->second + 1, excerpt);
}

static char *copy_index(gml_context *context, size_t column)
{
    char text[GML_NUMBER_SIZE];
    int length = snprintf(text, sizeof text, "%zu", column);
    return gml_schema_copy_name(context, text, (size_t)length);
}

/* Where the schema keeps the name of a column. */
static char **name_place(const gml_csv_columns *columns, gml_schema *schema, size_t column)
{
    if (columns->inputs[column] != GML_CSV_NO_INPUT) {
        return &schema->feature_names[columns->inputs[column]];
    }
    return column == columns->target ? &schema->target_name : &schema->weights_name;
}

static gml_status keep_names(gml_context *context, const char *path, const gml_csv_columns *columns,
                             const gml_csv_row *header, gml_schema *schema)
{
    schema->feature_names = gml_allocate(context, columns->features, sizeof *schema->feature_names, "names");
    if (schema->feature_names == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(schema->feature_names, 0, columns->features * sizeof *schema->feature_names);
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    for (const char *text; (text = gml_csv_row_next(header, &cursor, &length)) != NULL;) {
        if (!gml_utf8_is_name(text, length)) {
            gml_place place = {.path = path, .row = header->line, .column = cursor.field};
            return gml_place_refuse(context, &place, text, length, GML_NOT_UTF8);
        }
        char **name = name_place(columns, schema, cursor.field - 1);
        *name = gml_schema_copy_name(context, text, length);
        if (*name == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

/* A column's index goes with its name for files without a header row, and stands for a name where there is none. */
static gml_status keep_index(gml_context *context, size_t column, bool header, char **name, char **index)
{
    char **place = header ? index : name;
    *place = copy_index(context, column);
    return *place != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* Without a header a target that is the last column, or the last beside the weights, needs no index. */
static bool is_default_target(const gml_csv_columns *columns)
{
    size_t last = columns->count - 1;
    return !columns->header && (columns->target == last || (columns->weights == last && columns->target + 1 == last));
}

gml_status gml_csv_columns_name(gml_context *context, const char *path, const gml_csv_columns *columns,
                                const gml_csv_row *first, gml_schema *schema)
{
    gml_status status = GML_OK;
    schema->features = columns->features;
    if (columns->header) {
        status = keep_names(context, path, columns, first, schema);
    }
    if (status == GML_OK && columns->target < columns->count && !is_default_target(columns)) {
        status = keep_index(context, columns->target, columns->header, &schema->target_name, &schema->target_index);
    }
    if (status == GML_OK && columns->weights < columns->count) {
        status = keep_index(context, columns->weights, columns->header, &schema->weights_name, &schema->weights_index);
    }
    return status;
}
