/* data/cells_rows.c - tables of some rows of others. */
#include "data/cells.h"

/* A column without rows and texts. */
static gml_cells_column empty_column(char *name, bool skipped)
{
    return (gml_cells_column){
        .name = name, .skipped = skipped, .least = (double)INFINITY, .greatest = (double)-INFINITY};
}

gml_status gml_cells_restart(gml_cells *cells, const char *path)
{
    for (size_t i = 0; i < cells->columns; i++) {
        gml_cells_column *column = &cells->column[i];
        gml_labels_clear(cells->context, &column->texts);
        gml_pile_clear(cells->context, &column->kinds);
        *column = empty_column(column->name, column->skipped);
    }
    cells->rows = 0;
    cells->values.size = 0;
    gml_origin_clear(cells->context, &cells->origin);
    cells->origin.path = gml_copy_string(cells->context, path);
    return cells->origin.path != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_cells_copy_row(const gml_cells *cells, size_t row, double *spare, gml_cells *copy)
{
    const double *from = gml_cells_row(cells, row);
    const char *path;
    size_t line, length;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < cells->columns; i++) {
        const gml_cells_column *column = &cells->column[i];
        spare[i] = from[i];
        if (gml_cell_is_text(from[i])) {
            const size_t label = gml_cell_label(from[i]);
            const char *text = gml_cells_text(column, label, &length);
            status = gml_cells_add_text(copy, i, gml_cells_kind(column, label), gml_cells_value(cells, i, from[i]),
                                        text, length, &spare[i]);
        }
    }
    gml_origin_find(&cells->origin, row, &path, &line);
    return status == GML_OK ? gml_cells_add_rows(copy, spare, 1, line) : status;
}

gml_status gml_cells_begin_like(const gml_cells *cells, gml_cells *copy)
{
    gml_status status = gml_cells_begin(cells->context, cells->origin.path, cells->columns, copy);
    copy->before = cells->before;
    copy->style = cells->style;
    copy->kept = cells->kept;
    copy->partial = cells->partial;
    copy->cache = cells->cache;
    copy->folder = copy->values.folder = cells->folder;
    for (size_t i = 0; status == GML_OK && i < cells->columns; i++) {
        const char *name = cells->column[i].name;
        copy->column[i].skipped = cells->column[i].skipped;
        status = name != NULL ? gml_cells_name(copy, i, name, strlen(name)) : GML_OK;
    }
    return status;
}

gml_status gml_cells_copy_rows(const gml_cells *cells, size_t first, size_t count, gml_cells *copy)
{
    gml_status status = gml_cells_begin_like(cells, copy);
    double *spare =
        status == GML_OK ? gml_allocate(cells->context, cells->columns, sizeof *spare, "a row of a table") : NULL;
    if (spare == NULL) {
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    for (size_t row = first; status == GML_OK && row < first + count; row++) {
        status = gml_cells_copy_row(cells, row, spare, copy);
    }
    gml_release(cells->context, spare, cells->columns, sizeof *spare);
    return status;
}
