/* data/target.c - taking the cells of a target column. */
#include "data/target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/class_name.h"

/* The label of the class that a text names. A new class gets the next label. */
static gml_status add_class(gml_target_reading *target, const char *name, size_t *label)
{
    double number;
    char text[GML_NUMBER_SIZE];
    if (gml_cell_read(name, strlen(name), &number) == GML_CELL_NUMBER) {
        gml_class_name(number, text);
        name = text;
    }
    return gml_labels_add(target->context, &target->labels, name, strlen(name), label);
}

gml_status gml_target_begin(gml_context *context, const gml_dataset_options *options, gml_target_reading *target)
{
    *target = (gml_target_reading){.context = context, .options = options, .masked = options->missing_targets != 0};
    target->valued = options->task == GML_TASK_REGRESSION;
    target->fixed = options->class_names != NULL && options->classes > 0 && !target->valued;
    for (size_t i = 0; target->fixed && i < options->classes; i++) {
        size_t label = 0;
        gml_status status = add_class(target, options->class_names[i], &label);
        if (status != GML_OK) {
            return status;
        }
        if (label != i) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "the class name \"%s\" is given twice",
                            options->class_names[i]);
        }
    }
    return GML_OK;
}

void gml_target_clear(gml_target_reading *target)
{
    gml_pile_clear(target->context, &target->values);
    gml_pile_clear(target->context, &target->labelled);
    gml_labels_clear(target->context, &target->labels);
}

static gml_status push(gml_target_reading *target, double value, bool is_label)
{
    gml_status status = gml_pile_push(target->context, &target->values, &value, sizeof value, "targets");
    return status == GML_OK ? gml_pile_push(target->context, &target->labelled, &(uint8_t){is_label}, 1, "targets")
                            : status;
}

/* Names the first few of the classes there are. */
static gml_status refuse_label(const gml_target_reading *target, const char *text, size_t length,
                               const gml_place *place)
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

static gml_status refuse_missing(const gml_target_reading *target, const char *text, size_t length,
                                 const gml_place *place)
{
    return gml_place_refuse(target->context, place, text, length,
                            length == 0 ? "should hold the target; missing targets can be masked"
                                        : "is not a finite number; missing targets can be masked");
}

/* A cell where the classes are given: its text or, of a number, its value must be that of a class. */
static gml_status add_fixed(gml_target_reading *target, gml_cell_kind kind, double number, const char *text,
                            size_t length, const gml_place *place)
{
    char name[GML_NUMBER_SIZE];
    const char *key = text;
    size_t key_length = length, label = 0;
    if (kind == GML_CELL_NUMBER) {
        gml_class_name(number, name);
        key = name;
        key_length = strlen(name);
    }
    return gml_labels_find(&target->labels, key, key_length, &label) ? push(target, (double)label, true)
                                                                     : refuse_label(target, text, length, place);
}

static gml_status add_label(gml_target_reading *target, const char *text, size_t length, const gml_place *place)
{
    size_t label = 0;
    gml_status status = gml_labels_add(target->context, &target->labels, text, length, &label);
    if (status == GML_OK && target->labels.count > GML_MAX_CLASSES) {
        return gml_place_refuse(target->context, place, text, length, "is one class too many");
    }
    return status == GML_OK ? push(target, (double)label, true) : status;
}

static gml_status add_word(gml_target_reading *target, const char *text, size_t length, const gml_place *place)
{
    if (target->words < GML_SHOWN_WORDS) {
        gml_target_word *shown = &target->shown[target->words];
        shown->row = place->row;
        gml_excerpt(text, length, shown->excerpt);
    }
    target->words++;
    if (target->valued) {
        return push(target, NAN, false);
    }
    return gml_utf8_is_name(text, length) ? add_label(target, text, length, place)
                                          : gml_place_refuse(target->context, place, text, length, GML_NOT_UTF8);
}

static gml_status add_number(gml_target_reading *target, gml_cell_kind kind, double number, const char *text,
                             size_t length, const gml_place *place)
{
    if (target->options->task == GML_TASK_AUTO && floor(number) != number) {
        target->valued = true;
    }
    if (kind == GML_CELL_CODE && !target->valued) {
        target->codes++;
        return add_label(target, text, length, place);
    }
    return push(target, number, false);
}

gml_status gml_target_add(gml_target_reading *target, const char *text, size_t length, const gml_place *place)
{
    double number = NAN;
    gml_cell_kind kind = gml_cell_read(text, length, &number);
    if (gml_target_count(target) == 0) {
        target->first_row = place->row;
        target->column = place->column;
    }
    if (kind == GML_CELL_MISSING) {
        target->missing++;
        return target->masked ? push(target, NAN, false) : refuse_missing(target, text, length, place);
    }
    if (target->fixed) {
        return add_fixed(target, kind, number, text, length, place);
    }
    return kind == GML_CELL_WORD ? add_word(target, text, length, place)
                                 : add_number(target, kind, number, text, length, place);
}
