/* kernel/activation/mixture.c - mixtures of fixed activations, with weights softmax(theta).
 *
 * The parts are elementwise activations. */
#include "kernel/activation/rows.h"
#include "kernel/activation/trainable_map.h"

/* Values and slopes of all parts, [part][entry]. */
typedef struct parts {
    _Alignas(64) real value[GML_MAX_PARTS * STRIP], slope[GML_MAX_PARTS * STRIP];
} parts;

/* theta = softmax(theta) for each entry: the weights of the parts */
static void find_shares(size_t count, real *theta)
{
    _Alignas(64) real most[STRIP], sum[STRIP] = {0};
    memcpy(most, theta, sizeof most);
    for (size_t k = 1; k < count; k++) {
        for (size_t j = 0; j < STRIP; j++) {
            most[j] = theta[k * STRIP + j] > most[j] ? theta[k * STRIP + j] : most[j];
        }
    }
    for (size_t k = count; k-- > 0;) {
#pragma omp simd
        for (size_t j = 0; j < STRIP; j++) {
            theta[k * STRIP + j] = exp_below(theta[k * STRIP + j] - most[j]);
            sum[j] += theta[k * STRIP + j];
        }
    }
    for (size_t k = 0; k < count; k++) {
#pragma omp simd
        for (size_t j = 0; j < STRIP; j++) {
            theta[k * STRIP + j] /= sum[j];
        }
    }
}

static void find_parts(const strip *s, parts *of)
{
    for (size_t k = 0; k < s->count; k++) {
        s->parts[k]->forward(&(gml_forward_call){.rows = 1,
                                                 .cols = s->width,
                                                 .stride = s->width,
                                                 .z = s->x,
                                                 .y = of->value + k * STRIP,
                                                 .slope = s->value != NULL ? NULL : of->slope + k * STRIP,
                                                 .parameters = &s->parts[k]->usual});
    }
}

/* to[j] = sum over the parts of share numbers */
static void mix(const strip *s, const real *numbers, real *to)
{
    const real *share = s->theta;
    for (size_t k = 0; k < s->count; k++) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            to[j] = (k > 0 ? to[j] : 0) + share[k * STRIP + j] * numbers[k * STRIP + j];
        }
    }
}

static void mixture_strip(const strip *s)
{
    parts of;
    find_parts(s, &of);
    if (s->value != NULL) {
        mix(s, of.value, s->value);
        return;
    }
    _Alignas(64) real mean[STRIP];
    mix(s, of.slope, s->slope);
    mix(s, of.value, mean);
    for (size_t k = 0; k < s->count; k++) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            s->by[k * STRIP + j] = s->theta[k * STRIP + j] * (of.value[k * STRIP + j] - mean[j]);
        }
    }
}

static void mixture_forward(const gml_forward_call *call)
{
    prepared_forward(call, find_shares, mixture_strip);
}

static void mixture_backward(const gml_backward_call *call)
{
    prepared_backward(call, find_shares, mixture_strip);
}

const gml_activation_kernel GML_VARIANT(gml_mixture_activations)[] = {
    {.name = "mixture", .forward = mixture_forward, .backward = mixture_backward},
    {.name = NULL},
};
