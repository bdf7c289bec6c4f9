/* tests/test_kernels_training.c - losses and updates against naive formulas in double. */
#include "kernel_tables.h"

#include <string.h>

/* ---- losses ---- */

static const struct {
    size_t rows, cols, stride;
} shapes[] = {{1, 1, 1}, {6, 10, 10}, {6, 10, 16}, {300, 10, 10}, {3, 130, 130}, {2, 5000, 5000}, {0, 4, 4}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* The loss of row i and its gradient, from logits z and targets t in double. */
static double naive_loss(const char *name, size_t cols, const double *z, const double *t, double *gradient)
{
    double value = 0, greatest = -INFINITY, sum = 0, weight = 0;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
        weight += t[j];
    }
    for (size_t j = 0; j < cols; j++) {
        sum += exp(z[j] - greatest);
    }
    for (size_t j = 0; j < cols; j++) {
        if (strcmp(name, "mean_squared_error") == 0) {
            value += (z[j] - t[j]) * (z[j] - t[j]);
            gradient[j] = 2 * (z[j] - t[j]);
        } else if (strcmp(name, "softmax_cross_entropy") == 0) {
            value += t[j] * (greatest + log(sum) - z[j]);
            gradient[j] = exp(z[j] - greatest) / sum * weight - t[j];
        } else if (strcmp(name, "binary_cross_entropy") == 0) {
            value += fmax(z[j], 0) - z[j] * t[j] + log1p(exp(-fabs(z[j])));
            gradient[j] = 1 / (1 + exp(-z[j])) - t[j];
        } else {
            ck_abort_msg("%s has no naive formula here", name);
        }
    }
    return value;
}

/* Runs a loss in one form and compares; with `classes` the targets are class numbers. */
static void compare_loss(const gml_kernels *kernels, const gml_loss_kernel *row, size_t s, bool classes, int form)
{
    size_t rows = shapes[s].rows, cols = shapes[s].cols, stride = shapes[s].stride;
    double scale = 0.25, value = 0, *z = calloc(3 * cols, sizeof *z), *t = z + cols, *wanted = t + cols;
    void *outputs = random_entries(kernels, rows * stride, 1), *targets = entries(kernels, rows * cols, 0);
    void *kept = random_entries(kernels, rows * stride, 1), *gradient = entries(kernels, rows * stride, 77);
    for (size_t i = 0; i < rows * cols; i++) {
        put(kernels, targets, i, classes ? (double)(i * 7 % cols) : (double)(i % 5) / 4);
    }
    void *destination = form == 0 ? NULL : form == 1 ? gradient : outputs;
    gml_loss_call call = {.rows = rows,
                          .cols = cols,
                          .stride = stride,
                          .outputs = outputs,
                          .targets = targets,
                          .target_cols = classes ? 1 : cols,
                          .gradient = destination,
                          .scale = scale};
    double found = row->run(&call);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            z[j] = get(kernels, kept, i * stride + j);
            t[j] = classes ? get(kernels, targets, i) == (double)j : get(kernels, targets, i * cols + j);
        }
        value += naive_loss(row->name, cols, z, t, wanted);
        for (size_t j = 0; j < cols && destination != NULL; j++) {
            assert_near(kernels, get(kernels, destination, i * stride + j), scale * wanted[j], 32 + (double)cols,
                        row->name, j);
        }
    }
    assert_near(kernels, found, value, 64, row->name, s);
    free(z), free(outputs), free(targets), free(kept), free(gradient);
}

static void check_losses(const gml_kernels *kernels)
{
    for (const gml_loss_kernel *row = kernels->losses; row->name != NULL; row++) {
        for (size_t s = 0; s < SHAPES; s++) {
            for (int form = 0; form < 3; form++) {
                compare_loss(kernels, row, s, false, form);
                if (strcmp(row->name, "softmax_cross_entropy") == 0) {
                    compare_loss(kernels, row, s, true, form);
                }
            }
        }
    }
}

START_TEST(losses_and_gradients_equal_the_naive_ones_also_over_their_outputs)
{
    for_each_table(check_losses);
}
END_TEST

static void check_extreme_losses(const gml_kernels *kernels)
{
    const struct {
        const char *name;
        double z[2], t[2], value;
    } cases[] = {
        {"binary_cross_entropy", {1e30, -1e30}, {1, 0}, 0},  {"binary_cross_entropy", {1000, -1000}, {0, 1}, 2000},
        {"binary_cross_entropy", {NAN, 0}, {1, 0}, NAN},     {"softmax_cross_entropy", {1e4, -1e4}, {0, 1}, 2e4},
        {"softmax_cross_entropy", {-1e30, 1e30}, {0, 1}, 0}, {"softmax_cross_entropy", {NAN, 0}, {0, 1}, NAN},
        {"mean_squared_error", {NAN, 0}, {0, 1}, NAN},
    };
    void *z = entries(kernels, 2, 0), *t = entries(kernels, 2, 0), *gradient = entries(kernels, 2, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        for (size_t j = 0; j < 2; j++) {
            put(kernels, z, j, cases[c].z[j]);
            put(kernels, t, j, cases[c].t[j]);
        }
        gml_loss_call call = {.rows = 1,
                              .cols = 2,
                              .stride = 2,
                              .outputs = z,
                              .targets = t,
                              .target_cols = 2,
                              .gradient = gradient,
                              .scale = 1};
        double value = gml_kernels_loss(kernels, cases[c].name)->run(&call);
        assert_near(kernels, value, cases[c].value, 4, cases[c].name, c);
        ck_assert(!isnan(get(kernels, gradient, 0)) == !isnan(cases[c].value));
    }
    free(z), free(t), free(gradient);
}

START_TEST(losses_survive_huge_logits_and_show_nan)
{
    for_each_table(check_extreme_losses);
}
END_TEST

/* ---- updates ---- */

typedef struct naive_state {
    double w, m, v;
} naive_state;

/* PyTorch's formulas, one by one. */
static void naive_update(const char *name, const double *p, int step, double g, naive_state *s)
{
    double lr = p[0];
    if (strcmp(name, "sgd") == 0) {
        s->w -= lr * g;
    } else if (strcmp(name, "momentum") == 0) {
        s->m = p[1] * s->m + g;
        s->w -= lr * s->m;
    } else if (strcmp(name, "nesterov") == 0) {
        s->m = p[1] * s->m + g;
        s->w -= lr * (g + p[1] * s->m);
    } else if (strcmp(name, "rmsprop") == 0) {
        s->m = p[1] * s->m + (1 - p[1]) * g * g;
        s->w -= lr * g / (sqrt(s->m) + p[2]);
    } else if (strcmp(name, "adam") == 0 || strcmp(name, "adamw") == 0) {
        s->m = p[1] * s->m + (1 - p[1]) * g;
        s->v = p[2] * s->v + (1 - p[2]) * g * g;
        double c1 = 1 - pow(p[1], step), c2 = 1 - pow(p[2], step);
        s->w -= lr / c1 * s->m / (sqrt(s->v) / sqrt(c2) + p[3]);
    } else {
        ck_abort_msg("%s has no naive formula here", name);
    }
}

enum { COUNT = 131, STEPS = 12 };

static void run_updates(const gml_kernels *kernels, const gml_optimizer_kernel *row, const gml_update_call *options,
                        const double *parameters)
{
    void *w = random_entries(kernels, COUNT, 1), *m = entries(kernels, COUNT, 0), *v = entries(kernels, COUNT, 0);
    naive_state naive[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        naive[i] = (naive_state){.w = get(kernels, w, i)};
    }
    for (int step = 1; step <= STEPS; step++) {
        void *g = random_entries(kernels, COUNT, (uint64_t)(10 + step));
        gml_update_call call = *options;
        call.count = COUNT, call.w = w, call.g = g, call.state[0] = m, call.state[1] = v;
        call.parameters = parameters;
        call.correction[0] = 1 - pow(parameters[1], step);
        call.correction[1] = 1 - pow(parameters[2], step);
        row->update(&call);
        for (size_t i = 0; i < COUNT; i++) {
            naive[i].w *= 1 - parameters[0] * options->decay;
            double scaled = get(kernels, g, i) * options->gradient_scale;
            double cut = fmin(fmax(scaled, -options->clip), options->clip) + options->l2 * naive[i].w;
            naive_update(row->name, parameters, step, cut, &naive[i]);
            assert_near(kernels, get(kernels, w, i), naive[i].w, 200, row->name, i);
        }
        free(g);
    }
    free(w), free(m), free(v);
}

static void check_updates(const gml_kernels *kernels)
{
    const gml_update_call plain = {.gradient_scale = 1, .clip = INFINITY};
    const gml_update_call full = {.gradient_scale = 0.5, .clip = 0.75, .l2 = 0.01, .decay = 0.1};
    for (const gml_optimizer_kernel *row = kernels->optimizers; row->name != NULL; row++) {
        const double adam[] = {0.01, 0.9, 0.99, 1e-4}, rmsprop[] = {0.01, 0.9, 1e-4}, other[] = {0.1, 0.8, 0.5};
        const double *parameters = strncmp(row->name, "adam", 4) == 0  ? adam
                                   : strcmp(row->name, "rmsprop") == 0 ? rmsprop
                                                                       : other;
        run_updates(kernels, row, &plain, parameters);
        run_updates(kernels, row, &full, parameters);
    }
}

START_TEST(updates_follow_the_naive_formulas_step_by_step)
{
    for_each_table(check_updates);
}
END_TEST

static void check_nan_update(const gml_kernels *kernels)
{
    const double parameters[] = {0.1, 0.9, 0.9, 1e-8};
    for (const gml_optimizer_kernel *row = kernels->optimizers; row->name != NULL; row++) {
        void *w = entries(kernels, 40, 1), *g = entries(kernels, 40, 1);
        void *m = entries(kernels, 40, 0), *v = entries(kernels, 40, 0);
        put(kernels, g, 3, NAN);
        gml_update_call call = {.count = 40,
                                .w = w,
                                .g = g,
                                .state = {m, v},
                                .parameters = parameters,
                                .gradient_scale = 1,
                                .clip = 1,
                                .correction = {0.1, 0.1}};
        row->update(&call);
        for (size_t i = 0; i < 40; i++) {
            ck_assert_msg(!isnan(get(kernels, w, i)) == (i != 3), "%s: entry %zu", row->name, i);
        }
        free(w), free(g), free(m), free(v);
    }
}

START_TEST(clipping_does_not_hide_nan)
{
    for_each_table(check_nan_update);
}
END_TEST

int main(void)
{
    return run_tests("kernels_training", 60,
                     (const TTest *[]){losses_and_gradients_equal_the_naive_ones_also_over_their_outputs,
                                       losses_survive_huge_logits_and_show_nan,
                                       updates_follow_the_naive_formulas_step_by_step, clipping_does_not_hide_nan,
                                       NULL});
}
