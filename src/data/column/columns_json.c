/* data/column/columns_json.c - the kinds and levels of the data's columns, to JSON and back:
 *
 *     [{"kind": "number"}, {"kind": "category", "levels": ["blue", "red"]}, {"kind": "date", "order": "mdy"}] */
#include "data/column/columns_json.h"

#include <string.h>

#include "base/utf8.h"

/* Indexed by gml_column_kind. */
static const char *const kind_names[] = {"number", "category", "date"};
enum { KINDS = sizeof kind_names / sizeof kind_names[0] };

/* Indexed by gml_date_order; the first is not written. */
static const char *const order_names[] = {"ymd", "dmy", "mdy"};
enum { ORDERS = sizeof order_names / sizeof order_names[0] };

json_t *gml_columns_to_json(const gml_schema *schema, const char **bad)
{
    json_t *array = json_array();
    bool good = array != NULL;
    for (size_t i = 0; i < schema->features && good; i++) {
        const gml_column *column = &schema->columns[i];
        json_t *object = json_object();
        char *const *levels = (char *const *)(uintptr_t)column->levels;
        good = gml_json_set_text(object, "kind", kind_names[column->kind], bad) &&
               (column->kind != GML_COLUMN_CATEGORY ||
                gml_json_set_names(object, "levels", levels, column->level_count, bad)) &&
               (column->date_order == GML_DATE_YEAR_FIRST ||
                gml_json_set_text(object, "order", order_names[column->date_order], bad)) &&
               json_array_append(array, object) == 0;
        json_decref(object);
    }
    if (!good) {
        json_decref(array);
        return NULL;
    }
    return array;
}

/* ---- reading ---- */

/* A column that is read. */
typedef struct reader {
    gml_context *context;
    const char *where;
    json_t *object;
    size_t index;
} reader;

static gml_status refuse(const reader *in, const char *problem)
{
    return gml_fail(in->context, GML_ERROR_DATA, "%s: column %zu of \"columns\" %s", in->where, in->index + 1, problem);
}

/* Reads the levels of a category. */
static gml_status read_levels(const reader *in, gml_column *column)
{
    json_t *array = json_object_get(in->object, "levels");
    const size_t count = json_array_size(array);
    if (count == 0 || count > GML_MOST_LEVELS) {
        return refuse(in, "is a category and has not from 1 to 1048576 levels");
    }
    char **levels = gml_schema_make_names(in->context, count);
    if (levels == NULL) {
        return GML_ERROR_MEMORY;
    }
    column->levels = (const char *const *)levels; /* owned by the schema from here on */
    column->level_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *level = json_string_value(json_array_get(array, i));
        if (level == NULL || !gml_utf8_is_name(level, strlen(level))) {
            return refuse(in, "has a level whose name is no text");
        }
        levels[i] = gml_copy_string(in->context, level);
        if (levels[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

/* Reads the order of a date; without one the year is first. */
static gml_status read_order(const reader *in, gml_column *column)
{
    json_t *value = json_object_get(in->object, "order");
    const char *order = json_string_value(value);
    size_t found = 0;
    if (value == NULL) {
        return GML_OK;
    }
    while (order != NULL && found < ORDERS && strcmp(order, order_names[found]) != 0) {
        found++;
    }
    if (order == NULL || found == ORDERS || column->kind != GML_COLUMN_DATE) {
        return refuse(in, "has an order that no date has");
    }
    column->date_order = (gml_date_order)found;
    return GML_OK;
}

static gml_status read_column(const reader *in, gml_column *column)
{
    static const char *const known[] = {"kind", "levels", "order", NULL};
    const char *kind = json_string_value(json_object_get(in->object, "kind"));
    size_t found = 0;
    while (kind != NULL && found < KINDS && strcmp(kind, kind_names[found]) != 0) {
        found++;
    }
    if (kind == NULL || found == KINDS || gml_json_unknown_key(in->object, known) != NULL) {
        return refuse(in, "is no number, category or date that this version knows");
    }
    column->kind = (gml_column_kind)found;
    gml_status status = read_order(in, column);
    if (status != GML_OK) {
        return status;
    }
    if (column->kind == GML_COLUMN_CATEGORY) {
        return read_levels(in, column);
    }
    return json_object_get(in->object, "levels") == NULL ? GML_OK : refuse(in, "is no category and has levels");
}

gml_status gml_columns_from_json(gml_context *context, const char *where, json_t *array, gml_schema *schema)
{
    if (array == NULL) {
        return GML_OK;
    }
    const size_t count = schema->features;
    if (!json_is_array(array) || json_array_size(array) != count || count == 0) {
        return gml_fail(context, GML_ERROR_DATA, "%s: \"columns\" is not an array with one object for each column",
                        where);
    }
    schema->columns = gml_allocate(context, count, sizeof *schema->columns, "columns");
    if (schema->columns == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(schema->columns, 0, count * sizeof *schema->columns);
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        status = read_column(&(reader){context, where, json_array_get(array, i), i}, &schema->columns[i]);
    }
    return status;
}
