/* kernel/activation/trainable_map.h - forward and backward kernels of trainable activations, built from a function of a
 * strip.
 *
 * A strip is a run of entries, each with a copy of its parameters, so that an activation works the same with parameters
 * per unit or per layer. It is a piece of one row, or several whole rows if they are short and packed. Sums over rows
 * are accumulated by position in the strip, then folded in double. */
#ifndef GML_KERNEL_ACTIVATION_TRAINABLE_MAP_H
#define GML_KERNEL_ACTIVATION_TRAINABLE_MAP_H

#include "kernel/activation/activation.h"
#include "kernel/variant.h"
#include "kernel/vector.h"

enum { STRIP = 128 };

/* Parameter k of entry j, and the derivative by it, are at [k * STRIP + j]. Either the value is computed, or the
 * derivatives are. */
typedef struct strip {
    size_t width, count;
    const double *parameters;
    const gml_activation_kernel *const *parts; /* [count] of a mixture */
    const real *x;                             /* [width] */
    const real *theta;                         /* [count x STRIP], as `prepare` left it */
    real *value;                               /* [width], written: f(x); or null */
    real *slope;                               /* [width], written: df/dx; or null */
    real *by;                                  /* [count x STRIP], written if slope is: df/dtheta */
} strip;

typedef void strip_function(const strip *s);

/* Replaces the parameters [count x STRIP] of all strips of some columns by what the function of a strip needs of them;
 * or null. */
typedef void prepare_function(size_t count, real *theta);

/* A product whose second factor goes to 0 faster than the first to infinity: 0 if the second is 0. */
GML_INLINE real fading(real growing, real factor)
{
    return factor == 0 ? factor : growing * factor;
}

/* A column range of a matrix that is split into strips: columns first .. first + cols - 1, `together` rows at a time.
 */
typedef struct strip_columns {
    size_t first, cols, together;
} strip_columns;

GML_INLINE strip_columns columns_from(size_t first, size_t cols, size_t stride)
{
    size_t share = cols - first < STRIP ? cols - first : STRIP;
    bool packed = stride == cols && 2 * cols <= STRIP;
    return (strip_columns){.first = first, .cols = share, .together = packed ? STRIP / cols : 1};
}

/* The width of the strip that begins at `row`. */
GML_INLINE size_t strip_width(const strip_columns *of, size_t rows, size_t row)
{
    return of->cols * (rows - row < of->together ? rows - row : of->together);
}

/* tile[j] = the value of the column at position j. Without values -0, because x + -0 is x bit for bit. */
static void spread_columns(const strip_columns *of, const real *values, real *tile)
{
    for (size_t j = 0; j < of->cols * of->together; j++) {
        tile[j] = values != NULL ? values[of->first + j % of->cols] : -(real)0;
    }
}

GML_INLINE void spread_theta(const strip_columns *of, const gml_theta *theta, real *tile, prepare_function *prepare)
{
    const real *values = theta->values;
    for (size_t k = 0; k < theta->count; k++, values += theta->units) {
        real *row = tile + k * STRIP;
        if (theta->units > 1) {
            spread_columns(of, values, row);
            continue;
        }
        for (size_t j = 0; j < STRIP; j++) {
            row[j] = values[0];
        }
    }
    if (prepare != NULL) {
        prepare(theta->count, tile);
    }
}

GML_INLINE void prepared_forward(const gml_forward_call *call, prepare_function *prepare, strip_function *f)
{
    _Alignas(64) real theta[GML_MAX_THETA * STRIP] = {0}, bias[STRIP], room[STRIP] = {0};
    for (size_t first = 0; first < call->cols; first += STRIP) {
        strip_columns of = columns_from(first, call->cols, call->stride);
        spread_columns(&of, call->bias, bias);
        spread_theta(&of, &call->theta, theta, prepare);
        for (size_t row = 0; row < call->rows; row += of.together) {
            size_t start = row * call->stride + first, width = strip_width(&of, call->rows, row);
            const real *z = (const real *)call->z + start;
            real *x = call->slope != NULL ? (real *)call->slope + start : room;
#pragma omp simd
            for (size_t j = 0; j < width; j++) {
                x[j] = z[j] + bias[j];
            }
            f(&(strip){.width = width,
                       .count = call->theta.count,
                       .parameters = call->parameters,
                       .parts = call->theta.parts,
                       .x = x,
                       .theta = theta,
                       .value = (real *)call->y + start});
        }
    }
}

GML_INLINE void trainable_forward(const gml_forward_call *call, strip_function *f)
{
    prepared_forward(call, NULL, f);
}

/* Gradients of a strip, by position. */
typedef struct strip_sums {
    _Alignas(64) real bias[STRIP], theta[GML_MAX_THETA * STRIP];
    double shared[GML_MAX_THETA]; /* over all strips, if the units share theta */
} strip_sums;

/* dz = dy slope; adds up dz and dy by. */
static void multiply_strip(size_t width, size_t count, real *gradient, const real *slope, const real *by,
                           strip_sums *sums)
{
    for (size_t k = 0; k < count; k++, by += STRIP) {
        real *sum = sums->theta + k * STRIP;
#pragma omp simd
        for (size_t j = 0; j < width; j++) {
            sum[j] += gradient[j] * by[j];
        }
    }
#pragma omp simd
    for (size_t j = 0; j < width; j++) {
        gradient[j] *= slope[j];
        sums->bias[j] += gradient[j];
    }
}

/* Returns the sum over the positions of column c. */
static double fold_positions(const strip_columns *of, const real *sum, size_t c)
{
    double total = 0;
    for (size_t row = 0; row < of->together; row++) {
        total += (double)sum[row * of->cols + c];
    }
    return total;
}

static void fold_sums(const gml_backward_call *call, const strip_columns *of, strip_sums *sums)
{
    real *bias = call->bias_gradient, *theta = call->theta_gradient;
    for (size_t c = 0; c < of->cols; c++) {
        if (bias != NULL) {
            bias[of->first + c] = (real)fold_positions(of, sums->bias, c);
        }
        for (size_t k = 0; theta != NULL && k < call->theta.count; k++) {
            double total = fold_positions(of, sums->theta + k * STRIP, c);
            sums->shared[k] += total;
            theta[k * call->theta.units + (call->theta.units > 1 ? of->first + c : 0)] =
                (real)(call->theta.units > 1 ? total : sums->shared[k]);
        }
    }
}

GML_INLINE void prepared_backward(const gml_backward_call *call, prepare_function *prepare, strip_function *f)
{
    _Alignas(64) real theta[GML_MAX_THETA * STRIP] = {0}, by[GML_MAX_THETA * STRIP], slope[STRIP];
    strip_sums sums;
    memset(sums.shared, 0, sizeof sums.shared);
    for (size_t first = 0; first < call->cols; first += STRIP) {
        strip_columns of = columns_from(first, call->cols, call->stride);
        spread_theta(&of, &call->theta, theta, prepare);
        memset(sums.bias, 0, sizeof sums.bias);
        memset(sums.theta, 0, call->theta.count * STRIP * sizeof sums.theta[0]);
        for (size_t row = 0; row < call->rows; row += of.together) {
            size_t start = row * call->stride + first, width = strip_width(&of, call->rows, row);
            f(&(strip){.width = width,
                       .count = call->theta.count,
                       .parameters = call->parameters,
                       .parts = call->theta.parts,
                       .x = (const real *)call->saved + start,
                       .theta = theta,
                       .slope = slope,
                       .by = by});
            multiply_strip(width, call->theta.count, (real *)call->gradient + start, slope, by, &sums);
        }
        fold_sums(call, &of, &sums);
    }
}

GML_INLINE void trainable_backward(const gml_backward_call *call, strip_function *f)
{
    prepared_backward(call, NULL, f);
}

#endif
