/* data/cells.c - tables of cells: their dictionaries and counts. */
#include "data/cells.h"

#include <strings.h>

#include "data/amount.h"
#include "data/target/class_name.h"

gml_status gml_cells_begin(gml_context *context, const char *path, size_t columns, gml_cells *cells)
{
    *cells = (gml_cells){.context = context, .style = {.mark = '.'}};
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

void gml_cells_clear_column(gml_context *context, gml_cells_column *column)
{
    gml_release_string(context, column->name);
    gml_labels_clear(context, &column->texts);
    gml_pile_clear(context, &column->kinds);
    gml_schema_clear_names(context, (char **)(uintptr_t)column->declaration.levels, column->declaration.level_count);
}

void gml_cells_clear(gml_cells *cells)
{
    gml_context *context = cells->context;
    for (size_t i = 0; i < cells->columns; i++) {
        gml_cells_clear_column(context, &cells->column[i]);
    }
    if (cells->column != NULL) {
        gml_release(context, cells->column, cells->columns, sizeof *cells->column);
    }
    if (context != NULL) {
        gml_pile_clear(context, &cells->values);
        gml_pile_clear(context, &cells->weights);
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
    static const char *const words[] = {"n/a",    "null",    "none",    "?",     "-",      "#n/a",
                                        "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!"};
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

bool gml_text_kind_of(const char *text, size_t length, gml_decimal_style style, gml_text_kind *kind, double *value)
{
    gml_amount amount;
    *value = (double)NAN;
    switch (gml_cell_read_as(text, length, style, value)) {
    case GML_CELL_NUMBER:
        return false;
    case GML_CELL_CODE:
        *kind = GML_TEXT_CODE;
        return true;
    case GML_CELL_MISSING:
        *kind = GML_TEXT_ABSENT;
        return true;
    default:
        if (gml_amount_read(text, length, style.mark, &amount)) {
            *value = amount.value;
            *kind = GML_TEXT_AMOUNT;
        } else {
            *kind = gml_missing_word(text, length) ? GML_TEXT_ABSENT : GML_TEXT_WORD;
        }
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
        *cell = gml_text_is_number(kind) ? value
                : kind == GML_TEXT_WORD  ? gml_cell_of_label(GML_CELLS_OTHER)
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
    if (!gml_text_kind_of(text, length, cells->style, &kind, &value)) {
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

double gml_cells_value(const gml_cells *cells, size_t column, double cell)
{
    if (!gml_cell_is_text(cell)) {
        return cell;
    }
    size_t length, label = gml_cell_label(cell);
    gml_text_kind kind = gml_cells_kind(&cells->column[column], label);
    double value = (double)NAN;
    if (gml_text_is_number(kind)) {
        const char *text = gml_cells_text(&cells->column[column], label, &length);
        gml_text_kind_of(text, length, cells->style, &kind, &value);
    }
    return value;
}

/* ---- counts and places ---- */

void gml_cells_count(gml_cells *cells, size_t column, double cell, size_t uses)
{
    gml_cells_column *to = &cells->column[column];
    bool text = gml_cell_is_text(cell);
    gml_text_kind kind = text ? gml_cells_kind(to, gml_cell_label(cell)) : GML_TEXT_KINDS;
    double value = gml_cells_value(cells, column, cell);
    bool whole = floor(value) == value;
    if (text) {
        to->uses[kind] += uses;
        to->broken += gml_text_is_number(kind) && !whole ? uses : 0;
    } else if (isnan(value)) {
        to->empty += uses;
    } else {
        *(whole ? &to->whole : &to->fractions) += uses;
    }
    to->least = value < to->least ? value : to->least;
    to->greatest = value > to->greatest ? value : to->greatest;
}

static void note_word(gml_cells_column *to, gml_cells_place place)
{
    for (size_t i = 0; i < to->shown; i++) {
        if (to->words[i].label == place.label) {
            return;
        }
    }
    if (to->shown < GML_CELLS_SHOWN) {
        to->words[to->shown++] = place;
    }
}

void gml_cells_note(gml_cells *cells, size_t column, double cell, size_t row)
{
    gml_cells_column *to = &cells->column[column];
    gml_cells_place place = {.row = row, .label = gml_cell_is_text(cell) ? gml_cell_label(cell) : SIZE_MAX};
    gml_text_kind kind = place.label != SIZE_MAX ? gml_cells_kind(to, place.label) : GML_TEXT_MISSING;
    if (kind == GML_TEXT_WORD) {
        note_word(to, place);
    } else if (!gml_text_is_number(kind) && !to->gapped) {
        to->gapped = true;
        to->gap = place;
    }
}

gml_field gml_cells_field(const gml_cells *cells, size_t column, size_t row, double cell, char buffer[GML_NUMBER_SIZE])
{
    gml_field field = {.column = cells->before + column + 1, .name = cells->column[column].name, .text = buffer};
    gml_origin_find(&cells->origin, row, &field.path, &field.row);
    field.unit = cells->origin.jumps.size == 0 ? "sample" : NULL;
    buffer[0] = '\0';
    if (gml_cell_is_text(cell)) {
        field.text = gml_cells_text(&cells->column[column], gml_cell_label(cell), &field.length);
    } else if (!isnan(cell)) {
        gml_text_from_double(cell, buffer);
        field.length = strlen(buffer);
    }
    return field;
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
        gml_cells_count(cells, i % cells->columns, rows[i], 1);
        if (isnan(rows[i])) {
            gml_cells_note(cells, i % cells->columns, rows[i], cells->rows + i / cells->columns);
        }
    }
    cells->rows += status == GML_OK ? count : 0;
    return status;
}
