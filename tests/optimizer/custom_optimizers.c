/* tests/optimizer/custom_optimizers.c - sgd, momentum and AdamW again, and one that checks what it is given. */
#include <math.h>

#include "custom_optimizers.h"

static void run_sgd(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                    double *const *state)
{
    (void)user, (void)state;
    for (size_t i = 0; i < count; i++) {
        w[i] -= step->rate * g[i];
    }
}

static void run_momentum(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                         double *const *state)
{
    double *velocity = state[0];
    const double share = step->number == 1 ? 1 : 1 - step->arguments[2];
    (void)user;
    for (size_t i = 0; i < count; i++) {
        velocity[i] = step->arguments[1] * velocity[i] + share * g[i];
        w[i] -= step->rate * velocity[i];
    }
}

static void run_adam(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                     double *const *state)
{
    const double beta1 = step->arguments[1], beta2 = step->arguments[2];
    const double first = 1 - pow(beta1, (double)step->number), second = 1 - pow(beta2, (double)step->number);
    double *m = state[0], *v = state[1];
    (void)user;
    for (size_t i = 0; i < count; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
        w[i] -= step->rate / first * (m[i] / (sqrt(v[i]) / sqrt(second) + step->arguments[3]));
    }
}

static void run_sgd_f32(void *user, const gml_custom_step *step, size_t count, float *w, const float *g,
                        float *const *state)
{
    (void)state;
    *(int *)user = 1;
    for (size_t i = 0; i < count; i++) {
        w[i] -= (float)step->rate * g[i];
    }
}

/* w = number + 100 * rate + 10000 * scale; the state counts the steps. */
static void run_diary(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                      double *const *state)
{
    (void)user, (void)g;
    ck_assert_double_eq(step->arguments[0], 0.25);
    ck_assert_ptr_null(state[1]);
    for (size_t i = 0; i < count; i++) {
        state[0][i] += 1;
        ck_assert_double_eq(state[0][i], (double)step->number);
        w[i] = (double)step->number + 100 * step->rate + 10000 * step->arguments[1];
    }
}

static void run_bad(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                    double *const *state)
{
    (void)user, (void)step, (void)g, (void)state;
    for (size_t i = 0; i < count; i++) {
        w[i] = NAN;
    }
}

int called_in_float;

const gml_custom_optimizer my_momentum = {
    .entry = {.name = "my_momentum",
              .parameters = {LR, {"momentum", 0.9, 0, 1, NULL, NULL}, {"dampening", 0, 0, 1, NULL, NULL}},
              .parameter_count = 3},
    .states = 1,
    .update = run_momentum};

const gml_custom_optimizer my_adam = {.entry = {.name = "my_adam",
                                                .parameters = {LR,
                                                               {"beta1", 0.9, 0, 1, NULL, NULL},
                                                               {"beta2", 0.999, 0, 1, NULL, NULL},
                                                               {"eps", 1e-8, 0, 1, NULL, NULL},
                                                               {"weight_decay", 0, 0, 1, NULL, NULL}},
                                                .parameter_count = 5},
                                      .states = 2,
                                      .update = run_adam};

static const gml_custom_optimizer records[] = {
    {.entry = {.name = "my_sgd", .parameters = {LR}, .parameter_count = 1}, .update = run_sgd},
    {.entry = {.name = "both", .parameters = {LR}, .parameter_count = 1},
     .user = &called_in_float,
     .update = run_sgd,
     .update_f32 = run_sgd_f32},
    {.entry = {.name = "diary", .parameters = {LR, {"scale", 1, 0, 8, NULL, NULL}}, .parameter_count = 2},
     .states = 1,
     .update = run_diary},
    {.entry = {.name = "bad", .parameters = {LR}, .parameter_count = 1}, .update = run_bad},
};

void register_all(gml_context *context)
{
    assert_ok(context, gml_register_optimizer(context, &my_momentum));
    assert_ok(context, gml_register_optimizer(context, &my_adam));
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        assert_ok(context, gml_register_optimizer(context, &records[i]));
    }
}
