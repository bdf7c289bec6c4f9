/* data/target/target.c - the cells of a target column: which are missing, and the classes that are given. */
#include "data/target/target.h"

#include <stdio.h>

#include "base/utf8.h"
#include "data/target/class_name.h"

gml_status gml_target_refuse_cell(const gml_target_reading *target, size_t row, double cell, const char *complaint)
{
    char buffer[GML_NUMBER_SIZE];
    gml_field field = gml_cells_field(target->cells, target->column, row, cell, buffer);
    return gml_field_refuse(target->cells->context, &field, complaint);
}

/* ---- classes that are given ---- */

/* Returns the label of a given class. A new class gets the next label. */
static gml_status add_class(gml_target_reading *target, const char *name, size_t *label)
{
    double number;
    char buffer[GML_NUMBER_SIZE];
    size_t length = strlen(name);
    gml_cell_kind kind = gml_cell_read(name, length, &number);
    name = gml_class_key(kind, number, name, &length, buffer);
    return gml_labels_add(target->cells->context, &target->labels, name, length, label);
}

static gml_status add_classes(gml_target_reading *target)
{
    const gml_dataset_options *options = target->options;
    for (size_t i = 0; target->fixed && i < options->classes; i++) {
        size_t label = 0;
        gml_status status = add_class(target, options->class_names[i], &label);
        if (status != GML_OK) {
            return status;
        }
        if (label != i) {
            return gml_fail(target->cells->context, GML_ERROR_ARGUMENT, "the class name \"%s\" is given twice",
                            options->class_names[i]);
        }
    }
    return GML_OK;
}

/* True if a given class is a word, nan among them. */
static bool have_words(const gml_dataset_options *options)
{
    bool words = false;
    for (size_t i = 0; i < options->classes; i++) {
        double number;
        const gml_cell_kind kind = gml_cell_read(options->class_names[i], strlen(options->class_names[i]), &number);
        words = words || kind == GML_CELL_WORD || kind == GML_CELL_MISSING;
    }
    return words;
}

/* The message lists the first known classes. */
static gml_status refuse_label(const gml_target_reading *target, size_t row, double cell)
{
    char complaint[400], excerpt[GML_EXCERPT_SIZE];
    size_t length, used = (size_t)snprintf(complaint, sizeof complaint,
                                           "is none of the %zu classes that are known:", target->labels.count);
    for (size_t i = 0; i < target->labels.count && used < sizeof complaint - GML_EXCERPT_SIZE - 8; i++) {
        const char *name = gml_labels_key(&target->labels, i, &length);
        gml_excerpt(name, length, excerpt);
        used += (size_t)snprintf(complaint + used, sizeof complaint - used, "%s %s", i > 0 ? "," : "", excerpt);
    }
    return gml_target_refuse_cell(target, row, cell, complaint);
}

/* Replaces each cell by the number of its class. */
static gml_status match_classes(gml_target_reading *target)
{
    const gml_cells_column *column = &target->cells->column[target->column];
    double *values = gml_target_values(target);
    for (size_t row = 0; row < target->cells->rows; row++) {
        char name[GML_NUMBER_SIZE];
        size_t length = 0, label = 0;
        if (gml_cell_is_missing(values[row])) {
            continue;
        }
        const char *text = name;
        if (gml_cell_is_text(values[row])) {
            text = gml_cells_text(column, gml_cell_label(values[row]), &length);
        } else {
            gml_class_name(values[row], name);
            length = strlen(name);
        }
        if (!gml_labels_find(&target->labels, text, length, &label)) {
            return refuse_label(target, row, values[row]);
        }
        values[row] = (double)label;
    }
    return GML_OK;
}

/* ---- all cells ---- */

static gml_status refuse_missing(const gml_target_reading *target, size_t row, double cell)
{
    const gml_cells_column *column = &target->cells->column[target->column];
    bool absent = gml_cell_is_text(cell) && gml_cells_kind(column, gml_cell_label(cell)) == GML_TEXT_ABSENT;
    return gml_target_refuse_cell(target, row, cell,
                                  !gml_cell_is_text(cell) ? "should hold the target; missing targets can be masked"
                                  : absent                ? "stands for a missing target; missing targets can be masked"
                                                          : "is not a finite number; missing targets can be masked");
}

/* Copies the column to `values`. Errors: data (a missing target that is not allowed), memory. */
static gml_status copy_cells(gml_target_reading *target)
{
    const gml_cells *cells = target->cells;
    gml_status status =
        gml_pile_reserve(cells->context, &target->values, cells->rows * sizeof(double), "the targets of a table");
    if (status != GML_OK) {
        return status;
    }
    target->values.size = cells->rows * sizeof(double);
    for (size_t row = 0; row < cells->rows; row++) {
        double cell = gml_cells_row(cells, row)[target->column];
        bool missing = gml_cell_is_text(cell) ? !gml_target_has_label(target, gml_cell_label(cell)) : isnan(cell);
        if (missing && target->options->missing_targets == 0) {
            return refuse_missing(target, row, cell);
        }
        gml_target_values(target)[row] = missing ? gml_cell_missing() : cell;
    }
    return GML_OK;
}

/* Refuses the first word that cannot be a name. */
static gml_status check_words(const gml_target_reading *target)
{
    const gml_cells_column *column = &target->cells->column[target->column];
    const double *values = gml_target_values(target);
    for (size_t label = 0; label < column->texts.count; label++) {
        size_t length, row = 0;
        const char *text = gml_cells_text(column, label, &length);
        if (!gml_target_has_label(target, label) || gml_utf8_is_name(text, length)) {
            continue;
        }
        while (!gml_cell_is_text(values[row]) || gml_cell_label(values[row]) != label) {
            row++;
        }
        return gml_target_refuse_cell(target, row, values[row], GML_NOT_UTF8);
    }
    return GML_OK;
}

static void count_cells(gml_target_reading *target)
{
    const gml_cells_column *column = &target->cells->column[target->column];
    const gml_dataset_options *options = target->options;
    size_t numbers = column->whole + column->fractions + column->uses[GML_TEXT_CODE] + column->uses[GML_TEXT_AMOUNT];
    target->valued = options->task == GML_TASK_REGRESSION;
    target->fixed = options->class_names != NULL && options->classes > 0 && !target->valued;
    target->worded = target->fixed                              ? have_words(options)
                     : options->task == GML_TASK_CLASSIFICATION ? true
                                                                : column->uses[GML_TEXT_WORD] > 0 || numbers == 0;
    target->valued = target->valued || (options->task == GML_TASK_AUTO && column->fractions + column->broken > 0);
    target->words = column->uses[GML_TEXT_WORD] + (target->worded ? column->uses[GML_TEXT_ABSENT] : 0);
    target->known = numbers + target->words;
    for (size_t label = 0; label < column->texts.count; label++) {
        target->texts += gml_target_has_label(target, label);
    }
}

static gml_status take(gml_target_reading *target, gml_dataset *made)
{
    count_cells(target);
    gml_status status = add_classes(target);
    if (status == GML_OK) {
        status = copy_cells(target);
    }
    if (status == GML_OK && target->fixed) {
        status = match_classes(target);
    } else if (status == GML_OK && !target->valued) {
        status = check_words(target);
    }
    return status == GML_OK ? gml_target_finish(target, made) : status;
}

/* Fills in what the options leave open and the file declares. Returns the reason, or null. */
static const char *take_declaration(const gml_cells_column *column, gml_dataset_options *options)
{
    if (!column->declared || options->task != GML_TASK_AUTO || options->classes > 0) {
        return NULL;
    }
    if (column->declaration.kind == GML_COLUMN_CATEGORY && column->declaration.level_count > 1) {
        options->class_names = column->declaration.levels;
        options->classes = column->declaration.level_count;
        return "the file lists its values";
    }
    if (column->declaration.kind == GML_COLUMN_NUMBER) {
        options->task = GML_TASK_REGRESSION;
        return "the file declares numbers";
    }
    return NULL;
}

gml_status gml_target_take(const gml_cells *cells, size_t column, const gml_dataset_options *options, gml_dataset *made)
{
    gml_dataset_options known = *options;
    const char *reason = take_declaration(&cells->column[column], &known);
    gml_target_reading target = {
        .cells = cells, .column = column, .options = &known, .values = {.folder = cells->folder}};
    gml_status status = take(&target, made);
    if (status == GML_OK && reason != NULL) {
        made->task_reason = gml_copy_string(cells->context, reason);
        status = made->task_reason != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    gml_pile_clear(cells->context, &target.values);
    gml_labels_clear(cells->context, &target.labels);
    return status;
}
