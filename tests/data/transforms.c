/* tests/data/transforms.c - each transform gives what scikit-learn gives (tools/make-transforms), its slope is that of
 * differences, and descriptions and datasets that do not fit are refused. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "harness.h"
#include "numbers.h"

enum { MOST = 4096 };

/* ---- the cases ---- */

typedef struct transform_case {
    const char *name;
    gml_column column;
    size_t train_count, row_count;
    double train[MOST], rows[MOST];
    const char *levels[16];
    const json_t *expected;
} transform_case;

static size_t read_values(const json_t *array, double *values)
{
    const size_t count = json_array_size(array);
    ck_assert_uint_le(count, MOST);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        values[i] = json_is_null(value) ? NAN : json_number_value(value);
    }
    return count;
}

static void read_case(const json_t *json, transform_case *of)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    const json_t *levels = json_object_get(json, "levels");
    of->name = json_string_value(json_object_get(json, "name"));
    of->train_count = read_values(json_object_get(json, "train"), of->train);
    of->row_count = read_values(json_object_get(json, "rows"), of->rows);
    of->expected = json_object_get(json, "expected");
    of->column = (gml_column){.kind = strcmp(kind, "number") == 0     ? GML_COLUMN_NUMBER
                                      : strcmp(kind, "category") == 0 ? GML_COLUMN_CATEGORY
                                                                      : GML_COLUMN_DATE};
    for (size_t i = 0; i < json_array_size(levels); i++) {
        of->levels[i] = json_string_value(json_array_get(levels, i));
    }
    of->column.level_count = json_array_size(levels);
    of->column.levels = of->column.level_count > 0 ? of->levels : NULL;
}

static gml_dataset *dataset_of(gml_context *context, const transform_case *of)
{
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64((double *)(uintptr_t)of->train, of->train_count, 1),
                                     .columns = &of->column};
    gml_dataset *made = NULL;
    assert_ok(context, gml_dataset_create(context, &parts, &made));
    return made;
}

static gml_preparation *fit(gml_context *context, const transform_case *of, const char *chain)
{
    char description[512];
    gml_preparation *made = NULL;
    gml_dataset *data = dataset_of(context, of);
    snprintf(description, sizeof description, "1 -> %s", chain);
    assert_ok(context, gml_preparation_fit(context, data, description, &made));
    gml_dataset_destroy(data);
    return made;
}

static void for_each_chain(void (*check)(gml_context *context, const transform_case *of, const char *chain,
                                         const json_t *expected))
{
    static transform_case of;
    gml_context *context = test_context();
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/data/transforms.json", root);
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    ck_assert_msg(file != NULL, "%s: %s", path, error.text);
    const json_t *cases = json_object_get(file, "cases");
    ck_assert_uint_ge(json_array_size(cases), 14);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const char *chain;
        json_t *expected;
        read_case(json_array_get(cases, i), &of);
        json_object_foreach((json_t *)(uintptr_t)of.expected, chain, expected)
        {
            check(context, &of, chain, expected);
        }
    }
    json_decref(file);
    gml_context_destroy(context);
}

/* ---- values ---- */

static void check_values(gml_context *context, const transform_case *of, const char *chain, const json_t *expected)
{
    static double inputs[MOST];
    gml_preparation *preparation = fit(context, of, chain);
    const size_t width = gml_preparation_inputs(preparation);
    ck_assert_msg(width == json_array_size(json_array_get(expected, 0)), "%s, %s: %zu inputs", of->name, chain, width);
    assert_ok(context,
              gml_preparation_apply(preparation, gml_matrix_f64((double *)(uintptr_t)of->rows, of->row_count, 1),
                                    gml_matrix_f64(inputs, of->row_count, width)));
    for (size_t i = 0; i < of->row_count; i++) {
        double wanted[64];
        read_values(json_array_get(expected, i), wanted);
        for (size_t j = 0; j < width; j++) {
            const double got = inputs[i * width + j];
            const bool equal =
                isnan(wanted[j]) ? isnan(got) : fabs(got - wanted[j]) <= 1e-12 * fmax(1, fabs(wanted[j]));
            ck_assert_msg(equal, "%s, %s, row %zu (%g), input %zu: %.17g, expected %.17g", of->name, chain, i,
                          of->rows[i], j, got, wanted[j]);
        }
    }
    gml_preparation_destroy(preparation);
}

TEST(each_transform_equals_that_of_scikit_learn)
{
    for_each_chain(check_values);
}

static size_t chains_seen[32];

static void count_rows(gml_context *context, const transform_case *of, const char *chain, const json_t *expected)
{
    (void)context, (void)of, (void)expected;
    for (size_t i = 0; gml_transform_entry(i) != NULL; i++) {
        const char *name = gml_transform_entry(i)->name, *at = strstr(chain, name);
        const bool begins = at != NULL && (at == chain || at[-1] == ' ');
        chains_seen[i] += begins && strchr(" (", at[strlen(name)]) != NULL;
    }
}

TEST(each_row_of_the_table_is_compared)
{
    for_each_chain(count_rows);
    for (size_t i = 0; gml_transform_entry(i) != NULL; i++) {
        ck_assert_msg(chains_seen[i] > 0, "%s has no case", gml_transform_entry(i)->name);
    }
}

/* ---- slopes ---- */

static size_t smooth_slopes;

/* The values of an input at x - h, x - h / 8, x, x + h / 8 and x + h. False near a kink or a jump. */
static bool is_smooth(const double *y, size_t stride)
{
    const double wide = (y[4 * stride] - y[0]) / 8, narrow = y[3 * stride] - y[stride];
    const double down = y[2 * stride] - y[0], up = y[4 * stride] - y[2 * stride];
    return fabs(wide - narrow) <= 1e-3 * (fabs(wide) + fabs(narrow)) &&
           fabs(down - up) <= 1e-3 * (fabs(down) + fabs(up));
}

/* A step for differences: small beside the values of training and beside x. */
static double step_at(const transform_case *of, double x)
{
    double least = (double)INFINITY, greatest = -(double)INFINITY;
    for (size_t i = 0; i < of->train_count; i++) {
        least = fmin(least, of->train[i]);
        greatest = fmax(greatest, of->train[i]);
    }
    return greatest > least ? 1e-6 * fmax(greatest - least, 1e-6 * fabs(x)) : 1e-6 * fmax(1, fabs(x));
}

static void check_slopes(gml_context *context, const transform_case *of, const char *chain, const json_t *expected)
{
    (void)expected;
    if (of->column.kind != GML_COLUMN_NUMBER) {
        return;
    }
    gml_preparation *preparation = fit(context, of, chain);
    const size_t width = gml_preparation_inputs(preparation);
    for (size_t i = 0; i < of->row_count; i++) {
        const double x = of->rows[i], h = step_at(of, x);
        double at[5] = {x - h, x - h / 8, x, x + h / 8, x + h}, y[5 * 2], slope[5 * 2];
        assert_ok(context, gml_preparation_apply(preparation, gml_matrix_f64(at, 5, 1), gml_matrix_f64(y, 5, width)));
        assert_ok(context,
                  gml_preparation_slopes(preparation, gml_matrix_f64(at, 5, 1), gml_matrix_f64(slope, 5, width)));
        if (isnan(x) || fabs(x) > 1e200 || !is_smooth(y, width)) {
            continue;
        }
        const double difference = (y[4 * width] - y[0]) / (at[4] - at[0]), got = slope[2 * width];
        smooth_slopes++;
        ck_assert_msg(fabs(got - difference) <= 2e-3 * fmax(fabs(got), fabs(difference)) + 1e-9,
                      "%s, %s at %g: %g, not %g", of->name, chain, x, got, difference);
    }
    gml_preparation_destroy(preparation);
}

TEST(slopes_are_those_of_differences)
{
    for_each_chain(check_slopes);
    ck_assert_uint_gt(smooth_slopes, 500);
}

TEST(a_missing_cell_has_no_slope)
{
    gml_context *context = test_context();
    double x[] = {1, 2, NAN, 7}, slope[8];
    gml_dataset *data = NULL;
    gml_preparation *preparation = NULL;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, 4, 1), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_preparation_fit(context, data, NULL, &preparation));
    assert_ok(context, gml_preparation_slopes(preparation, gml_matrix_f64(x, 4, 1), gml_matrix_f64(slope, 4, 2)));
    ck_assert_double_gt(slope[0], 0);
    ck_assert_double_eq(slope[4], 0); /* of the missing cell */
    ck_assert_double_eq(slope[1], 0); /* of the mark */
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

/* ---- several columns ---- */

static const char *const colors[] = {"blue", "green", "red"};
static const gml_column mixed_columns[] = {{.kind = GML_COLUMN_NUMBER},
                                           {.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 3, 0},
                                           {.kind = GML_COLUMN_DATE}};
static double mixed[] = {1, 0, 0.5, 2, 2, 19000.25, NAN, 1, 3, 4, NAN, 18262, 100, 3, -1};

enum { MIXED = 5 };

static gml_dataset *mixed_data(gml_context *context)
{
    gml_dataset *data = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(mixed, MIXED, 3), .columns = mixed_columns};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    return data;
}

TEST(numbers_come_before_levels_and_marks_and_are_named)
{
    static const char *const names[] = {"column 1",         "column 3 (days)",    "column 3 (year)",
                                        "column 3 (month)", "column 3 (day)",     "column 3 (weekday)",
                                        "column 3 (hour)",  "column 1 (missing)", "column 2 = blue",
                                        "column 2 = green", "column 2 = red"};
    static const size_t columns[] = {0, 2, 2, 2, 2, 2, 2, 0, 1, 1, 1};
    gml_context *context = test_context();
    gml_dataset *data = mixed_data(context);
    gml_preparation *preparation = NULL;
    assert_ok(context, gml_preparation_fit(context, data, NULL, &preparation));
    ck_assert_uint_eq(gml_preparation_columns(preparation), 3);
    ck_assert_uint_eq(gml_preparation_inputs(preparation), sizeof names / sizeof *names);
    for (size_t i = 0; i < gml_preparation_inputs(preparation); i++) {
        gml_prepared_input input;
        assert_ok(context, gml_preparation_input(preparation, i, &input));
        ck_assert_str_eq(input.name, names[i]);
        ck_assert_uint_eq(input.column, columns[i]);
    }
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

/* Three categories, one of them binary, with codes and marks between numbers. */
TEST(codes_come_last_and_those_of_a_column_follow_those_of_the_columns_before)
{
    static const char *const names[] = {"column 4", "column 1 (missing)", "column 3 = b", "column 1", "column 2"};
    static const size_t columns[] = {3, 0, 2, 0, 1};
    static const char *const letters[] = {"a", "b", "c"};
    static const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = letters, .level_count = 3},
                                       {.kind = GML_COLUMN_CATEGORY, .levels = letters, .level_count = 3},
                                       {.kind = GML_COLUMN_CATEGORY, .levels = letters, .level_count = 2},
                                       {.kind = GML_COLUMN_NUMBER}};
    double x[] = {0, 0, 0, 7, 1, 2, 1, 8, NAN, NAN, NAN, 9, 3, 3, 2, 10}, y[4 * 5], slopes[4 * 5];
    /* Column 1 has the codes 0 to 4. In column 2 level 2 has the code 5, others have 6, missing cells 7. */
    static const double expected[] = {7, 0, -1, 0, 6, 8, 0, 1, 1, 5, 9, 1, 0, 0, 7, 10, 0, 0, 3, 6};
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    gml_preparation *made = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, 4, 4), .columns = kinds};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    assert_ok(context, gml_preparation_fit(context, data,
                                           "category -> encode(one_hot=2); 1 -> impute -> code; 2 -> code(levels=1); "
                                           "number",
                                           &made));
    const gml_preparation_layout layout = gml_preparation_layout_of(made);
    ck_assert_uint_eq(layout.numbers, 1);
    ck_assert_uint_eq(layout.one_hot, 2);
    ck_assert_uint_eq(layout.codes, 2);
    ck_assert_uint_eq(layout.levels, 8);
    ck_assert_int_ne(layout.by_parts, 0);
    ck_assert_uint_eq(gml_preparation_inputs(made), 5);
    assert_ok(context, gml_preparation_apply(made, gml_matrix_f64(x, 4, 4), gml_matrix_f64(y, 4, 5)));
    assert_ok(context, gml_preparation_slopes(made, gml_matrix_f64(x, 4, 4), gml_matrix_f64(slopes, 4, 5)));
    for (size_t i = 0; i < 4 * 5; i++) {
        ck_assert_double_eq(y[i], expected[i]);
        ck_assert_double_eq(slopes[i], i % 5 == 0 ? 1 : 0);
    }
    for (size_t i = 0; i < 5; i++) {
        gml_prepared_input input;
        assert_ok(context, gml_preparation_input(made, i, &input));
        ck_assert_str_eq(input.name, names[i]);
        ck_assert_uint_eq(input.column, columns[i]);
    }
    gml_preparation_destroy(made);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_column_takes_its_own_rule_before_that_of_its_kind)
{
    gml_context *context = test_context();
    gml_dataset *data = mixed_data(context);
    gml_preparation *preparation = NULL, *again = NULL;
    assert_ok(context, gml_preparation_fit(context, data, " 2->ordinal ;date; 1 -> log->standard", &preparation));
    ck_assert_str_eq(gml_preparation_description(preparation), "date; 1 -> log -> standard; 2 -> ordinal");
    assert_ok(context, gml_preparation_fit(context, data, gml_preparation_description(preparation), &again));
    ck_assert_str_eq(gml_preparation_description(again), gml_preparation_description(preparation));
    ck_assert_uint_eq(gml_preparation_inputs(again), 3);
    gml_preparation_destroy(preparation);
    gml_preparation_destroy(again);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(rows_have_the_same_bits_alone_in_blocks_and_in_both_types)
{
    enum { ROWS = 200, INPUTS = 11 };
    static double x[ROWS * 3], y[ROWS * INPUTS], one[INPUTS];
    static float single[ROWS * INPUTS];
    gml_context *context = test_context();
    gml_dataset *data = mixed_data(context);
    gml_preparation *preparation = NULL;
    for (size_t i = 0; i < ROWS * 3; i++) {
        x[i] = mixed[i % (MIXED * 3)];
    }
    assert_ok(context, gml_preparation_fit(context, data, NULL, &preparation));
    const gml_matrix all = gml_matrix_f64(x, ROWS, 3);
    assert_ok(context, gml_preparation_apply(preparation, all, gml_matrix_f64(y, ROWS, INPUTS)));
    assert_ok(context, gml_preparation_apply(preparation, all, gml_matrix_f32(single, ROWS, INPUTS)));
    for (size_t i = 0; i < ROWS; i++) {
        assert_ok(context,
                  gml_preparation_apply(preparation, gml_matrix_rows(all, i, 1), gml_matrix_f64(one, 1, INPUTS)));
        ck_assert_mem_eq(one, &y[i * INPUTS], sizeof one);
        for (size_t j = 0; j < INPUTS; j++) {
            ck_assert(single[i * INPUTS + j] == (float)y[i * INPUTS + j]);
        }
    }
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

/* ---- refusals ---- */

TEST(descriptions_that_do_not_fit_are_refused)
{
    static const struct {
        const char *description;
        gml_status status;
        const char *message;
    } cases[] = {
        {"1 -> one_hot", GML_ERROR_ARGUMENT, "one_hot does not take numbers"},
        {"category", GML_ERROR_ARGUMENT, "a category needs one_hot or ordinal"},
        {"category -> standard", GML_ERROR_ARGUMENT, "standard does not take categories"},
        {"3 -> one_hot", GML_ERROR_ARGUMENT, "one_hot does not take dates"},
        {"2 -> one_hot -> standard", GML_ERROR_ARGUMENT, "it must be the last"},
        {"2 -> code -> standard", GML_ERROR_ARGUMENT, "standard does not take the inputs that code gives"},
        {"1 -> code", GML_ERROR_ARGUMENT, "code does not take numbers"},
        {"2 -> encode(one_hot=0)", GML_ERROR_ARGUMENT, "one_hot is 0"},
        {"5 -> log", GML_ERROR_NAME, "its columns are 1 to 3"},
        {"age", GML_ERROR_NAME, "\"age\" is no column"},
        {"number ->", GML_ERROR_ARGUMENT, "character 10"},
        {"number -> standrd", GML_ERROR_NAME, "did you mean \"standard\""},
        {"number -> standard(x=1)", GML_ERROR_NAME, "standard"},
        {"number -> quantile(quantiles=1)", GML_ERROR_ARGUMENT, "quantiles"},
        {"number; number -> log", GML_ERROR_ARGUMENT, "this kind has a rule already"},
        {"1; 1 -> log", GML_ERROR_ARGUMENT, "this column has a rule already"},
        {"'1 -> log", GML_ERROR_ARGUMENT, "the quote is not closed"},
        {"-> log", GML_ERROR_ARGUMENT, "a kind (number, category, date) or a column is missing"},
        {"number log", GML_ERROR_ARGUMENT, "an arrow, a semicolon or the end is expected"},
        {"1->log->log->log->log->log->log->log->log->log", GML_ERROR_ARGUMENT, "at most 8 transforms"},
    };
    gml_context *context = test_context();
    gml_dataset *data = mixed_data(context);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_preparation *preparation = NULL;
        const gml_status status = gml_preparation_fit(context, data, cases[i].description, &preparation);
        const char *message = gml_context_message(context);
        ck_assert_msg(status == cases[i].status && strstr(message, cases[i].message) != NULL, "%s: %d, %s",
                      cases[i].description, (int)status, message);
        ck_assert_ptr_null(preparation);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(columns_that_are_none_are_refused)
{
    static const char *const with_null[] = {"a", NULL}, *const broken[] = {"a", "\xff"};
    gml_context *context = test_context();
    double code[] = {0, 1, 2, 3};
    const struct {
        gml_column column;
        double last;
        gml_status status;
        const char *message;
    } cases[] = {
        {{.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 3, 0},
         4,
         GML_ERROR_DATA,
         "row 4, column 1 holds 4"},
        {{.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 3, 0},
         0.5,
         GML_ERROR_DATA,
         "has codes from 0 to 3"},
        {{.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 3, 0}, -1, GML_ERROR_DATA, "holds -1"},
        {{.kind = GML_COLUMN_CATEGORY, .levels = NULL, .level_count = 0, 0}, 0, GML_ERROR_ARGUMENT, "each with a name"},
        {{.kind = GML_COLUMN_CATEGORY, .levels = with_null, .level_count = 2, 0},
         0,
         GML_ERROR_ARGUMENT,
         "level 2: a name in UTF-8"},
        {{.kind = GML_COLUMN_CATEGORY, .levels = broken, .level_count = 2, 0},
         0,
         GML_ERROR_ARGUMENT,
         "level 2: a name in UTF-8"},
        {{GML_COLUMN_NUMBER, colors, 3, 0}, 0, GML_ERROR_ARGUMENT, "is no category and has 3 levels"},
        {{(gml_column_kind)9, NULL, 0, 0}, 0, GML_ERROR_ARGUMENT, "the kind 9 is none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *data = NULL;
        code[3] = cases[i].last;
        const gml_dataset_parts parts = {.inputs = gml_matrix_f64(code, 4, 1), .columns = &cases[i].column};
        const gml_status status = gml_dataset_create(context, &parts, &data);
        ck_assert_msg(status == cases[i].status && strstr(gml_context_message(context), cases[i].message) != NULL,
                      "case %zu: %d, %s", i, (int)status, gml_context_message(context));
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("transforms", 60);
}
