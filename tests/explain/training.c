/* tests/explain/training.c - observing changes no bit of the training, and sees what the steps compute. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "health_case.h"
#include "numbers.h"

/* Fits of all kinds of steps: tiny and tiled ones, with norms, accumulation, matrices, averages and noise. */
static const struct {
    const char *network;
    gml_dtype dtype;
    gml_train_options options;
} fits[] = {
    {"8 -> 12 tanh -> 3 softmax", GML_F32, {.batch = 16}},
    {"8 -> 12 tanh -> 3 softmax", GML_F64, {.batch = 16, .optimizer = "sgd(lr=0.1)"}},
    {"8 -> 200 relu -> 100 prelu(per=unit) -> 3 softmax", GML_F32, {.batch = 50, .clip_norm = 0.5}},
    {"8 -> 60 relu -> 3 softmax", GML_F32, {.batch = 20, .accumulate = 3}},
    {"8 -> 60 relu -> 3 softmax", GML_F32, {.batch = 20, .accumulate = 3, .optimizer = "muon"}},
    {"8 -> 60 relu -> 3 softmax", GML_F32, {.batch = 20, .average = "ema(decay=0.9)", .max_norm = 1, .l1 = 1e-4}},
    {"8 -> 60 -> batchnorm -> relu -> dropout 0.3 -> 30 -> swiglu -> 3 softmax", GML_F32, {.batch = 32, .l2 = 1e-3}},
    {"8 -> 60 bias=no -> weight_norm -> gelu -> 3 softmax", GML_F64, {.batch = 32, .gradient_noise = 0.01}},
    {"8 -> 1100 relu -> 900 tanh -> 3 softmax", GML_F32, {.batch = 500}},
};
enum { FITS = sizeof fits / sizeof fits[0] };

static uint64_t run_fit(int index, size_t threads, size_t every, gml_layer_health *first)
{
    health_case c = set_up_health(fits[index].network, fits[index].dtype, threads, 1);
    gml_train_options options = fits[index].options;
    gml_fit_report report;
    gml_health *health = NULL;
    const gml_health_options health_options = {.every = every};
    assert_ok(c.context, gml_health_create(c.network, &health_options, &health));
    options.epochs = 3;
    options.observer = every > 0 ? gml_health_observer(health) : NULL;
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, &report));
    uint64_t hash = hash_weights(c.network);
    if (first != NULL) {
        assert_ok(c.context, gml_health_finish(health));
        *first = layer_health(health, 0);
        first->singular_values = NULL;
    }
    gml_health_destroy(health);
    tear_down_health(&c);
    return hash;
}

START_TEST(observing_changes_no_bit_of_a_fit)
{
    uint64_t plain = run_fit(_i, 2, 0, NULL);
    ck_assert_uint_eq(run_fit(_i, 2, 1, NULL), plain);
    ck_assert_uint_eq(run_fit(_i, 1, 3, NULL), plain);
}

START_TEST(observed_figures_have_the_same_bits_for_any_number_of_threads)
{
    gml_layer_health one, many;
    run_fit(_i, 1, 2, &one);
    run_fit(_i, 3, 2, &many);
    ck_assert_uint_gt(one.samples, 0);
    ck_assert_mem_eq(&one, &many, sizeof one);
}

/* ---- what is seen ---- */

static const gml_health_options every_batch = {.every = 1};

static uint64_t total(const uint64_t bins[GML_HEALTH_BINS])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        sum += bins[i];
    }
    return sum;
}

START_TEST(every_value_and_every_weight_of_an_observed_batch_is_counted_once)
{
    health_case c = set_up_health(fits[_i].network, fits[_i].dtype, 2, 1);
    gml_health *health = NULL;
    gml_health_summary summary;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    gml_train_options options = fits[_i].options;
    options.epochs = 1;
    options.observer = gml_health_observer(health);
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    ck_assert_uint_eq(summary.samples, CASE_ROWS);
    for (size_t i = 0; i < gml_network_layers(c.network); i++) {
        gml_layer_health layer = layer_health(health, i);
        gml_layer_view view;
        assert_ok(c.context, gml_network_layer(c.network, i, &view));
        size_t weights = strcmp(view.kind, "dense") == 0 ? view.inputs * view.outputs : 0;
        ck_assert_uint_eq(total(layer.histogram), summary.samples * layer.units);
        ck_assert_uint_eq(total(layer.gradient_histogram), summary.batches * weights);
    }
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* The gradient overflows, not the loss, so the batch is refused after its values were counted. */
TEST(a_batch_that_is_refused_leaves_no_counts)
{
    health_case c = set_up_health("2 -> 4 -> 1", GML_F32, 1, 1);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    double far[4] = {1e25, 1e25, 1e25, 1e25}, targets[2] = {1e18, 1e18};
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_train_options options = {.batch = 100, .clip_norm = 1, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_trainer_create(c.network, &options, &trainer));
    for (size_t i = 0; i < 8; i++) {
        set_weight(c.network, 0, i / 4, i % 4, 0);
    }
    gml_matrix x = gml_matrix_f64(c.x, 100, 2), y = gml_matrix_f64(c.y, 100, 1);
    assert_ok(c.context, gml_trainer_step(trainer, x, y, NULL));
    for (size_t i = 0; i < 8; i++) {
        set_weight(c.network, 0, i / 4, i % 4, 0);
    }
    assert_refused(c.context, gml_trainer_step(trainer, gml_matrix_f64(far, 2, 2), gml_matrix_f64(targets, 2, 1), NULL),
                   GML_ERROR_DIVERGED, "the norm of the gradient", NULL);
    assert_ok(c.context, gml_trainer_step(trainer, x, y, NULL));
    assert_ok(c.context, gml_health_finish(health));
    gml_layer_health layer = layer_health(health, 0);
    ck_assert_uint_eq(total(layer.histogram), layer.samples * layer.units);
    gml_trainer_destroy(trainer);
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(the_update_ratio_is_the_change_of_the_weights_over_their_norm)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    double before[96], expected = 0;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_train_options options = {.batch = 100, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_trainer_create(c.network, &options, &trainer));
    for (size_t step = 0; step < 5; step++) {
        double change = 0, square = 0;
        for (size_t i = 0; i < 96; i++) {
            before[i] = weight_at(c.network, 0, i / 12, i % 12);
        }
        assert_ok(c.context, gml_trainer_step(trainer, gml_matrix_f64(c.x + step * 100 * CASE_INPUTS, 100, CASE_INPUTS),
                                              gml_matrix_f64(c.y + step * 100, 100, 1), NULL));
        for (size_t i = 0; i < 96; i++) {
            change += pow(weight_at(c.network, 0, i / 12, i % 12) - before[i], 2);
            square += before[i] * before[i];
        }
        expected += sqrt(change / square) / 5;
    }
    assert_ok(c.context, gml_health_finish(health));
    ck_assert_double_eq_tol(layer_health(health, 0).update_ratio, expected, 1e-13);
    ck_assert_uint_eq(layer_health(health, 0).samples, 500);
    gml_trainer_destroy(trainer);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* A frozen network is the same for all batches, as on the dataset. */
TEST(values_and_gradients_equal_those_on_the_dataset)
{
    health_case c = set_up_health("8 -> 12 relu -> 5 tanh -> 3 softmax", GML_F64, 2, 1);
    gml_health *observed = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &observed));
    const gml_train_options options = {
        .batch = 500, .epochs = 1, .groups = "all(rate=0)", .observer = gml_health_observer(observed)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(observed));
    gml_health *measured = NULL;
    assert_ok(c.context, gml_health_create(c.network, &(gml_health_options){.batch = 500}, &measured));
    assert_ok(c.context, gml_health_measure(measured, c.data));
    for (size_t i = 0; i < 3; i++) {
        gml_layer_health a = layer_health(observed, i), b = layer_health(measured, i);
        ck_assert_mem_eq(a.histogram, b.histogram, sizeof a.histogram);
        ck_assert_mem_eq(a.gradient_histogram, b.gradient_histogram, sizeof a.gradient_histogram);
        ck_assert_double_eq_tol(a.mean, b.mean, 1e-13);
        ck_assert_double_eq_tol(a.deviation, b.deviation, 1e-13);
        ck_assert_double_eq_tol(a.delta, b.delta, 1e-13);
        ck_assert_double_eq_tol(a.gradient_norm, b.gradient_norm, 1e-13);
        ck_assert(isnan(a.update_ratio)); /* frozen weights have no updates */
    }
    gml_health_destroy(observed);
    gml_health_destroy(measured);
    tear_down_health(&c);
}

TEST(an_observer_of_another_network_is_refused)
{
    health_case c = set_up_health("8 -> 3 softmax", GML_F32, 1, 1),
                other = set_up_health("8 -> 3 softmax", GML_F32, 1, 1);
    const gml_train_options options = {.observer = gml_health_observer(other.health)};
    gml_trainer *trainer = NULL;
    assert_refused(c.context, gml_trainer_create(c.network, &options, &trainer), GML_ERROR_ARGUMENT, "another network",
                   NULL);
    ck_assert_ptr_null(trainer);
    tear_down_health(&other);
    tear_down_health(&c);
}

TEST(full_batch_optimizers_and_the_search_for_a_rate_show_an_observer_nothing)
{
    health_case c = set_up_health("8 -> 6 tanh -> 3 softmax", GML_F64, 1, 1);
    gml_train_options options = {.optimizer = "lbfgs", .epochs = 3, .observer = gml_health_observer(c.health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    options.optimizer = "sgd";
    gml_rate_result result;
    const gml_rate_options rates = {.trials = GML_CHOICE_NO};
    assert_ok(c.context, gml_find_rate(c.network, c.data, NULL, &options, &rates, NULL, &result));
    gml_layer_health view;
    ck_assert_int_eq(gml_health_layer(c.health, 0, &view), GML_ERROR_ARGUMENT);
    tear_down_health(&c);
}

int main(void)
{
    know_test(observing_changes_no_bit_of_a_fit, FITS);
    know_test(every_value_and_every_weight_of_an_observed_batch_is_counted_once, FITS);
    know_test(observed_figures_have_the_same_bits_for_any_number_of_threads, FITS);
    return run_tests("health_training", 120);
}
