/* tests/explain/hostile_effects.c - explanations of data that does not lie in memory as one block from the first row
 * on: parts of splits, views with strides, several blocks. */
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

TEST(a_part_without_weights_has_no_mean_prediction)
{
    enum { SAMPLES = 10 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 2", GML_F64, 3);
    double *x = random_doubles((size_t)SAMPLES * IN, 8), weights[SAMPLES] = {[4] = 1}, average[2];
    const size_t feature = 0;
    const double grid = 0.5;
    gml_dataset *all, *parts[2];
    const gml_dataset_parts whole = {.inputs = gml_matrix_f64(x, SAMPLES, IN),
                                     .targets = gml_matrix_f64(x, SAMPLES, 2),
                                     .task = GML_TASK_REGRESSION,
                                     .weights = gml_matrix_f64(weights, SAMPLES, 1)};
    assert_ok(context, gml_dataset_create(context, &whole, &all));
    assert_ok(context, gml_dataset_split(all, 0.5, 1, &parts[0], &parts[1]));
    size_t refused = 0;
    for (size_t k = 0; k < 2; k++) {
        const gml_status status = gml_partial_dependence(network, parts[k], &feature, 1, gml_matrix_f64(&grid, 1, 1),
                                                         gml_matrix_f64(average, 1, 2), gml_matrix_none());
        if (status != GML_OK) {
            assert_refused(context, status, GML_ERROR_DATA, "weights of these samples are 0", NULL);
            refused++;
        } else {
            ck_assert(isfinite(average[0]));
        }
        gml_dataset_destroy(parts[k]);
    }
    ck_assert_uint_eq(refused, 1);
    gml_dataset_destroy(all);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
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
