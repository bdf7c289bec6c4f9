/* data/target_finish.c - the end of a column of targets: are they values or classes, and which class is which? */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "data/target.h"

gml_status gml_target_label_distinct(gml_target *target, gml_labels *labels, size_t limit, bool whole, bool *few)
{
    *few = false;
    for (size_t i = 0; i < gml_target_count(target); i++) {
        double number = gml_target_column(target)[i] + 0.0; /* -0 is 0 */
        size_t label = 0;
        if (isnan(number)) {
            continue;
        }
        if (whole && floor(number) != number) {
            return GML_OK;
        }
        gml_status status = gml_labels_add(target->context, labels, &number, sizeof number, &label);
        if (status != GML_OK) {
            return status;
        }
        if (labels->count > limit) {
            return GML_OK;
        }
    }
    *few = true;
    return GML_OK;
}

static int compare_numbers(const void *a, size_t a_length, const void *b, size_t b_length)
{
    (void)a_length;
    (void)b_length;
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static gml_status name_classes(gml_target *target, const gml_labels *labels, bool numbers, const size_t *order,
                               gml_schema *schema)
{
    gml_context *context = target->context;
    schema->class_names = gml_allocate(context, labels->count, sizeof *schema->class_names, "the names of classes");
    if (schema->class_names == NULL) {
        return GML_ERROR_MEMORY;
    }
    schema->classes = labels->count;
    memset(schema->class_names, 0, labels->count * sizeof *schema->class_names);
    for (size_t i = 0; i < labels->count; i++) {
        size_t length = 0;
        const void *key = gml_labels_key(labels, order[i], &length);
        char text[GML_NUMBER_SIZE];
        if (numbers) {
            double number;
            memcpy(&number, key, sizeof number);
            gml_text_from_double(number, text);
            key = text;
            length = strlen(text);
        }
        schema->class_names[i] = gml_schema_copy_name(context, key, length);
        if (schema->class_names[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return GML_OK;
}

/* Numbers the classes by the order of their names, in the values and in the schema. */
static gml_status rank_classes(gml_target *target, const gml_labels *labels, bool numbers, gml_schema *schema)
{
    gml_context *context = target->context;
    size_t count = labels->count;
    size_t *order = gml_allocate(context, count, 2 * sizeof *order, "the order of classes");
    if (order == NULL) {
        return GML_ERROR_MEMORY;
    }
    size_t *rank = order + count;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    if (!target->fixed) {
        gml_labels_sort(labels, numbers ? compare_numbers : gml_labels_compare_text, order);
    }
    for (size_t i = 0; i < count; i++) {
        rank[order[i]] = i;
    }
    for (size_t i = 0; i < gml_target_count(target); i++) {
        double number = gml_target_column(target)[i] + 0.0;
        size_t label = 0;
        if (isnan(number)) {
            continue;
        }
        if (!numbers) {
            label = (size_t)number;
        } else {
            gml_labels_find(labels, &number, sizeof number, &label);
        }
        gml_target_column(target)[i] = (double)rank[label];
    }
    gml_status status = name_classes(target, labels, numbers, order, schema);
    gml_release(context, order, count, 2 * sizeof *order);
    return status;
}

/* The first value that is known; as many as there are if none is. */
static size_t first_known(const gml_target *target)
{
    size_t i = 0;
    while (i < gml_target_count(target) && isnan(gml_target_column(target)[i])) {
        i++;
    }
    return i;
}

static bool all_known(const gml_target *target)
{
    bool all = true;
    for (size_t i = 0; target->masked && i < gml_target_count(target); i++) {
        all = all && !isnan(gml_target_column(target)[i]);
    }
    return all;
}

/* Class numbers below 256 are kept in a byte each, at the front of the same memory, if all are known. */
static gml_matrix narrow(gml_target *target, size_t classes)
{
    size_t count = gml_target_count(target);
    if (classes > 256 || !all_known(target)) {
        return gml_matrix_f64(gml_target_column(target), count, 1);
    }
    uint8_t *bytes = target->values.data;
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)gml_target_column(target)[i];
    }
    return gml_matrix_u8(bytes, count, 1);
}

static gml_status make_classes(gml_target *target, const gml_labels *labels, bool numbers, const char *path,
                               gml_schema *schema)
{
    if (!target->fixed && labels->count < 2) {
        return gml_fail(target->context, GML_ERROR_DATA,
                        "%s: all %zu samples are of one class; there is nothing to tell apart", path,
                        gml_target_count(target));
    }
    schema->task = GML_TASK_CLASSIFICATION;
    return rank_classes(target, labels, numbers, schema);
}

/* Numbers: classes if the task says so, or if it is open and they are few and whole. */
static gml_status finish_numbers(gml_target *target, const char *path, gml_schema *schema)
{
    schema->task = GML_TASK_REGRESSION;
    if (target->task == GML_TASK_REGRESSION) {
        return GML_OK;
    }
    bool open = target->task == GML_TASK_AUTO;
    bool few = false;
    gml_labels labels = {0};
    gml_status status =
        gml_target_label_distinct(target, &labels, open ? MAX_FOUND_CLASSES : GML_MAX_CLASSES, open, &few);
    if (status == GML_OK && few) {
        status = make_classes(target, &labels, true, path, schema);
    } else if (status == GML_OK && !open) {
        status = gml_fail(target->context, GML_ERROR_DATA, "%s: more than %d classes", path, GML_MAX_CLASSES);
    }
    gml_labels_clear(target->context, &labels);
    return status;
}

gml_status gml_target_finish(gml_target *target, const char *path, gml_schema *schema, gml_matrix *matrix,
                             gml_pile *memory)
{
    schema->targets = 1;
    if (target->masked && gml_target_count(target) > 0 && first_known(target) == gml_target_count(target)) {
        return gml_fail(target->context, GML_ERROR_DATA, "%s: not one target is known", path);
    }
    gml_status status = target->labelled ? make_classes(target, &target->labels, false, path, schema)
                                         : finish_numbers(target, path, schema);
    if (status != GML_OK) {
        return status;
    }
    *matrix = schema->task == GML_TASK_CLASSIFICATION
                  ? narrow(target, schema->classes)
                  : gml_matrix_f64(gml_target_column(target), gml_target_count(target), 1);
    *memory = target->values;
    target->values = (gml_pile){0};
    return GML_OK;
}
