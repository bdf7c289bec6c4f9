/* tests/method/lbfgs.c - L-BFGS takes the direction of the dense formula, and its fits never raise the loss. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "kernel/entry/entry.h"
#include "kernel_tables.h"
#include "method/lbfgs.h"
#include "numbers.h"
#include "reference/methods.h"

enum { N = 12, MOST = 4, PAIRS = 7 };

/* Pairs of steps and changes with y's above 0, as a strong line search leaves them. */
static void make_pair(const gml_kernels *kernels, size_t pair, void *s, void *y)
{
    void *noise = random_entries(kernels, 2 * N, 100 + pair);
    for (size_t i = 0; i < N; i++) {
        double step = get(kernels, noise, i);
        put(kernels, s, i, step);
        put(kernels, y, i, step * (1 + (double)(i % 5)) + 0.1 * get(kernels, noise, N + i));
    }
    free(noise);
}

static void check_direction(const gml_kernels *kernels)
{
    static double s[PAIRS * N], y[PAIRS * N], g[N], h[N * N], work[N * N], wanted[N];
    double numbers[2 * MOST];
    gml_lbfgs_memory memory = {.kernels = kernels, .count = N, .most = MOST, .rho = numbers, .alpha = numbers + MOST};
    void *steps = memory.s = (char *)entries(kernels, MOST * N, 0), *direction = entries(kernels, N, 0);
    void *changes = memory.y = (char *)entries(kernels, MOST * N, 0);
    void *gradient = random_entries(kernels, N, 1);
    for (size_t i = 0; i < N; i++) {
        g[i] = get(kernels, gradient, i);
    }
    for (size_t pair = 0; pair <= PAIRS; pair++) {
        size_t kept = pair < MOST ? pair : MOST, first = pair - kept;
        gml_lbfgs_direction(&memory, gradient, direction);
        gml_reference_lbfgs_direction(N, kept, s + first * N, y + first * N, g, h, work, wanted);
        for (size_t i = 0; i < N; i++) {
            assert_near(kernels, get(kernels, direction, i), wanted[i], 1000, "direction", i);
        }
        if (pair < PAIRS) {
            make_pair(kernels, pair, gml_lbfgs_next_s(&memory), gml_lbfgs_next_y(&memory));
            for (size_t i = 0; i < N; i++) {
                s[pair * N + i] = get(kernels, gml_lbfgs_next_s(&memory), i);
                y[pair * N + i] = get(kernels, gml_lbfgs_next_y(&memory), i);
            }
            gml_lbfgs_keep(&memory);
        }
    }
    free(steps), free(changes), free(direction), free(gradient);
}

TEST(the_direction_is_that_of_the_dense_formula)
{
    for_each_table(check_direction);
}

static void check_vectors(const gml_kernels *kernels)
{
    enum { COUNT = 77 };
    void *x = random_entries(kernels, COUNT, 1), *y = random_entries(kernels, COUNT, 2);
    void *sum = random_entries(kernels, COUNT, 2), *fresh = entries(kernels, COUNT, NAN);
    double product = 0;
    kernels->entry->combine(COUNT, 0.5, x, -3, sum);
    kernels->entry->combine(COUNT, 0.5, x, 0, fresh);
    for (size_t i = 0; i < COUNT; i++) {
        double a = get(kernels, x, i), b = get(kernels, y, i);
        product += a * b;
        assert_near(kernels, get(kernels, sum, i), 0.5 * a - 3 * b, 8, "combine", i);
        assert_near(kernels, get(kernels, fresh, i), 0.5 * a, 1, "combine into nothing", i);
    }
    ck_assert_double_eq_tol(kernels->entry->dot(COUNT, x, y), product, 1e-11);
    free(x), free(y), free(sum), free(fresh);
}

TEST(vectors_are_multiplied_and_combined)
{
    for_each_table(check_vectors);
}

TEST(a_pair_that_bends_the_wrong_way_is_not_kept)
{
    const gml_kernels *kernels = gml_kernels_find(GML_F64, NULL);
    double s[2] = {1, 0}, y[2] = {-1, 3}, rho[1], alpha[1];
    gml_lbfgs_memory memory = {.kernels = kernels, .count = 2, .most = 1, .rho = rho, .alpha = alpha};
    memory.s = (char *)s, memory.y = (char *)y;
    gml_lbfgs_keep(&memory);
    ck_assert_uint_eq(memory.kept, 0);
    y[0] = 1;
    gml_lbfgs_keep(&memory);
    ck_assert_uint_eq(memory.kept, 1);
}

/* With targets that a function makes of the inputs. */
static fixture set_up_for(double (*target)(const double *x), const char *description, gml_dtype dtype, size_t threads,
                          size_t rows)
{
    fixture made = set_up(description, dtype, threads, rows);
    for (size_t i = 0; i < rows; i++) {
        made.y[i] = target(made.x + i * made.inputs);
    }
    return made;
}

static double plane(const double *x)
{
    return 2 * x[0] - 3 * x[1] + 0.5 + sin(7 * x[0] + 3 * x[1]);
}

/* The gradient at the weights found, summed sample by sample: of the mean loss and of l2 / 2 times the squares. */
TEST(ridge_regression_ends_where_the_gradient_is_0)
{
    enum { ROWS = 2500 }; /* more than go through at a time */
    for (size_t way = 0; way < 2; way++) {
        double l2 = way == 0 ? 0 : 0.3, w[3] = {0}, gradient[3];
        fixture f = set_up_for(plane, "2 -> 1", GML_F64, 2, ROWS);
        gml_train_options options = {.optimizer = "lbfgs(tolerance=1e-7)", .l2 = l2, .epochs = 50};
        gml_fit_report report;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report));
        ck_assert_uint_lt(report.epochs, 20);
        ck_assert_uint_eq(report.epochs, report.steps);
        ck_assert_int_ne(report.full_batch, 0);
        for (size_t i = 0; i < 2; i++) {
            gml_block block;
            assert_ok(f.context, gml_network_block(f.network, i, &block));
            memcpy(w + 2 * i, block.values.data, (2 - i) * sizeof *w);
        }
        gradient[0] = l2 * w[0], gradient[1] = l2 * w[1], gradient[2] = 0;
        double loss = 0;
        for (size_t i = 0; i < ROWS; i++) {
            const double *x = f.x + 2 * i, error = w[0] * x[0] + w[1] * x[1] + w[2] - f.y[i];
            loss += error * error / ROWS;
            gradient[0] += 2 * error * x[0] / ROWS, gradient[1] += 2 * error * x[1] / ROWS;
            gradient[2] += 2 * error / ROWS;
        }
        ck_assert_double_le(hypot(hypot(gradient[0], gradient[1]), gradient[2]), 1.1e-7);
        ck_assert_double_eq_tol(report.train_loss, loss, 1e-13);
        tear_down(&f);
    }
}

static int falls(void *user, const gml_progress *progress)
{
    double *last = user;
    ck_assert_double_le(progress->loss, *last);
    *last = progress->loss;
    return progress->epoch == 30 ? 7 : 0;
}

TEST(the_loss_never_rises_and_a_callback_ends_the_fit)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        fixture f = set_up_for(plane, "3 -> 8 swish -> layernorm -> 6 tanh -> 1", (gml_dtype)dtype, 2, 300);
        double last = INFINITY;
        gml_fit_callbacks callbacks = {.user = &last, .on_epoch = falls};
        gml_train_options options = {.optimizer = "lbfgs", .epochs = 100};
        gml_fit_report report;
        assert_ok(f.context, gml_fit(f.network, f.data, f.data, &options, &callbacks, &report));
        ck_assert_int_eq(report.stopped, 7);
        ck_assert_uint_eq(report.epochs, 30);
        ck_assert_double_lt(report.validation.loss, 0.3);
        tear_down(&f);
    }
}

TEST(a_fit_ends_where_nothing_is_left_to_gain)
{
    fixture f = set_up_for(plane, "2 -> 1", GML_F32, 1, 50);
    gml_train_options options = {.optimizer = "lbfgs(tolerance=0)", .epochs = 500};
    gml_fit_report report;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report));
    ck_assert_uint_lt(report.epochs, 60);
    double loss = report.train_loss;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report));
    ck_assert_double_le(report.train_loss, loss);
    tear_down(&f);
}

TEST(weights_are_the_same_bits_for_any_number_of_threads)
{
    uint64_t first = 0;
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up_for(plane, "3 -> 40 tanh -> 30 relu -> 1", GML_F32, threads, 3000);
        gml_dataset *part = NULL, *rest = NULL;
        assert_ok(f.context, gml_dataset_split(f.data, 0.2, 1, &part, &rest));
        gml_train_options options = {.optimizer = "lbfgs(history=3)", .l2 = 1e-4, .epochs = 12};
        assert_ok(f.context, gml_fit(f.network, part, NULL, &options, NULL, NULL));
        uint64_t hash = hash_weights(f.network);
        first = threads == 1 ? hash : first;
        ck_assert_uint_eq(hash, first);
        gml_dataset_destroy(part);
        gml_dataset_destroy(rest);
        tear_down(&f);
    }
}

TEST(what_changes_the_loss_or_the_gradient_is_refused_by_name)
{
    fixture f = set_up_for(plane, "2 -> 4 tanh -> dropout 0.2 -> 1", GML_F64, 1, 10);
    gml_network *plain = NULL, *norm = NULL;
    assert_ok(f.context, gml_network_create(f.context, "2 -> 1", NULL, &plain));
    assert_ok(f.context, gml_network_create(f.context, "2 -> 3 -> batchnorm -> 1", NULL, &norm));
    const struct {
        gml_network *network;
        gml_train_options options;
        const char *text;
    } cases[] = {
        {f.network, {0}, "layer 2 is dropout"},
        {norm, {0}, "layer 2 is batchnorm"},
        {plain, {.l1 = 1}, "l1"},
        {plain, {.max_norm = 1}, "max_norm"},
        {plain, {.clip_norm = 1}, "clip_norm"},
        {plain, {.clip_value = 1}, "clip_value"},
        {plain, {.accumulate = 2}, "accumulate"},
        {plain, {.gradient_noise = 1}, "gradient_noise"},
        {plain, {.average = "ema"}, "average"},
        {plain, {.groups = "weights(rate=0)"}, "groups"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_train_options options = cases[i].options;
        options.optimizer = "lbfgs";
        assert_refused(f.context, gml_fit(cases[i].network, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                       "lbfgs", cases[i].text, NULL);
    }
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "lbfgs"};
    assert_ok(f.context, gml_trainer_create(plain, &options, &trainer));
    assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f64(f.x, 10, 2), gml_matrix_f64(f.y, 10, 1), NULL),
                   GML_ERROR_ARGUMENT, "gml_fit", NULL);
    gml_trainer_destroy(trainer);
    gml_network_destroy(plain);
    gml_network_destroy(norm);
    tear_down(&f);
}

static double infinite(const double *x)
{
    return x[0] > 0.5 ? INFINITY : 1;
}

TEST(a_target_that_is_not_finite_is_an_error_of_the_data)
{
    fixture f = set_up_for(infinite, "2 -> 1", GML_F64, 1, 20);
    gml_train_options options = {.optimizer = "lbfgs"};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "target", NULL);
    tear_down(&f);
}

int main(void)
{
    return run_tests("lbfgs", 60);
}
