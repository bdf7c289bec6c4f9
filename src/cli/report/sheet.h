/* cli/report/sheet.h - a table of names and numbers, printed as text with bars, as CSV or as JSON. */
#ifndef GML_CLI_SHEET_H
#define GML_CLI_SHEET_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* A name, or with `text` null a number. */
typedef struct sheet_cell {
    const char *text;
    double number;
} sheet_cell;

typedef struct sheet {
    const char *const *headings; /* [columns] */
    size_t columns;
    size_t bar; /* the column that text shows as bars; SIZE_MAX: none */
    sheet_cell *cells;
    size_t count, room;
    bool failed; /* there is no memory */
} sheet;

/* The texts stay the caller's. Cells are added row by row. */
void sheet_begin(sheet *of, const char *const *headings, size_t columns, size_t bar);
void sheet_clear(sheet *of);
void sheet_add_text(sheet *of, const char *text);
void sheet_add_number(sheet *of, double number);

/* Sorts rows by the magnitude of the number in a column, the greatest first; rows without one last. */
void sheet_sort(sheet *of, size_t column);

/* Prints the table in a FORMAT of explain.h; text has at most `top` rows. JSON is `facts`, which is released, with
 * "columns" and "rows"; what is not finite is null, in CSV an empty field. Returns the exit code. */
int sheet_print(const sheet *of, int format, size_t top, json_t *facts);

#endif
