/* kernel/embed/periodic.c - periodic embeddings of numbers: a linear map of cosines, or of cosines and sines. */
#include "kernel/embed/rows.h"
#include "kernel/vector_sine.h"

#ifdef GML_DOUBLE
#define MOST_TURNS 0x1p51
#define ROUNDER    0x1.8p52
#else
#define MOST_TURNS 0x1p22f
#define ROUNDER    0x1.8p23f
#endif
#define TURN ((real)0x1.921fb54442d18p+2) /* 2 pi */

/* The parameters of one number, and the sums of their gradients. */
typedef struct number {
    size_t frequencies, features, learned;
    bool both;
    const real *frequency, *phase, *mix, *bias;
    real *frequency_sum, *phase_sum, *mix_sum, *bias_sum;
} number;

static const real *part(const void *all, size_t index, size_t count)
{
    return all != NULL ? (const real *)all + index * count : NULL;
}

static real *sum_part(void *all, size_t index, size_t count)
{
    return all != NULL ? (real *)all + index * count : NULL;
}

static number number_at(const gml_periodic_call *call, size_t index)
{
    const size_t frequencies = call->frequencies, learned = call->both ? call->size : call->size - 1;
    number of = {.frequencies = frequencies, .learned = learned, .both = call->both};
    of.features = call->both ? 2 * frequencies : frequencies;
    of.frequency = part(call->frequency, index, frequencies);
    of.phase = part(call->phase, index, frequencies);
    of.mix = part(call->mix, index, learned * of.features);
    of.bias = part(call->bias, index, learned);
    of.frequency_sum = sum_part(call->frequency_sum, index, frequencies);
    of.phase_sum = sum_part(call->phase_sum, index, frequencies);
    of.mix_sum = sum_part(call->mix_sum, index, learned * of.features);
    of.bias_sum = sum_part(call->bias_sum, index, learned);
    return of;
}

/* The angle of a number of turns without whole turns; NaN and infinite turns give NaN. */
GML_INLINE real angle_of(real turns)
{
    const real rest = turns - ((turns + ROUNDER) - ROUNDER);
    return TURN * (absolute(turns) < MOST_TURNS ? rest : turns * 0);
}

/* p [features], and slope [features]: the derivative of p by the angle. */
static void find_features(const number *of, real x, real *restrict p, real *restrict slope)
{
    const size_t frequencies = of->frequencies;
    const real *frequency = of->frequency, *phase = of->phase;
    if (of->both) {
#pragma omp simd
        for (size_t k = 0; k < frequencies; k++) {
            const half_turns t = take_half_turns(angle_of(frequency[k] * x));
            const real sine = sine_of(t), cosine = cosine_of(t);
            p[k] = cosine;
            slope[k] = -sine;
            p[frequencies + k] = sine;
            slope[frequencies + k] = cosine;
        }
        return;
    }
#pragma omp simd
    for (size_t k = 0; k < frequencies; k++) {
        const half_turns t = take_half_turns(angle_of(frequency[k] * x) + phase[k]);
        p[k] = cosine_of(t);
        slope[k] = -sine_of(t);
    }
}

static real dot(size_t count, const real *a, const real *b)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* y += factor x */
static void add_scaled(size_t count, real factor, const real *restrict x, real *restrict y)
{
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        y[i] += factor * x[i];
    }
}

static void periodic_forward(const gml_periodic_call *call)
{
    real p[2 * GML_MOST_FREQUENCIES], slope[2 * GML_MOST_FREQUENCIES];
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            real *y = (real *)call->y + i * call->y_stride + n * call->size;
            find_features(&of, x, p, slope);
            if (!of.both) {
                *y++ = x;
            }
            for (size_t o = 0; o < of.learned; o++) {
                const real z = of.bias[o] + dot(of.features, of.mix + o * of.features, p);
                y[o] = of.both && z <= 0 ? 0 : z;
            }
        }
    }
}

/* d/dz of the learned outputs of a number in one row: d/dy, or 0 where relu gave 0. */
static real gradient_at(const gml_periodic_call *call, const number *of, size_t at, size_t output)
{
    const size_t place = at + output + !of->both;
    const bool off = of->both && ((const real *)call->y)[place] == 0;
    return off ? 0 : ((const real *)call->gradient)[place];
}

/* angle [features]: d/d angle of each feature, in place of its slope. */
static void find_angles(const gml_periodic_call *call, const number *of, size_t at, const real *slope, real *angle)
{
    memset(angle, 0, of->features * sizeof(real));
    for (size_t o = 0; o < of->learned; o++) {
        add_scaled(of->features, gradient_at(call, of, at, o), of->mix + o * of->features, angle);
    }
#pragma omp simd
    for (size_t k = 0; k < of->features; k++) {
        angle[k] *= slope[k];
    }
}

static void clear_sums(const number *of)
{
    memset(of->frequency_sum, 0, of->frequencies * sizeof(real));
    memset(of->mix_sum, 0, of->learned * of->features * sizeof(real));
    memset(of->bias_sum, 0, of->learned * sizeof(real));
    if (of->phase_sum != NULL) {
        memset(of->phase_sum, 0, of->frequencies * sizeof(real));
    }
}

static void periodic_sums(const gml_periodic_call *call)
{
    real p[2 * GML_MOST_FREQUENCIES], slope[2 * GML_MOST_FREQUENCIES], angle[2 * GML_MOST_FREQUENCIES];
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        clear_sums(&of);
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            const size_t at = i * call->y_stride + n * call->size;
            find_features(&of, x, p, slope);
            find_angles(call, &of, at, slope, angle);
            for (size_t o = 0; o < of.learned; o++) {
                const real g = gradient_at(call, &of, at, o);
                of.bias_sum[o] += g;
                add_scaled(of.features, g, p, of.mix_sum + o * of.features);
            }
            for (size_t first = 0; first < of.features; first += of.frequencies) {
                add_scaled(of.frequencies, TURN * x, angle + first, of.frequency_sum);
            }
            if (of.phase_sum != NULL) {
                add_scaled(of.frequencies, 1, angle, of.phase_sum);
            }
        }
    }
}

static void periodic_backward(const gml_periodic_call *call)
{
    real p[2 * GML_MOST_FREQUENCIES], slope[2 * GML_MOST_FREQUENCIES], angle[2 * GML_MOST_FREQUENCIES];
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            const size_t at = i * call->y_stride + n * call->size;
            real sum = 0;
            find_features(&of, x, p, slope);
            find_angles(call, &of, at, slope, angle);
            for (size_t first = 0; first < of.features; first += of.frequencies) {
                sum += dot(of.frequencies, of.frequency, angle + first);
            }
            const real direct = of.both ? 0 : ((const real *)call->gradient)[at];
            ((real *)call->dx)[i * call->dx_stride + n] = direct + TURN * sum;
        }
    }
}

const gml_periodic_kernels GML_VARIANT(gml_periodic_kernels) = {
    .forward = periodic_forward,
    .sums = periodic_sums,
    .backward = periodic_backward,
};
