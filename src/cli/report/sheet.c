/* cli/report/sheet.c - tables of names and numbers in three forms. */
#include "cli/report/sheet.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/help.h"

enum { WIDEST_TEXT = 28, NUMBER_WIDTH = 11, LEAST_BAR = 8, MOST_BAR = 40 };

void sheet_begin(sheet *of, const char *const *headings, size_t columns, size_t bar)
{
    *of = (sheet){.headings = headings, .columns = columns, .bar = bar};
}

void sheet_clear(sheet *of)
{
    free(of->cells);
    of->cells = NULL;
    of->count = of->room = 0;
}

static void add(sheet *of, sheet_cell cell)
{
    if (of->count == of->room) {
        const size_t room = of->room > 0 ? 2 * of->room : 64;
        sheet_cell *cells = room <= SIZE_MAX / sizeof cell ? realloc(of->cells, room * sizeof cell) : NULL;
        if (cells == NULL) {
            of->failed = true;
            return;
        }
        of->cells = cells;
        of->room = room;
    }
    of->cells[of->count++] = cell;
}

void sheet_add_text(sheet *of, const char *text)
{
    add(of, (sheet_cell){.text = text});
}

void sheet_add_number(sheet *of, double number)
{
    add(of, (sheet_cell){.number = number});
}

static const sheet_cell *row_of(const sheet *of, size_t row)
{
    return of->cells + row * of->columns;
}

static double magnitude(const sheet_cell *cell)
{
    return cell->text == NULL && !isnan(cell->number) ? fabs(cell->number) : -1;
}

/* Merges two sorted runs of rows; equal rows keep their order. */
static void merge(sheet *of, size_t begin, size_t middle, size_t end, size_t column, sheet_cell *spare)
{
    const size_t bytes = of->columns * sizeof *spare;
    size_t i = begin, j = middle;
    for (size_t k = begin; k < end; k++) {
        const bool left =
            i < middle && (j == end || magnitude(row_of(of, i) + column) >= magnitude(row_of(of, j) + column));
        memcpy(spare + k * of->columns, row_of(of, left ? i++ : j++), bytes);
    }
    memcpy(of->cells + begin * of->columns, spare + begin * of->columns, (end - begin) * bytes);
}

void sheet_sort(sheet *of, size_t column)
{
    const size_t rows = of->count / of->columns;
    sheet_cell *spare = malloc(of->count * sizeof *spare + 1);
    if (spare == NULL) {
        of->failed = true;
        return;
    }
    for (size_t run = 1; run < rows; run *= 2) {
        for (size_t begin = 0; begin + run < rows; begin += 2 * run) {
            merge(of, begin, begin + run, begin + 2 * run < rows ? begin + 2 * run : rows, column, spare);
        }
    }
    free(spare);
}

/* ---- text ---- */

static size_t shown_width(const char *text)
{
    const size_t length = strlen(text);
    return length < WIDEST_TEXT ? length : WIDEST_TEXT;
}

/* The width of a column of names; 0: its cells are numbers. */
static size_t text_width(const sheet *of, size_t column, size_t rows)
{
    size_t width = 0;
    for (size_t i = 0; i < rows; i++) {
        const sheet_cell *cell = row_of(of, i) + column;
        const size_t own = cell->text != NULL ? shown_width(cell->text) : 0;
        width = own > width ? own : width;
    }
    const size_t heading = shown_width(of->headings[column]);
    return width == 0 ? 0 : width > heading ? width : heading;
}

/* Prints a text in a column, cut at the end of a character. */
static void print_cut(const char *text, size_t width)
{
    char cut[WIDEST_TEXT + 1];
    size_t size = strlen(text);
    if (size > WIDEST_TEXT) {
        size = WIDEST_TEXT - 3;
        while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    memcpy(cut, text, size);
    cut[size] = '\0';
    if (text[size] != '\0') {
        memcpy(cut + size, "...", 4);
    }
    print_text(stdout, cut, width);
}

static void print_number(double value)
{
    if (isnan(value)) {
        printf("%*s", NUMBER_WIDTH, "-");
    } else {
        printf("%*.5g", NUMBER_WIDTH, value);
    }
}

static void print_bar(double value, double greatest, size_t width)
{
    const double length = greatest > 0 ? fabs(value) / greatest * (double)width : 0;
    for (size_t i = 0; isfinite(length) && (double)i + 0.5 <= length; i++) {
        putchar(value < 0 ? '-' : '+');
    }
}

/* Print a row; `widths` of the columns of names. Nothing follows the last cell but a bar. */
static void print_row(const sheet *of, const sheet_cell *row, const size_t *widths, double greatest, size_t bar)
{
    for (size_t j = 0; j < of->columns; j++) {
        fputs(j > 0 ? "  " : "", stdout);
        if (row[j].text != NULL) {
            print_cut(row[j].text, widths[j]);
        } else {
            print_number(row[j].number);
        }
    }
    if (of->bar < of->columns) {
        fputs("  ", stdout);
        print_bar(row[of->bar].number, greatest, bar);
    }
    putchar('\n');
}

static int print_lines(const sheet *of, size_t top)
{
    const size_t all = of->count / of->columns, rows = all < top ? all : top;
    size_t *widths = calloc(of->columns, sizeof *widths), used = 2;
    double greatest = 0;
    if (widths == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to print a table");
    }
    for (size_t j = 0; j < of->columns; j++) {
        widths[j] = text_width(of, j, rows);
        used += 2 + (widths[j] > 0 ? widths[j] : NUMBER_WIDTH);
        fputs(j > 0 ? "  " : "", stdout);
        if (widths[j] > 0) {
            print_cut(of->headings[j], widths[j]);
        } else {
            const size_t width = shown_width(of->headings[j]);
            printf("%*s", width < NUMBER_WIDTH ? (int)(NUMBER_WIDTH - width) : 0, "");
            print_cut(of->headings[j], 0);
        }
    }
    putchar('\n');
    for (size_t i = 0; i < rows && of->bar < of->columns; i++) {
        greatest = fmax(greatest, magnitude(row_of(of, i) + of->bar));
    }
    const size_t left = help_width() > used ? help_width() - used : 0;
    const size_t bar = left > MOST_BAR ? MOST_BAR : left < LEAST_BAR ? LEAST_BAR : left;
    for (size_t i = 0; i < rows; i++) {
        print_row(of, row_of(of, i), widths, greatest, bar);
    }
    if (rows < all) {
        printf("and %zu other%s\n", all - rows, plural(all - rows));
    }
    free(widths);
    return 0;
}

/* ---- CSV and JSON ---- */

static void print_csv(const sheet *of)
{
    for (size_t j = 0; j < of->columns; j++) {
        fputs(j > 0 ? "," : "", stdout);
        print_csv_field(stdout, of->headings[j]);
    }
    for (size_t i = 0; i < of->count; i++) {
        const sheet_cell *cell = &of->cells[i];
        putchar(i % of->columns == 0 ? '\n' : ',');
        if (cell->text != NULL) {
            print_csv_field(stdout, cell->text);
        } else if (isfinite(cell->number)) {
            printf("%.9g", cell->number);
        }
    }
    putchar('\n');
}

/* Counts and numbers of samples are whole numbers. */
static json_t *number_json(double value)
{
    const double most = 9007199254740992; /* 2^53 */
    return value == floor(value) && fabs(value) < most ? json_integer((json_int_t)value) : json_number(value);
}

static int print_object(const sheet *of, json_t *facts)
{
    json_t *columns = json_array(), *rows = json_array(), *row = NULL;
    for (size_t j = 0; j < of->columns; j++) {
        json_array_append_new(columns, json_text(of->headings[j]));
    }
    for (size_t i = 0; i < of->count; i++) {
        if (i % of->columns == 0) {
            row = json_array();
            json_array_append_new(rows, row);
        }
        const sheet_cell *cell = &of->cells[i];
        json_array_append_new(row, cell->text != NULL ? json_text(cell->text) : number_json(cell->number));
    }
    json_object_set_new(facts, "columns", columns);
    json_object_set_new(facts, "rows", rows);
    return print_json(facts);
}

int sheet_print(const sheet *of, int format, size_t top, json_t *facts)
{
    if (of->failed) {
        json_decref(facts);
        return complain(EXIT_MEMORY, "not enough memory for the table of an explanation");
    }
    if (format == FORMAT_JSON) {
        return print_object(of, facts);
    }
    json_decref(facts);
    if (format == FORMAT_CSV) {
        print_csv(of);
        return 0;
    }
    return print_lines(of, top);
}
