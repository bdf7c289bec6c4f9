/* kernel/norm/norm.c - normalisation of rows (layer norm, RMS norm) and of columns (batch norm), forward and backward.
 *
 * With n entries that share a mean, u = (x - mean) rstd and g = d/dy gain,
 *
 *     dx = rstd (g - mean(g) - u mean(g u))
 *
 * without mean(g) if nothing is centred. The backward pass recomputes the statistics of rows: cheaper than storing
 * them. */
#include "kernel/norm/norm.h"

#include "kernel/variant.h"

/* ---- rows ---- */

typedef struct row_moments {
    real mean, rstd;
} row_moments;

static row_moments moments_of(const gml_norm_call *call, const real *x)
{
    double count = (double)call->cols, sum = 0, squares = 0;
    if (call->bias != NULL) {
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < call->cols; j++) {
            sum += (double)x[j];
        }
    }
    double mean = sum / count;
#pragma omp simd reduction(+ : squares)
    for (size_t j = 0; j < call->cols; j++) {
        double apart = (double)x[j] - mean;
        squares += apart * apart;
    }
    return (row_moments){.mean = (real)mean, .rstd = (real)(1 / sqrt(squares / count + call->eps))};
}

static void row_norm(const gml_norm_call *call)
{
    const real *gain = call->gain, *bias = call->bias;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        real *y = (real *)call->y + i * call->y_stride;
        row_moments m = moments_of(call, x);
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            y[j] = (x[j] - m.mean) * m.rstd * gain[j] + (bias != NULL ? bias[j] : 0);
        }
    }
}

static void row_norm_sums(const gml_norm_call *call)
{
    real *gain_sum = call->gain_sum, *bias_sum = call->bias_sum;
    memset(gain_sum, 0, call->cols * sizeof *gain_sum);
    if (call->bias != NULL) {
        memset(bias_sum, 0, call->cols * sizeof *bias_sum);
    }
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride, *dy = (const real *)call->y + i * call->y_stride;
        row_moments m = moments_of(call, x);
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            gain_sum[j] += dy[j] * ((x[j] - m.mean) * m.rstd);
        }
        for (size_t j = 0; call->bias != NULL && j < call->cols; j++) {
            bias_sum[j] += dy[j];
        }
    }
}

static void row_norm_backward(const gml_norm_call *call)
{
    const real *gain = call->gain;
    double count = (double)call->cols;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride, *dy = (const real *)call->y + i * call->y_stride;
        real *dx = (real *)call->dx + i * call->dx_stride;
        row_moments m = moments_of(call, x);
        double sum = 0, along = 0;
#pragma omp simd reduction(+ : sum, along)
        for (size_t j = 0; j < call->cols; j++) {
            double g = (double)(dy[j] * gain[j]);
            sum += g;
            along += g * (double)((x[j] - m.mean) * m.rstd);
        }
        real mean = call->bias != NULL ? (real)(sum / count) : 0, slope = (real)(along / count);
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            dx[j] = m.rstd * (dy[j] * gain[j] - mean - (x[j] - m.mean) * m.rstd * slope);
        }
    }
}

/* ---- columns ---- */

GML_INLINE real rstd_of(real variance, real eps)
{
    return 1 / square_root(variance + eps);
}

static void column_norm(const gml_norm_call *call)
{
    const real *gain = call->gain, *bias = call->bias, *mean = call->mean, *variance = call->variance;
    real eps = (real)call->eps;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        real *y = (real *)call->y + i * call->y_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            y[j] = (x[j] - mean[j]) * (rstd_of(variance[j], eps) * gain[j]) + bias[j];
        }
    }
}

static void column_norm_sums(const gml_norm_call *call)
{
    const real *mean = call->mean, *variance = call->variance;
    real *gain_sum = call->gain_sum, *bias_sum = call->bias_sum, eps = (real)call->eps;
    memset(gain_sum, 0, call->cols * sizeof *gain_sum);
    memset(bias_sum, 0, call->cols * sizeof *bias_sum);
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride, *dy = (const real *)call->y + i * call->y_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            gain_sum[j] += dy[j] * ((x[j] - mean[j]) * rstd_of(variance[j], eps));
            bias_sum[j] += dy[j];
        }
    }
}

static void column_norm_backward(const gml_norm_call *call)
{
    const real *gain = call->gain, *mean = call->mean, *variance = call->variance;
    const real *gain_sum = call->gain_sum, *bias_sum = call->bias_sum;
    real eps = (real)call->eps, share = call->samples > 0 ? (real)(1 / call->samples) : 0;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride, *dy = (const real *)call->y + i * call->y_stride;
        real *dx = (real *)call->dx + i * call->dx_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            real rstd = rstd_of(variance[j], eps);
            real shared = bias_sum[j] + (x[j] - mean[j]) * rstd * gain_sum[j];
            dx[j] = gain[j] * rstd * (dy[j] - share * shared);
        }
    }
}

static void column_moments(size_t rows, size_t cols, const void *x, size_t stride, double *moments)
{
    double *mean = moments, *squares = moments + cols;
    memset(moments, 0, 2 * cols * sizeof *moments);
    for (size_t i = 0; i < rows; i++) {
        const real *row = (const real *)x + i * stride;
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            mean[j] += (double)row[j];
        }
    }
    for (size_t j = 0; j < cols; j++) {
        mean[j] /= (double)rows;
    }
    for (size_t i = 0; i < rows; i++) {
        const real *row = (const real *)x + i * stride;
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            double apart = (double)row[j] - mean[j];
            squares[j] += apart * apart;
        }
    }
}

/* Chan, Golub and LeVeque, Updating Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979. */
static void join_moments(const gml_moments_call *call)
{
    real *mean = call->mean, *variance = call->variance;
    for (size_t j = 0; j < call->cols; j++) {
        const double *from = call->moments + j;
        double m = 0, squares = 0, seen = 0;
        for (size_t first = 0; first < call->rows; first += call->panel, from += 2 * call->cols) {
            size_t left = call->rows - first;
            double count = (double)(left < call->panel ? left : call->panel), all = seen + count;
            double apart = from[0] - m;
            m += apart * count / all;
            squares += from[call->cols] + apart * apart * seen * count / all;
            seen = all;
        }
        mean[j] = (real)m;
        variance[j] = (real)(squares / seen);
    }
}

const gml_norm_kernels GML_VARIANT(gml_norm_kernels) = {
    .row_norm = row_norm,
    .row_norm_sums = row_norm_sums,
    .row_norm_backward = row_norm_backward,
    .column_norm = column_norm,
    .column_norm_sums = column_norm_sums,
    .column_norm_backward = column_norm_backward,
    .column_moments = column_moments,
    .join_moments = join_moments,
};
