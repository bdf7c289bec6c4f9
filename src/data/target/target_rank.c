/* data/target/target_rank.c - the classes of a target column: their names and their order. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/target/class_name.h"
#include "data/target/target.h"

/* Class i is the number with label i, or else a text. */
typedef struct ranking {
    const gml_target_reading *target;
    const gml_cells_column *column;
    const gml_labels *numbers;
    gml_labels names;  /* of the classes, numbers first */
    size_t *order;     /* [2 * names.count]: the class of each rank, then the rank of each class */
    double *text_rank; /* [texts of the column]: the rank of each text that is a class */
} ranking;

static gml_status collect_names(ranking *r)
{
    gml_context *context = r->target->cells->context;
    gml_status status = GML_OK;
    size_t length = 0, label = 0;
    for (size_t i = 0; status == GML_OK && i < r->numbers->count; i++) {
        double number;
        char name[GML_NUMBER_SIZE];
        memcpy(&number, gml_labels_key(r->numbers, i, &length), sizeof number);
        gml_class_name(number, name);
        status = gml_labels_add(context, &r->names, name, strlen(name), &label);
    }
    for (size_t i = 0; status == GML_OK && i < r->column->texts.count; i++) {
        const char *name = gml_cells_text(r->column, i, &length);
        if (gml_target_has_label(r->target, i)) {
            status = gml_labels_add(context, &r->names, name, length, &label);
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

static gml_status order_classes(ranking *r)
{
    gml_context *context = r->target->cells->context;
    size_t count = r->names.count, class = r->numbers->count;
    r->order = gml_allocate(context, count, 2 * sizeof *r->order, "the order of classes");
    r->text_rank = gml_allocate(context, r->column->texts.count, sizeof *r->text_rank, "the order of classes");
    if (r->order == NULL || r->text_rank == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_labels_sort(&r->names, r->target->words > 0 ? gml_labels_compare_text : compare_numbers, r->order);
    for (size_t rank = 0; rank < count; rank++) {
        r->order[count + r->order[rank]] = rank;
    }
    for (size_t i = 0; i < r->column->texts.count; i++) {
        r->text_rank[i] = gml_target_has_label(r->target, i) ? (double)r->order[count + class ++] : 0;
    }
    return GML_OK;
}

static void rank_cells(const ranking *r)
{
    const size_t *rank = r->order + r->names.count;
    for (size_t i = 0; i < r->target->cells->rows; i++) {
        double *value = &gml_target_values(r->target)[i], number = *value + 0.0; /* -0 is 0 */
        size_t label = 0;
        if (gml_cell_is_text(*value)) {
            *value = r->text_rank[gml_cell_label(*value)];
        } else if (gml_labels_find(r->numbers, &number, sizeof number, &label)) {
            *value = (double)rank[label];
        }
    }
}

static gml_status name_classes(const ranking *r, gml_schema *schema)
{
    gml_context *context = r->target->cells->context;
    size_t count = r->names.count;
    schema->class_names = gml_schema_make_names(context, count);
    if (schema->class_names == NULL) {
        return GML_ERROR_MEMORY;
    }
    schema->classes = count;
    for (size_t i = 0; i < count; i++) {
        size_t length = 0;
        const char *name = gml_labels_key(&r->names, r->order[i], &length);
        schema->class_names[i] = gml_schema_copy_name(context, name, length);
        if (schema->class_names[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

gml_status gml_target_rank(gml_target_reading *target, const gml_labels *numbers, gml_schema *schema)
{
    const gml_cells *cells = target->cells;
    gml_context *context = cells->context;
    const gml_dataset_options *options = target->options;
    if (target->fixed) {
        schema->classes = options->classes;
        return gml_schema_copy_names(context, options->class_names, options->classes, &schema->class_names);
    }
    if (numbers->count + target->texts < 2) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: of %zu sample%s, all are of one class; there is nothing to tell apart", cells->origin.path,
                        cells->rows, cells->rows == 1 ? "" : "s");
    }
    ranking r = {.target = target, .column = &cells->column[target->column], .numbers = numbers};
    gml_status status = collect_names(&r);
    if (status == GML_OK) {
        status = order_classes(&r);
    }
    if (status == GML_OK) {
        rank_cells(&r);
        status = name_classes(&r, schema);
    }
    gml_release(context, r.order, r.names.count, 2 * sizeof *r.order);
    gml_release(context, r.text_rank, r.column->texts.count, sizeof *r.text_rank);
    gml_labels_clear(context, &r.names);
    return status;
}
