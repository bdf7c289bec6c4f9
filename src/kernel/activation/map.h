/* kernel/activation/map.h - forward and backward kernels of elementwise activations, built from a function of one
 * point.
 *
 * Everything is inlined into the kernel of the row, so that the function is part of the vector loop. */
#ifndef GML_KERNEL_ACTIVATION_MAP_H
#define GML_KERNEL_ACTIVATION_MAP_H

#include "kernel/activation/activation.h"
#include "kernel/lanes.h"
#include "kernel/matrix/matrix.h"
#include "kernel/variant.h"
#include "kernel/vector.h"

/* Returns f(x) and f'(x). `k` holds the constants of the row, computed from its parameters; or null. */
typedef point point_function(real x, const real *k);

/* The same in two passes: the exponential in f, then f from x and the exponential. One loop over both has so long a
 * dependency chain that too few vectors are in flight. Two loops over a strip are faster. */
typedef real early_function(real x, const real *k);
typedef point late_function(real x, real early, const real *k);

/* The first pass for one vector, with instructions that the compiler does not generate from a function of a point. */
typedef vector early_vector_function(vector x);

/* Either at_once, or late and one of the early functions. */
typedef struct point_map {
    point_function *at_once;
    early_function *early;
    early_vector_function *early_vector;
    late_function *late;
} point_map;

/* Returns f'(x) from the value that the forward pass saved. */
typedef real slope_function(real saved, const real *k);

enum { NARROW = 64 }; /* packed rows narrower than this are processed as one long row, after adding the bias */
enum { STRIP = 256 };

GML_INLINE void map_at_once(size_t count, const real *z, const real *bias, real *y, real *slope, const real *k,
                            point_function *f)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        point p = f(bias != NULL ? z[j] + bias[j] : z[j], k);
        y[j] = p.value;
        if (slope != NULL) {
            slope[j] = p.slope;
        }
    }
}

GML_INLINE void map_early(size_t count, const real *z, const real *bias, real *x, real *e, const real *k,
                          early_function *early)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        x[j] = bias != NULL ? z[j] + bias[j] : z[j];
        e[j] = early(x[j], k);
    }
}

GML_INLINE void map_early_vectors(size_t count, const real *z, const real *bias, real *x, real *e,
                                  early_vector_function *early)
{
    for (size_t j = 0; j < count; j += LANES) {
        vector v = load_up_to(z + j, count - j);
        v = bias != NULL ? v + load_up_to(bias + j, count - j) : v;
        store_vector(x + j, v);
        store_vector(e + j, early(v));
    }
}

/* `count` is at most STRIP. */
GML_INLINE void map_strip(size_t count, const real *z, const real *bias, real *y, real *slope, const real *k,
                          point_map f)
{
    _Alignas(64) real x[STRIP], e[STRIP];
    if (f.early_vector != NULL) {
        map_early_vectors(count, z, bias, x, e, f.early_vector);
    } else {
        map_early(count, z, bias, x, e, k, f.early);
    }
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        point p = f.late(x[j], e[j], k);
        y[j] = p.value;
        if (slope != NULL) {
            slope[j] = p.slope;
        }
    }
}

GML_INLINE void map_row(size_t count, const real *z, const real *bias, real *y, real *slope, const real *k, point_map f)
{
    if (f.at_once != NULL) {
        map_at_once(count, z, bias, y, slope, k, f.at_once);
        return;
    }
    for (size_t j = 0; j < count; j += STRIP) {
        size_t share = count - j < STRIP ? count - j : STRIP;
        map_strip(share, z + j, bias != NULL ? bias + j : NULL, y + j, slope != NULL ? slope + j : NULL, k, f);
    }
}

/* Each branch knows which pointers are null at compile time, so that no loop tests them. */
GML_INLINE void map_any_row(size_t count, const real *z, const real *bias, real *y, real *slope, const real *k,
                            point_map f)
{
    if (bias != NULL && slope != NULL) {
        map_row(count, z, bias, y, slope, k, f);
    } else if (bias != NULL) {
        map_row(count, z, bias, y, NULL, k, f);
    } else if (slope != NULL) {
        map_row(count, z, NULL, y, slope, k, f);
    } else {
        map_row(count, z, NULL, y, NULL, k, f);
    }
}

GML_INLINE void add_bias(size_t rows, size_t cols, const real *z, const real *bias, real *y)
{
    for (size_t i = 0; i < rows; i++, z += cols, y += cols) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            y[j] = z[j] + bias[j];
        }
    }
}

GML_INLINE void forward_map(const gml_forward_call *call, const real *k, point_map f)
{
    size_t rows = call->rows, cols = call->cols;
    const real *z = call->z, *bias = call->bias;
    real *y = call->y, *slope = call->slope;
    if (call->stride == cols && bias != NULL && cols < NARROW) {
        add_bias(rows, cols, z, bias, y);
        z = y;
        bias = NULL;
    }
    if (call->stride == cols && bias == NULL) {
        cols *= rows;
        rows = rows > 0;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t start = i * call->stride;
        map_any_row(cols, z + start, bias, y + start, slope != NULL ? slope + start : NULL, k, f);
    }
}

GML_INLINE void forward(const gml_forward_call *call, const real *k, point_function *f)
{
    forward_map(call, k, (point_map){.at_once = f});
}

GML_INLINE void forward_in_two_passes(const gml_forward_call *call, const real *k, early_function *early,
                                      late_function *late)
{
    forward_map(call, k, (point_map){.early = early, .late = late});
}

GML_INLINE void multiply_row(size_t count, real *gradient, const real *saved, real *sum, const real *k,
                             slope_function *slope)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        gradient[j] *= slope(saved[j], k);
        if (sum != NULL) {
            sum[j] += gradient[j];
        }
    }
}

GML_INLINE void backward(const gml_backward_call *call, const real *k, slope_function *slope)
{
    size_t rows = call->rows, cols = call->cols;
    real *gradient = call->gradient, *sum = call->bias_gradient;
    const real *saved = call->saved;
    bool flat = call->stride == cols && (sum == NULL || cols < NARROW);
    if (flat) {
        multiply_row(rows * cols, gradient, saved, NULL, k, slope);
        if (sum != NULL) {
            GML_VARIANT(gml_matrix_kernels).sum_rows(rows, cols, cols, gradient, sum);
        }
        return;
    }
    if (sum != NULL) {
        memset(sum, 0, cols * sizeof *sum);
    }
    for (size_t i = 0; i < rows; i++, gradient += call->stride, saved += call->stride) {
        if (sum != NULL) {
            multiply_row(cols, gradient, saved, sum, k, slope);
        } else {
            multiply_row(cols, gradient, saved, NULL, k, slope);
        }
    }
}

#endif
