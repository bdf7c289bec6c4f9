/* kernel/softmax.c - softmax over rows, and cross-entropy on its logits.
 *
 * The greatest entry of a row is subtracted first, so nothing overflows. A row that holds NaN or +infinity, or nothing
 * but -infinity, has no softmax: all of it becomes NaN. There is at least one column. */
#include "kernel/variant.h"
#include "kernel/vector.h"

/* Entries and rows that stay in the first cache between the passes over them. */
enum { BLOCK = 4096, BLOCK_ROWS = 128 };

/* Rows that are taken together: packed rows, however narrow, are one long vector to the exponential. */
static size_t block_rows(size_t cols, size_t stride)
{
    if (cols != stride || cols > BLOCK) {
        return 1;
    }
    return cols > BLOCK / BLOCK_ROWS ? BLOCK / cols : BLOCK_ROWS;
}

static real greatest(size_t count, const real *x)
{
    real best = x[0];
#pragma omp simd reduction(max : best)
    for (size_t j = 0; j < count; j++) {
        best = x[j] > best ? x[j] : best;
    }
    return best;
}

static void subtract(size_t count, const real *x, real amount, real *y)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        y[j] = x[j] - amount;
    }
}

static void exponentials(size_t count, real *x)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        x[j] = exp_below(x[j]);
    }
}

static real total(size_t count, const real *x)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        sum += x[j];
    }
    return sum;
}

static void multiply(size_t count, real *x, real factor)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        x[j] *= factor;
    }
}

/* ---- softmax ---- */

/* y = e^(z - max z) / sum, for `rows` rows in place. */
static void softmax_block(size_t rows, size_t cols, real *y)
{
    for (size_t i = 0; i < rows; i++) {
        subtract(cols, y + i * cols, greatest(cols, y + i * cols), y + i * cols);
    }
    exponentials(rows * cols, y);
    for (size_t i = 0; i < rows; i++) {
        multiply(cols, y + i * cols, 1 / total(cols, y + i * cols));
    }
}

static void copy_with_bias(size_t cols, const real *z, const real *bias, real *y)
{
    if (bias == NULL) {
        memmove(y, z, cols * sizeof *y);
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        y[j] = z[j] + bias[j];
    }
}

void GML_VARIANT(gml_softmax_forward)(const gml_forward_call *call)
{
    const real *z = call->z;
    real *y = call->y, *slope = call->slope;
    size_t together = block_rows(call->cols, call->stride);
    for (size_t first = 0; first < call->rows; first += together) {
        size_t rows = call->rows - first < together ? call->rows - first : together;
        size_t start = first * call->stride;
        for (size_t i = 0; i < rows; i++) {
            size_t row = start + i * call->stride;
            copy_with_bias(call->cols, z + row, call->bias, y + row);
        }
        softmax_block(rows, call->cols, y + start);
        if (slope != NULL) {
#pragma omp simd
            for (size_t j = start; j < start + rows * call->cols; j++) {
                slope[j] = y[j] * (1 - y[j]);
            }
        }
    }
}

/* dz = y (dy - sum(dy y)) */
static void softmax_row_backward(size_t count, real *gradient, const real *y, real *sum)
{
    real mean = 0;
#pragma omp simd reduction(+ : mean)
    for (size_t j = 0; j < count; j++) {
        mean += gradient[j] * y[j];
    }
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        gradient[j] = y[j] * (gradient[j] - mean);
        if (sum != NULL) {
            sum[j] += gradient[j];
        }
    }
}

void GML_VARIANT(gml_softmax_backward)(const gml_backward_call *call)
{
    real *gradient = call->gradient, *sum = call->bias_gradient;
    const real *y = call->saved;
    if (sum != NULL) {
        memset(sum, 0, call->cols * sizeof *sum);
    }
    for (size_t i = 0; i < call->rows; i++) {
        softmax_row_backward(call->cols, gradient + i * call->stride, y + i * call->stride, sum);
    }
}

/* ---- cross-entropy on logits ----
 * With p = softmax(z), m = max z and S = sum e^(z - m), log(sum e^z) = m + log(S):
 *   class c:        value = log(S) - (z_c - m)                    gradient = p - 1[j = c]
 *   soft targets t: value = log(S) sum(t) - sum(t (z - m))        gradient = p sum(t) - t */

typedef struct row_target {
    double part;   /* the value without log(S) */
    double weight; /* sum(t) */
} row_target;

static row_target take_target(const gml_loss_call *call, size_t i, real m)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    const real *t = (const real *)call->targets + i * call->target_cols;
    if (call->target_cols != call->cols) {
        return (row_target){.part = -(double)(z[(size_t)t[0]] - m), .weight = 1};
    }
    double part = 0, weight = 0;
#pragma omp simd reduction(+ : part, weight)
    for (size_t j = 0; j < call->cols; j++) {
        part -= (double)t[j] * (double)(z[j] - m);
        weight += (double)t[j];
    }
    return (row_target){.part = part, .weight = weight};
}

static double row_value(const gml_loss_call *call, size_t i)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    real m = greatest(call->cols, z), sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < call->cols; j++) {
        sum += exp_below(z[j] - m);
    }
    row_target target = take_target(call, i, m);
    return target.part + target.weight * log((double)sum);
}

/* gradient row i = (e^(z - m) sum(t) / S - t) scale, where the row holds the exponentials */
static void finish_gradient(const gml_loss_call *call, size_t i, double factor)
{
    real *gradient = (real *)call->gradient + i * call->stride;
    const real *t = (const real *)call->targets + i * call->target_cols;
    real scale = (real)call->scale, share = (real)(factor * call->scale);
    if (call->target_cols != call->cols) {
        multiply(call->cols, gradient, share);
        gradient[(size_t)t[0]] -= scale;
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < call->cols; j++) {
        gradient[j] = gradient[j] * share - t[j] * scale;
    }
}

static double block_value_and_gradient(const gml_loss_call *call, size_t first, size_t rows)
{
    const real *z = (const real *)call->outputs + first * call->stride;
    real *gradient = (real *)call->gradient + first * call->stride;
    row_target targets[BLOCK_ROWS];
    for (size_t i = 0; i < rows; i++) {
        real m = greatest(call->cols, z + i * call->stride);
        targets[i] = take_target(call, first + i, m);
        subtract(call->cols, z + i * call->stride, m, gradient + i * call->stride);
    }
    exponentials(rows * call->cols, gradient);
    double value = 0;
    for (size_t i = 0; i < rows; i++) {
        double sum = (double)total(call->cols, gradient + i * call->stride);
        value += targets[i].part + targets[i].weight * log(sum);
        finish_gradient(call, first + i, targets[i].weight / sum);
    }
    return value;
}

double GML_VARIANT(gml_softmax_cross_entropy)(const gml_loss_call *call)
{
    double value = 0;
    if (call->gradient == NULL) {
        for (size_t i = 0; i < call->rows; i++) {
            value += row_value(call, i);
        }
        return value;
    }
    size_t together = block_rows(call->cols, call->stride);
    for (size_t first = 0; first < call->rows; first += together) {
        size_t rows = call->rows - first < together ? call->rows - first : together;
        value += block_value_and_gradient(call, first, rows);
    }
    return value;
}
