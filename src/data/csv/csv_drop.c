/* data/csv/csv_drop.c - leaving out the rows of a CSV that have a text where a number is needed. */
#include "data/csv/csv_reading.h"

/* Finds whether a column of inputs holds numbers and some words among them. */
static gml_status is_broken(const gml_csv_reading *reading, size_t column, bool *broken)
{
    const gml_dataset_options *options = reading->source->options;
    const size_t input = reading->columns.inputs[column];
    gml_column_finding found;
    *broken = false;
    if (input == GML_CSV_NO_INPUT || reading->cells.column[column].uses[GML_TEXT_WORD] == 0) {
        return GML_OK;
    }
    if (options->features != 0) {
        *broken = options->column_kinds == NULL || options->column_kinds[input].kind == GML_COLUMN_NUMBER;
        return GML_OK;
    }
    gml_status status = gml_column_find(&reading->cells, column, &reading->columns.wishes[column], &found);
    *broken = status == GML_OK && found.kind == GML_COLUMN_NUMBER;
    return status;
}

/* Returns the first broken column with a word in a row; `columns` if there is none. */
static size_t find_word(const gml_cells *cells, const bool *broken, size_t row)
{
    const double *cell = gml_cells_row(cells, row);
    size_t column = 0;
    while (column < cells->columns &&
           !(broken[column] && gml_cell_is_text(cell[column]) &&
             gml_cells_kind(&cells->column[column], gml_cell_label(cell[column])) == GML_TEXT_WORD)) {
        column++;
    }
    return column;
}

static void note_row(gml_csv_reading *reading, size_t row, size_t column)
{
    const gml_cells *cells = &reading->cells;
    gml_message_scope scope;
    char buffer[GML_NUMBER_SIZE];
    const bool first = reading->broken++ == 0 || row < reading->first_at;
    if (first) {
        reading->first_at = row;
        gml_field field = gml_cells_field(cells, column, row, gml_cells_row(cells, row)[column], buffer);
        gml_message_open(cells->context, &scope, reading->first_broken);
        gml_field_refuse(cells->context, &field, "is not a number");
        gml_message_close(cells->context, &scope);
    }
}

/* Begins the files that begin at a row or before it, from `*file` on, in the copy of the rows before. A file keeps its
 * place if none of its rows is whole. */
static gml_status begin_files(const gml_cells *cells, size_t row, size_t *file, gml_cells *copy)
{
    size_t first = 0;
    const char *path = gml_origin_file_at(&cells->origin, *file, &first);
    gml_status status = GML_OK;
    while (status == GML_OK && path != NULL && first <= row) {
        status = gml_origin_add_file(copy->context, &copy->origin, copy->rows, path);
        path = gml_origin_file_at(&cells->origin, ++*file, &first);
    }
    return status;
}

/* Copies the rows without such words. `spare` has room for one. */
static gml_status copy_whole_rows(gml_csv_reading *reading, const bool *broken, double *spare, gml_cells *copy)
{
    const gml_cells *cells = &reading->cells;
    size_t file = 1;
    gml_status status = gml_cells_begin_like(cells, copy);
    for (size_t row = 0; status == GML_OK && row < cells->rows; row++) {
        const size_t column = find_word(cells, broken, row);
        status = begin_files(cells, row, &file, copy);
        if (column < cells->columns) {
            note_row(reading, row, column);
        } else if (status == GML_OK) {
            status = gml_cells_copy_row(cells, row, spare, copy);
        }
    }
    return status == GML_OK ? begin_files(cells, cells->rows, &file, copy) : status;
}

gml_status gml_csv_drop_rows(gml_csv_reading *reading)
{
    gml_cells *cells = &reading->cells, copy = {0};
    gml_context *context = cells->context;
    const size_t columns = cells->columns;
    bool *broken = gml_allocate(context, columns, sizeof *broken, "the columns of a CSV"), some = false;
    double *spare = gml_allocate(context, columns, sizeof *spare, "a row of a CSV");
    gml_status status = broken != NULL && spare != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; status == GML_OK && i < columns; i++) {
        status = is_broken(reading, i, &broken[i]);
        some = some || broken[i];
    }
    if (status == GML_OK && some) {
        status = copy_whole_rows(reading, broken, spare, &copy);
        gml_cells *old = status == GML_OK ? cells : &copy;
        const gml_cells kept = status == GML_OK ? copy : *cells;
        gml_cells_clear(old);
        *cells = kept;
    }
    gml_release(context, broken, columns, sizeof *broken);
    gml_release(context, spare, columns, sizeof *spare);
    return status;
}
