/* data/csv_columns.c - is there a header, which column is the target, do the inputs fit? */
#include "data/csv_columns.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "data/place.h"

/* ---- rows of text ---- */

gml_status gml_csv_row_push(gml_context *context, gml_csv_row *row, const char *text, size_t length)
{
    gml_status status = gml_pile_push(context, &row->bytes, text, length, "the first rows");
    if (status == GML_OK) {
        status = gml_pile_push(context, &row->lengths, &length, sizeof length, "the first rows");
    }
    row->count += status == GML_OK;
    return status;
}

void gml_csv_row_clear(gml_context *context, gml_csv_row *row)
{
    gml_pile_clear(context, &row->bytes);
    gml_pile_clear(context, &row->lengths);
    *row = (gml_csv_row){0};
}

const char *gml_csv_row_next(const gml_csv_row *row, gml_csv_cursor *cursor, size_t *length)
{
    if (cursor->field == row->count) {
        return NULL;
    }
    const char *bytes = row->bytes.data != NULL ? row->bytes.data : "";
    const char *text = bytes + cursor->offset;
    *length = ((const size_t *)row->lengths.data)[cursor->field++];
    cursor->offset += *length;
    return text;
}

/* The first field equal to a name; row->count if there is none. */
static size_t find_name(const gml_csv_row *row, const char *name)
{
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    for (const char *text; (text = gml_csv_row_next(row, &cursor, &length)) != NULL;) {
        if (length == strlen(name) && memcmp(text, name, length) == 0) {
            return cursor.field - 1;
        }
    }
    return row->count;
}

/* ---- the target ---- */

/* Reads "3" or "-1" as a column; false if the text is no index, `column` is `count` if it is past the columns. */
static bool read_index(const char *text, size_t count, size_t *column)
{
    bool from_end = text[0] == '-';
    size_t index = 0;
    if (!gml_text_to_size(text + from_end, strlen(text + from_end), &index)) {
        return false;
    }
    if (from_end) {
        *column = index >= 1 && index <= count ? count - index : count;
    } else {
        *column = index < count ? index : count;
    }
    return true;
}

/* Lists the columns whose names are nearest to the one that was asked for. */
static gml_status refuse_name(gml_context *context, const char *path, const char *name, const gml_csv_row *header)
{
    enum { NEAREST = 8 };
    struct {
        const char *text;
        size_t length, distance;
    } nearest[NEAREST + 1];
    size_t kept = 0;
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    for (const char *text; (text = gml_csv_row_next(header, &cursor, &length)) != NULL;) {
        size_t distance = gml_text_distance(text, length, name);
        size_t i = kept;
        for (; i > 0 && nearest[i - 1].distance > distance; i--) {
            nearest[i] = nearest[i - 1];
        }
        nearest[i].text = text;
        nearest[i].length = length;
        nearest[i].distance = distance;
        kept += kept < NEAREST;
    }
    char list[NEAREST * (GML_EXCERPT_SIZE + 2) + 1] = "";
    size_t used = 0;
    for (size_t i = 0; i < kept; i++) {
        char excerpt[GML_EXCERPT_SIZE];
        gml_excerpt(nearest[i].text, nearest[i].length, excerpt);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", excerpt);
    }
    return gml_fail(context, GML_ERROR_NAME, "%s: there is no column \"%.60s\"; %s %s%s", path, name,
                    header->count > kept ? "the nearest are" : "there are", list, header->count > kept ? ", ..." : "");
}

/* The column of that name or index. */
static gml_status find_column(gml_context *context, const char *path, const char *name, const gml_csv_row *first,
                              const gml_csv_columns *columns, size_t *column)
{
    if (columns->header && find_name(first, name) < first->count) {
        *column = find_name(first, name);
        return GML_OK;
    }
    if (!read_index(name, columns->count, column)) {
        return columns->header ? refuse_name(context, path, name, first)
                               : gml_fail(context, GML_ERROR_NAME,
                                          "%s: there is no column \"%.60s\": the file has no header row, so columns "
                                          "have indexes, 0 to %zu",
                                          path, name, columns->count - 1);
    }
    if (*column == columns->count) {
        return gml_fail(context, GML_ERROR_NAME,
                        "%s: there is no column %.60s; indexes go from 0 to %zu, or from -1 "
                        "back to -%zu",
                        path, name, columns->count - 1, columns->count);
    }
    return GML_OK;
}

static gml_status find_weights(gml_context *context, const char *path, const gml_dataset_options *options,
                               const gml_csv_row *first, gml_csv_columns *columns)
{
    columns->weights = columns->count;
    return options->weights == NULL ? GML_OK
                                    : find_column(context, path, options->weights, first, columns, &columns->weights);
}

/* The target's column, `count` if there is none; the weights' is known. */
static gml_status find_target(gml_context *context, const char *path, const gml_dataset_options *options,
                              const gml_csv_row *first, gml_csv_columns *columns)
{
    const char *name = options->target;
    bool named = name != NULL && columns->header && find_name(first, name) < first->count;
    size_t others = columns->count - (columns->weights < columns->count);
    columns->target = columns->count;
    if (options->targets == GML_CHOICE_NO ||
        (options->targets == GML_CHOICE_AUTO && options->features == others && !named)) {
        return GML_OK;
    }
    if (name == NULL) {
        size_t last = columns->count - 1;
        columns->target = last - (columns->weights == last && last > 0);
        return GML_OK;
    }
    gml_status status = find_column(context, path, name, first, columns, &columns->target);
    if (status == GML_OK && columns->target == columns->weights) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: column %zu cannot be both the target and the weights", path,
                        columns->target + 1);
    }
    return status;
}

/* ---- the header ---- */

static bool is_number(const char *text, size_t length)
{
    double value;
    return gml_text_to_double(text, length, &value);
}

/* A first row is names if some input is text there and a number below, unless the row looks like a sample: more columns
 * are numbers in both rows than are text above a number, or the target is a number in both. A hole such as "n/a" in the
 * first sample is then refused as one, and not taken for a name. Where there is nothing below, text is enough. The text
 * of a target is no sign, because its values may be text. */
static bool looks_like_header(const gml_csv_row *first, const gml_csv_row *second, size_t target)
{
    gml_csv_cursor above = {0};
    gml_csv_cursor below = {0};
    size_t length = 0, below_length = 0, texts = 0, numbers = 0;
    for (const char *text; (text = gml_csv_row_next(first, &above, &length)) != NULL;) {
        const char *value = gml_csv_row_next(second, &below, &below_length);
        bool is_target = above.field - 1 == target;
        if (length == 0 || (value != NULL && !is_number(value, below_length))) {
            continue;
        }
        bool number = is_number(text, length);
        if (number && is_target && value != NULL) {
            return false;
        }
        numbers += number && !is_target && value != NULL;
        texts += !number && !is_target;
    }
    return texts > 0 && texts >= numbers;
}

static gml_status decide_header(gml_context *context, const char *path, const gml_dataset_options *options,
                                const gml_csv_row *first, const gml_csv_row *second, gml_csv_columns *columns)
{
    if (options->header != GML_CHOICE_AUTO) {
        columns->header = options->header == GML_CHOICE_YES;
        return GML_OK;
    }
    if (options->target != NULL && find_name(first, options->target) < first->count &&
        !read_index(options->target, columns->count, &columns->target)) {
        columns->header = true;
        return GML_OK;
    }
    /* Is there a header, seen with the target that there would be without one? A name is then no reason to fail. */
    gml_dataset_options unnamed = *options;
    size_t column = 0;
    if (unnamed.target != NULL && !read_index(unnamed.target, columns->count, &column)) {
        unnamed.target = NULL;
    }
    columns->header = false;
    columns->weights = columns->count;
    gml_status status = find_target(context, path, &unnamed, first, columns);
    columns->header = looks_like_header(first, second, columns->target);
    return status;
}

/* ---- all ---- */

static gml_status check_features(gml_context *context, const char *path, const gml_dataset_options *options,
                                 const gml_csv_columns *columns)
{
    bool targets = columns->target < columns->count;
    if (columns->features == 0) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: has %s, which leaves no inputs beside the target; columns are separated by commas", path,
                        columns->count == 1 ? "one column" : "two columns, one of them weights");
    }
    if (options->features != 0 && options->features != columns->features) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: has %zu inputs (%zu columns%s); %zu are expected", path,
                        columns->features, columns->count, targets ? ", one of them the target" : "",
                        options->features);
    }
    return GML_OK;
}

size_t gml_csv_columns_feature(const gml_csv_columns *columns, size_t column)
{
    return column - (column > columns->target) - (column > columns->weights);
}

gml_status gml_csv_columns_decide(gml_context *context, const char *path, const gml_dataset_options *options,
                                  const gml_csv_row *first, const gml_csv_row *second, gml_csv_columns *columns)
{
    *columns = (gml_csv_columns){.count = first->count};
    gml_status status = decide_header(context, path, options, first, second, columns);
    if (status == GML_OK) {
        status = find_weights(context, path, options, first, columns);
    }
    if (status == GML_OK) {
        status = find_target(context, path, options, first, columns);
    }
    if (status != GML_OK) {
        return status;
    }
    columns->features = columns->count - (columns->target < columns->count) - (columns->weights < columns->count);
    return check_features(context, path, options, columns);
}

gml_status gml_csv_columns_name(gml_context *context, const char *path, const gml_csv_columns *columns,
                                const gml_csv_row *header, gml_schema *schema)
{
    schema->feature_names = gml_allocate(context, columns->features, sizeof *schema->feature_names, "names");
    if (schema->feature_names == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(schema->feature_names, 0, columns->features * sizeof *schema->feature_names);
    schema->features = columns->features;
    gml_csv_cursor cursor = {0};
    size_t length = 0;
    for (const char *text; (text = gml_csv_row_next(header, &cursor, &length)) != NULL;) {
        if (!gml_utf8_is_name(text, length)) {
            gml_place place = {.path = path, .row = header->line, .column = cursor.field};
            return gml_place_refuse(context, &place, text, length, GML_NOT_UTF8);
        }
        size_t column = cursor.field - 1;
        if (column == columns->weights) {
            continue;
        }
        char **name = column == columns->target ? &schema->target_name
                                                : &schema->feature_names[gml_csv_columns_feature(columns, column)];
        *name = gml_schema_copy_name(context, text, length);
        if (*name == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}
