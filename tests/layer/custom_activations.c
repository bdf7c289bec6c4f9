/* tests/layer/custom_activations.c - tanh again, and an activation with an argument. */
#include <math.h>

#include "custom_activations.h"

static void run_tanh(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    (void)user, (void)arguments;
    for (size_t i = 0; i < count; i++) {
        y[i] = tanh(x[i]);
        if (slope != NULL) {
            slope[i] = 1 - y[i] * y[i];
        }
    }
}

void run_tanh_f32(void *user, const double *arguments, size_t count, const float *x, float *y, float *slope)
{
    (void)arguments;
    if (user != NULL) {
        *(int *)user = 1;
    }
    for (size_t i = 0; i < count; i++) {
        y[i] = tanhf(x[i]);
        if (slope != NULL) {
            slope[i] = 1 - y[i] * y[i];
        }
    }
}

/* height * sin(omega x), height from `user` */
static void run_wave(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    const double height = *(const double *)user;
    for (size_t i = 0; i < count; i++) {
        y[i] = height * sin(arguments[0] * x[i]);
        if (slope != NULL) {
            slope[i] = height * arguments[0] * cos(arguments[0] * x[i]);
        }
    }
}

const double wave_height = 1.5;

const gml_custom_activation my_tanh = {.entry = {.name = "my_tanh"}, .function = run_tanh};
const gml_custom_activation wave = {
    .entry = {.name = "wave", .parameters = {{"omega", 2, 0.1, 10, "frequency", NULL}}, .parameter_count = 1},
    .user = (void *)&wave_height,
    .function = run_wave,
    .initializer = "lecun_normal"};

void register_all(gml_context *context)
{
    assert_ok(context, gml_register_activation(context, &my_tanh));
    assert_ok(context, gml_register_activation(context, &wave));
}
