/* data/table/open.c - reading tables from files of every format. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/format/format.h"
#include "data/table/table.h"
#include "kernel/data/entry.h"

/* ---- formats without texts ---- */

/* Makes the cell of a number; an infinite one is a text, which a dataset refuses by its place. */
static gml_status make_cell(gml_cells *cells, size_t column, double number, double *cell)
{
    *cell = isnan(number) ? gml_cell_missing() : number;
    return isinf(number) ? gml_cells_read(cells, column, number < 0 ? "-inf" : "inf", number < 0 ? 4 : 3, cell)
                         : GML_OK;
}

/* Makes the cell of a target: a value, or the name of a class. */
static gml_status make_target(const gml_dataset *from, size_t row, gml_cells *cells, double *cell)
{
    const size_t column = from->schema.features;
    const double target = gml_entry_at(from->targets.dtype, from->targets.data, row * from->targets.stride);
    if (from->schema.classes == 0 || isnan(target)) {
        return make_cell(cells, column, target, cell);
    }
    const char *name = from->schema.class_names[(size_t)target];
    return gml_cells_read(cells, column, name, strlen(name), cell);
}

static gml_status fill(const gml_dataset *from, gml_cells *cells)
{
    gml_status status = GML_OK;
    const gml_matrix x = from->inputs;
    double *cell = gml_allocate(cells->context, cells->columns, sizeof *cell, "a row of a table");
    if (cell == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t row = 0; status == GML_OK && row < from->size; row++) {
        for (size_t i = 0; status == GML_OK && i < x.cols; i++) {
            status = make_cell(cells, i, gml_entry_at(x.dtype, x.data, row * x.stride + i), &cell[i]);
        }
        if (status == GML_OK && from->schema.targets > 0) {
            status = make_target(from, row, cells, &cell[x.cols]);
        }
        if (status == GML_OK) {
            status = gml_cells_add_rows(cells, cell, 1, 0);
        }
    }
    gml_release(cells->context, cell, cells->columns, sizeof *cell);
    return status;
}

/* Names the columns after their places, and the last one after the array of the targets. */
static gml_status name_columns(const char *target, gml_cells *cells)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < cells->columns; i++) {
        char place[GML_NUMBER_SIZE + 8];
        snprintf(place, sizeof place, "column %zu", i + 1);
        const char *name = i + 1 < cells->columns ? place : target;
        status = gml_cells_name(cells, i, name, strlen(name));
    }
    return status;
}

/* Makes a table of a dataset: the inputs, and the target as the last column. */
static gml_status read_arrays(const gml_source *source, const gml_format *format, gml_cells *cells)
{
    gml_dataset_options options = *source->options;
    gml_source arrays = *source;
    gml_dataset *read = NULL;
    const bool whole = format == &gml_format_npy; /* its target is a column like the others */
    arrays.options = &options;
    options.bad_inputs = options.missing_targets = 1;
    options.targets = whole ? GML_CHOICE_NO : GML_CHOICE_AUTO;
    gml_status status = format->open(&arrays, &read);
    const size_t targets = status == GML_OK ? read->schema.targets : 0;
    if (targets > 1) {
        status = gml_fail(source->context, GML_ERROR_UNSUPPORTED,
                          "%s: has %zu columns of targets; a table of arrays has one at most", source->path, targets);
    }
    if (status == GML_OK) {
        status = gml_cells_begin(source->context, source->path, read->schema.features + targets, cells);
    }
    if (status == GML_OK && read->schema.target_name != NULL) {
        status = name_columns(read->schema.target_name, cells);
    }
    if (status == GML_OK) {
        cells->targetless = !whole && targets == 0;
        status = fill(read, cells);
    }
    gml_dataset_destroy(read);
    return status;
}

/* ---- all formats ---- */

static gml_status read_cells(const gml_source *source, const gml_format *format, gml_cells *cells)
{
    if (format == &gml_format_idx) {
        return gml_fail(source->context, GML_ERROR_DATA,
                        "%s: %s; a table is a file of CSV, ARFF, NPY, NPZ, safetensors or LIBSVM text", source->path,
                        source->reader == NULL ? "is a folder" : "has images");
    }
    return format->read != NULL ? format->read(source, cells) : read_arrays(source, format, cells);
}

/* Numbers the names of the columns; a column without one in the header is called after its place, as in a dataset. */
static gml_status number_names(gml_table *table, const gml_cells *read)
{
    gml_status status = GML_OK;
    size_t label = 0;
    for (size_t i = 0; status == GML_OK && i < read->columns; i++) {
        char place[GML_NUMBER_SIZE + 8];
        snprintf(place, sizeof place, "column %zu", i + 1);
        const char *name = read->column[i].name[0] != '\0' ? read->column[i].name : place;
        status = gml_labels_add(table->context, &table->names, name, strlen(name), &label);
    }
    return status;
}

/* Takes over what the cells own. */
static gml_status take_cells(gml_table *table, gml_cells *read)
{
    gml_context *context = table->context;
    gml_status status = gml_pile_push(context, &table->column_memory, read->column,
                                      read->columns * sizeof *read->column, "the columns of a table");
    if (status == GML_OK && read->columns > 0 && read->column[0].name != NULL) {
        status = number_names(table, read);
    }
    if (status != GML_OK) {
        table->column_memory.size = 0; /* the cells still own the columns */
        return status;
    }
    gml_origin_clear(context, &table->cells.origin);
    table->cells = *read;
    table->cells.column = table->column_memory.data;
    table->assembled = read->columns;
    gml_release(context, read->column, read->columns, sizeof *read->column);
    *read = (gml_cells){0};
    return GML_OK;
}

static gml_status read_file(gml_context *context, const char *path, const gml_dataset_options *options,
                            gml_table *table)
{
    gml_source source = {.context = context, .path = path, .options = options};
    gml_cells cells = {.context = context};
    const gml_format *format = NULL;
    gml_status status = gml_source_open(&source, false, &format);
    if (status == GML_OK) {
        status = read_cells(&source, format, &cells);
    }
    if (status == GML_OK) {
        status = take_cells(table, &cells);
    }
    gml_cells_clear(&cells);
    gml_reader_close(source.reader);
    return status;
}

gml_status gml_table_open(gml_context *context, const char *path, const gml_dataset_options *options, gml_table **table)
{
    gml_status status = gml_refuse_null(context, __func__,
                                        (gml_argument[]){{"context", context}, {"path", path}, {"table", table}, {0}});
    gml_dataset_options used = options != NULL ? *options : (gml_dataset_options){0};
    gml_table *made = NULL;
    used.targets = GML_CHOICE_NO;
    used.task = GML_TASK_AUTO;
    used.broken_rows = 0; /* a table has no notes that could tell of them */
    used.features = used.classes = 0;
    used.feature_names = used.class_names = NULL;
    used.weights = used.groups = NULL;
    used.columns = used.ignore = NULL;
    if (status == GML_OK) {
        status = gml_table_create(context, &made);
    }
    if (status != GML_OK) {
        return status;
    }
    status = read_file(context, path, &used, made);
    if (status == GML_OK && options != NULL) {
        status = gml_table_set_columns(made, options->columns, options->ignore);
    }
    if (status != GML_OK) {
        gml_table_destroy(made);
        return status;
    }
    *table = made;
    return GML_OK;
}
