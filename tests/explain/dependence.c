/* tests/explain/dependence.c - partial dependence, individual conditional expectation and accumulated local effects. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "kernel/effect/effect.h"
#include "numbers.h"

enum { MOST_POINTS = 100 };

/* ---- scikit-learn's ---- */

static void compare(const double *got, const json_t *expected, const char *what)
{
    size_t count;
    double *numbers = json_numbers(expected, &count);
    for (size_t i = 0; i < count; i++) {
        assert_close(got[i], numbers[i], 1e-12, what);
    }
    free(numbers);
}

/* The product of the grids of one or two features, the last the fastest. Returns the number of points. */
static size_t make_grid(const effect_case *of, const size_t *features, size_t count, const gml_grid_options *options,
                        double *grid)
{
    double values[2][MOST_POINTS];
    size_t sizes[2] = {1, 1}, points = 0;
    for (size_t j = 0; j < count; j++) {
        assert_ok(of->context, gml_effect_grid(of->data, features[j], options, values[j], &sizes[j]));
    }
    for (size_t i = 0; i < sizes[0]; i++) {
        for (size_t k = 0; k < sizes[1]; k++, points++) {
            grid[points * count] = values[0][i];
            grid[points * count + count - 1] = count == 2 ? values[1][k] : values[0][i];
        }
    }
    return points;
}

static void check_dependence(const effect_case *of, const json_t *expected)
{
    size_t count, features[2];
    double *indexes = json_numbers(json_object_get(expected, "features"), &count);
    double *shares = json_numbers(json_object_get(expected, "percentiles"), NULL);
    const gml_grid_options options = {
        .points = (size_t)json_integer_value(json_object_get(expected, "points")), .low = shares[0], .high = shares[1]};
    for (size_t j = 0; j < count; j++) {
        features[j] = (size_t)indexes[j];
    }
    double grid[2 * MOST_POINTS], averages[MOST_POINTS * 3];
    const size_t points = make_grid(of, features, count, &options, grid);
    ck_assert_uint_eq(points, json_array_size(json_object_get(expected, "grid")));
    compare(grid, json_object_get(expected, "grid"), "grid");
    double *all = malloc(points * of->samples * of->outputs * sizeof *all);
    const json_t *individual = json_object_get(expected, "individual");
    assert_ok(of->context,
              gml_partial_dependence(of->network, of->data, features, count, gml_matrix_f64(grid, points, count),
                                     gml_matrix_f64(averages, points, of->outputs),
                                     gml_matrix_f64(all, points * of->samples, of->outputs)));
    if (of->weights == NULL) { /* scikit-learn's averages have no weights */
        compare(averages, json_object_get(expected, "averages"), "averages");
    }
    double *numbers = individual != NULL ? json_numbers(individual, NULL) : NULL; /* [samples x points x outputs] */
    for (size_t i = 0; numbers != NULL && i < of->samples * points * of->outputs; i++) {
        const size_t output = i % of->outputs, point = i / of->outputs % points, sample = i / of->outputs / points;
        assert_close(all[(point * of->samples + sample) * of->outputs + output], numbers[i], 1e-12, "individual");
    }
    free(numbers), free(all), free(indexes), free(shares);
}

static void check_case(const effect_case *of)
{
    const json_t *all = json_object_get(of->json, "dependences");
    for (size_t i = 0; i < json_array_size(all); i++) {
        check_dependence(of, json_array_get(all, i));
    }
}

TEST(partial_dependences_are_those_of_scikit_learn)
{
    for_each_case(check_case);
}

/* ---- naive ---- */

static void check_weighted(const effect_case *of)
{
    const size_t feature = 1, k = of->outputs;
    const double point = 0.25;
    double average[3], *x = malloc(of->samples * of->inputs * sizeof *x);
    memcpy(x, of->x, of->samples * of->inputs * sizeof *x);
    for (size_t i = 0; i < of->samples; i++) {
        x[i * of->inputs + feature] = point;
    }
    double *y = predictions_of(of, x);
    assert_ok(of->context, gml_partial_dependence(of->network, of->data, &feature, 1, gml_matrix_f64(&point, 1, 1),
                                                  gml_matrix_f64(average, 1, k), gml_matrix_none()));
    for (size_t j = 0; j < k; j++) {
        double sum = 0, total = 0;
        for (size_t i = 0; i < of->samples; i++) {
            const double weight = of->weights != NULL ? of->weights[i] : 1;
            sum += weight * y[i * k + j];
            total += weight;
        }
        assert_close(average[j], sum / total, 1e-13, of->name);
    }
    free(x), free(y);
}

TEST(partial_dependences_are_weighted_means)
{
    for_each_case(check_weighted);
}

/* The definition, edge by edge. */
static void naive_effects(const effect_case *of, size_t feature, const double *edges, size_t count, double *effects)
{
    const size_t k = of->outputs, in = of->inputs;
    double *x = malloc(of->samples * in * sizeof *x), totals[MOST_POINTS];
    memset(effects, 0, count * k * sizeof *effects);
    for (size_t l = 1; l < count; l++) {
        memcpy(x, of->x, of->samples * in * sizeof *x);
        for (size_t i = 0; i < of->samples; i++) {
            x[i * in + feature] = edges[l - 1];
        }
        double *low = predictions_of(of, x);
        for (size_t i = 0; i < of->samples; i++) {
            x[i * in + feature] = edges[l];
        }
        double *high = predictions_of(of, x);
        double sums[3] = {0};
        totals[l] = 0;
        for (size_t i = 0; i < of->samples; i++) {
            const double own = of->x[i * in + feature], weight = of->weights != NULL ? of->weights[i] : 1;
            if ((own > edges[l - 1] && own <= edges[l]) || (l == 1 && own == edges[0])) {
                totals[l] += weight;
                for (size_t j = 0; j < k; j++) {
                    sums[j] += weight * (high[i * k + j] - low[i * k + j]);
                }
            }
        }
        for (size_t j = 0; j < k; j++) {
            effects[l * k + j] = effects[(l - 1) * k + j] + sums[j] / totals[l];
        }
        free(low), free(high);
    }
    for (size_t j = 0; j < k; j++) {
        double middle = 0, total = 0;
        for (size_t l = 1; l < count; l++) {
            middle += totals[l] * (effects[l * k + j] + effects[(l - 1) * k + j]) / 2;
            total += totals[l];
        }
        for (size_t l = 0; l < count && total > 0; l++) {
            effects[l * k + j] -= middle / total;
        }
    }
    free(x);
}

static void check_accumulated(const effect_case *of)
{
    for (size_t feature = 0; feature < of->inputs; feature++) {
        double edges[MOST_POINTS], effects[MOST_POINTS * 3], expected[MOST_POINTS * 3], weights[MOST_POINTS];
        size_t count;
        assert_ok(of->context, gml_effect_edges(of->data, feature, 7, edges, &count));
        ck_assert_uint_ge(count, 3);
        assert_ok(of->context, gml_accumulated_effects(of->network, of->data, feature, edges, count,
                                                       gml_matrix_f64(effects, count, of->outputs), weights));
        naive_effects(of, feature, edges, count, expected);
        double total = 0, all = 0;
        for (size_t i = 0; i < count * of->outputs; i++) {
            assert_close(effects[i], expected[i], 1e-12, of->name);
        }
        for (size_t i = 0; i + 1 < count; i++) {
            total += weights[i];
        }
        for (size_t i = 0; i < of->samples; i++) {
            all += of->weights != NULL ? of->weights[i] : 1;
        }
        assert_close(total, all, 1e-12, "weights of the intervals");
    }
}

TEST(accumulated_effects_are_those_of_their_definition)
{
    for_each_case(check_accumulated);
}

TEST(edges_are_quantiles_and_equal_ones_become_one)
{
    static const double x[] = {5, 1, 3, 3, 3, 3, 9, 7};
    gml_context *context = test_context();
    gml_dataset *data;
    double edges[5];
    size_t count;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, 8, 1), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_effect_edges(data, 0, 4, edges, &count));
    static const double expected[] = {1, 3, 5, 9}; /* least; 2nd and 4th of 8 are 3; 6th; 8th */
    ck_assert_uint_eq(count, 4);
    for (size_t i = 0; i < count; i++) {
        ck_assert_double_eq(edges[i], expected[i]);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_single_edge_has_no_intervals)
{
    static const double x[] = {0, 1, 1, 2}, edges[] = {0, 1, 2};
    size_t bins[4];
    gml_find_bins(4, x, 1, edges + 1, bins);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(bins[i], SIZE_MAX);
    }
    static const size_t expected[] = {0, 0, 0, 1};
    gml_find_bins(4, x, 3, edges, bins);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(bins[i], expected[i]);
    }
}

/* ---- other properties ---- */

/* A linear model: its accumulated effect is a line with its weight as slope, whatever the columns' dependence. */
TEST(the_accumulated_effect_of_a_linear_model_is_its_weight)
{
    enum { N = 3000, IN = 3 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "3 -> 1", GML_F64, 4);
    double *x = random_doubles(N * IN, 1), edges[41], effects[41];
    for (size_t i = 0; i < N; i++) {
        x[i * IN + 1] = x[i * IN] + 0.1 * x[i * IN + 1];
    }
    gml_dataset *data;
    gml_block block;
    size_t count;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, N, IN), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_ok(context, gml_network_block(network, 0, &block));
    for (size_t j = 0; j < IN; j++) {
        assert_ok(context, gml_effect_edges(data, j, 0, edges, &count));
        ck_assert_uint_eq(count, 41);
        assert_ok(context,
                  gml_accumulated_effects(network, data, j, edges, count, gml_matrix_f64(effects, count, 1), NULL));
        const double slope = ((double *)block.values.data)[j];
        for (size_t i = 1; i < count; i++) {
            assert_close((effects[i] - effects[0]) / (edges[i] - edges[0]), slope, 1e-10, "slope");
        }
    }
    gml_dataset_destroy(data);
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

static double range_of(const double *values, size_t count)
{
    double least = values[0], greatest = values[0];
    for (size_t i = 1; i < count; i++) {
        least = fmin(least, values[i]);
        greatest = fmax(greatest, values[i]);
    }
    return greatest - least;
}

TEST(columns_that_matter_have_the_greatest_effects_and_a_constant_one_has_none)
{
    gml_context *context = test_context();
    for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = planted_network(context, dtype);
        planted_data *made = make_planted(context);
        double dependence[PLANTED_INPUTS], accumulated[PLANTED_INPUTS];
        for (size_t j = 0; j < PLANTED_INPUTS; j++) {
            double grid[MOST_POINTS], values[MOST_POINTS];
            size_t count;
            assert_ok(context, gml_effect_grid(made->data, j, NULL, grid, &count));
            assert_ok(context, gml_partial_dependence(network, made->data, &j, 1, gml_matrix_f64(grid, count, 1),
                                                      gml_matrix_f64(values, count, 1), gml_matrix_none()));
            dependence[j] = range_of(values, count);
            assert_ok(context, gml_effect_edges(made->data, j, 0, grid, &count));
            assert_ok(context, gml_accumulated_effects(network, made->data, j, grid, count,
                                                       gml_matrix_f64(values, count, 1), NULL));
            accumulated[j] = range_of(values, count);
            ck_assert_uint_eq(count == 1, j == 3);
        }
        ck_assert(dependence[0] > dependence[1] && dependence[1] > 0.1);
        ck_assert(accumulated[0] > accumulated[1] && accumulated[1] > 0.1);
        for (size_t j = 2; j < PLANTED_INPUTS; j++) {
            ck_assert_double_eq(dependence[j], 0);
            ck_assert_double_eq(accumulated[j], 0);
        }
        free_planted(made);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(effects_have_the_same_bits_for_any_number_of_threads)
{
    enum { N = 2500, IN = 6, POINTS = 9 };
    double *x = random_doubles(N * IN, 1), first[2][POINTS * 3], found[2][POINTS * 3];
    for (size_t threads = 1; threads <= 5; threads += 2) {
        gml_context *context = context_with((gml_context_options){.threads = threads});
        gml_network *network = new_network(context, "6 -> 8 tanh -> 3 softmax", GML_F32, 5);
        gml_dataset *data;
        const size_t feature = 2;
        double grid[POINTS], edges[POINTS];
        size_t points, count;
        assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, N, IN), gml_matrix_none(),
                                                     GML_TASK_AUTO, &data));
        assert_ok(context, gml_effect_grid(data, feature, &(gml_grid_options){.points = POINTS}, grid, &points));
        assert_ok(context, gml_effect_edges(data, feature, POINTS - 1, edges, &count));
        ck_assert(points == POINTS && count == POINTS);
        assert_ok(context, gml_partial_dependence(network, data, &feature, 1, gml_matrix_f64(grid, points, 1),
                                                  gml_matrix_f64(found[0], points, 3), gml_matrix_none()));
        assert_ok(context, gml_accumulated_effects(network, data, feature, edges, count,
                                                   gml_matrix_f64(found[1], count, 3), NULL));
        if (threads == 1) {
            memcpy(first, found, sizeof first);
        }
        ck_assert_mem_eq(first, found, sizeof first);
        gml_dataset_destroy(data);
        gml_network_destroy(network);
        gml_context_destroy(context);
    }
    free(x);
}

TEST(logits_of_classes_become_probabilities)
{
    gml_context *context = test_context();
    gml_network *logits = new_network(context, "5 -> 6 tanh -> 3", GML_F64, 2);
    gml_network *shares = new_network(context, "5 -> 6 tanh -> 3 softmax", GML_F64, 2);
    planted_data *made = make_planted(context);
    const size_t feature = 0;
    const double grid[] = {-0.5, 0.5};
    double a[6], b[6];
    assert_ok(context, gml_network_set_fact(logits, "loss", "softmax_cross_entropy"));
    assert_ok(context, gml_partial_dependence(logits, made->data, &feature, 1, gml_matrix_f64(grid, 2, 1),
                                              gml_matrix_f64(a, 2, 3), gml_matrix_none()));
    assert_ok(context, gml_partial_dependence(shares, made->data, &feature, 1, gml_matrix_f64(grid, 2, 1),
                                              gml_matrix_f64(b, 2, 3), gml_matrix_none()));
    for (size_t i = 0; i < 6; i++) {
        assert_close(a[i], b[i], 1e-13, "probability");
    }
    assert_close(a[0] + a[1] + a[2], 1, 1e-13, "sum");
    free_planted(made);
    gml_network_destroy(shares);
    gml_network_destroy(logits);
    gml_context_destroy(context);
}

/* ---- refusals ---- */

TEST(grids_edges_and_columns_that_make_no_sense_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32);
    planted_data *made = make_planted(context);
    double grid[MOST_POINTS] = {0, NAN}, values[MOST_POINTS];
    size_t count;
    const size_t past = 5, first = 0;
    const gml_grid_options single = {.points = 1}, backward = {.low = 0.9, .high = 0.1};
    assert_refused(context, gml_effect_grid(made->data, 5, NULL, grid, &count), GML_ERROR_ARGUMENT, "no input 5", NULL);
    assert_refused(context, gml_effect_grid(made->data, 0, &single, grid, &count), GML_ERROR_ARGUMENT, "1 points",
                   NULL);
    assert_refused(context, gml_effect_grid(made->data, 0, &backward, grid, &count), GML_ERROR_ARGUMENT, "0.9", NULL);
    assert_refused(context, gml_effect_edges(made->data, 5, 0, grid, &count), GML_ERROR_ARGUMENT, "no input 5", NULL);
    const gml_matrix points = gml_matrix_f64(grid, 2, 1), out = gml_matrix_f64(values, 2, 1), none = gml_matrix_none();
    assert_refused(context, gml_partial_dependence(network, made->data, &first, 1, points, out, none), GML_ERROR_DATA,
                   "point 2", NULL);
    grid[1] = 0;
    assert_refused(context, gml_partial_dependence(network, made->data, &past, 1, points, out, none),
                   GML_ERROR_ARGUMENT, "no input 5", NULL);
    assert_refused(context, gml_partial_dependence(network, made->data, &first, 0, points, out, none),
                   GML_ERROR_ARGUMENT, "no features", NULL);
    assert_refused(context,
                   gml_partial_dependence(network, made->data, &first, 1, points, gml_matrix_f64(values, 2, 3), none),
                   GML_ERROR_SHAPE, "averages", NULL);
    assert_refused(context, gml_partial_dependence(network, made->data, &first, 1, points, out, out), GML_ERROR_SHAPE,
                   "individual", NULL);
    assert_refused(context, gml_accumulated_effects(network, made->data, 0, grid, 2, out, NULL), GML_ERROR_ARGUMENT,
                   "ascending", NULL);
    assert_refused(context, gml_accumulated_effects(network, made->data, 5, grid, 1, out, NULL), GML_ERROR_ARGUMENT,
                   "no input 5", NULL);
    assert_refused(context, gml_accumulated_effects(network, made->data, 0, grid, 0, out, NULL), GML_ERROR_ARGUMENT,
                   "no edges", NULL);
    made->x[0] = (double)NAN;
    assert_refused(context, gml_effect_edges(made->data, 0, 0, grid, &count), GML_ERROR_DATA, "not a number", NULL);
    assert_refused(context, gml_partial_dependence(network, made->data, &first, 1, points, out, none), GML_ERROR_DATA,
                   "not a number", NULL);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}
