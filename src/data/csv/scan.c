/* data/csv/scan.c - the cells of one block. */
#include "data/csv/scan.h"

enum { COUNTED = 128 };

void gml_csv_count_block(const gml_csv_dialect *dialect, gml_csv_block *block)
{
    size_t size = (size_t)(block->end - block->begin), delimiters = 0, ends = 0;
    char other = dialect->delimiter == ' ' ? '\t' : dialect->delimiter;
    for (size_t i = 0; i < size; i += COUNTED) {
        size_t count = size - i < COUNTED ? size - i : COUNTED;
        const char *text = block->begin + i;
        uint8_t some = 0, some_ends = 0;
        for (size_t j = 0; j < count; j++) {
            some = (uint8_t)(some + (text[j] == dialect->delimiter || text[j] == other));
            some_ends = (uint8_t)(some_ends + (text[j] == '\n' || text[j] == '\r'));
        }
        delimiters += some;
        ends += some_ends;
    }
    block->lines = ends + 1;
    block->fields = delimiters + block->lines;
}

/* ---- texts ---- */

static uint64_t hash_text(const char *text, size_t length, size_t column)
{
    uint64_t hash = column * 0x9E3779B97F4A7C15u + length;
    for (; length > 0;) {
        uint64_t part = 0;
        size_t count = length < sizeof part ? length : sizeof part;
        memcpy(&part, text, count);
        hash = (hash ^ part) * 0xD6E8FEB86659FD93u;
        hash ^= hash >> 32;
        text += count;
        length -= count;
    }
    return hash;
}

/* Finds or adds the word of a column; returns its index. */
static uint32_t find_word(gml_csv_block *block, const char *text, size_t length, size_t column)
{
    uint32_t *slots = block->slots.data;
    gml_csv_word *words = block->words.data;
    size_t mask = block->slots.size / sizeof *slots - 1;
    uint64_t hash = hash_text(text, length, column);
    if (block->word_count == 0) {
        memset(slots, 0, block->slots.size);
    }
    size_t i = (size_t)hash & mask;
    for (; slots[i] != 0; i = (i + 1) & mask) {
        const gml_csv_word *word = &words[slots[i] - 1];
        if (word->hash == hash && word->column == column && word->length == length &&
            memcmp(word->text, text, length) == 0) {
            return slots[i] - 1;
        }
    }
    words[block->word_count] =
        (gml_csv_word){.text = text, .length = (uint32_t)length, .column = (uint32_t)column, .hash = hash};
    slots[i] = (uint32_t)++block->word_count;
    return slots[i] - 1;
}

/* ---- cells ---- */

typedef struct scanning {
    const gml_csv_dialect *dialect;
    const gml_cells *cells;
    gml_csv_block *block;
    gml_csv_tally *tallies;
    bool given_numbers; /* some numbers stand for missing cells */
} scanning;

static double empty_cell(const scanning *s, size_t column)
{
    gml_csv_tally *tally = &s->tallies[column];
    tally->first_empty = tally->empty++ == 0 ? (uint32_t)s->block->rows : tally->first_empty;
    return gml_cell_missing();
}

static double number_cell(const scanning *s, size_t column, double value, bool whole)
{
    if (s->given_numbers && gml_csv_is_given_number(s->dialect, value)) {
        return empty_cell(s, column);
    }
    s->tallies[column].fractions += !whole;
    return value;
}

/* Returns the cell of a field that may be anything. */
static gml_csv_fault field_cell(const scanning *s, size_t column, gml_csv_field *field, double *cell)
{
    char *text = field->text;
    size_t length = field->doubled ? gml_csv_undouble(field, s->dialect->quote, text) : field->length;
    gml_text_kind kind;
    double value;
    if (length == 0 || s->cells->column[column].skipped) {
        *cell = empty_cell(s, column);
        return GML_CSV_FINE;
    }
    bool maybe = (text[0] >= '0' && text[0] <= '9') || strchr("+-., \t", text[0]) != NULL;
    if (maybe && !gml_text_kind_of(text, length, s->dialect->style, &kind, &value)) {
        *cell = number_cell(s, column, value, floor(value) == value);
        return GML_CSV_FINE;
    }
    uint32_t label = find_word(s->block, text, length, column);
    gml_csv_word *word = (gml_csv_word *)s->block->words.data + label;
    if (word->uses == 0) {
        if (memchr(text, 0, length) != NULL) {
            return GML_CSV_NUL;
        }
        word->row = (uint32_t)s->block->rows;
    }
    word->uses++;
    s->tallies[column].texts++;
    *cell = gml_cell_of_label(label);
    return GML_CSV_FINE;
}

/* Takes back what the first cells of a broken record have counted. */
static void undo_cells(const scanning *s, const double *row, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gml_csv_tally *tally = &s->tallies[i];
        if (gml_cell_is_text(row[i])) {
            ((gml_csv_word *)s->block->words.data)[gml_cell_label(row[i])].uses--;
            tally->texts--;
        } else if (isnan(row[i])) {
            tally->empty--;
        } else {
            tally->fractions -= floor(row[i]) != row[i];
        }
    }
}

/* Returns what follows a number that ends at p, if that is the end of its field: the next field, or the line end, which
 * sets `last`; else null. */
static inline char *end_number(const gml_csv_dialect *dialect, char *p, bool *last)
{
    char *end = p;
    while (gml_csv_is_blank(dialect, *p)) {
        p++;
    }
    *last = *p == '\n' || *p == '\r';
    return *last ? p : *p == dialect->delimiter ? p + 1 : dialect->delimiter == ' ' && p > end ? p : NULL;
}

/* Scans the record at `cursor` into a row of cells; fields past the last column are only counted. */
static gml_csv_fault scan_record(const scanning *s, gml_csv_cursor *cursor, double *row)
{
    const gml_csv_dialect *dialect = s->dialect;
    size_t columns = s->cells->columns, column = 0;
    char *p = cursor->at;
    gml_csv_problem *problem = &s->block->problem;
    for (bool last = false; !last; column++) {
        gml_decimal_number number;
        while (gml_csv_is_blank(dialect, *p)) {
            p++;
        }
        const char *end = column < columns ? gml_decimal_scan(p, dialect->style.mark, &number) : NULL;
        char *next = end != NULL ? end_number(dialect, p + (end - p), &last) : NULL;
        if (next != NULL) {
            row[column] = number_cell(s, column, number.value, number.whole);
            p = next;
            continue;
        }
        gml_csv_field field;
        gml_csv_fault fault = gml_csv_take_field(dialect, p, cursor->end, &field);
        cursor->line += gml_csv_count_lines(&field);
        if (fault == GML_CSV_FINE && column < columns) {
            fault = field_cell(s, column, &field, &row[column]);
        }
        if (fault != GML_CSV_FINE) {
            problem->column = column + 1;
            problem->text = field.text;
            problem->length = field.length;
            undo_cells(s, row, column < columns ? column : columns);
            return fault;
        }
        last = field.last;
        p = field.next;
    }
    cursor->at = p;
    problem->found = column;
    if (column != columns) {
        undo_cells(s, row, column < columns ? column : columns);
    }
    return column == columns ? GML_CSV_FINE : GML_CSV_RAGGED;
}

/* Extends the range of each column by the numbers of a row; comparisons with NaN are false. */
static void take_range(gml_csv_tally *tallies, const double *row, size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        tallies[i].least = row[i] < tallies[i].least ? row[i] : tallies[i].least;
        tallies[i].greatest = row[i] > tallies[i].greatest ? row[i] : tallies[i].greatest;
    }
}

void gml_csv_scan_block(const gml_csv_dialect *dialect, const gml_cells *cells, gml_csv_block *block)
{
    scanning s = {.dialect = dialect,
                  .cells = cells,
                  .block = block,
                  .tallies = block->tallies.data,
                  .given_numbers = dialect->numbers.size > 0};
    gml_csv_cursor cursor = {.at = block->begin, .end = block->end};
    gml_csv_jump *jumps = block->jumps.data;
    block->rows = block->word_count = block->jump_count = 0;
    block->problem = (gml_csv_problem){0};
    for (size_t i = 0; i < cells->columns; i++) {
        s.tallies[i] = (gml_csv_tally){.least = (double)INFINITY, .greatest = (double)-INFINITY};
    }
    for (size_t expected = SIZE_MAX; gml_csv_find_record(dialect, &cursor); expected++) {
        double *row = (double *)block->cells.data + block->rows * cells->columns;
        block->problem.line = cursor.line;
        block->problem.record = cursor.at;
        if (cursor.line != expected) {
            jumps[block->jump_count++] = (gml_csv_jump){.row = (uint32_t)block->rows, .line = cursor.line};
            expected = cursor.line;
        }
        block->problem.fault = scan_record(&s, &cursor, row);
        if (block->problem.fault != GML_CSV_FINE) {
            return;
        }
        take_range(s.tallies, row, cells->columns);
        gml_csv_end_record(&cursor);
        block->rows++;
    }
    block->lines = cursor.line;
}
