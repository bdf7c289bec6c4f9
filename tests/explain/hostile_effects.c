/* tests/explain/hostile_effects.c - explanations of data that does not lie in memory as one block from the first row
 * on: parts of splits, views with strides, several blocks; and intervals, edges and messages to the last digit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "numbers.h"

enum { N = 2600, IN = 5, WIDE = 7, BINS = 6, POINTS = 4, LISTED = 9 };

/* ---- parts of a split ---- */

/* Weights and classes that follow from the inputs: they can be found again for the samples of a part. */
static double weight_of(const double *x)
{
    return floor(2 + 2 * x[3]);
}

static double class_of(const double *x)
{
    return (x[0] * x[1] > 0) + (x[2] > 0.3);
}

/* What all explanations say of a dataset. */
typedef struct explained {
    double grid[POINTS], edges[BINS + 1], averages[POINTS * 3], effects[(BINS + 1) * 3], weights[BINS];
    gml_importance importances[IN];
    gml_unit_selectivity units[6];
    gml_mistake mistakes[LISTED];
    gml_reliability_bin bins[5];
    gml_difference stages[3];
    gml_diff_report report;
    size_t points, count, listed, errors;
} explained;

static void explain(const gml_network *network, const gml_network *other, const gml_dataset *data, explained *found,
                    double *individual)
{
    gml_context *context = gml_network_context(network);
    const size_t feature = 1, size = gml_dataset_size(data);
    const gml_importance_options options = {.metric = "loss", .repeats = 2};
    assert_ok(context,
              gml_effect_grid(data, feature, &(gml_grid_options){.points = POINTS}, found->grid, &found->points));
    assert_ok(context, gml_effect_edges(data, feature, BINS, found->edges, &found->count));
    ck_assert(found->points == POINTS && found->count == BINS + 1);
    assert_ok(context, gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(found->grid, POINTS, 1),
                                              gml_matrix_f64(found->averages, POINTS, 3),
                                              gml_matrix_f64(individual, POINTS * size, 3)));
    assert_ok(context, gml_accumulated_effects(network, data, feature, found->edges, BINS + 1,
                                               gml_matrix_f64(found->effects, BINS + 1, 3), found->weights));
    assert_ok(context,
              gml_permutation_importance(network, data, &options, NULL, found->importances, gml_matrix_none()));
    assert_ok(context, gml_class_selectivity(network, data, 0, found->units));
    assert_ok(context, gml_find_mistakes(network, data, found->mistakes, LISTED, &found->listed, &found->errors));
    assert_ok(context, gml_reliability(network, data, found->bins, 5, NULL));
    assert_ok(context, gml_diff(network, other, data, 0, found->stages, &found->report));
}

/* x has rows of WIDE numbers, of which IN are inputs. */
static gml_dataset *make_data(gml_context *context, const double *x, size_t samples, size_t stride)
{
    static double targets[N], weights[N];
    gml_matrix inputs = gml_matrix_f64(x, samples, IN);
    gml_dataset *data = NULL;
    inputs.stride = stride;
    for (size_t i = 0; i < samples; i++) {
        targets[i] = class_of(x + i * stride);
        weights[i] = weight_of(x + i * stride);
    }
    const gml_dataset_parts parts = {.inputs = inputs,
                                     .targets = gml_matrix_f64(targets, samples, 1),
                                     .task = GML_TASK_CLASSIFICATION,
                                     .weights = gml_matrix_f64(weights, samples, 1)};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    return data;
}

static void assert_same_curves(const explained *a, const explained *b)
{
    ck_assert_mem_eq(a->grid, b->grid, sizeof a->grid);
    ck_assert_mem_eq(a->edges, b->edges, sizeof a->edges);
    ck_assert_mem_eq(a->averages, b->averages, sizeof a->averages);
    ck_assert_mem_eq(a->effects, b->effects, sizeof a->effects);
    ck_assert_mem_eq(a->weights, b->weights, sizeof a->weights);
    ck_assert_mem_eq(a->importances, b->importances, sizeof a->importances);
}

static void assert_same_diagnoses(const explained *a, const explained *b)
{
    ck_assert_mem_eq(a->units, b->units, sizeof a->units);
    ck_assert_mem_eq(a->mistakes, b->mistakes, sizeof a->mistakes);
    ck_assert_mem_eq(a->bins, b->bins, sizeof a->bins);
    ck_assert_mem_eq(a->stages, b->stages, sizeof a->stages);
    ck_assert_uint_eq(a->errors, b->errors);
    ck_assert_uint_eq(a->report.outputs.sample, b->report.outputs.sample);
}

/* Thirds of a split, in an order of their own, with more samples than two blocks; the other network parts in its last
 * layer. */
TEST(a_part_of_a_split_is_explained_as_a_copy_of_its_samples)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 6 relu -> 3 softmax", GML_F64, 3), *other = NULL;
    double *x = random_doubles((size_t)N * WIDE, 8), *copy = calloc((size_t)N * IN, sizeof *copy);
    double *lines[2] = {calloc((size_t)POINTS * N * 3, sizeof(double)), calloc((size_t)POINTS * N * 3, sizeof(double))};
    explained *part = calloc(1, sizeof *part), *whole = calloc(1, sizeof *whole);
    gml_dataset *all = make_data(context, x, N, WIDE), *first = NULL, *second = NULL;
    gml_block last;
    assert_ok(context, gml_network_copy(network, GML_F64, &other));
    assert_ok(context, gml_network_block(other, 3, &last));
    ((double *)last.values.data)[0] += 0.01;
    assert_ok(context, gml_dataset_split(all, 0.2, 4, &first, &second));
    const size_t size = gml_dataset_size(first);
    ck_assert_uint_gt(size, 2048);
    assert_ok(context, gml_dataset_gather(first, NULL, size, gml_matrix_f64(copy, size, IN), gml_matrix_none()));
    explain(network, other, first, part, lines[0]);
    gml_dataset *packed = make_data(context, copy, size, IN);
    explain(network, other, packed, whole, lines[1]);
    assert_same_curves(part, whole);
    assert_same_diagnoses(part, whole);
    ck_assert_mem_eq(lines[0], lines[1], (size_t)POINTS * size * 3 * sizeof(double));
    ck_assert_uint_eq(part->report.first, 2);
    gml_dataset_destroy(packed);
    gml_dataset_destroy(first);
    gml_dataset_destroy(second);
    gml_dataset_destroy(all);
    gml_network_destroy(other);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x), free(copy), free(lines[0]), free(lines[1]), free(part), free(whole);
}

/* Sample i of point p is in row p * samples + i, also behind the first block. */
TEST(individual_predictions_of_many_samples_are_in_their_rows)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 6 tanh -> 3 softmax", GML_F64, 3);
    double *x = random_doubles((size_t)N * IN, 8), *y = calloc((size_t)N * 3, sizeof *y);
    double *individual = calloc((size_t)2 * N * 3, sizeof *individual), averages[6];
    gml_dataset *data = make_data(context, x, N, IN);
    const size_t feature = 4;
    const double grid[] = {-0.5, 0.25};
    assert_ok(context,
              gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(grid, 2, 1),
                                     gml_matrix_f64(averages, 2, 3), gml_matrix_f64(individual, (size_t)2 * N, 3)));
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < N; i++) {
            x[i * IN + feature] = grid[p];
        }
        assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, N, IN), gml_matrix_f64(y, N, 3)));
        ck_assert_double_le(worst_difference(individual + p * N * 3, y, (size_t)N * 3), 1e-13);
    }
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x), free(y), free(individual);
}

/* ---- views with strides ---- */

static gml_matrix spaced(double *memory, size_t rows, size_t cols)
{
    gml_matrix view = gml_matrix_f64(memory, rows, cols);
    view.stride = cols + 2;
    for (size_t i = 0; i < rows * view.stride; i++) {
        memory[i] = -77;
    }
    return view;
}

static void assert_spaced(gml_matrix view, const double *packed)
{
    for (size_t i = 0; i < view.rows * view.stride; i++) {
        const size_t row = i / view.stride, col = i % view.stride;
        const double expected = col < view.cols ? packed[row * view.cols + col] : -77;
        ck_assert_double_eq(((double *)view.data)[i], expected);
    }
}

TEST(results_may_be_views_with_strides)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 4 tanh -> 3 softmax", GML_F64, 3);
    double *x = random_doubles((size_t)60 * IN, 8), packed[60], memory[100], grid[] = {-1, 0.5, 2};
    gml_dataset *data = make_data(context, x, 60, IN);
    const size_t feature = 2;
    gml_matrix to = spaced(memory, IN, 3);
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(packed, IN, 3)));
    assert_ok(context, gml_connection_weights(network, to));
    assert_spaced(to, packed);
    assert_ok(context, gml_garson_shares(network, gml_matrix_f64(packed, IN, 3)));
    assert_ok(context, gml_garson_shares(network, to));
    assert_spaced(to, packed);
    to = spaced(memory, 3, 3);
    assert_ok(context, gml_accumulated_effects(network, data, feature, grid, 3, gml_matrix_f64(packed, 3, 3), NULL));
    assert_ok(context, gml_accumulated_effects(network, data, feature, grid, 3, to, NULL));
    assert_spaced(to, packed);
    assert_ok(context, gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(grid, 3, 1),
                                              gml_matrix_f64(packed, 3, 3), gml_matrix_none()));
    assert_ok(context,
              gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(grid, 3, 1), to, gml_matrix_none()));
    assert_spaced(to, packed);
    gml_importance found[IN];
    to = spaced(memory, IN, 5);
    assert_ok(context, gml_permutation_importance(network, data, NULL, NULL, found, gml_matrix_f64(packed, IN, 5)));
    assert_ok(context, gml_permutation_importance(network, data, NULL, NULL, found, to));
    assert_spaced(to, packed);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

/* ---- to the last digit ---- */

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
