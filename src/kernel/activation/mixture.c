/* kernel/activation/mixture.c - mixtures of fixed activations: with weights softmax(theta), and of an activation with
 * the identity.
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

/* Returns share * x, and 0 for a share of 0, so that an infinite x with a share of 0 is left out. */
GML_INLINE real share_of(real share, real x)
{
    return share == 0 ? share : share * x;
}

/* (1 - a) x + a f(x): equal to f at a = 1 and to x at a = 0 in every bit. */
static void mix_strip(const strip *s)
{
    parts of;
    const real *a = s->theta;
    find_parts(s, &of);
    if (s->value != NULL) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            s->value[j] = share_of(1 - a[j], s->x[j]) + share_of(a[j], of.value[j]);
        }
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        s->slope[j] = (1 - a[j]) + share_of(a[j], of.slope[j]);
        s->by[j] = of.value[j] - s->x[j];
    }
}

static void mix_forward(const gml_forward_call *call)
{
    trainable_forward(call, mix_strip);
}

static void mix_backward(const gml_backward_call *call)
{
    trainable_backward(call, mix_strip);
}

const gml_activation_kernel GML_VARIANT(gml_mixture_activations)[] = {
    {.name = "mixture", .forward = mixture_forward, .backward = mixture_backward},
    {.name = "mix", .forward = mix_forward, .backward = mix_backward},
    {.name = NULL},
};
