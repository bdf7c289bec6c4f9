/* tests/support/mixed_case.h - a table with a number that has gaps, a category with gaps, a date, a number, and a
 * constant, and what a recipe makes of it. */
#ifndef GML_TESTS_MIXED_CASE_H
#define GML_TESTS_MIXED_CASE_H

#include <math.h>
#include <stdlib.h>

#include "data/dataset.h"
#include "harness.h"
#include "numbers.h"

enum { MIXED_ROWS = 90, MIXED_COLUMNS = 5, MIXED_LEVELS = 3 };

static const char *const mixed_levels[MIXED_LEVELS] = {"blue", "green", "red"};
static const char *const mixed_names[MIXED_COLUMNS] = {"age", "color", "day", "size", "same"};
static const gml_column mixed_columns[MIXED_COLUMNS] = {
    {.kind = GML_COLUMN_NUMBER},
    {.kind = GML_COLUMN_CATEGORY, .levels = mixed_levels, .level_count = MIXED_LEVELS},
    {.kind = GML_COLUMN_DATE},
    {.kind = GML_COLUMN_NUMBER},
    {.kind = GML_COLUMN_NUMBER}};

typedef struct mixed_case {
    gml_context *context;
    double *x, *y; /* [MIXED_ROWS x MIXED_COLUMNS], [MIXED_ROWS] */
    gml_dataset *data;
    gml_network *network; /* adapted to the data, with a preparation */
} mixed_case;

/* A dataset of the first rows of x and y. `named`: its columns have names. */
static inline gml_dataset *mixed_dataset(gml_context *in, double *x, double *y, size_t rows, bool named)
{
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, rows, MIXED_COLUMNS),
                                     .targets = gml_matrix_f64(y, rows, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = mixed_columns};
    gml_dataset *made = NULL;
    assert_ok(in, gml_dataset_create(in, &parts, &made));
    if (named) {
        assert_ok(in, gml_schema_copy_names(in, mixed_names, MIXED_COLUMNS, &made->schema.feature_names));
    }
    return made;
}

static inline void fill_mixed(double *x, double *y)
{
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        double *row = x + i * MIXED_COLUMNS;
        row[0] = i % 7 == 3 ? NAN : 40 + 15 * scattered(3 * i);
        row[1] = i % 11 == 5 ? NAN : (double)(i * i % 5 % MIXED_LEVELS);
        row[2] = 18000 + (double)i + (i % 2 == 0 ? 0.25 : 0.75);
        row[3] = exp(3 * scattered(5 * i + 1));
        row[4] = 12.5;
        y[i] = 0.1 * (isnan(row[0]) ? 45 : row[0]) + (row[1] == 1 ? 3 : 0) + sqrt(row[3]);
    }
}

static inline mixed_case set_up_mixed_in(gml_context *in, const char *preparation, const char *hidden, gml_dtype dtype)
{
    mixed_case made = {.context = in};
    const gml_recipe recipe = {.hidden = hidden, .options = {.dtype = dtype, .seed = 3}, .preparation = preparation};
    made.x = calloc(MIXED_ROWS * MIXED_COLUMNS, sizeof *made.x);
    made.y = calloc(MIXED_ROWS, sizeof *made.y);
    fill_mixed(made.x, made.y);
    made.data = mixed_dataset(made.context, made.x, made.y, MIXED_ROWS, true);
    assert_ok(made.context, gml_recipe_network(&recipe, made.data, &made.network));
    return made;
}

static inline mixed_case set_up_mixed(const char *preparation, const char *hidden, gml_dtype dtype)
{
    return set_up_mixed_in(test_context(), preparation, hidden, dtype);
}

/* Frees everything but the context. */
static inline void clear_mixed(mixed_case *made)
{
    gml_network_destroy(made->network);
    gml_dataset_destroy(made->data);
    free(made->x);
    free(made->y);
}

static inline void tear_down_mixed(mixed_case *made)
{
    clear_mixed(made);
    gml_context_destroy(made->context);
}

static inline gml_matrix mixed_rows(const mixed_case *of, size_t rows)
{
    return gml_matrix_f64(of->x, rows, MIXED_COLUMNS);
}

/* The rows as the first layer reads them, which the caller frees. */
static inline double *prepared_rows(const mixed_case *of, size_t rows)
{
    const gml_preparation *preparation = gml_network_preparation(of->network);
    const size_t inputs = gml_preparation_inputs(preparation);
    double *made = calloc(rows * inputs, sizeof *made);
    assert_ok(of->context,
              gml_preparation_apply(preparation, mixed_rows(of, rows), gml_matrix_f64(made, rows, inputs)));
    return made;
}

/* A copy of the network that takes prepared rows. */
static inline gml_network *bare_copy(const mixed_case *of)
{
    gml_network *made = NULL;
    assert_ok(of->context, gml_network_copy(of->network, gml_network_dtype(of->network), &made));
    assert_ok(of->context, gml_network_set_preparation(made, NULL));
    return made;
}

#endif
