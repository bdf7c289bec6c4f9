/* tests/test_kernels_training.c - losses and updates against formulas in double. */
#include "gemmule/loss.h"
#include "gemmule/optimizer.h"
#include "kernel_tables.h"
#include "loss_case.h"
#include "optimizer/optimizer.h"
#include "reference/functions.h"

#include <float.h>
#include <string.h>

/* ---- losses ---- */

static const struct {
    size_t rows, cols, stride;
} shapes[] = {{1, 1, 1}, {6, 10, 10}, {6, 10, 16}, {300, 10, 10}, {3, 130, 130}, {2, 5000, 5000}, {0, 4, 4}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* The sum of a loss over one row, not divided, and its gradient, by the reference. */
static double naive_loss(const gml_call *loss, size_t cols, const double *z, const double *t, double *gradient)
{
    const gml_loss_row *row = gml_loss_row_at(loss->row);
    size_t targets = gml_loss_row_targets(row, cols);
    double divisor = row->mean_over_outputs ? (double)targets : 1;
    gml_reference_loss_call call = {.rows = 1, .cols = cols, .outputs = z, .targets = t, .target_cols = targets};
    call.gradient = gradient;
    call.parameters = loss->values;
    double value = gml_reference_run_loss(gml_reference_find_loss(loss->entry->name), &call);
    for (size_t j = 0; j < cols; j++) {
        gradient[j] *= divisor;
    }
    return value * divisor;
}

/* The call with all arguments at their defaults, or, if `other`, some way off where there is room. */
static gml_call loss_call(const char *name, bool other)
{
    gml_call call;
    ck_assert(gml_call_default(gml_loss_entry, name, &call));
    for (size_t i = 0; other && i < call.entry->parameter_count; i++) {
        call.values[i] = call.values[i] / 2 + 0.125;
    }
    return call;
}

/* Runs a loss in one form and compares; with `classes` the targets are class numbers. */
static void compare_loss(const gml_kernels *kernels, const gml_loss_kernel *row, size_t s, bool classes, int form)
{
    gml_call loss = loss_call(row->name, form == 1);
    size_t rows = shapes[s].rows, cols = shapes[s].cols, stride = shapes[s].stride;
    double scale = 0.25, value = 0, *z = calloc(3 * cols, sizeof *z), *t = z + cols, *wanted = t + cols;
    void *outputs = random_entries(kernels, rows * stride, 1), *targets = entries(kernels, rows * cols, 0);
    void *kept = random_entries(kernels, rows * stride, 1), *gradient = entries(kernels, rows * stride, 77);
    const gml_loss_row *facts = gml_loss_row_at(loss.row);
    size_t width = gml_loss_row_targets(facts, cols);
    for (size_t i = 0; i < rows * cols; i++) {
        double share = (double)(i % 5) / 4,
               value_of = facts->range != GML_TARGETS_ANY ? loss_target(facts, 2 * share - 1) : share;
        put(kernels, targets, i, classes ? (double)(i * 7 % cols) : value_of);
    }
    void *destination = form == 0 ? NULL : form == 1 ? gradient : outputs;
    gml_loss_call call = {.rows = rows,
                          .cols = cols,
                          .stride = stride,
                          .outputs = outputs,
                          .targets = targets,
                          .target_cols = classes ? 1 : width,
                          .gradient = destination,
                          .scale = scale,
                          .parameters = loss.values};
    double found = row->run(&call);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            z[j] = get(kernels, kept, i * stride + j);
            t[j] = classes     ? get(kernels, targets, i) == (double)j
                   : j < width ? get(kernels, targets, i * width + j)
                               : 0;
        }
        value += naive_loss(&loss, cols, z, t, wanted);
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
            const gml_loss_row *facts = gml_loss_row_at(loss_call(row->name, false).row);
            for (int form = 0; form < 3 && gml_loss_row_targets(facts, shapes[s].cols) > 0; form++) {
                compare_loss(kernels, row, s, false, form);
                if (facts->class_numbers) {
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

/* Samples that count differently, some not at all, and where targets stand for themselves some that are not known. */
static void check_weighed_loss(const gml_kernels *kernels, const gml_loss_kernel *row)
{
    enum { ROWS = 9, COLS = 6, STRIDE = 8 };
    gml_call loss = loss_call(row->name, false);
    const gml_loss_row *facts = gml_loss_row_at(loss.row);
    size_t width = gml_loss_row_targets(facts, COLS);
    void *outputs = random_entries(kernels, ROWS * STRIDE, 3), *gradient = entries(kernels, ROWS * STRIDE, 77);
    void *targets = entries(kernels, ROWS * COLS, 0);
    double z[ROWS * COLS], t[ROWS * COLS], wanted[ROWS * COLS], weights[ROWS], divisor = 0;
    bool masked = facts->mean_over_outputs;
    for (size_t i = 0; i < ROWS; i++) {
        weights[i] = (double)(i % 4) / 2;
        for (size_t j = 0; j < COLS; j++) {
            z[i * COLS + j] = get(kernels, outputs, i * STRIDE + j);
        }
        for (size_t j = 0; j < width; j++) {
            double x = (double)((i * 5 + j * 3) % 9) / 8;
            bool known = !masked || (i + j) % 3 != 0;
            put(kernels, targets, i * width + j, known ? loss_target(facts, 2 * x - 1) : NAN);
            t[i * width + j] = get(kernels, targets, i * width + j);
            divisor += known && (masked || j == 0) ? weights[i] : 0;
        }
    }
    gml_reference_loss_call naive = {.rows = ROWS, .cols = COLS, .outputs = z, .targets = t, .target_cols = width};
    naive.gradient = wanted, naive.parameters = loss.values, naive.weights = weights, naive.masked = masked;
    double mean = gml_reference_run_loss(gml_reference_find_loss(row->name), &naive);
    gml_loss_call call = {.rows = ROWS, .cols = COLS, .stride = STRIDE, .outputs = outputs, .targets = targets};
    call.target_cols = width, call.scale = 1 / divisor, call.parameters = loss.values;
    call.weights = weights, call.masked = masked;
    assert_near(kernels, row->run(&call) / divisor, mean, 64, row->name, 0);
    call.gradient = gradient;
    assert_near(kernels, row->run(&call) / divisor, mean, 64, row->name, 1);
    for (size_t i = 0; i < ROWS * COLS; i++) {
        assert_near(kernels, get(kernels, gradient, i / COLS * STRIDE + i % COLS), wanted[i], 64, row->name, i);
    }
    free(outputs), free(targets), free(gradient);
}

static void check_weighed_losses(const gml_kernels *kernels)
{
    for (const gml_loss_kernel *row = kernels->losses; row->name != NULL; row++) {
        check_weighed_loss(kernels, row);
    }
}

START_TEST(losses_of_samples_that_weigh_and_targets_not_known_equal_the_naive_ones)
{
    for_each_table(check_weighed_losses);
}
END_TEST

static void check_extreme_losses(const gml_kernels *kernels)
{
    const struct {
        const char *name;
        double z[2], t[2], value;
    } cases[] = {
        {"binary_cross_entropy", {1e30, -1e30}, {1, 0}, 0},
        {"binary_cross_entropy", {1000, -1000}, {0, 1}, 2000},
        {"binary_cross_entropy", {NAN, 0}, {1, 0}, NAN},
        {"softmax_cross_entropy", {1e4, -1e4}, {0, 1}, 2e4},
        {"softmax_cross_entropy", {-1e30, 1e30}, {0, 1}, 0},
        {"softmax_cross_entropy", {NAN, 0}, {0, 1}, NAN},
        {"mean_squared_error", {NAN, 0}, {0, 1}, NAN},
        {"mean_absolute_error", {NAN, 0}, {0, 1}, NAN},
        {"huber", {NAN, 0}, {0, 1}, NAN},
        {"huber", {1e30, 0}, {0, 0}, 1e30},
        {"smooth_l1", {NAN, 0}, {0, 1}, NAN},
        {"log_cosh", {NAN, 0}, {0, 1}, NAN},
        {"log_cosh", {1e30, 0}, {0, 0}, 1e30},
        {"quantile", {NAN, 0}, {0, 1}, NAN},
        {"cosine", {NAN, 0}, {0, 1}, NAN},
        {"cosine", {0, 0}, {0, 1}, 1},
        {"kl_divergence", {1e4, -1e4}, {0, 1}, 2e4},
        {"kl_divergence", {NAN, 0}, {0, 1}, NAN},
        {"focal", {1000, -1000}, {0, 1}, 2000},
        {"focal", {1e30, -1e30}, {1, 0}, 0},
        {"focal", {NAN, 0}, {1, 0}, NAN},
        {"poisson", {NAN, 0}, {0, 1}, NAN},
        {"poisson", {-1e30, 0}, {0, 1}, 0},
        {"poisson", {0, 0}, {NAN, 1}, NAN},
        {"gamma", {NAN, 0}, {1, 1}, NAN},
        {"gamma", {1e4, 0}, {1, 1}, 2e4 - 2},
        {"tweedie", {NAN, 0}, {0, 1}, NAN},
        {"tweedie", {-1e30, 0}, {0, 1}, 0},
        {"tweedie", {0, 0}, {NAN, 1}, NAN},
        {"gaussian_nll", {NAN, 0}, {0, 1}, NAN},
        {"gaussian_nll", {0, NAN}, {0, 1}, NAN},
        {"gaussian_nll", {1, 1e30}, {0, 1}, 0.5e30},
        {"gaussian_nll", {1, -1e30}, {1, 1}, -6.907755278982137},
        {"hinge", {NAN, 0}, {0, 1}, NAN},
        {"squared_hinge", {NAN, 0}, {0, 1}, NAN},
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
                              .target_cols = gml_loss_targets(cases[c].name, 2),
                              .gradient = gradient,
                              .scale = 1,
                              .parameters = loss_call(cases[c].name, false).values};
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

enum { COUNT = 131, STEPS = 12 };

/* Forms of a row that its default arguments do not take, and short memories. */
static const char *const update_calls[] = {
    "momentum(lr=0.1, momentum=0.8, dampening=0.3)",
    "nesterov(lr=0.1, momentum=0.5)",
    "adagrad(lr=0.1, lr_decay=0.5, initial_sum=0.25, eps=1e-4)",
    "adadelta(lr=2, rho=0.7, eps=0.01)",
    "rmsprop(alpha=0.9, eps=1e-4)",
    "rmsprop(alpha=0.9, eps=0.01, momentum=0.6)",
    "rmsprop(alpha=0.9, eps=0.01, centered=yes)",
    "rmsprop(alpha=0.9, eps=0.01, momentum=0.6, centered=yes)",
    "adam(lr=0.01, beta2=0.99, eps=1e-4)",
    "amsgrad(lr=0.01, beta1=0.5, beta2=0.6, eps=0.01)",
    "nadam(lr=0.01, beta2=0.9, eps=0.01, momentum_decay=0.5)",
    "radam(lr=0.01, beta2=0.9, eps=0.01)",
    "schedule_free_adamw(lr=0.1, beta1=0.7, beta2=0.9, eps=0.01)",
    "muon(momentum=0.5)",
    "lion(lr=0.01, beta1=0.7, beta2=0.5)",
    "rprop(lr=0.3, eta_minus=0.25, eta_plus=1.75, step_min=0.1, step_max=0.5)",
};

/* Some steps of an optimizer and of the reference. Decay is the options': the row's own is taken out. */
static void run_updates(const gml_kernels *kernels, const gml_call *optimizer, const gml_update_call *options)
{
    const gml_optimizer_row *row = gml_optimizer_row_at(optimizer->row);
    double parameters[GML_MAX_PARAMETERS];
    memcpy(parameters, optimizer->values, sizeof parameters);
    bool inside = row->average != 0; /* decay is not of w, but of what w follows from */
    if (row->decay != 0) {
        parameters[row->decay] = inside ? options->decay / parameters[0] : 0;
    }
    const gml_reference_optimizer *reference = gml_reference_find_optimizer(row->entry.name);
    void *w = random_entries(kernels, COUNT, 1), *g;
    double naive[COUNT], gradient[COUNT], memory[GML_UPDATE_STATES][COUNT] = {{0}};
    gml_update_call call = *options;
    gml_optimizer_step step = {.parameters = parameters, .rate = parameters[0]};
    for (size_t i = 0; i < GML_UPDATE_STATES; i++) {
        bool kept = i < gml_optimizer_states(row, parameters);
        call.state[i] = kept ? entries(kernels, COUNT, 0) : NULL;
    }
    for (size_t i = 0; i < COUNT; i++) {
        naive[i] = get(kernels, w, i);
    }
    call.count = COUNT, call.w = w, call.scalars = step.scalars;
    for (step.number = 1; step.number <= STEPS; step.number++) {
        call.g = g = random_entries(kernels, COUNT, 10 + step.number);
        step.rate = parameters[0];
        row->prepare(&step);
        gml_kernels_optimizer(kernels, row->entry.name)->update(&call);
        for (size_t i = 0; i < COUNT; i++) {
            naive[i] *= inside ? 1 : 1 - options->decay;
            gradient[i] = get(kernels, g, i);
        }
        gml_reference_update(reference, &(gml_reference_update_call){.count = COUNT,
                                                                     .w = naive,
                                                                     .g = gradient,
                                                                     .state = {memory[0], memory[1], memory[2]},
                                                                     .parameters = parameters,
                                                                     .step = step.number,
                                                                     .scale = options->gradient_scale,
                                                                     .clip = options->clip,
                                                                     .l2 = options->l2});
        for (size_t i = 0; i < COUNT; i++) {
            assert_near(kernels, get(kernels, w, i), naive[i], 200, row->entry.name, i);
        }
        free(g);
    }
    free(w), free(call.state[0]), free(call.state[1]), free(call.state[2]);
}

static void check_updates(const gml_kernels *kernels)
{
    const gml_update_call plain = {.gradient_scale = 1, .clip = INFINITY};
    const gml_update_call full = {.gradient_scale = 0.5, .clip = 0.75, .l2 = 0.01, .decay = 0.01};
    gml_context *context = test_context();
    gml_call call;
    for (const gml_optimizer_kernel *row = kernels->optimizers; row->name != NULL; row++) {
        ck_assert(gml_call_default(gml_optimizer_entry, row->name, &call));
        run_updates(kernels, &call, &plain);
        run_updates(kernels, &call, &full);
    }
    for (size_t i = 0; i < sizeof update_calls / sizeof update_calls[0]; i++) {
        const char *text = update_calls[i];
        assert_ok(context, gml_call_parse(context, "optimizer", gml_optimizer_entry, text, strlen(text), &call));
        run_updates(kernels, &call, &plain);
        run_updates(kernels, &call, &full);
    }
    gml_context_destroy(context);
}

START_TEST(updates_follow_the_reference_step_by_step)
{
    for_each_table(check_updates);
}
END_TEST

enum { FEW = 40 };

/* The first step of a row with its default arguments, over FEW entries; returns how many arrays of state it keeps. */
static size_t update_once(const gml_optimizer_kernel *row, void *w, void *g, void *const state[GML_UPDATE_STATES])
{
    gml_call named;
    ck_assert(gml_call_default(gml_optimizer_entry, row->name, &named));
    gml_optimizer_step step = {.parameters = named.values, .rate = named.values[0], .number = 1};
    gml_optimizer_row_at(named.row)->prepare(&step);
    gml_update_call call = {.count = FEW,
                            .w = w,
                            .g = g,
                            .state = {state[0], state[1], state[2]},
                            .scalars = step.scalars,
                            .gradient_scale = 1,
                            .clip = 1};
    row->update(&call);
    return gml_optimizer_states(gml_optimizer_row_at(named.row), named.values);
}

static void check_nan_update(const gml_kernels *kernels)
{
    for (const gml_optimizer_kernel *row = kernels->optimizers; row->name != NULL; row++) {
        void *w = entries(kernels, FEW, 1), *g = entries(kernels, FEW, 1);
        void *state[] = {entries(kernels, FEW, 0), entries(kernels, FEW, 0), entries(kernels, FEW, 0)};
        put(kernels, g, 3, NAN);
        update_once(row, w, g, state);
        gml_call named;
        ck_assert(gml_call_default(gml_optimizer_entry, row->name, &named));
        const void *taken = gml_optimizer_row_at(named.row)->iterations != 0 ? state[1] : w; /* matrices wait for it */
        for (size_t i = 0; i < FEW; i++) {
            ck_assert_msg(!isnan(get(kernels, taken, i)) == (i != 3), "%s: entry %zu", row->name, i);
        }
        free(w), free(g), free(state[0]), free(state[1]), free(state[2]);
    }
}

START_TEST(clipping_does_not_hide_nan)
{
    for_each_table(check_nan_update);
}
END_TEST

static void check_denormal_states(const gml_kernels *kernels)
{
    const double least = kernels->dtype == GML_F32 ? (double)FLT_MIN : DBL_MIN;
    for (const gml_optimizer_kernel *row = kernels->optimizers; row->name != NULL; row++) {
        void *w = entries(kernels, FEW, 1), *g = entries(kernels, FEW, 0);
        void *state[] = {entries(kernels, FEW, least / 2), entries(kernels, FEW, least / 2),
                         entries(kernels, FEW, least / 2)};
        size_t states = update_once(row, w, g, state);
        for (size_t i = 0; i < states * FEW; i++) {
            double kept = fabs(get(kernels, state[i / FEW], i % FEW));
            ck_assert_msg(kept == 0 || kept >= least, "%s keeps %g in state %zu", row->name, kept, i / FEW);
        }
        free(w), free(g), free(state[0]), free(state[1]), free(state[2]);
    }
}

START_TEST(states_of_optimizers_are_never_denormal)
{
    for_each_table(check_denormal_states);
}
END_TEST

int main(void)
{
    return run_tests("kernels_training", 60,
                     (const TTest *[]){losses_and_gradients_equal_the_naive_ones_also_over_their_outputs,
                                       losses_survive_huge_logits_and_show_nan,
                                       losses_of_samples_that_weigh_and_targets_not_known_equal_the_naive_ones,
                                       updates_follow_the_reference_step_by_step, clipping_does_not_hide_nan,
                                       states_of_optimizers_are_never_denormal, NULL});
}
