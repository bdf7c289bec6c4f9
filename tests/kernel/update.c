/* tests/kernel/update.c - the updates of optimizers against formulas in double. */
#include "gemmule/optimizer.h"
#include "kernel_tables.h"
#include "optimizer/optimizer.h"
#include "reference/functions.h"

#include <float.h>
#include <string.h>

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
    call.count = COUNT, call.w = w, call.scalars = &step.scalars;
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
    for (size_t at = 0; !gml_optimizer_row_at(at)->full_batch; at++) {
        const gml_optimizer_kernel *row = gml_kernels_optimizer(kernels, gml_optimizer_entry(at)->name);
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

TEST(updates_follow_the_reference_step_by_step)
{
    for_each_table(check_updates);
}

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
                            .scalars = &step.scalars,
                            .gradient_scale = 1,
                            .clip = 1};
    row->update(&call);
    return gml_optimizer_states(gml_optimizer_row_at(named.row), named.values);
}

static void check_nan_update(const gml_kernels *kernels)
{
    for (size_t at = 0; !gml_optimizer_row_at(at)->full_batch; at++) {
        const gml_optimizer_kernel *row = gml_kernels_optimizer(kernels, gml_optimizer_entry(at)->name);
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

TEST(clipping_does_not_hide_nan)
{
    for_each_table(check_nan_update);
}

static void check_denormal_states(const gml_kernels *kernels)
{
    const double least = kernels->dtype == GML_F32 ? (double)FLT_MIN : DBL_MIN;
    for (size_t at = 0; !gml_optimizer_row_at(at)->full_batch; at++) {
        const gml_optimizer_kernel *row = gml_kernels_optimizer(kernels, gml_optimizer_entry(at)->name);
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

TEST(means_that_are_no_longer_fed_do_not_stay_denormal)
{
    for_each_table(check_denormal_states);
}

/* How far w has gone after some steps by the same gradient. */
static double way_by(const gml_kernels *kernels, const gml_call *optimizer, double gradient)
{
    const gml_optimizer_row *row = gml_optimizer_row_at(optimizer->row);
    void *w = entries(kernels, 1, 0), *g = entries(kernels, 1, gradient);
    void *state[] = {entries(kernels, 1, 0), entries(kernels, 1, 0), entries(kernels, 1, 0)};
    gml_optimizer_step step = {.parameters = optimizer->values, .rate = optimizer->values[0]};
    gml_update_call call = {
        .count = 1, .w = w, .g = g, .scalars = &step.scalars, .gradient_scale = 1, .clip = INFINITY};
    memcpy(call.state, state, sizeof state);
    for (step.number = 1; step.number <= STEPS; step.number++) {
        step.rate = optimizer->values[0];
        row->prepare(&step);
        gml_kernels_optimizer(kernels, row->entry.name)->update(&call);
    }
    double way = get(kernels, w, 0);
    free(w), free(g), free(state[0]), free(state[1]), free(state[2]);
    return way;
}

/* Their squares are denormal. In double, eps hides them. */
static void check_tiny_gradients(const gml_kernels *kernels)
{
    static const char *const calls[] = {"adagrad(eps=1e-30)", "rmsprop(eps=1e-30)", "adam(eps=1e-30)",
                                        "amsgrad(eps=1e-30)", "schedule_free_adamw(eps=1e-30)"};
    gml_context *context = test_context();
    gml_call call;
    for (size_t i = 0; kernels->dtype == GML_F32 && i < sizeof calls / sizeof calls[0]; i++) {
        assert_ok(context,
                  gml_call_parse(context, "optimizer", gml_optimizer_entry, calls[i], strlen(calls[i]), &call));
        double usual = way_by(kernels, &call, 1e-3), way = way_by(kernels, &call, 1e-19);
        ck_assert_msg(fabs(way - usual) <= 0.01 * fabs(usual), "%s goes %g, not %g", calls[i], way, usual);
    }
    gml_context_destroy(context);
}

TEST(tiny_gradients_make_steps_like_others)
{
    for_each_table(check_tiny_gradients);
}

int main(void)
{
    return run_tests("kernels_update", 60);
}
