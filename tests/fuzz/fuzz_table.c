/* tests/fuzz/fuzz_table.c - tables that are filled from memory.
 *
 * The first byte chooses: bits 0 to 2 the columns, from 1; bits 3 and 4 the task, or that there are no targets; bit 5
 * missing targets; bit 6 that the columns are described before the last is added; bit 7 that the first column is said
 * to be a category and the third is ignored. Each bit of the second byte makes a column one of numbers: of the first
 * byte of each cell, in eighths. The rest is the cells, each with a line end, row by row.
 *
 * Each column can be described; a data set of the table is consistent, and the same cells give the same again. A failed
 * call leaves the table usable. */
#include <math.h>
#include <string.h>

#include "dataset_checks.h"

enum { MOST_COLUMNS = 8, MOST_ROWS = 256, MOST_TEXT = 4096 };

static char text[MOST_TEXT + 1];
static const char *cells[MOST_COLUMNS * MOST_ROWS];

/* Cuts the text into cells; returns the number of whole rows of `columns`. */
static size_t cut(const uint8_t *data, size_t size, size_t columns)
{
    size_t count = 0;
    bool begins = true;
    memcpy(text, data, size);
    text[size] = '\0';
    for (size_t i = 0; i < size && count < columns * MOST_ROWS; i++) {
        if (begins) {
            cells[count++] = text + i;
        }
        begins = text[i] == '\n';
        text[i] = begins ? '\0' : text[i];
    }
    return count / columns;
}

static gml_status add_column(gml_table *table, size_t columns, size_t column, size_t rows, bool numbers)
{
    static double values[MOST_ROWS];
    const char *texts[MOST_ROWS];
    const char name[] = {(char)('a' + column), '\0'};
    for (size_t row = 0; row < rows; row++) {
        texts[row] = cells[row * columns + column];
        signed char first = (signed char)texts[row][0];
        values[row] = first == 0 ? (double)NAN : first == -128 ? (double)INFINITY : first / 8.0;
    }
    return numbers ? gml_table_add_numbers(table, name, values, rows) : gml_table_add_texts(table, name, texts, rows);
}

/* Makes the same data set twice. */
static void check_datasets(gml_table *table, const gml_dataset_options *options)
{
    static const gml_status documented[] = {GML_ERROR_DATA, GML_ERROR_SHAPE, GML_ERROR_NAME, GML_ERROR_ARGUMENT};
    gml_dataset *first = NULL, *second = NULL;
    if (fuzz_status(gml_dataset_from_table(table, options, &first), documented, 4)) {
        check_dataset(first, options);
        fuzz_ok(gml_dataset_from_table(table, options, &second));
        fuzz_check(second == NULL || gml_dataset_features(first) == gml_dataset_features(second),
                   "a table gives the same data set twice");
    }
    gml_dataset_destroy(second);
    gml_dataset_destroy(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const gml_status documented[] = {GML_ERROR_ARGUMENT, GML_ERROR_SHAPE};
    static const gml_task tasks[] = {GML_TASK_AUTO, GML_TASK_REGRESSION, GML_TASK_CLASSIFICATION, GML_TASK_AUTO};
    if (size < 3 || size > MOST_TEXT) {
        return 0;
    }
    unsigned choice = data[0], numbers = data[1];
    size_t columns = 1 + (choice & 7), rows = cut(data + 2, size - 2, columns);
    const gml_dataset_options options = {
        .task = tasks[choice >> 3 & 3],
        .targets = (choice >> 3 & 3) == 3 ? GML_CHOICE_NO : GML_CHOICE_AUTO,
        .missing_targets = (choice >> 5 & 1) != 0,
    };
    gml_table *table = NULL;
    fuzz_begin(((size_t)1 << 20) + 1024 * size);
    fuzz_ok(gml_table_create(fuzz_context(), &table));
    for (size_t i = 0; table != NULL && i < columns; i++) {
        if (i + 1 == columns && (choice >> 6 & 1) != 0) {
            check_table(table);
        }
        fuzz_status(add_column(table, columns, i, rows, (numbers >> i & 1) != 0), documented, 2);
    }
    if (table != NULL && (choice >> 7 & 1) != 0 && gml_table_columns(table) > 2) {
        gml_status status = gml_table_set_columns(table, "0=category", "2");
        fuzz_check(status == GML_OK || status == GML_ERROR_NAME, "columns are named by their names");
    }
    if (table != NULL) {
        check_table(table);
        check_datasets(table, &options);
    }
    gml_table_destroy(table);
    fuzz_end();
    return 0;
}
