/* tests/data/kind_case.h - tables with one column of some kind: a function writes its cells. */
#ifndef GML_TESTS_KIND_CASE_H
#define GML_TESTS_KIND_CASE_H

#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

/* Writes a table of the column `name` and a target; `cell` writes the cell of a row. */
typedef void (*cell_writer)(char cell[64], size_t row);

static inline const char *table_of(const char *name, size_t rows, cell_writer write)
{
    char *text = malloc(rows * 96 + 256);
    size_t used = (size_t)sprintf(text, "%s,x,y\n", name);
    for (size_t i = 0; i < rows; i++) {
        char cell[64];
        write(cell, i);
        used += (size_t)sprintf(text + used, "%s,%zu.5,%zu.25\n", cell, i * 7 % 5, i);
    }
    const char *path = put_text("kinds.csv", text);
    free(text);
    return path;
}

static inline void words(char cell[64], size_t row)
{
    sprintf(cell, "word%zu", row * 5 % 3);
}

static inline void counted(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row + 1);
}

static inline void shuffled(char cell[64], size_t row)
{
    sprintf(cell, "%zu", 1000 + row * 37 % 100);
}

static inline void zipped(char cell[64], size_t row)
{
    sprintf(cell, "%05zu", 1000 + row % 25 * 777);
}

static inline void gapped(char cell[64], size_t row)
{
    static const char *const gaps[] = {"", "NA", "?", "nan"};
    sprintf(cell, "%zu", row * row);
    if (row < 4) {
        strcpy(cell, gaps[row]);
    }
}

static inline void empty(char cell[64], size_t row)
{
    strcpy(cell, row % 2 == 0 ? "" : "null");
}

static inline void iso(char cell[64], size_t row)
{
    sprintf(cell, "2014-%02zu-%02zu", row % 12 + 1, row % 28 + 1);
}

static inline void month_first(char cell[64], size_t row)
{
    sprintf(cell, "%zu/%zu/2014", row % 12 + 1, row % 28 + 1);
}

static inline void eight_digits(char cell[64], size_t row)
{
    sprintf(cell, "2014%02zu%02zu", row % 12 + 1, row % 28 + 1);
}

static inline void either_first(char cell[64], size_t row)
{
    sprintf(cell, "%zu/%zu/2014", row % 12 + 1, row % 5 + 1);
}

static inline void neither_first(char cell[64], size_t row)
{
    strcpy(cell, row % 2 == 0 ? "1/20/2014" : "20/1/2014");
}

static inline void broken_date(char cell[64], size_t row)
{
    iso(cell, row);
    if (row == 40) {
        strcpy(cell, "2014-02-30");
    }
}

static inline void mixed_dates(char cell[64], size_t row)
{
    iso(cell, row);
    if (row == 40) {
        strcpy(cell, "17/02/2014");
    }
}

static inline void faulty_numbers(char cell[64], size_t row)
{
    sprintf(cell, row == 33 ? "abc" : "%zu.5", row);
}

#endif
