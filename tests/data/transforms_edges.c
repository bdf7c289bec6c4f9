/* tests/data/transforms_edges.c - transforms of columns without much in them: most values equal, or equal but for
 * rounding; values that do not fit; what has no derivative (data/transform). scikit-learn differs here or has no such
 * case, so that transforms.c cannot compare. */
#include <math.h>

#include "csv_case.h"

#include "data/rows.h"
#include "data/transform/transform.h"
#include "gemmule/gemmule.h"

enum { ROWS = 12 };

/* Fits a preparation to columns of numbers [ROWS x columns]. */
static gml_preparation *fit(const double *x, size_t columns, const gml_column *kinds, const char *description)
{
    gml_dataset *dataset = NULL;
    gml_preparation *made = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64((double *)(uintptr_t)x, ROWS, columns), .columns = kinds};
    assert_ok(context, gml_dataset_create(context, &parts, &dataset));
    assert_ok(context, gml_preparation_fit(context, dataset, description, &made));
    gml_dataset_destroy(dataset);
    return made;
}

/* What one column of numbers becomes. */
static void apply(const double *x, const char *description, double *y)
{
    static const gml_column number = {.kind = GML_COLUMN_NUMBER};
    gml_preparation *made = fit(x, 1, &number, description);
    ck_assert_uint_eq(gml_preparation_inputs(made), 1);
    assert_ok(context,
              gml_preparation_apply(made, gml_matrix_f64((double *)(uintptr_t)x, ROWS, 1), gml_matrix_f64(y, ROWS, 1)));
    gml_preparation_destroy(made);
}

TEST(robust_divides_by_half_of_the_range_where_the_quartiles_are_equal)
{
    const double x[ROWS] = {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 13};
    double y[ROWS];
    apply(x, "number -> robust", y);
    ck_assert_double_eq(y[0], 0);
    ck_assert_double_eq(y[ROWS - 1], 2);
}

TEST(values_that_differ_by_rounding_alone_are_a_constant)
{
    double x[ROWS], y[ROWS];
    static const char *const scales[] = {"number -> standard", "number -> minmax", "number -> robust"};
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = 1e6 * (i % 2 == 0 ? 1 : 1 + 4e-15);
    }
    ck_assert_double_ne(x[0], x[1]);
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        apply(x, scales[i], y);
        ck_assert(y[0] == 0 && y[1] == 0);
    }
}

TEST(robust_divides_by_half_of_the_range_where_the_quartiles_differ_by_rounding)
{
    const double near = 0.1 + 0.2, x[ROWS] = {0.1, 0.1, 0.3, 0.3, 0.3, near, near, near, near, near, near, 0.5};
    double y[ROWS];
    ck_assert_double_ne(near, 0.3);
    apply(x, "number -> robust", y);
    ck_assert_double_eq_tol(y[0], -1, 1e-12);
    ck_assert_double_eq_tol(y[2], 0, 1e-12);
    ck_assert_double_eq_tol(y[ROWS - 1], 1, 1e-12);
}

TEST(normal_quantiles_of_a_column_without_variation_are_0_for_all_values)
{
    static const gml_column number = {.kind = GML_COLUMN_NUMBER};
    const double far[ROWS] = {7, 6, 8, -1e300, 1e300, 7 + 1e-9};
    double x[ROWS], y[ROWS], slopes[ROWS];
    for (int which = 0; which < 3; which++) {
        for (size_t i = 0; i < ROWS; i++) {
            x[i] = which == 0 ? 7 : which == 1 ? 7 + 1e-15 * (double)i : NAN; /* constant, but for rounding, missing */
        }
        gml_preparation *made = fit(x, 1, &number, "number -> quantile");
        assert_ok(context, gml_preparation_apply(made, gml_matrix_f64(far, ROWS, 1), gml_matrix_f64(y, ROWS, 1)));
        assert_ok(context, gml_preparation_slopes(made, gml_matrix_f64(far, ROWS, 1), gml_matrix_f64(slopes, ROWS, 1)));
        for (size_t i = 0; i < ROWS; i++) {
            ck_assert_double_eq_tol(y[i], 0, 1e-6);
            ck_assert_double_eq_tol(slopes[i], 0, 1e-300);
        }
        gml_preparation_destroy(made);
    }
}

TEST(a_mark_of_missing_cells_lives_where_its_column_is_constant)
{
    static const gml_column number = {.kind = GML_COLUMN_NUMBER};
    const double x[ROWS] = {5, 5, 5, 5, 5, 5, NAN, 5, 5, NAN, 5, 5};
    gml_preparation *made = fit(x, 1, &number, NULL);
    double live[2] = {-1, -1};
    ck_assert_uint_eq(gml_preparation_inputs(made), 2);
    gml_preparation_live(made, live);
    ck_assert_double_eq(live[0], 0);
    ck_assert_double_eq(live[1], 1);
    gml_preparation_destroy(made);
}

TEST(of_values_that_do_not_fit_the_first_column_is_named)
{
    static const gml_column numbers[] = {{.kind = GML_COLUMN_NUMBER}, {.kind = GML_COLUMN_NUMBER}};
    double x[2 * ROWS];
    for (size_t i = 0; i < 2 * ROWS; i++) {
        x[i] = (double)(i * i % 7);
    }
    gml_preparation *made = fit(x, 2, numbers, "number -> standard");
    x[2 * 5] = x[2 * 5 + 1] = 1e300;
    gml_bad_entry bad;
    const gml_batch batch = {.x = gml_matrix_f64(x, ROWS, 2), .rows = ROWS};
    ck_assert(gml_preparation_find_unfit(made, &batch, GML_F32, &bad));
    ck_assert_uint_eq(bad.row, 5);
    ck_assert_uint_eq(bad.col, 0);
    ck_assert(!gml_preparation_find_unfit(made, &batch, GML_F64, &bad));
    gml_preparation_destroy(made);
}

TEST(numbers_of_levels_have_no_derivative)
{
    static const char *const levels[] = {"a", "b", "c"};
    static const gml_column category = {.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 3};
    const double x[ROWS] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 1};
    double slopes[ROWS];
    gml_preparation *made = fit(x, 1, &category, "category -> ordinal -> standard");
    assert_ok(context, gml_preparation_slopes(made, gml_matrix_f64((double *)(uintptr_t)x, ROWS, 1),
                                              gml_matrix_f64(slopes, ROWS, 1)));
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_eq(slopes[i], 0);
    }
    gml_preparation_destroy(made);
}

int main(void)
{
    return run_file_tests("transforms_edges", 60);
}
