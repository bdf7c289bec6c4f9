/* kernel/activation/mixture.c - mixtures of fixed activations, with weights softmax(theta).
 *
 * The parts are elementwise activations. */
#include "kernel/activation/rows.h"
#include "kernel/activation/trainable_map.h"

/* Weights, values and slopes of all parts, [part][entry]. */
typedef struct parts {
    _Alignas(64) real share[GML_MAX_PARTS * STRIP], value[GML_MAX_PARTS * STRIP], slope[GML_MAX_PARTS * STRIP];
} parts;

/* share = softmax(theta) for each entry */
static void find_shares(const strip *s, real *share)
{
    for (size_t j = 0; j < s->width; j++) {
        real most = s->theta[j];
        for (size_t k = 1; k < s->count; k++) {
            most = s->theta[k * STRIP + j] > most ? s->theta[k * STRIP + j] : most;
        }
        share[j] = most;
    }
    _Alignas(64) real sum[STRIP] = {0};
    for (size_t k = s->count; k-- > 0;) { /* part 0 last: its place holds the maximum until then */
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            real e = exp_below(s->theta[k * STRIP + j] - share[j]);
            share[k * STRIP + j] = e;
            sum[j] += e;
        }
    }
    for (size_t k = 0; k < s->count; k++) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            share[k * STRIP + j] /= sum[j];
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
static void mix(const strip *s, const real *share, const real *numbers, real *to)
{
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
    find_shares(s, of.share);
    find_parts(s, &of);
    if (s->value != NULL) {
        mix(s, of.share, of.value, s->value);
        return;
    }
    _Alignas(64) real mean[STRIP];
    mix(s, of.share, of.slope, s->slope);
    mix(s, of.share, of.value, mean);
    for (size_t k = 0; k < s->count; k++) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            s->by[k * STRIP + j] = of.share[k * STRIP + j] * (of.value[k * STRIP + j] - mean[j]);
        }
    }
}

static void mixture_forward(const gml_forward_call *call)
{
    trainable_forward(call, mixture_strip);
}

static void mixture_backward(const gml_backward_call *call)
{
    trainable_backward(call, mixture_strip);
}

const gml_activation_kernel GML_VARIANT(gml_mixture_activations)[] = {
    {.name = "mixture", .forward = mixture_forward, .backward = mixture_backward},
    {.name = NULL},
};
