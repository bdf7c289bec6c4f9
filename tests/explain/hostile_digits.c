/* tests/explain/hostile_digits.c - intervals, grids, tolerances and messages of explanations to the last digit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "numbers.h"

enum { N = 2600, IN = 5 };

/* t of 95 % for 1 to 4 degrees of freedom, from a printed table. */
TEST(intervals_are_those_of_student)
{
    static const double table[] = {12.706205, 4.302653, 3.182446, 2.776445};
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F64);
    planted_data *made = make_planted(context);
    for (size_t repeats = 2; repeats <= 5; repeats++) {
        double drops[PLANTED_INPUTS * 5], sum = 0, squares = 0;
        gml_importance found[PLANTED_INPUTS];
        const gml_importance_options options = {.metric = "loss", .repeats = repeats};
        assert_ok(context, gml_permutation_importance(network, made->data, &options, NULL, found,
                                                      gml_matrix_f64(drops, PLANTED_INPUTS, repeats)));
        for (size_t i = 0; i < repeats; i++) {
            sum += drops[i];
            squares += drops[i] * drops[i];
        }
        const double n = (double)repeats, mean = sum / n, variance = (squares - n * mean * mean) / (n - 1);
        const double half = table[repeats - 2] * sqrt(variance / n);
        ck_assert_double_eq_tol(found[0].high - mean, half, 1e-6 * half);
        ck_assert_double_eq_tol(mean - found[0].low, half, 1e-6 * half);
    }
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_last_point_of_a_grid_is_the_upper_quantile_itself)
{
    enum { SAMPLES = 50 };
    gml_context *context = test_context();
    for (uint64_t seed = 0; seed < 40; seed++) {
        double *x = random_doubles(SAMPLES, seed), greatest = -2, least = 2, grid[31];
        gml_dataset *data;
        for (size_t i = 0; i < SAMPLES; i++) {
            greatest = fmax(greatest, x[i]);
            least = fmin(least, x[i]);
        }
        assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, SAMPLES, 1), gml_matrix_none(),
                                                     GML_TASK_AUTO, &data));
        for (size_t points = 2; points <= 31; points++) {
            const gml_grid_options options = {.points = points, .low = 0, .high = 1};
            size_t count;
            assert_ok(context, gml_effect_grid(data, 0, &options, grid, &count));
            ck_assert_double_eq(grid[0], least);
            ck_assert_double_eq(grid[count - 1], greatest);
        }
        gml_dataset_destroy(data);
        free(x);
    }
    gml_context_destroy(context);
}

/* 60 of 64 samples are 1 up to rounding, and so are both quantiles: the points are between the extremes. */
TEST(quantiles_that_are_equal_up_to_rounding_give_way_to_the_extremes)
{
    enum { SAMPLES = 64 };
    gml_context *context = test_context();
    double x[SAMPLES], grid[3];
    size_t count;
    gml_dataset *data;
    for (size_t i = 0; i < SAMPLES; i++) {
        x[i] = i < 2 ? -(double)i : i < 4 ? 1 + (double)i : 1 + 1e-10 * (double)i;
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, SAMPLES, 1), gml_matrix_none(),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_effect_grid(data, 0, &(gml_grid_options){.points = 3}, grid, &count));
    ck_assert_uint_eq(count, 3);
    ck_assert_double_eq(grid[0], -1);
    ck_assert_double_eq_tol(grid[1], 1.5, 1e-15);
    ck_assert_double_eq(grid[2], 4);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(one_sample_is_one_point_and_one_edge)
{
    gml_context *context = test_context();
    double *x = calloc(1, sizeof *x), values[41]; /* on the heap, where a sanitizer sees reads before it */
    size_t count;
    gml_dataset *data;
    *x = 0.75;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, 1, 1), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_effect_grid(data, 0, &(gml_grid_options){.points = 5}, values, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_double_eq(values[0], 0.75);
    assert_ok(context, gml_effect_edges(data, 0, 0, values, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_double_eq(values[0], 0.75);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    free(x);
}

TEST(the_tolerance_of_a_diff_follows_the_types)
{
    gml_context *context = test_context();
    gml_network *wide = new_network(context, "5 -> 6 tanh -> 2", GML_F64, 3), *other = NULL, *narrow = NULL;
    double *x = random_doubles((size_t)50 * IN, 8);
    gml_dataset *data;
    gml_difference stages[3];
    gml_diff_report report;
    gml_block bias;
    assert_ok(context, gml_network_copy(wide, GML_F64, &other));
    assert_ok(context, gml_network_block(other, 3, &bias));
    ((double *)bias.values.data)[0] += 1e-5;
    assert_ok(context, gml_network_copy(other, GML_F32, &narrow));
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, 50, IN), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_diff(wide, other, data, 0, stages, &report));
    ck_assert_uint_eq(report.first, 2);
    assert_ok(context, gml_diff(wide, narrow, data, 0, stages, &report));
    ck_assert_uint_eq(report.first, SIZE_MAX);
    gml_dataset_destroy(data);
    gml_network_destroy(narrow);
    gml_network_destroy(other);
    gml_network_destroy(wide);
    gml_context_destroy(context);
    free(x);
}

TEST(the_logit_of_a_single_output_becomes_a_probability)
{
    gml_context *context = test_context();
    gml_network *logit = new_network(context, "5 -> 6 tanh -> 1", GML_F64, 2);
    gml_network *share = new_network(context, "5 -> 6 tanh -> 1 sigmoid", GML_F64, 2);
    planted_data *made = make_planted(context);
    const size_t feature = 0;
    const double grid[] = {-0.5, 0.5};
    double a[2], b[2];
    assert_ok(context, gml_network_set_fact(logit, "loss", "binary_cross_entropy"));
    assert_ok(context, gml_partial_dependence(logit, made->data, &feature, 1, gml_matrix_f64(grid, 2, 1),
                                              gml_matrix_f64(a, 2, 1), gml_matrix_none()));
    assert_ok(context, gml_partial_dependence(share, made->data, &feature, 1, gml_matrix_f64(grid, 2, 1),
                                              gml_matrix_f64(b, 2, 1), gml_matrix_none()));
    ck_assert_double_le(worst_difference(a, b, 2), 1e-13);
    ck_assert(a[0] > 0 && a[0] < 1 && a[0] != a[1]);
    free_planted(made);
    gml_network_destroy(share);
    gml_network_destroy(logit);
    gml_context_destroy(context);
}

/* Means of 3 and -1: their difference over their sum would be 2. */
TEST(selectivity_is_not_defined_where_a_mean_is_below_0)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> 1 init=zeros -> 2 softmax", GML_F32, 1);
    gml_block weight;
    assert_ok(context, gml_network_block(network, 0, &weight));
    ((float *)weight.values.data)[0] = 1;
    static const double x[] = {3, -1};
    static const uint8_t classes[] = {0, 1};
    gml_dataset *data;
    gml_unit_selectivity unit;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 2, 1), gml_matrix_u8(classes, 2, 1),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_class_selectivity(network, data, 0, &unit));
    ck_assert(isnan(unit.selectivity));
    ck_assert_double_eq(unit.greatest, 3);
    ck_assert_double_eq(unit.others, -1);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* A network with halved weights and a doubled scale predicts the same, row by row. */
TEST(predictions_are_compared_in_the_unit_of_the_targets)
{
    gml_context *context = test_context();
    gml_network *plain = new_network(context, "5 -> 6 tanh -> 2", GML_F64, 3), *scaled = NULL;
    double *x = random_doubles((size_t)N * IN, 8);
    gml_dataset *data;
    gml_difference stages[3];
    gml_diff_report report;
    assert_ok(context, gml_network_copy(plain, GML_F64, &scaled));
    for (size_t k = 2; k < 4; k++) {
        gml_block block;
        assert_ok(context, gml_network_block(scaled, k, &block));
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            ((double *)block.values.data)[i] /= 2;
        }
    }
    assert_ok(context, gml_network_set_output_scaling(scaled, (const double[]){0, 0}, (const double[]){2, 2}));
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, N, IN), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_diff(plain, scaled, data, 1e-12, stages, &report));
    ck_assert_uint_eq(report.first, 2);
    ck_assert_uint_eq(report.outputs.count, 0);
    gml_dataset_destroy(data);
    gml_network_destroy(scaled);
    gml_network_destroy(plain);
    gml_context_destroy(context);
    free(x);
}

/* y = 3e38 x0 - 3e38 x1 with x0 = x1 is 0, and overflows in float as either of them is permuted. Whatever thread fails
 * first, the message is that of the first input. */
TEST(of_several_failures_the_first_input_is_told_for_any_number_of_threads)
{
    for (size_t threads = 1; threads <= 4; threads++) {
        gml_context *context = context_with((gml_context_options){.threads = threads});
        gml_network *network = new_network(context, "5 -> 1", GML_F32, 3);
        static double x[400 * IN], y[400];
        gml_dataset *data;
        gml_block weight;
        gml_importance found[IN];
        const gml_importance_options options = {.metric = "loss", .repeats = 20};
        assert_ok(context, gml_network_block(network, 0, &weight));
        for (size_t j = 0; j < IN; j++) {
            ((float *)weight.values.data)[j] = j == 0 ? 3e38F : j == 1 ? -3e38F : 0;
        }
        for (size_t i = 0; i < 400; i++) {
            x[i * IN] = x[i * IN + 1] = i % 2 == 0 ? 1 : -1;
        }
        assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 400, IN), gml_matrix_f64(y, 400, 1),
                                                     GML_TASK_REGRESSION, &data));
        assert_refused(context, gml_permutation_importance(network, data, &options, NULL, found, gml_matrix_none()),
                       GML_ERROR_DATA, "input 0 permuted", NULL);
        gml_dataset_destroy(data);
        gml_network_destroy(network);
        gml_context_destroy(context);
    }
}

/* The prediction of sample 600 alone overflows: of a block behind the first. */
TEST(a_prediction_that_is_not_finite_is_told_with_its_sample)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 1", GML_F32, 3);
    double *x = random_doubles((size_t)N * IN, 8), average;
    gml_dataset *data;
    gml_block weight;
    const size_t feature = 0;
    const double grid = 0.5;
    assert_ok(context, gml_network_block(network, 0, &weight));
    ((float *)weight.values.data)[1] = 1e20F;
    x[(size_t)600 * IN + 1] = 1e30;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, N, IN), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_refused(context,
                   gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(&grid, 1, 1),
                                          gml_matrix_f64(&average, 1, 1), gml_matrix_none()),
                   GML_ERROR_DATA, "row 601", NULL);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}
