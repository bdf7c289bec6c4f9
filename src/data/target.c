/* data/target.c - a column of targets, field by field: numbers, or labels from the first text on. */
#include "data/target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

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

/* A text after numbers: from here on, and backwards, all are labels - unless the numbers were clearly values. */
static gml_status turn_to_labels(gml_target *target, const char *text, size_t length, const gml_place *place)
{
    if (target->task == GML_TASK_AUTO) {
        gml_labels distinct = {0};
        bool few = false;
        gml_status status = gml_target_label_distinct(target, &distinct, MAX_FOUND_CLASSES, true, &few);
        gml_labels_clear(target->context, &distinct);
        if (status != GML_OK) {
            return status;
        }
        if (!few) {
            return gml_place_refuse(target->context, place, text, length,
                                    "is not a number, but the targets before it are values");
        }
    }
    for (size_t i = 0; i < gml_target_count(target); i++) {
        size_t label = 0;
        if (isnan(gml_target_column(target)[i])) {
            continue;
        }
        gml_status status = label_number(target, gml_target_column(target)[i], &label);
        if (status != GML_OK) {
            return status;
        }
        gml_target_column(target)[i] = (double)label;
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
