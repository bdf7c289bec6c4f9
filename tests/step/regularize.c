/* tests/step/regularize.c - l1, max_norm and gradient noise act on each step as stated. */
#include <math.h>
#include <string.h>

#include "kernel/random/random.h"
#include "kernel_tables.h"

enum { IN = 30, OUT = 70, ROWS = 20, WEIGHTS = IN * OUT };

static double x[ROWS * IN], y[ROWS * OUT];

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    double *weights, *biases;
} fixture;

static fixture set_up(gml_train_options options, size_t threads)
{
    fixture made = {.network = NULL};
    made.context = context_with((gml_context_options){.threads = threads});
    for (size_t i = 0; i < ROWS * IN; i++) {
        x[i] = sin(1.7 * (double)i);
    }
    for (size_t i = 0; i < ROWS * OUT; i++) {
        y[i] = cos((double)(i * i % 97));
    }
    gml_network_options network = {.dtype = GML_F64, .seed = 8};
    assert_ok(made.context, gml_network_create(made.context, "30 -> 70", &network, &made.network));
    options.batch = ROWS;
    options.seed = 11;
    assert_ok(made.context, gml_trainer_create(made.network, &options, &made.trainer));
    gml_block block;
    assert_ok(made.context, gml_network_block(made.network, 0, &block));
    made.weights = block.values.data;
    assert_ok(made.context, gml_network_block(made.network, 1, &block));
    made.biases = block.values.data;
    return made;
}

static void take_steps(fixture *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_ok(f->context,
                  gml_trainer_step(f->trainer, gml_matrix_f64(x, ROWS, IN), gml_matrix_f64(y, ROWS, OUT), NULL));
    }
}

static void tear_down(fixture *made)
{
    gml_trainer_destroy(made->trainer);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
}

TEST(l1_shrinks_weights_by_the_rate_after_a_step_and_leaves_biases)
{
    fixture plain = set_up((gml_train_options){.optimizer = "sgd(lr=0.5)"}, 2);
    fixture drawn = set_up((gml_train_options){.optimizer = "sgd(lr=0.5)", .l1 = 0.2}, 2);
    take_steps(&plain, 1);
    take_steps(&drawn, 1);
    size_t zeros = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        double w = plain.weights[i], right = fabs(w) <= 0.1 ? 0 : w - copysign(0.1, w);
        ck_assert_double_eq_tol(drawn.weights[i], right, 1e-15);
        zeros += drawn.weights[i] == 0;
    }
    ck_assert_uint_gt(zeros, 10);
    ck_assert_uint_lt(zeros, WEIGHTS);
    ck_assert_mem_eq(plain.biases, drawn.biases, OUT * sizeof(double));
    tear_down(&plain);
    tear_down(&drawn);
}

TEST(max_norm_bounds_the_weights_into_each_unit)
{
    fixture f = set_up((gml_train_options){.optimizer = "sgd(lr=0.5)", .max_norm = 0.75}, 2);
    take_steps(&f, 3);
    size_t bounded = 0;
    for (size_t j = 0; j < OUT; j++) {
        double squares = 0;
        for (size_t i = 0; i < IN; i++) {
            squares += f.weights[i * OUT + j] * f.weights[i * OUT + j];
        }
        ck_assert_double_le(sqrt(squares), 0.75 * (1 + 1e-14));
        bounded += sqrt(squares) > 0.75 * (1 - 1e-14);
    }
    ck_assert_uint_gt(bounded, 0);
    tear_down(&f);
}

/* Mean square of what noise changed in the weights at step `step`, whose rate is 1; before, nothing is learned. */
static double noise_at(size_t step, gml_train_options options)
{
    options.optimizer = "sgd(lr=1e-300)";
    gml_train_options silent = options;
    silent.gradient_noise = 0;
    fixture plain = set_up(silent, 2), noisy = set_up(options, 2);
    take_steps(&plain, step);
    take_steps(&noisy, step);
    assert_ok(plain.context, gml_trainer_set_learning_rate(plain.trainer, 1));
    assert_ok(noisy.context, gml_trainer_set_learning_rate(noisy.trainer, 1));
    take_steps(&plain, 1);
    take_steps(&noisy, 1);
    double squares = 0, sum = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        double d = noisy.weights[i] - plain.weights[i];
        sum += d;
        squares += d * d;
    }
    ck_assert_double_le(fabs(sum), 4 * sqrt(squares));
    tear_down(&plain);
    tear_down(&noisy);
    return squares / WEIGHTS;
}

TEST(the_variance_of_noise_falls_as_stated_and_clipping_by_norm_leaves_it)
{
    for (size_t step = 0; step < 40; step += 13) {
        double right = 0.3 / pow(1 + (double)step, 0.55), slow = 0.3 / pow(1 + (double)step, 0.25);
        ck_assert_double_eq_tol(noise_at(step, (gml_train_options){.gradient_noise = 0.3}), right, 0.15 * right);
        ck_assert_double_eq_tol(noise_at(step, (gml_train_options){.gradient_noise = 0.3, .noise_decay = 0.25}), slow,
                                0.15 * slow);
        ck_assert_double_eq_tol(noise_at(step, (gml_train_options){.gradient_noise = 0.3, .clip_norm = 1e-3}), right,
                                0.15 * right);
    }
}

TEST(all_of_it_gives_the_same_bits_for_any_number_of_threads)
{
    gml_train_options options = {.gradient_noise = 0.1, .l1 = 0.01, .max_norm = 1, .clip_norm = 0.5, .average = "ema"};
    double kept[WEIGHTS];
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up(options, threads);
        take_steps(&f, 4);
        assert_ok(f.context, gml_trainer_use_average(f.trainer, 1));
        if (threads == 1) {
            memcpy(kept, f.weights, sizeof kept);
        }
        ck_assert_mem_eq(kept, f.weights, sizeof kept);
        tear_down(&f);
    }
}

int main(void)
{
    return run_tests("regularize", 60);
}
