/* data/target/target_finish.c - interpreting a target column as values or classes. The rules are in
 * data/target/target.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "base/text.h"
#include "data/target/target.h"

/* Labels the distinct numbers by their eight bytes. Stops above `limit` of them: `few` is then false. */
static gml_status label_numbers(const gml_target_reading *target, size_t limit, gml_labels *numbers, bool *few)
{
    gml_status status = GML_OK;
    size_t label = 0;
    for (size_t i = 0; status == GML_OK && i < target->cells->rows && numbers->count <= limit; i++) {
        double number = gml_target_values(target)[i] + 0.0; /* -0 is 0 */
        if (!isnan(number)) {
            status = gml_labels_add(target->cells->context, numbers, &number, sizeof number, &label);
        }
    }
    *few = numbers->count <= limit;
    return status;
}

/* Returns the greatest k <= GML_MAX_FOUND_CLASSES with k * k <= n. */
static size_t most_classes(size_t n)
{
    size_t k = GML_MAX_FOUND_CLASSES;
    while (k * k > n) {
        k--;
    }
    return k;
}

/* Decides whether the cells are classes, for the task auto. Words among too many numbers make it false. */
static gml_status look_like_classes(const gml_target_reading *target, gml_labels *numbers, bool *classes)
{
    size_t codes = target->cells->column[target->column].uses[GML_TEXT_CODE], known = target->known;
    size_t limit = target->words > 0 ? GML_MAX_FOUND_CLASSES : codes > 0 ? known / 2 : most_classes(known);
    *classes = !target->valued && (target->words == 0 || 2 * target->words > known);
    if (!*classes) {
        return GML_OK;
    }
    gml_status status = label_numbers(target, limit, numbers, classes);
    *classes = *classes && (target->words > 0 || numbers->count + target->texts <= limit);
    return status;
}

/* ---- errors ---- */

enum { LIST_SIZE = GML_SHOWN_WORDS * (GML_EXCERPT_SIZE + 32) };

/* Lists the first words and their lines: `"n/a" in line 3, "?" in line 7`. Returns the row of the first. */
static size_t list_words(const gml_target_reading *target, char list[LIST_SIZE])
{
    const gml_cells_column *column = &target->cells->column[target->column];
    size_t used = 0, shown = 0, first = 0;
    list[0] = '\0';
    for (size_t row = 0; row < target->cells->rows && shown < GML_SHOWN_WORDS; row++) {
        double cell = gml_target_values(target)[row];
        char excerpt[GML_EXCERPT_SIZE], buffer[GML_NUMBER_SIZE];
        if (!gml_cell_is_text(cell) || gml_text_is_number(gml_cells_kind(column, gml_cell_label(cell)))) {
            continue;
        }
        gml_field field = gml_cells_field(target->cells, target->column, row, cell, buffer);
        gml_excerpt(field.text, field.length, excerpt);
        used += (size_t)snprintf(list + used, LIST_SIZE - used, "%s%s in line %zu", shown > 0 ? ", " : "", excerpt,
                                 field.row);
        first = shown++ == 0 ? row : first;
    }
    return first;
}

/* Refuses a regression on words; the message lists the first words and their lines. */
static gml_status refuse_words(const gml_target_reading *target)
{
    const gml_cells *cells = target->cells;
    char list[LIST_SIZE], name[GML_EXCERPT_NAME_SIZE];
    size_t first = list_words(target, list), column = target->cells->before + target->column + 1;
    const char *more = target->words > GML_SHOWN_WORDS ? ", ..." : "", *path = cells->origin.path;
    const char *named = cells->column[target->column].name;
    gml_excerpt_name(named, name);
    if (target->words == target->known) {
        return gml_fail(cells->context, GML_ERROR_DATA,
                        "%s: column %zu%s: no target is a number: %s%s; a regression needs numbers", path, column, name,
                        list, more);
    }
    bool heads = named == NULL && target->options->header == GML_CHOICE_AUTO && first == 0;
    bool open = target->options->task == GML_TASK_AUTO;
    return gml_fail(cells->context, GML_ERROR_DATA,
                    "%s: column %zu%s: %zu of %zu targets %s: %s%s; leave the cell of a missing target empty and mask "
                    "missing targets%s%s",
                    path, column, name, target->words, target->known,
                    target->words == 1 ? "is not a finite number" : "are not finite numbers", list, more,
                    open ? ", or set the task to classification if all targets are names of classes" : "",
                    heads ? "; if this row holds the names of the columns, say that there is a header" : "");
}

/* True if the cells are words that are all different, and too many to be classes. */
static bool identifies_rows(const gml_target_reading *target)
{
    return target->words == target->known && target->texts == target->known && target->known > GML_MAX_FOUND_CLASSES;
}

static gml_status refuse_identifiers(const gml_target_reading *target)
{
    return gml_fail(target->cells->context, GML_ERROR_DATA,
                    "%s: column %zu: all %zu targets are different texts, which identify the rows and are not classes; "
                    "choose another column as the target, or set the task to classification",
                    target->cells->origin.path, target->cells->before + target->column + 1, target->words);
}

static gml_status refuse_endless(const gml_target_reading *target)
{
    return gml_fail(target->cells->context, GML_ERROR_DATA,
                    "%s: column %zu: more than %zu different texts, which are too many to be classes",
                    target->cells->origin.path, target->cells->before + target->column + 1,
                    target->cells->column[target->column].texts.count);
}

/* ---- values and classes ---- */

/* Converts codes and amounts to numbers. */
static void make_values(const gml_target_reading *target)
{
    const size_t *uses = target->cells->column[target->column].uses;
    bool texts = uses[GML_TEXT_CODE] + uses[GML_TEXT_AMOUNT] > 0;
    for (size_t i = 0; texts && i < target->cells->rows; i++) {
        double *value = &gml_target_values(target)[i];
        *value = gml_cells_value(target->cells, target->column, *value);
    }
}

/* Returns the values as f64, or class numbers as u8 at the front of the same memory if all are known and below 256. */
static gml_matrix narrow(const gml_target_reading *target, size_t classes)
{
    size_t count = target->cells->rows;
    if (classes > 256 || target->known < count) {
        return gml_matrix_f64(gml_target_values(target), count, 1);
    }
    uint8_t *bytes = target->values.data;
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)gml_target_values(target)[i];
    }
    return gml_matrix_u8(bytes, count, 1);
}

/* Decides between values and classes. The distinct numbers are labelled where they are classes. */
static gml_status decide(const gml_target_reading *target, gml_labels *numbers, gml_schema *schema)
{
    gml_task task = target->options->task;
    gml_status status = GML_OK;
    bool classes = task == GML_TASK_CLASSIFICATION || target->fixed;
    if (classes && !target->fixed) {
        bool few = true;
        status = label_numbers(target, GML_MAX_CLASSES, numbers, &few);
        if (status == GML_OK && (!few || numbers->count + target->texts > GML_MAX_CLASSES)) {
            return gml_fail(target->cells->context, GML_ERROR_DATA, "%s: more than %d classes",
                            target->cells->origin.path, GML_MAX_CLASSES);
        }
    } else if (task == GML_TASK_AUTO && !classes) {
        status = look_like_classes(target, numbers, &classes);
    }
    if (status == GML_OK && task == GML_TASK_AUTO && classes && !target->fixed && identifies_rows(target)) {
        return refuse_identifiers(target);
    }
    if (status == GML_OK && classes && !target->fixed && target->cells->column[target->column].endless) {
        return refuse_endless(target);
    }
    if (status == GML_OK && !classes && target->words > 0) {
        return refuse_words(target);
    }
    schema->task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION;
    return status;
}

/* Says in words why the targets are classes or values, for the task auto. */
static gml_status explain(const gml_target_reading *target, size_t numbers, bool classes, gml_dataset *made)
{
    const gml_cells_column *column = &target->cells->column[target->column];
    const size_t k = numbers + target->texts, known = target->known, most = most_classes(known);
    char text[200];
    if (target->options->task != GML_TASK_AUTO || target->fixed) {
        return GML_OK;
    }
    if (classes) {
        snprintf(text, sizeof text, "%zu different %s in %zu cells", k,
                 target->words == 0                      ? "whole numbers"
                 : column->whole + column->fractions > 0 ? "texts and numbers"
                                                         : "texts",
                 known);
    } else if (target->valued) {
        snprintf(text, sizeof text, "numbers, not all of them whole");
    } else {
        snprintf(text, sizeof text, "more than %zu different whole numbers in %zu cells", most, known);
    }
    made->task_reason = gml_copy_string(target->cells->context, text);
    return made->task_reason != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_target_finish(gml_target_reading *target, gml_dataset *made)
{
    gml_schema *schema = &made->schema;
    gml_labels numbers = {0};
    schema->targets = 1;
    if (target->cells->rows > 0 && target->known == 0) {
        return gml_fail(target->cells->context, GML_ERROR_DATA, "%s: not one target is known",
                        target->cells->origin.path);
    }
    gml_status status = decide(target, &numbers, schema);
    bool classes = schema->task == GML_TASK_CLASSIFICATION;
    if (status == GML_OK) {
        status = explain(target, numbers.count, classes, made);
    }
    if (status == GML_OK && classes) {
        status = gml_target_rank(target, &numbers, schema);
    } else if (status == GML_OK) {
        make_values(target);
    }
    gml_labels_clear(target->cells->context, &numbers);
    if (status == GML_OK) {
        made->targets = narrow(target, classes ? schema->classes : SIZE_MAX);
        made->owned_targets = target->values;
        target->values = (gml_pile){0};
    }
    return status;
}
