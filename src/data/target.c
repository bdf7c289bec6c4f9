/* data/target.c - telling values from classes. */
#include "data/target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

enum { MAX_FOUND_CLASSES = 20 }; /* more distinct whole numbers than this are values */

gml_status gml_target_begin(gml_context *context, const gml_dataset_options *options, gml_target *target)
{
    *target = (gml_target){.context = context, .task = options->task, .masked = options->missing_targets != 0};
    if (options->class_names == NULL || options->classes == 0 || options->task == GML_TASK_REGRESSION) {
        return GML_OK;
    }
    target->fixed = true;
    target->labelled = true;
    for (size_t i = 0; i < options->classes; i++) {
        const char *name = options->class_names[i];
        size_t label = 0;
        gml_status status = gml_labels_add(context, &target->labels, name, strlen(name), &label);
        if (status != GML_OK) {
            return status;
        }
        if (label != i) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "the class name \"%s\" is given twice", name);
        }
    }
    return GML_OK;
}

void gml_target_clear(gml_target *target)
{
    gml_pile_clear(target->context, &target->values);
    gml_labels_clear(target->context, &target->labels);
}

static double *values_of(const gml_target *target)
{
    return target->values.data;
}

static size_t count_of(const gml_target *target)
{
    return target->values.size / sizeof(double);
}

static gml_status push(gml_target *target, double value)
{
    return gml_pile_push(target->context, &target->values, &value, sizeof value, "targets");
}

/* The number a number's name stands for; false if there is no such label. */
static bool find_number(const gml_target *target, double number, size_t *label)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(number + 0.0, text); /* -0 is 0 */
    return gml_labels_find(&target->labels, text, strlen(text), label);
}

/* Names the first few of the classes there are. */
static gml_status refuse_label(const gml_target *target, const char *text, size_t length, const gml_place *place)
{
    char complaint[400];
    size_t used = (size_t)snprintf(complaint, sizeof complaint,
                                   "is none of the %zu classes that are known:", target->labels.count);
    for (size_t i = 0; i < target->labels.count && used < sizeof complaint - GML_EXCERPT_SIZE - 8; i++) {
        char excerpt[GML_EXCERPT_SIZE];
        size_t name_length = 0;
        const char *name = gml_labels_key(&target->labels, i, &name_length);
        gml_excerpt(name, name_length, excerpt);
        used += (size_t)snprintf(complaint + used, sizeof complaint - used, "%s %s", i > 0 ? "," : "", excerpt);
    }
    return gml_place_refuse(target->context, place, text, length, complaint);
}

static gml_status add_fixed(gml_target *target, const char *text, size_t length, const gml_place *place)
{
    size_t label = 0;
    double number = 0.0;
    if (gml_labels_find(&target->labels, text, length, &label) ||
        (gml_text_to_double(text, length, &number) && find_number(target, number, &label))) {
        return push(target, (double)label);
    }
    return refuse_label(target, text, length, place);
}

static gml_status label_number(gml_target *target, double number, size_t *label)
{
    char text[GML_NUMBER_SIZE];
    gml_text_from_double(number + 0.0, text);
    return gml_labels_add(target->context, &target->labels, text, strlen(text), label);
}

/* Gives every distinct number a label, keyed by its eight bytes, as long as there are at most `limit` and, if they have
 * to be, whole; `few` says whether that went to the end. */
static gml_status label_distinct(gml_target *target, gml_labels *labels, size_t limit, bool whole, bool *few)
{
    *few = false;
    for (size_t i = 0; i < count_of(target); i++) {
        double number = values_of(target)[i] + 0.0; /* -0 is 0 */
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

/* A text after numbers: from here on, and backwards, all are labels - unless the numbers were clearly values. */
static gml_status turn_to_labels(gml_target *target, const char *text, size_t length, const gml_place *place)
{
    if (target->task == GML_TASK_AUTO) {
        gml_labels distinct = {0};
        bool few = false;
        gml_status status = label_distinct(target, &distinct, MAX_FOUND_CLASSES, true, &few);
        gml_labels_clear(target->context, &distinct);
        if (status != GML_OK) {
            return status;
        }
        if (!few) {
            return gml_place_refuse(target->context, place, text, length,
                                    "is not a number, but the targets before it are values");
        }
    }
    for (size_t i = 0; i < count_of(target); i++) {
        size_t label = 0;
        if (isnan(values_of(target)[i])) {
            continue;
        }
        gml_status status = label_number(target, values_of(target)[i], &label);
        if (status != GML_OK) {
            return status;
        }
        values_of(target)[i] = (double)label;
    }
    target->labelled = true;
    return GML_OK;
}

static gml_status add_text(gml_target *target, const char *text, size_t length, const gml_place *place)
{
    if (target->task == GML_TASK_REGRESSION) {
        return gml_place_refuse(target->context, place, text, length, "is not a number");
    }
    if (!gml_utf8_is_name(text, length)) {
        return gml_place_refuse(target->context, place, text, length, GML_NOT_UTF8);
    }
    gml_status status = target->labelled ? GML_OK : turn_to_labels(target, text, length, place);
    size_t label = 0;
    if (status == GML_OK) {
        status = gml_labels_add(target->context, &target->labels, text, length, &label);
    }
    if (status == GML_OK && target->labels.count > GML_MAX_CLASSES) {
        return gml_place_refuse(target->context, place, text, length, "is one class too many");
    }
    return status == GML_OK ? push(target, (double)label) : status;
}

gml_status gml_target_add(gml_target *target, const char *text, size_t length, const gml_place *place)
{
    double number = 0.0;
    size_t label = 0;
    bool is_number = gml_text_to_double(text, length, &number);
    if (target->masked && (length == 0 || (is_number && isnan(number)))) {
        return push(target, NAN);
    }
    if (length == 0) {
        return gml_place_refuse(target->context, place, text, length, "should hold the target");
    }
    if (target->fixed) {
        return add_fixed(target, text, length, place);
    }
    if (!is_number) {
        return add_text(target, text, length, place);
    }
    if (!isfinite(number)) {
        return gml_place_refuse(target->context, place, text, length, "is not a finite number");
    }
    if (!target->labelled) {
        return push(target, number);
    }
    gml_status status = label_number(target, number, &label);
    return status == GML_OK ? push(target, (double)label) : status;
}

/* ---- at the end ---- */

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
    for (size_t i = 0; i < count_of(target); i++) {
        double number = values_of(target)[i] + 0.0;
        size_t label = 0;
        if (isnan(number)) {
            continue;
        }
        if (!numbers) {
            label = (size_t)number;
        } else {
            gml_labels_find(labels, &number, sizeof number, &label);
        }
        values_of(target)[i] = (double)rank[label];
    }
    gml_status status = name_classes(target, labels, numbers, order, schema);
    gml_release(context, order, count, 2 * sizeof *order);
    return status;
}

/* The first value that is known; as many as there are if none is. */
static size_t first_known(const gml_target *target)
{
    size_t i = 0;
    while (i < count_of(target) && isnan(values_of(target)[i])) {
        i++;
    }
    return i;
}

static bool all_known(const gml_target *target)
{
    bool all = true;
    for (size_t i = 0; target->masked && i < count_of(target); i++) {
        all = all && !isnan(values_of(target)[i]);
    }
    return all;
}

/* Class numbers below 256 are kept in a byte each, at the front of the same memory, if all are known. */
static gml_matrix narrow(gml_target *target, size_t classes)
{
    size_t count = count_of(target);
    if (classes > 256 || !all_known(target)) {
        return gml_matrix_f64(values_of(target), count, 1);
    }
    uint8_t *bytes = target->values.data;
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)values_of(target)[i];
    }
    return gml_matrix_u8(bytes, count, 1);
}

static gml_status make_classes(gml_target *target, const gml_labels *labels, bool numbers, const char *path,
                               gml_schema *schema)
{
    if (!target->fixed && labels->count < 2) {
        return gml_fail(target->context, GML_ERROR_DATA,
                        "%s: all %zu samples are of one class; there is nothing to tell apart", path, count_of(target));
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
    gml_status status = label_distinct(target, &labels, open ? MAX_FOUND_CLASSES : GML_MAX_CLASSES, open, &few);
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
    if (target->masked && count_of(target) > 0 && first_known(target) == count_of(target)) {
        return gml_fail(target->context, GML_ERROR_DATA, "%s: not one target is known", path);
    }
    gml_status status = target->labelled ? make_classes(target, &target->labels, false, path, schema)
                                         : finish_numbers(target, path, schema);
    if (status != GML_OK) {
        return status;
    }
    *matrix = schema->task == GML_TASK_CLASSIFICATION ? narrow(target, schema->classes)
                                                      : gml_matrix_f64(values_of(target), count_of(target), 1);
    *memory = target->values;
    target->values = (gml_pile){0};
    return GML_OK;
}
