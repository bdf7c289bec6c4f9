/* data/table/fill.c - columns that are added one by one from memory. */
#include <string.h>

#include "base/utf8.h"
#include "data/table/table.h"

static gml_status check_new(const gml_table *table, const char *name, size_t count)
{
    gml_context *context = table->context;
    size_t label = 0;
    const size_t columns = table->cells.columns;
    if (!gml_utf8_is_name(name, strlen(name))) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: its name is not text in UTF-8", columns + 1);
    }
    if (columns > table->names.count) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: the columns of the table have no names", columns + 1);
    }
    if (gml_labels_find(&table->names, name, strlen(name), &label)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "column %zu: column %zu has the name \"%.60s\" already",
                        columns + 1, label + 1, name);
    }
    if (count == 0 || (columns > 0 && count != table->cells.rows)) {
        return gml_fail(context, GML_ERROR_SHAPE, "column %zu: %zu rows; the table has %zu", columns + 1, count,
                        table->cells.rows);
    }
    return GML_OK;
}

/* Reads or copies a cell. */
static gml_status make_cell(gml_table *table, size_t column, const double *values, const char *const *texts, size_t row,
                            double *cell)
{
    if (values != NULL) {
        *cell = isnan(values[row]) ? gml_cell_missing() : values[row];
        return !isinf(values[row]) ? GML_OK
                                   : gml_fail(table->context, GML_ERROR_ARGUMENT,
                                              "column %zu, row %zu: the number is infinite", column + 1, row + 1);
    }
    const char *text = texts[row] != NULL ? texts[row] : "";
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL) {
        length--;
    }
    return gml_cells_read(&table->cells, column, text, length, cell);
}

static gml_status fill(gml_table *table, const double *values, const char *const *texts, size_t count, gml_pile *cells)
{
    const size_t column = table->cells.columns;
    size_t size = 0;
    if (__builtin_mul_overflow(count, sizeof(double), &size)) {
        return gml_fail(table->context, GML_ERROR_MEMORY, "a column of more bytes than can be counted");
    }
    gml_status status = gml_pile_reserve(table->context, cells, size, "a column of a table");
    for (size_t row = 0; status == GML_OK && row < count; row++) {
        double cell;
        status = make_cell(table, column, values, texts, row, &cell);
        if (status == GML_OK) {
            ((double *)cells->data)[row] = cell;
            gml_cells_count(&table->cells, column, cell, 1);
            if (isnan(cell)) {
                gml_cells_note(&table->cells, column, cell, row);
            }
        }
    }
    cells->size = size;
    return status;
}

static gml_status add_column(gml_table *table, const char *name, const double *values, const char *const *texts,
                             size_t count)
{
    gml_context *context = table->context;
    gml_cells *cells = &table->cells;
    gml_pile made = {0};
    size_t label = 0;
    gml_cells_column empty = {.least = (double)INFINITY, .greatest = (double)-INFINITY};
    gml_status status = check_new(table, name, count);
    if (status == GML_OK) {
        status = gml_pile_reserve(context, &table->pending, sizeof made, "the columns of a table");
    }
    if (status == GML_OK) {
        status = gml_pile_push(context, &table->column_memory, &empty, sizeof empty, "the columns of a table");
    }
    if (status != GML_OK) {
        return status;
    }
    gml_table_forget(table);
    cells->column = table->column_memory.data;
    status = gml_cells_name(cells, cells->columns, name, strlen(name));
    if (status == GML_OK) {
        status = fill(table, values, texts, count, &made);
    }
    if (status == GML_OK) {
        status = gml_labels_add(context, &table->names, name, strlen(name), &label);
    }
    if (status != GML_OK) {
        gml_pile_clear(context, &made);
        gml_cells_clear_column(context, &cells->column[cells->columns]);
        table->column_memory.size -= sizeof empty;
        return status;
    }
    memcpy((char *)table->pending.data + table->pending.size, &made, sizeof made);
    table->pending.size += sizeof made;
    cells->rows = count;
    cells->columns++;
    return GML_OK;
}

gml_status gml_table_add_numbers(gml_table *table, const char *name, const double *values, size_t count)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"name", name}, {"values", values}, {0}});
    return status == GML_OK ? add_column(table, name, values, NULL, count) : status;
}

gml_status gml_table_add_texts(gml_table *table, const char *name, const char *const *texts, size_t count)
{
    gml_status status = gml_refuse_null(table != NULL ? table->context : NULL, __func__,
                                        (gml_argument[]){{"table", table}, {"name", name}, {"texts", texts}, {0}});
    return status == GML_OK ? add_column(table, name, NULL, texts, count) : status;
}

gml_status gml_table_assemble(gml_table *table)
{
    gml_cells *cells = &table->cells;
    const size_t columns = cells->columns, before = table->assembled;
    const gml_pile *pending = table->pending.data;
    gml_pile values = {0};
    size_t size = 0;
    if (before == columns) {
        return GML_OK;
    }
    if (__builtin_mul_overflow(cells->rows, columns * sizeof(double), &size)) {
        return gml_fail(table->context, GML_ERROR_MEMORY, "a table of more bytes than can be counted");
    }
    gml_status status = gml_pile_reserve(table->context, &values, size, "the cells of a table");
    if (status != GML_OK) {
        return status;
    }
    const double *from = cells->values.data;
    double *to = values.data;
    for (size_t row = 0; row < cells->rows; row++, to += columns) {
        for (size_t i = 0; i < columns; i++) {
            to[i] = i < before ? from[row * before + i] : ((const double *)pending[i - before].data)[row];
        }
    }
    for (size_t i = before; i < columns; i++) {
        gml_pile_clear(table->context, (gml_pile *)table->pending.data + (i - before));
    }
    table->pending.size = 0;
    gml_pile_clear(table->context, &cells->values);
    cells->values = values;
    cells->values.size = size;
    table->assembled = columns;
    return GML_OK;
}
