/* data/cells.c - tables of cells: their dictionaries and counts. */
#include "data/cells.h"

#include <strings.h>

#include "data/target/class_name.h"

gml_status gml_cells_begin(gml_context *context, const char *path, size_t columns, gml_cells *cells)
{
    *cells = (gml_cells){.context = context};
    cells->column = gml_allocate(context, columns, sizeof *cells->column, "the columns of a table");
    if (cells->column == NULL) {
        return GML_ERROR_MEMORY;
    }
    cells->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        cells->column[i] = (gml_cells_column){.least = (double)INFINITY, .greatest = (double)-INFINITY};
    }
    cells->origin.path = path != NULL ? gml_copy_string(context, path) : NULL;
    return path == NULL || cells->origin.path != NULL ? GML_OK : GML_ERROR_MEMORY;
}

void gml_cells_clear(gml_cells *cells)
{
    gml_context *context = cells->context;
    for (size_t i = 0; i < cells->columns; i++) {
        gml_release_string(context, cells->column[i].name);
        gml_labels_clear(context, &cells->column[i].texts);
        gml_pile_clear(context, &cells->column[i].kinds);
    }
    if (cells->column != NULL) {
        gml_release(context, cells->column, cells->columns, sizeof *cells->column);
    }
    if (context != NULL) {
        gml_pile_clear(context, &cells->values);
        gml_origin_clear(context, &cells->origin);
    }
    *cells = (gml_cells){0};
}

gml_status gml_cells_name(gml_cells *cells, size_t column, const char *text, size_t length)
{
    gml_release_string(cells->context, cells->column[column].name);
    cells->column[column].name = gml_schema_copy_name(cells->context, text, length);
    return cells->column[column].name != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* ---- texts ---- */

bool gml_missing_word(const char *text, size_t length)
{
    static const char *const words[] = {"n/a", "null", "none", "?", "-"};
    if (length == 2 && memcmp(text, "NA", 2) == 0) { /* Na is sodium */
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (length == strlen(words[i]) && strncasecmp(text, words[i], length) == 0) {
            return true;
        }
    }
    return false;
}

bool gml_text_kind_of(const char *text, size_t length, gml_text_kind *kind, double *value)
{
    *value = (double)NAN;
    switch (gml_cell_read(text, length, value)) {
    case GML_CELL_NUMBER:
        return false;
    case GML_CELL_CODE:
        *kind = GML_TEXT_CODE;
        return true;
    case GML_CELL_MISSING:
        *kind = GML_TEXT_MISSING;
        return true;
    default:
        *kind = gml_missing_word(text, length) ? GML_TEXT_ABSENT : GML_TEXT_WORD;
        return true;
    }
}

gml_status gml_cells_add_text(gml_cells *cells, size_t column, gml_text_kind kind, double value, const char *text,
                              size_t length, double *cell)
{
    gml_cells_column *to = &cells->column[column];
    size_t label = 0;
    if (gml_labels_find(&to->texts, text, length, &label)) {
        *cell = gml_cell_of_label((uint32_t)label);
        return GML_OK;
    }
    to->endless = to->endless || to->texts.count >= GML_CELLS_MOST_TEXTS ||
                  length > GML_CELLS_MOST_TEXT_BYTES - to->texts.bytes.size;
    if (to->endless) {
        *cell = kind == GML_TEXT_CODE   ? value
                : kind == GML_TEXT_WORD ? gml_cell_of_label(GML_CELLS_OTHER)
                                        : gml_cell_missing();
        return GML_OK;
    }
    gml_status status = gml_pile_reserve(cells->context, &to->kinds, 1, "the texts of a table");
    if (status == GML_OK) {
        status = gml_labels_add(cells->context, &to->texts, text, length, &label);
    }
    if (status == GML_OK) {
        ((uint8_t *)to->kinds.data)[to->kinds.size++] = (uint8_t)kind;
        *cell = gml_cell_of_label((uint32_t)label);
    }
    return status;
}

gml_status gml_cells_read(gml_cells *cells, size_t column, const char *text, size_t length, double *cell)
{
    gml_text_kind kind;
    double value;
    *cell = gml_cell_missing();
    if (length == 0) {
        return GML_OK;
    }
    if (!gml_text_kind_of(text, length, &kind, &value)) {
        *cell = value;
        return GML_OK;
    }
    return gml_cells_add_text(cells, column, kind, value, text, length, cell);
}

const char *gml_cells_text(const gml_cells_column *column, size_t label, size_t *length)
{
    *length = 0;
    return label < column->texts.count ? gml_labels_key(&column->texts, label, length) : "";
}

double gml_cells_value(const gml_cells_column *column, double cell)
{
    if (!gml_cell_is_text(cell)) {
        return cell;
    }
    size_t length, label = gml_cell_label(cell);
    double value = (double)NAN;
    if (gml_cells_kind(column, label) == GML_TEXT_CODE) {
        const char *text = gml_cells_text(column, label, &length);
        gml_text_to_double(text, length, &value);
    }
    return value;
}

/* ---- counts ---- */

static void count_number(gml_cells_column *column, double value)
{
    column->whole += floor(value) == value;
    column->fractions += floor(value) != value;
    column->least = value < column->least ? value : column->least;
    column->greatest = value > column->greatest ? value : column->greatest;
}

void gml_cells_count_text(gml_cells *cells, size_t column, double cell, size_t uses)
{
    gml_cells_column *to = &cells->column[column];
    gml_text_kind kind = gml_cells_kind(to, gml_cell_label(cell));
    to->uses[kind] += uses;
    if (kind == GML_TEXT_CODE) {
        double value = gml_cells_value(to, cell);
        to->broken_codes += floor(value) != value ? uses : 0;
        to->least = value < to->least ? value : to->least;
        to->greatest = value > to->greatest ? value : to->greatest;
    }
}

void gml_cells_note(gml_cells *cells, size_t column, double cell, size_t row)
{
    gml_cells_column *to = &cells->column[column];
    gml_cells_place place = {.row = row, .label = gml_cell_is_text(cell) ? gml_cell_label(cell) : SIZE_MAX};
    gml_text_kind kind = place.label != SIZE_MAX ? gml_cells_kind(to, place.label) : GML_TEXT_MISSING;
    if (kind == GML_TEXT_WORD && to->shown < GML_CELLS_SHOWN) {
        to->words[to->shown++] = place;
    }
    if ((kind == GML_TEXT_MISSING || kind == GML_TEXT_ABSENT) && !to->gapped) {
        to->gapped = true;
        to->gap = place;
    }
}

static void count_cell(gml_cells *cells, size_t column, double cell, size_t row)
{
    if (!isnan(cell)) {
        count_number(&cells->column[column], cell);
        return;
    }
    if (gml_cell_is_text(cell)) {
        gml_cells_count_text(cells, column, cell, 1);
    } else {
        cells->column[column].empty++;
    }
    gml_cells_note(cells, column, cell, row);
}

gml_status gml_cells_add_rows(gml_cells *cells, const double *rows, size_t count, size_t line)
{
    size_t size = 0;
    if (__builtin_mul_overflow(count, cells->columns * sizeof(double), &size)) {
        return gml_fail(cells->context, GML_ERROR_MEMORY, "a table of more bytes than can be counted");
    }
    gml_status status = gml_pile_push(cells->context, &cells->values, rows, size, "the cells of a table");
    if (status == GML_OK && line > 0 && count > 0) {
        status = gml_origin_note(cells->context, &cells->origin, cells->rows, line);
    }
    for (size_t i = 0; status == GML_OK && i < count * cells->columns; i++) {
        count_cell(cells, i % cells->columns, rows[i], cells->rows + i / cells->columns);
    }
    cells->rows += status == GML_OK ? count : 0;
    return status;
}
