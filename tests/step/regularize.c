/* tests/step/regularize.c - L1, bounded norms and noise on gradients: kernels of every set, and steps of a trainer. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"
#include "kernel_tables.h"

/* ---- kernels ---- */

static void check_shrink(const gml_kernels *kernels)
{
    static const double values[] = {0.5, -0.5, 0.25, -0.25, 0.1, -0.1, 0, 3};
    static const double right[] = {0.25, -0.25, 0, 0, 0, 0, 0, 2.75};
    void *w = entries(kernels, 9, 0);
    for (size_t i = 0; i < 8; i++) {
        put(kernels, w, i, values[i]);
    }
    put(kernels, w, 8, NAN);
    kernels->entry->shrink(9, 0.25, w);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq(get(kernels, w, i), right[i]);
    }
    ck_assert_double_nan(get(kernels, w, 8));
    free(w);
}

TEST(shrinking_draws_to_0_and_not_beyond)
{
    for_each_table(check_shrink);
}

static double norm_of(const gml_kernels *kernels, const void *m, size_t rows, size_t stride, size_t col)
{
    double squares = 0;
    for (size_t i = 0; i < rows; i++) {
        squares += pow(get(kernels, m, i * stride + col), 2);
    }
    return sqrt(squares);
}

static void check_limit(const gml_kernels *kernels)
{
    enum { ROWS = 5, COLS = 131, STRIDE = 133 };
    void *m = random_entries(kernels, ROWS * STRIDE, 3), *before = random_entries(kernels, ROWS * STRIDE, 3);
    size_t longer = 0;
    double most = norm_of(kernels, before, ROWS, STRIDE, 0);
    kernels->matrix->limit_columns(ROWS, COLS, STRIDE, most, m);
    for (size_t j = 0; j < STRIDE; j++) {
        double old = norm_of(kernels, before, ROWS, STRIDE, j);
        double factor = j < COLS && old > most ? most / old : 1;
        longer += factor < 1;
        for (size_t i = 0; i < ROWS; i++) {
            assert_near(kernels, get(kernels, m, i * STRIDE + j), get(kernels, before, i * STRIDE + j) * factor, 4,
                        "column", j);
        }
    }
    ck_assert_uint_gt(longer, 0);
    ck_assert_uint_lt(longer, COLS);
    free(m), free(before);
}

TEST(columns_longer_than_the_bound_are_scaled_to_it_and_others_left)
{
    for_each_table(check_limit);
}

static double dot_of(const gml_kernels *kernels, const void *a, const void *b, size_t rows, size_t stride, size_t col)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++) {
        sum += get(kernels, a, i * stride + col) * get(kernels, b, i * stride + col);
    }
    return sum;
}

static void check_directions(const gml_kernels *kernels)
{
    enum { ROWS = 5, COLS = 131, STRIDE = 133 };
    void *m = random_entries(kernels, ROWS * STRIDE, 3), *g = random_entries(kernels, ROWS * STRIDE, 4);
    void *before = random_entries(kernels, ROWS * STRIDE, 4), *lengths = entries(kernels, 2 * COLS, 0);
    void *squares = (char *)lengths + COLS * kernels->size;
    for (size_t i = 0; i < ROWS; i++) {
        put(kernels, m, i * STRIDE + 7, 0);
    }
    kernels->matrix->column_lengths(ROWS, COLS, STRIDE, m, false, lengths);
    kernels->matrix->column_lengths(ROWS, COLS, STRIDE, m, true, squares);
    kernels->matrix->project_columns(ROWS, COLS, STRIDE, m, STRIDE, g);
    for (size_t j = 0; j < COLS; j++) {
        double square = dot_of(kernels, m, m, ROWS, STRIDE, j), along = dot_of(kernels, m, before, ROWS, STRIDE, j);
        assert_near(kernels, get(kernels, lengths, j), sqrt(square), 4, "length", j);
        assert_near(kernels, get(kernels, squares, j), square, 4, "square", j);
        for (size_t i = 0; i < ROWS; i++) {
            double right = get(kernels, before, i * STRIDE + j);
            right -= square > 0 ? along / square * get(kernels, m, i * STRIDE + j) : 0;
            ck_assert_double_eq_tol(get(kernels, g, i * STRIDE + j), right, kernels->dtype == GML_F64 ? 1e-14 : 1e-6);
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_eq(get(kernels, g, i * STRIDE + COLS), get(kernels, before, i * STRIDE + COLS));
    }
    free(m), free(g), free(before), free(lengths);
}

TEST(lengths_of_columns_and_what_lies_across_them_are_found)
{
    for_each_table(check_directions);
}

static void check_noise(const gml_kernels *kernels)
{
    enum { COUNT = 700 };
    void *zeros = entries(kernels, COUNT, 0), *whole = entries(kernels, COUNT, 0), *part = entries(kernels, COUNT, 0);
    gml_noise_call call = {.count = COUNT, .x = zeros, .y = whole, .deviation = 1};
    call.stream = (gml_stream){.seed = 5, .purpose = GML_RANDOM_GRADIENT, .step = 2};
    kernels->random->add_noise(&call);
    for (size_t first = 0; first < 9; first++) {
        for (size_t count = 0; count < 600; count = 3 * count + 1) {
            call.first = first, call.count = count, call.y = part;
            kernels->random->add_noise(&call);
            for (size_t i = 0; i < count; i++) {
                ck_assert_double_eq(get(kernels, part, i), get(kernels, whole, first + i));
            }
        }
    }
    free(zeros), free(whole), free(part);
}

TEST(noise_is_the_same_wherever_a_piece_begins)
{
    for_each_table(check_noise);
}

/* Two uniform numbers make two normal ones, a cosine and a sine (Box and Muller). */
static double normal_of(const gml_stream *stream, size_t i)
{
    uint32_t block[4];
    gml_random_block(stream, (uint32_t)(i / 4), block);
    double radius = sqrt(-2 * log((block[i % 4 / 2 * 2] + 0.5) / 4294967296.0));
    double angle = 8 * atan(1) * (block[i % 4 / 2 * 2 + 1] + 0.5) / 4294967296.0;
    return radius * (i % 2 == 0 ? cos(angle) : sin(angle));
}

static void check_normal_noise(const gml_kernels *kernels)
{
    enum { COUNT = 100000 };
    void *x = random_entries(kernels, COUNT, 2), *y = entries(kernels, COUNT, 0);
    gml_noise_call call = {.first = 3, .count = COUNT, .x = x, .y = y, .deviation = 0.5};
    call.stream = (gml_stream){.seed = 5, .purpose = GML_RANDOM_NOISE, .step = 2};
    kernels->random->add_noise(&call);
    const double tolerance = kernels->dtype == GML_F64 ? 1e-14 : 1e-6;
    for (size_t i = 0; i < COUNT; i++) {
        double right = get(kernels, x, i) + 0.5 * normal_of(&call.stream, 3 + i);
        ck_assert_double_eq_tol(get(kernels, y, i), right, tolerance);
    }
    free(x), free(y);
}

TEST(noise_is_the_normal_numbers_of_its_stream)
{
    for_each_table(check_normal_noise);
}

/* ---- steps ---- */

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
