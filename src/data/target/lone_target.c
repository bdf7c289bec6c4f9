/* data/target/lone_target.c - a target column from texts and numbers that are not cells of a CSV. */
#include "data/target/lone_target.h"

gml_status gml_lone_target_begin(gml_context *context, const char *path, size_t column, gml_cells *cells)
{
    gml_status status = gml_cells_begin(context, path, 1, cells);
    cells->style = (gml_decimal_style){.mark = '.'};
    cells->before = column;
    return status;
}

gml_status gml_lone_target_add_text(gml_cells *cells, size_t line, const char *text, size_t length)
{
    double cell;
    gml_status status = gml_cells_read(cells, 0, text, length, &cell);
    return status == GML_OK ? gml_cells_add_rows(cells, &cell, 1, line) : status;
}

gml_status gml_lone_target_add_number(gml_cells *cells, double number)
{
    const double cell = isnan(number) ? gml_cell_missing() : number; /* without the payload of a NaN */
    if (isinf(number)) {
        return gml_fail(cells->context, GML_ERROR_DATA,
                        "%s: sample %zu, column %zu: the target %s is not a finite number", cells->origin.path,
                        cells->rows + 1, cells->before + 1, number < 0 ? "-inf" : "inf");
    }
    return gml_cells_add_rows(cells, &cell, 1, 0);
}
