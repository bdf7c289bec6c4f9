/* data/target/target.c - reading the cells of a target column. */
#include "data/target/target.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/target/class_name.h"

/* Returns the label of a given class. A new class gets the next label. */
static gml_status add_class(gml_target_reading *target, const char *name, size_t *label)
{
    double number;
    char buffer[GML_NUMBER_SIZE];
    size_t length = strlen(name);
    gml_cell_kind kind = gml_cell_read(name, length, &number);
    name = gml_class_key(kind, number, name, &length, buffer);
    return gml_labels_add(target->context, &target->labels, name, length, label);
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

/* The message lists the first known classes. */
static gml_status refuse_label(const gml_target_reading *target, const gml_field *field)
{
    char complaint[400], excerpt[GML_EXCERPT_SIZE];
    size_t length, used = (size_t)snprintf(complaint, sizeof complaint,
                                           "is none of the %zu classes that are known:", target->labels.count);
    for (size_t i = 0; i < target->labels.count && used < sizeof complaint - GML_EXCERPT_SIZE - 8; i++) {
        const char *name = gml_labels_key(&target->labels, i, &length);
        gml_excerpt(name, length, excerpt);
        used += (size_t)snprintf(complaint + used, sizeof complaint - used, "%s %s", i > 0 ? "," : "", excerpt);
    }
    return gml_field_refuse(target->context, field, complaint);
}

static gml_status add_missing(gml_target_reading *target, const gml_field *field)
{
    target->missing++;
    return target->masked
               ? push(target, NAN, false)
               : gml_field_refuse(target->context, field,
                                  field->length == 0 ? "should hold the target; missing targets can be masked"
                                                     : "is not a finite number; missing targets can be masked");
}

/* Adds a cell of a column with given classes: it must name one of them. */
static gml_status add_fixed(gml_target_reading *target, gml_cell_kind kind, double number, const gml_field *field)
{
    char buffer[GML_NUMBER_SIZE];
    size_t length = field->length, label = 0;
    const char *name = gml_class_key(kind, number, field->text, &length, buffer);
    return gml_labels_find(&target->labels, name, length, &label) ? push(target, (double)label, true)
                                                                  : refuse_label(target, field);
}

static gml_status add_label(gml_target_reading *target, const gml_field *field)
{
    size_t label = 0;
    gml_status status = gml_labels_add(target->context, &target->labels, field->text, field->length, &label);
    if (status == GML_OK && target->labels.count > GML_MAX_CLASSES) {
        return gml_field_refuse(target->context, field, "is one class too many");
    }
    return status == GML_OK ? push(target, (double)label, true) : status;
}

static gml_status add_word(gml_target_reading *target, const gml_field *field)
{
    if (target->words < GML_SHOWN_WORDS) {
        gml_target_word *shown = &target->shown[target->words];
        shown->row = field->row;
        gml_excerpt(field->text, field->length, shown->excerpt);
    }
    target->words++;
    if (target->valued) {
        return push(target, NAN, false);
    }
    return gml_utf8_is_name(field->text, field->length) ? add_label(target, field)
                                                        : gml_field_refuse(target->context, field, GML_NOT_UTF8);
}

static gml_status add_number(gml_target_reading *target, gml_cell_kind kind, double number, const gml_field *field)
{
    if (target->options->task == GML_TASK_AUTO && floor(number) != number) {
        target->valued = true;
    }
    if (kind == GML_CELL_CODE && !target->valued) {
        target->codes++;
        return add_label(target, field);
    }
    return push(target, number, false);
}

gml_status gml_target_add(gml_target_reading *target, const gml_field *field)
{
    double number = NAN;
    gml_cell_kind kind = gml_cell_read(field->text, field->length, &number);
    if (gml_target_count(target) == 0) {
        target->first_row = field->row;
        target->column = field->column;
    }
    return kind == GML_CELL_MISSING ? add_missing(target, field)
           : target->fixed          ? add_fixed(target, kind, number, field)
           : kind == GML_CELL_WORD  ? add_word(target, field)
                                    : add_number(target, kind, number, field);
}
