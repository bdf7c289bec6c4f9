/* tests/explain/health.c - figures on a dataset equal naive ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/gradients.h"
#include "health_case.h"
#include "numbers.h"

enum { HIDDEN = 12 };
static const char net[] = "8 -> 12 relu -> 5 tanh -> 3 softmax";

/* The values of a dense layer on one row. */
static void run_layer(const gml_network *network, size_t layer, size_t in, size_t out, const double *x, double *y,
                      bool relu)
{
    for (size_t j = 0; j < out; j++) {
        double z = bias_at(network, layer, j);
        for (size_t i = 0; i < in; i++) {
            z += x[i] * weight_at(network, layer, i, j);
        }
        y[j] = relu ? (z > 0 ? z : 0) : tanh(z);
    }
}

/* Values of the second layer, whose inputs are relu's. */
static void fill_values(const health_case *c, double *first, double *second)
{
    for (size_t i = 0; i < CASE_ROWS; i++) {
        run_layer(c->network, 0, CASE_INPUTS, HIDDEN, c->x + i * CASE_INPUTS, first + i * HIDDEN, true);
        run_layer(c->network, 1, HIDDEN, 5, first + i * HIDDEN, second + i * 5, false);
    }
}

static void assert_unit(const gml_unit_health *unit, const double *values, size_t cols, size_t col, double flat)
{
    double mean = 0, square = 0, zero = 0;
    uint64_t bins[GML_HEALTH_BINS] = {0};
    for (size_t i = 0; i < CASE_ROWS; i++) {
        double y = values[i * cols + col];
        mean += y / CASE_ROWS;
        zero += (y == 0) / (double)CASE_ROWS;
        size_t bin = 0;
        while (y >= gml_health_edge(bin + 1)) {
            bin++;
        }
        bins[bin]++;
    }
    for (size_t i = 0; i < CASE_ROWS; i++) {
        square += pow(values[i * cols + col] - mean, 2) / CASE_ROWS;
    }
    ck_assert_double_eq_tol(unit->mean, mean, 1e-13);
    ck_assert_double_eq_tol(unit->deviation, sqrt(square), 1e-13);
    ck_assert_double_eq_tol(unit->zero, zero, 1e-13);
    ck_assert_double_eq_tol(unit->flat, flat, 1e-13);
    ck_assert_mem_eq(unit->histogram, bins, sizeof bins);
}

TEST(values_and_slopes_of_units_equal_naive_ones)
{
    health_case c = set_up_health(net, GML_F64, 2, 1);
    static double first[CASE_ROWS * HIDDEN], second[CASE_ROWS * 5];
    set_bias(c.network, 1, 2, 3); /* some of its samples are saturated */
    fill_values(&c, first, second);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    for (size_t unit = 0; unit < HIDDEN; unit++) {
        gml_unit_health view = unit_health(c.health, 0, unit);
        double flat = 0;
        for (size_t i = 0; i < CASE_ROWS; i++) {
            flat += (first[i * HIDDEN + unit] == 0) / (double)CASE_ROWS;
        }
        assert_unit(&view, first, HIDDEN, unit, flat);
    }
    for (size_t unit = 0; unit < 5; unit++) {
        gml_unit_health view = unit_health(c.health, 1, unit);
        double flat = 0;
        for (size_t i = 0; i < CASE_ROWS; i++) {
            flat += (1 - pow(second[i * 5 + unit], 2) <= 0.009) / (double)CASE_ROWS;
        }
        assert_unit(&view, second, 5, unit, flat);
        ck_assert(unit != 2 || (flat > 0.05 && flat < 0.95));
    }
    tear_down_health(&c);
}

TEST(the_figures_of_a_layer_are_those_of_its_units)
{
    health_case c = set_up_health(net, GML_F64, 1, 1);
    static double first[CASE_ROWS * HIDDEN], second[CASE_ROWS * 5];
    double mean = 0, square = 0, zero = 0;
    fill_values(&c, first, second);
    for (size_t i = 0; i < (size_t)CASE_ROWS * HIDDEN; i++) {
        mean += first[i] / (CASE_ROWS * HIDDEN);
        square += first[i] * first[i] / (CASE_ROWS * HIDDEN);
        zero += (first[i] == 0) / (double)(CASE_ROWS * HIDDEN);
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    gml_layer_health layer = layer_health(c.health, 0);
    ck_assert_uint_eq(layer.units, HIDDEN);
    ck_assert_uint_eq(layer.samples, CASE_ROWS);
    ck_assert_double_eq_tol(layer.mean, mean, 1e-13);
    ck_assert_double_eq_tol(layer.deviation, sqrt(square - mean * mean), 1e-12);
    ck_assert_double_eq_tol(layer.zero, zero, 1e-13);
    ck_assert_uint_eq(layer.nonfinite, 0);
    tear_down_health(&c);
}

/* ---- gradients ---- */

/* The squared norm of a block's gradient over some samples. */
static double gradient_square(const health_case *c, size_t first, size_t rows, size_t block, size_t col)
{
    gml_gradients gradients;
    double sum = 0;
    assert_ok(c->context,
              gml_gradients_create(c->network, GML_F64, gml_matrix_f64(c->x + first * CASE_INPUTS, rows, CASE_INPUTS),
                                   gml_matrix_f64(c->y + first, rows, 1), NULL, &gradients));
    gml_matrix m = gml_gradients_block(&gradients, block).values;
    for (size_t i = 0; i < m.rows; i++) {
        for (size_t j = 0; j < m.cols; j++) {
            double g = ((double *)m.data)[i * m.stride + j];
            sum += col == SIZE_MAX || col == j ? g * g : 0;
        }
    }
    gml_gradients_destroy(&gradients);
    return sum;
}

TEST(gradients_of_layers_and_units_equal_those_of_the_batch)
{
    health_case c = set_up_health(net, GML_F64, 2, 1);
    const gml_health_options options = {.batch = CASE_ROWS};
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    assert_ok(c.context, gml_health_measure(health, c.data));
    double all = 0;
    for (size_t layer = 0; layer < 3; layer++) {
        double square = gradient_square(&c, 0, CASE_ROWS, 2 * layer, SIZE_MAX);
        gml_layer_health view = layer_health(health, layer);
        ck_assert_double_eq_tol(view.gradient_norm, sqrt(square), 1e-12);
        uint64_t entries = 0;
        for (size_t b = 0; b < GML_HEALTH_BINS; b++) {
            entries += view.gradient_histogram[b];
        }
        const size_t sizes[] = {8 * HIDDEN, HIDDEN * 5, 15};
        ck_assert_uint_eq(entries, sizes[layer]);
        for (size_t unit = 0; unit < view.units; unit++) {
            ck_assert_double_eq_tol(unit_health(health, layer, unit).gradient_norm,
                                    sqrt(gradient_square(&c, 0, CASE_ROWS, 2 * layer, unit)), 1e-12);
        }
        all += square;
    }
    gml_health_summary summary;
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_double_eq_tol(summary.gradient_norm, sqrt(all), 1e-12);
    ck_assert(isnan(summary.noise_scale)); /* one batch tells nothing */
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* d loss / d z of one sample is the gradient of the bias on that sample alone. */
TEST(deltas_equal_the_gradients_of_biases_on_single_samples)
{
    health_case c = set_up_health(net, GML_F64, 2, 1);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    for (size_t layer = 0; layer < 3; layer++) {
        for (size_t unit = 0; unit < 3; unit++) {
            double square = 0;
            for (size_t i = 0; i < CASE_ROWS; i++) {
                square += gradient_square(&c, i, 1, 2 * layer + 1, unit) / CASE_ROWS;
            }
            ck_assert_double_eq_tol(unit_health(c.health, layer, unit).delta, sqrt(square), 1e-12);
        }
    }
    tear_down_health(&c);
}

/* Batches of one sample, whose noise is known: the mean over all samples is |G|^2 nearly, so the estimates are those of
 * the formula with naive sums. */
TEST(the_noise_scale_is_that_of_the_formula)
{
    health_case c = set_up_health(net, GML_F64, 1, 1);
    const gml_health_options options = {.batch = 1};
    gml_health *health = NULL;
    double small = 0, big = 0, n = CASE_ROWS;
    for (size_t block = 0; block < 6; block++) {
        for (size_t i = 0; i < CASE_ROWS; i++) {
            small += gradient_square(&c, i, 1, block, SIZE_MAX) / n;
        }
        big += gradient_square(&c, 0, CASE_ROWS, block, SIZE_MAX);
    }
    double signal = (n * big - small) / (n - 1), noise = (small - big) / (1 - 1 / n);
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    assert_ok(c.context, gml_health_measure(health, c.data));
    gml_health_summary summary;
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_double_eq_tol(summary.noise_scale, noise / signal, 1e-9 * noise / signal);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* ---- data ---- */

TEST(figures_have_the_same_bits_for_any_number_of_threads)
{
    gml_layer_health expected[3];
    gml_unit_health unit;
    for (size_t threads = 1; threads <= 5; threads += 2) {
        health_case c = set_up_health("8 -> 150 relu -> 70 prelu(per=unit) -> 3 softmax", GML_F32, threads, 1);
        assert_ok(c.context, gml_health_measure(c.health, c.data));
        for (size_t layer = 0; layer < 3; layer++) {
            gml_layer_health view = layer_health(c.health, layer);
            view.singular_values = NULL;
            if (threads > 1) {
                ck_assert_mem_eq(&view, &expected[layer], sizeof view);
            }
            expected[layer] = view;
        }
        gml_unit_health now = unit_health(c.health, 1, 33);
        ck_assert(threads == 1 || memcmp(&now, &unit, sizeof now) == 0);
        unit = now;
        tear_down_health(&c);
    }
}

TEST(data_without_targets_has_values_and_no_gradients)
{
    health_case c = set_up_health(net, GML_F32, 1, 1);
    gml_dataset *inputs = NULL;
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CASE_ROWS, CASE_INPUTS),
                                                   gml_matrix_none(), GML_TASK_AUTO, &inputs));
    assert_ok(c.context, gml_health_measure(c.health, inputs));
    assert_silent(c.health, "without targets");
    gml_layer_health layer = layer_health(c.health, 0);
    ck_assert_double_gt(layer.deviation, 0);
    ck_assert(isnan(layer.gradient_norm) && isnan(layer.delta));
    gml_dataset_destroy(inputs);
    tear_down_health(&c);
}

TEST(no_more_samples_are_read_than_asked_for)
{
    health_case c = set_up_health(net, GML_F32, 1, 1);
    const gml_health_options options = {.samples = 100, .batch = 32};
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    assert_ok(c.context, gml_health_measure(health, c.data));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.samples, 100);
    ck_assert_uint_eq(summary.batches, 4);
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(data_that_does_not_fit_is_refused_and_earlier_figures_stay)
{
    health_case c = set_up_health(net, GML_F32, 1, 1), other = set_up_health("5 -> 3 softmax", GML_F32, 1, 1);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    double mean = layer_health(c.health, 0).mean;
    assert_refused(c.context, gml_health_measure(c.health, other.data), GML_ERROR_SHAPE, "5", NULL);
    c.x[77] = NAN;
    assert_refused(c.context, gml_health_measure(c.health, c.data), GML_ERROR_DATA, NULL);
    c.x[77] = 0;
    c.y[3] = 7;
    assert_refused(c.context, gml_health_measure(c.health, c.data), GML_ERROR_DATA, "7", NULL);
    ck_assert_double_eq(layer_health(c.health, 0).mean, mean);
    tear_down_health(&other);
    tear_down_health(&c);
}

TEST(figures_are_refused_before_there_are_any_and_past_the_last_layer_and_unit)
{
    health_case c = set_up_health(net, GML_F32, 1, 1);
    gml_layer_health layer;
    gml_unit_health unit;
    gml_health_summary summary;
    ck_assert_ptr_null(gml_health_alarm(c.health, 0));
    assert_refused(c.context, gml_health_layer(c.health, 0, &layer), GML_ERROR_ARGUMENT, "no figures yet", NULL);
    assert_refused(c.context, gml_health_summarize(c.health, &summary), GML_ERROR_ARGUMENT, "no figures yet", NULL);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_refused(c.context, gml_health_layer(c.health, 3, &layer), GML_ERROR_ARGUMENT, "no layer at index 3", NULL);
    assert_refused(c.context, gml_health_unit(c.health, 0, HIDDEN, &unit), GML_ERROR_ARGUMENT, "no unit at index 12",
                   NULL);
    tear_down_health(&c);
}

TEST(weights_that_are_not_finite_explode_and_have_no_spectrum)
{
    health_case c = set_up_health(net, GML_F32, 1, 1);
    set_weight(c.network, 0, 3, 4, NAN);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    const gml_alarm *alarm = find_alarm(c.health, "exploding", 1);
    ck_assert_ptr_nonnull(alarm);
    ck_assert(isnan(layer_health(c.health, 0).spectral_norm));
    ck_assert_uint_gt(layer_health(c.health, 0).nonfinite, 0);
    tear_down_health(&c);
}

TEST(inputs_that_are_constant_and_networks_without_hidden_layers_have_figures)
{
    health_case c = set_up_health("8 -> 3 softmax", GML_F32, 1, 1);
    for (size_t i = 0; i < CASE_ROWS; i++) {
        c.x[i * CASE_INPUTS + 2] = 7;
    }
    assert_ok(c.context, gml_network_adapt(c.network, c.data, GML_SCALING_STANDARD));
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_silent(c.health, "no hidden layer");
    ck_assert_double_gt(layer_health(c.health, 0).gradient_norm, 0);
    ck_assert_uint_eq(layer_health(c.health, 0).singular_count, 3);
    tear_down_health(&c);
}

TEST(an_option_out_of_range_is_refused)
{
    health_case c = set_up_health(net, GML_F32, 1, 1);
    gml_health *health = NULL;
    const gml_health_options options = {.spectra = (gml_choice)7};
    assert_refused(c.context, gml_health_create(c.network, &options, &health), GML_ERROR_ARGUMENT, "spectra", NULL);
    ck_assert_ptr_null(health);
    tear_down_health(&c);
}

int main(void)
{
    return run_tests("health", 120);
}
