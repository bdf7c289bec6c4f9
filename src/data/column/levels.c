/* data/column/levels.c - the distinct values of a column: their names and their order. Numbers ascend where all values
 * are numbers, else names are sorted as text. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/column/column.h"
#include "data/target/class_name.h"

/* Value i is the number with label i, or else a text. */
static gml_status collect_names(gml_context *context, const gml_cells_column *column, gml_levels_accept is_value,
                                const void *user, gml_levels *levels)
{
    gml_status status = GML_OK;
    size_t length = 0, label = 0;
    for (size_t i = 0; status == GML_OK && i < levels->numbers.count; i++) {
        double number;
        char name[GML_NUMBER_SIZE];
        memcpy(&number, gml_labels_key(&levels->numbers, i, &length), sizeof number);
        gml_class_name(number, name);
        status = gml_labels_add(context, &levels->names, name, strlen(name), &label);
    }
    for (size_t i = 0; status == GML_OK && i < column->texts.count; i++) {
        const char *name = gml_cells_text(column, i, &length);
        if (is_value(user, i)) {
            status = gml_labels_add(context, &levels->names, name, length, &label);
        }
    }
    return status;
}

/* Orders by number; codes that are the same double are ordered by their texts. */
static int compare_numbers(const void *a, size_t a_length, const void *b, size_t b_length)
{
    double x = 0, y = 0;
    gml_text_to_double(a, a_length, &x);
    gml_text_to_double(b, b_length, &y);
    return x != y ? (x > y) - (x < y) : gml_labels_compare_text(a, a_length, b, b_length);
}

gml_status gml_levels_rank(gml_context *context, const gml_cells_column *column, bool worded,
                           gml_levels_accept is_value, const void *user, gml_levels *levels)
{
    gml_status status = collect_names(context, column, is_value, user, levels);
    size_t count = levels->names.count;
    if (status != GML_OK) {
        return status;
    }
    levels->texts = column->texts.count;
    levels->order = gml_allocate(context, count, 2 * sizeof *levels->order, "the order of classes");
    levels->text_rank = gml_allocate(context, levels->texts, sizeof *levels->text_rank, "the order of classes");
    if (levels->order == NULL || levels->text_rank == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_labels_sort(&levels->names, worded ? gml_labels_compare_text : compare_numbers, levels->order);
    for (size_t rank = 0; rank < count; rank++) {
        levels->order[count + levels->order[rank]] = rank;
    }
    for (size_t i = 0; i < levels->texts; i++) {
        size_t length = 0, label = 0; /* that of a number, if the text is its name */
        const char *name = gml_cells_text(column, i, &length);
        const bool is_level = is_value(user, i) && gml_labels_find(&levels->names, name, length, &label);
        levels->text_rank[i] = is_level ? (double)levels->order[count + label] : -1;
    }
    return GML_OK;
}

double gml_levels_rank_of(const gml_levels *levels, double number)
{
    size_t label = 0;
    number += 0.0; /* -0 is 0 */
    return gml_labels_find(&levels->numbers, &number, sizeof number, &label)
               ? (double)levels->order[levels->names.count + label]
               : -1;
}

char **gml_levels_copy_names(gml_context *context, const gml_levels *levels)
{
    size_t count = levels->names.count;
    char **names = gml_schema_make_names(context, count);
    for (size_t i = 0; names != NULL && i < count; i++) {
        size_t length = 0;
        const char *name = gml_labels_key(&levels->names, levels->order[i], &length);
        names[i] = gml_schema_copy_name(context, name, length);
        if (names[i] == NULL) {
            gml_schema_clear_names(context, names, count);
            return NULL;
        }
    }
    return names;
}

void gml_levels_clear(gml_context *context, gml_levels *levels)
{
    gml_release(context, levels->order, levels->names.count, 2 * sizeof *levels->order);
    gml_release(context, levels->text_rank, levels->texts, sizeof *levels->text_rank);
    gml_labels_clear(context, &levels->names);
    gml_labels_clear(context, &levels->numbers);
    *levels = (gml_levels){0};
}
