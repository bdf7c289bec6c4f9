/* tests/data/row_case.h - files and pipes of two columns that are read row by row, and what comes of them. */
#ifndef GML_TESTS_ROW_CASE_H
#define GML_TESTS_ROW_CASE_H

#include <unistd.h>

#include "format_case.h"

#include "gemmule/rows.h"

static const char *const names[] = {"a", "b"};
static const char *const colors[] = {"blue", "red"};
static const gml_column kinds[] = {{.kind = GML_COLUMN_NUMBER},
                                   {.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 2}};
static const gml_dataset_options numbers = {.features = 2, .feature_names = names};
static const gml_dataset_options mixed = {.features = 2, .feature_names = names, .column_kinds = kinds};

/* What came out of reading a file to its end. */
typedef struct outcome {
    size_t count, broken, calls;
    double values[4096];                /* [count x 2]; of a broken row NaN */
    char messages[8][GML_MESSAGE_SIZE]; /* of the first broken rows */
    gml_status end;
} outcome;

static inline void take(outcome *found, const gml_dataset *rows)
{
    const size_t count = gml_dataset_size(rows);
    assert_ok(context, gml_dataset_gather(rows, NULL, count, gml_matrix_f64(found->values + 2 * found->count, count, 2),
                                          gml_matrix_none()));
    found->count += count;
}

static inline void take_broken(outcome *found)
{
    if (found->broken < 8) {
        strcpy(found->messages[found->broken], gml_context_message(context));
    }
    found->values[2 * found->count] = found->values[2 * found->count + 1] = NAN;
    found->broken++;
    found->count++;
}

static inline outcome *read_all(const char *path, const gml_dataset_options *options, size_t most)
{
    static outcome found;
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    memset(&found, 0, sizeof found);
    assert_ok(context, gml_rows_open(context, path, options, &rows));
    do {
        found.end = gml_rows_next(rows, most, &dataset);
        if (dataset != NULL) {
            ck_assert_uint_le(gml_dataset_size(dataset), most);
            take(&found, dataset);
            found.calls++;
        } else if (gml_rows_can_continue(rows)) {
            take_broken(&found);
            found.end = GML_OK;
            dataset = (const gml_dataset *)rows; /* not the end */
        }
    } while (found.end == GML_OK && dataset != NULL);
    gml_rows_destroy(rows);
    return &found;
}

static inline void assert_values(const outcome *found, const double *expected, size_t count)
{
    ck_assert_uint_eq(found->count, count);
    for (size_t i = 0; i < 2 * count; i++) {
        ck_assert(found->values[i] == expected[i] || (isnan(found->values[i]) && isnan(expected[i])));
    }
}

/* Opens the reading end of a pipe with these first bytes; `writer` is its other end. */
static inline gml_rows *open_pipe(gml_context *made, const char *text, const gml_dataset_options *options, int *writer)
{
    int ends[2];
    char path[40];
    gml_rows *rows = NULL;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_ok(made, gml_rows_open(made, path, options, &rows));
    close(ends[0]);
    *writer = ends[1];
    return rows;
}

/* Reads what is there: a call that waits for more would wait forever. */
static inline void assert_next(gml_context *made, gml_rows *rows, double first, double second)
{
    const gml_dataset *dataset = NULL;
    double values[2];
    assert_ok(made, gml_rows_next(rows, 100, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), 1);
    assert_ok(made, gml_dataset_gather(dataset, NULL, 1, gml_matrix_f64(values, 1, 2), gml_matrix_none()));
    ck_assert(values[0] == first && values[1] == second);
}

#endif
