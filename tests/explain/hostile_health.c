/* tests/explain/hostile_health.c - figures of health where small layers, one batch and one kernel set hide mistakes:
 * merged and cut tasks, learned slopes, values far from 0, accumulated batches. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/rows.h"
#include "engine/gradients.h"
#include "faults.h"
#include "health_case.h"
#include "numbers.h"

static const gml_health_options every_batch = {.every = 1};

static uint64_t total(const uint64_t bins[GML_HEALTH_BINS])
{
    uint64_t sum = 0;
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        sum += bins[i];
    }
    return sum;
}

/* ---- tasks of weights ---- */

/* Memory is never 0 by chance: a slot that no task fills is seen. */
static void *allocate_dirty(void *user, size_t size, size_t alignment)
{
    (void)user;
    void *memory = aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    return memory != NULL ? memset(memory, 0x5a, size) : NULL;
}

static void release(void *user, void *memory, size_t size)
{
    (void)user, (void)size;
    free(memory);
}

/* One step of a network whose weights are many tasks, which the kernel set merges: 4 million weights, 40 samples. The
 * gradient is that of the batch before the step. */
static void observe_one_step(const char *isa)
{
    enum { ROWS = 40, WIDE = 2048 };
    gml_context *context = context_with(
        (gml_context_options){.threads = 2, .isa = isa, .allocator = {.allocate = allocate_dirty, .release = release}});
    gml_network *network = new_network(context, "8 -> 2048 tanh -> 2048 tanh -> 3", GML_F32, 1);
    double *x = random_doubles(ROWS * 8, 1), *y = random_doubles(ROWS * 3, 2);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    gml_gradients gradients;
    const gml_matrix inputs = gml_matrix_f64(x, ROWS, 8), targets = gml_matrix_f64(y, ROWS, 3);
    const gml_health_options options = {.every = 1, .spectra = GML_CHOICE_NO};
    assert_ok(context, gml_health_create(network, &options, &health));
    const gml_train_options train = {
        .batch = ROWS, .optimizer = "sgd(lr=0.01)", .observer = gml_health_observer(health)};
    assert_ok(context, gml_trainer_create(network, &train, &trainer));
    assert_ok(context, gml_gradients_create(network, GML_F64, inputs, targets, NULL, &gradients));
    assert_ok(context, gml_trainer_step(trainer, inputs, targets, NULL));
    assert_ok(context, gml_health_finish(health));
    for (size_t layer = 0; layer < 3; layer++) {
        const gml_matrix m = gml_gradients_block(&gradients, 2 * layer).values;
        gml_layer_health view = layer_health(health, layer);
        double square = 0;
        for (size_t i = 0; i < m.rows * m.cols; i++) {
            square += pow(((double *)m.data)[i], 2);
        }
        ck_assert_msg(total(view.gradient_histogram) == m.rows * m.cols, "%s: layer %zu: %zu of %zu gradients", isa,
                      layer + 1, (size_t)total(view.gradient_histogram), m.rows * m.cols);
        ck_assert_double_eq_tol(view.gradient_norm, sqrt(square), 1e-4 * sqrt(square));
    }
    gml_gradients_destroy(&gradients);
    gml_trainer_destroy(trainer);
    gml_health_destroy(health);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x), free(y);
}

LARGE_TEST(every_gradient_of_merged_tasks_is_observed_once_in_every_kernel_set)
{
    for (size_t i = 0; gml_kernel_set_name(i) != NULL; i++) {
        gml_context *context = NULL;
        const gml_context_options options = {.isa = gml_kernel_set_name(i)};
        if (gml_context_create(&options, &context, NULL, 0) == GML_OK) { /* the processor has it */
            gml_context_destroy(context);
            observe_one_step(gml_kernel_set_name(i));
        }
    }
}

/* weight_norm has tasks of whole columns: of 300 x 600 in double there are several. */
TEST(gradients_of_units_in_later_columns_are_theirs)
{
    health_case c = set_up_health("300 -> 600 bias=no -> weight_norm -> tanh -> 3 softmax", GML_F64, 2, 1);
    gml_gradients gradients;
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &(gml_health_options){.batch = CASE_ROWS}, &health));
    assert_ok(c.context, gml_health_measure(health, c.data));
    assert_ok(c.context, gml_gradients_create(c.network, GML_F64, gml_matrix_f64(c.x, CASE_ROWS, 300),
                                              gml_matrix_f64(c.y, CASE_ROWS, 1), NULL, &gradients));
    const gml_matrix m = gml_gradients_block(&gradients, 0).values;
    for (size_t unit = 0; unit < 600; unit += 7) {
        double square = 0;
        for (size_t i = 0; i < m.rows; i++) {
            square += pow(((double *)m.data)[i * m.stride + unit], 2);
        }
        ck_assert_double_eq_tol(unit_health(health, 0, unit).gradient_norm, sqrt(square), 1e-10 * sqrt(square));
    }
    gml_gradients_destroy(&gradients);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* ---- slopes ---- */

/* Slopes of 1 are flat beside those of 400 that unit 2 has learned after the health was made. */
TEST(slopes_are_judged_by_what_each_unit_has_learned)
{
    health_case c = set_up_health("8 -> 70 prelu(per=unit) -> 3 softmax", GML_F64, 2, 1);
    size_t block = 0;
    gml_block slopes = {.role = GML_ROLE_WEIGHT};
    while (slopes.role != GML_ROLE_ACTIVATION) {
        assert_ok(c.context, gml_network_block(c.network, block++, &slopes));
    }
    ck_assert_uint_eq(slopes.values.rows * slopes.values.cols, 70);
    ((double *)slopes.values.data)[2] = 400;
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    for (size_t unit = 0; unit < 70; unit++) {
        double above = 0;
        for (size_t i = 0; i < CASE_ROWS; i++) {
            double z = bias_at(c.network, 0, unit);
            for (size_t j = 0; j < 8; j++) {
                z += c.x[i * 8 + j] * weight_at(c.network, 0, j, unit);
            }
            above += (z > 0) / (double)CASE_ROWS;
        }
        ck_assert_double_eq_tol(unit_health(c.health, 0, unit).flat, unit == 2 ? above : 0, 1e-12);
    }
    tear_down_health(&c);
}

/* A batch has more rows than slopes of a task are computed for at once: 1024 / 64. */
TEST(slopes_of_all_rows_of_a_batch_are_counted)
{
    enum { UNITS = 70 };
    health_case c = set_up_health("8 -> 70 tanh -> 3 softmax", GML_F64, 2, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &(gml_health_options){.batch = 200}, &health));
    for (size_t unit = 0; unit < UNITS; unit++) {
        set_bias(c.network, 0, unit, 2.5);
    }
    assert_ok(c.context, gml_health_measure(health, c.data));
    for (size_t unit = 0; unit < UNITS; unit++) {
        double flat = 0;
        for (size_t i = 0; i < CASE_ROWS; i++) {
            double z = bias_at(c.network, 0, unit);
            for (size_t j = 0; j < 8; j++) {
                z += c.x[i * 8 + j] * weight_at(c.network, 0, j, unit);
            }
            flat += (1 - pow(tanh(z), 2) <= 0.009) / (double)CASE_ROWS;
        }
        ck_assert_double_eq_tol(unit_health(health, 0, unit).flat, flat, 1e-12);
    }
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* ---- figures ---- */

/* Values of 1e7 that differ by 1e-3: squares of them would lose the deviation. */
TEST(the_deviation_of_values_far_from_0_is_exact)
{
    health_case c = set_up_health("8 -> 2 -> 3 softmax", GML_F64, 2, 1);
    double z[CASE_ROWS], mean = 0, square = 0;
    for (size_t i = 0; i < 8; i++) {
        set_weight(c.network, 0, i, 1, i == 0 ? 1e-3 : 0);
    }
    set_bias(c.network, 0, 1, 1e7);
    for (size_t i = 0; i < CASE_ROWS; i++) {
        z[i] = 1e-3 * c.x[i * 8];
        mean += z[i] / CASE_ROWS;
    }
    for (size_t i = 0; i < CASE_ROWS; i++) {
        square += pow(z[i] - mean, 2) / CASE_ROWS;
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    ck_assert_double_eq_tol(unit_health(c.health, 0, 1).deviation, sqrt(square), 1e-5 * sqrt(square));
    tear_down_health(&c);
}

TEST(the_delta_of_a_layer_is_the_root_mean_square_of_its_units)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 2, 1);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    double square = 0;
    for (size_t unit = 0; unit < 12; unit++) {
        square += pow(unit_health(c.health, 0, unit).delta, 2) / 12;
    }
    ck_assert_double_gt(square, 0);
    ck_assert_double_eq_tol(layer_health(c.health, 0).delta, sqrt(square), 1e-13);
    tear_down_health(&c);
}

/* By default a batch has an eighth of the samples, so that there are several for the noise scale. */
TEST(the_norm_of_the_gradient_is_that_of_all_layers_over_eight_batches)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 2, 1);
    gml_health_summary summary;
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    assert_ok(c.context, gml_health_summarize(c.health, &summary));
    const double first = layer_health(c.health, 0).gradient_norm, second = layer_health(c.health, 1).gradient_norm;
    ck_assert_uint_eq(summary.batches, 8);
    ck_assert_double_eq_tol(summary.gradient_norm, sqrt(first * first + second * second), 1e-13);
    tear_down_health(&c);
}

TEST(update_ratios_and_their_alarms_outlast_a_measurement)
{
    health_case c = set_up_health("8 -> 16 tanh -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_train_options options = {
        .optimizer = "sgd(lr=1e-9)", .epochs = 3, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, NULL, NULL));
    assert_ok(c.context, gml_health_finish(health));
    const double ratio = layer_health(health, 0).update_ratio;
    ck_assert_double_gt(ratio, 0);
    assert_ok(c.context, gml_health_measure(health, c.data));
    ck_assert_double_eq(layer_health(health, 0).update_ratio, ratio);
    ck_assert_ptr_nonnull(find_alarm(health, "stalled", 1));
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(an_update_of_several_batches_counts_once)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    double before[96], expected = 0;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_train_options options = {.batch = 50, .accumulate = 2, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_trainer_create(c.network, &options, &trainer));
    for (size_t step = 0; step < 8; step++) {
        double change = 0, square = 0;
        for (size_t i = 0; i < 96; i++) {
            before[i] = weight_at(c.network, 0, i / 12, i % 12);
        }
        assert_ok(c.context, gml_trainer_step(trainer, gml_matrix_f64(c.x + step * 50 * 8, 50, 8),
                                              gml_matrix_f64(c.y + step * 50, 50, 1), NULL));
        for (size_t i = 0; i < 96; i++) {
            change += pow(weight_at(c.network, 0, i / 12, i % 12) - before[i], 2);
            square += before[i] * before[i];
        }
        ck_assert((change > 0) == (step % 2 == 1));
        expected += sqrt(change / square) / 4;
    }
    assert_ok(c.context, gml_health_finish(health));
    ck_assert_double_eq_tol(layer_health(health, 0).update_ratio, expected, 1e-13);
    gml_trainer_destroy(trainer);
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(the_samples_that_are_read_depend_on_the_seed)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 1, 1);
    double means[3];
    for (size_t k = 0; k < 3; k++) {
        const gml_health_options options = {.samples = 70, .seed = k / 2};
        gml_health *health = NULL;
        assert_ok(c.context, gml_health_create(c.network, &options, &health));
        assert_ok(c.context, gml_health_measure(health, c.data));
        means[k] = layer_health(health, 0).mean;
        gml_health_destroy(health);
    }
    ck_assert_double_eq(means[0], means[1]);
    ck_assert_double_ne(means[0], means[2]);
    tear_down_health(&c);
}

/* Adds the gradient of some samples to `sum`; returns its square. */
static double add_gradient(const health_case *c, const gml_batch *batch, double *sum)
{
    gml_gradients gradients;
    double *x = calloc(batch->rows * 8, sizeof *x), *y = calloc(batch->rows, sizeof *y), square = 0;
    for (size_t i = 0; i < batch->rows; i++) {
        const size_t row = batch->order[i];
        memcpy(x + i * 8, c->x + row * 8, 8 * sizeof *x);
        y[i] = c->y[row];
    }
    assert_ok(c->context, gml_gradients_create(c->network, GML_F64, gml_matrix_f64(x, batch->rows, 8),
                                               gml_matrix_f64(y, batch->rows, 1), NULL, &gradients));
    for (size_t block = 0, at = 0; block < 4; block++) {
        const gml_matrix m = gml_gradients_block(&gradients, block).values;
        for (size_t i = 0; i < m.rows * m.cols; i++, at++) {
            const double g = ((double *)m.data)[i];
            sum[at] += g;
            square += g * g;
        }
    }
    gml_gradients_destroy(&gradients);
    free(x), free(y);
    return square;
}

/* 500 samples are 4 batches of 120 and one of 20, which would count as much as the others. */
TEST(the_noise_scale_is_from_full_batches_alone)
{
    enum { BATCH = 120, FULL = 4, PARAMETERS = 8 * 6 + 6 + 6 * 3 + 3 };
    health_case c = set_up_health("8 -> 6 tanh -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    gml_health_summary summary;
    gml_epoch epoch;
    double sum[PARAMETERS] = {0}, small = 0, big = 0;
    assert_ok(c.context, gml_health_create(c.network, &(gml_health_options){.batch = BATCH}, &health));
    assert_ok(c.context, gml_health_measure(health, c.data));
    assert_ok(c.context, gml_health_summarize(health, &summary));
    assert_ok(c.context, gml_epoch_create(c.context, c.data, BATCH, &epoch));
    gml_epoch_draw(&epoch, 0, 1);
    for (size_t k = 0; k < FULL; k++) {
        const gml_batch batch = gml_epoch_batch(&epoch, k * BATCH, BATCH);
        ck_assert_uint_eq(batch.rows, BATCH);
        small += add_gradient(&c, &batch, sum) / FULL;
    }
    for (size_t i = 0; i < PARAMETERS; i++) {
        big += sum[i] * sum[i] / (FULL * FULL);
    }
    const double all = FULL * BATCH, signal = (all * big - BATCH * small) / (all - BATCH);
    const double spread = (small - big) / (1.0 / BATCH - 1 / all);
    ck_assert_double_eq_tol(summary.noise_scale, spread / signal, 1e-9 * spread / signal);
    gml_epoch_destroy(&epoch);
    gml_health_destroy(health);
    tear_down_health(&c);
}

TEST(spectra_of_wide_matrices_are_left_out_unless_they_are_wanted)
{
    health_case c = set_up_health("1025 -> 1025 tanh -> 3 softmax", GML_F32, 1, 1);
    assert_ok(c.context, gml_health_finish(c.health));
    ck_assert_uint_eq(layer_health(c.health, 0).singular_count, 0);
    ck_assert_uint_eq(layer_health(c.health, 1).singular_count, 3);
    ck_assert_double_gt(layer_health(c.health, 0).weight_norm, 0);
    tear_down_health(&c);
}

/* Of samples whose targets are missing there are values, and no gradients. */
TEST(missing_targets_and_weights_of_0_give_no_gradients)
{
    health_case c = set_up_health("8 -> 12 tanh -> 3 softmax", GML_F64, 2, 1);
    double weights[CASE_ROWS], known[CASE_ROWS];
    gml_dataset *masked = NULL, *weighted = NULL;
    gml_layer_health seen[2];
    for (size_t i = 0; i < CASE_ROWS; i++) {
        weights[i] = i % 3 == 0 ? 0 : 1;
        known[i] = i % 3 == 0 ? (double)NAN : c.y[i];
    }
    gml_dataset_parts parts = {.inputs = gml_matrix_f64(c.x, CASE_ROWS, 8),
                               .targets = gml_matrix_f64(c.y, CASE_ROWS, 1),
                               .task = GML_TASK_CLASSIFICATION,
                               .weights = gml_matrix_f64(weights, CASE_ROWS, 1)};
    assert_ok(c.context, gml_dataset_create(c.context, &parts, &weighted));
    assert_ok(c.context, gml_health_measure(c.health, weighted));
    seen[0] = layer_health(c.health, 0);
    parts.targets = gml_matrix_f64(known, CASE_ROWS, 1);
    parts.weights = gml_matrix_none();
    parts.missing_targets = 1;
    assert_ok(c.context, gml_dataset_create(c.context, &parts, &masked));
    assert_ok(c.context, gml_health_measure(c.health, masked));
    seen[1] = layer_health(c.health, 0);
    ck_assert_uint_eq(seen[1].samples, CASE_ROWS);
    ck_assert_double_gt(seen[0].gradient_norm, 0);
    ck_assert_double_eq_tol(seen[0].gradient_norm, seen[1].gradient_norm, 1e-13);
    ck_assert_double_eq_tol(seen[0].delta, seen[1].delta, 1e-13);
    ck_assert_double_eq(seen[0].mean, seen[1].mean);
    gml_health *single = NULL; /* a third of its batches have no weight, or no target */
    assert_ok(c.context, gml_health_create(c.network, &(gml_health_options){.batch = 1}, &single));
    for (size_t k = 0; k < 2; k++) {
        gml_health_summary summary;
        assert_ok(c.context, gml_health_measure(single, k == 0 ? weighted : masked));
        assert_ok(c.context, gml_health_summarize(single, &summary));
        ck_assert(summary.gradient_norm > 0 && isfinite(summary.gradient_norm) && !isnan(summary.noise_scale));
        ck_assert_uint_eq(total(layer_health(single, 0).histogram), (size_t)CASE_ROWS * 12);
        seen[k] = layer_health(single, 0);
    }
    ck_assert_double_eq_tol(seen[0].gradient_norm, seen[1].gradient_norm, 1e-13);
    gml_health_destroy(single);
    gml_dataset_destroy(masked);
    gml_dataset_destroy(weighted);
    tear_down_health(&c);
}

TEST(a_measurement_without_memory_leaves_the_earlier_figures)
{
    enum { ROWS = 200, FEW = 100 };
    struct faults given = {0};
    gml_context *context = faulty_context(&given);
    gml_network *network = new_network(context, "8 -> 12 relu -> 3", GML_F64, 1);
    double *x = random_doubles(ROWS * 8, 1), *y = random_doubles(ROWS * 3, 2);
    gml_dataset *all, *few;
    gml_health *health = NULL;
    gml_health_summary before, summary;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 8), gml_matrix_f64(y, ROWS, 3),
                                                 GML_TASK_REGRESSION, &all));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, FEW, 8), gml_matrix_f64(y, FEW, 3),
                                                 GML_TASK_REGRESSION, &few));
    assert_ok(context, gml_health_create(network, NULL, &health));
    assert_ok(context, gml_health_measure(health, all));
    assert_ok(context, gml_health_summarize(health, &before));
    gml_status status = GML_ERROR_MEMORY;
    size_t failures = 0;
    for (; status != GML_OK; failures++) {
        reset_faults(&given);
        given.fail_at = failures + 1;
        status = gml_health_measure(health, few);
        assert_ok(context, gml_health_summarize(health, &summary));
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert(status == GML_OK ? summary.samples == FEW : memcmp(&summary, &before, sizeof before) == 0);
    }
    ck_assert_uint_gt(failures, 5);
    reset_faults(&given);
    gml_health_destroy(health);
    gml_dataset_destroy(all);
    gml_dataset_destroy(few);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x), free(y);
}

int main(void)
{
    return run_tests("health hostile", 120);
}
