/* kernel/explain/explain.c - rows that explanations send through a network, and the reduction of the results. */
#include "kernel/explain/explain.h"

#include "kernel/variant.h"

static void path(const gml_path_call *call)
{
    const real *from = call->from, *to = call->to;
    real *out = call->out;
    for (size_t i = 0; i < call->rows; i++, out += call->cols) {
        const real at = (real)call->at[i];
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            out[j] = from[j] + at * (to[j] - from[j]);
        }
    }
}

static void mix(const gml_mix_call *call)
{
    const size_t cols = call->cols;
    const real *x = call->x;
    real *out = call->out;
    size_t b = call->first % call->backgrounds;
    const real *mask = (const real *)call->masks + call->first / call->backgrounds * cols;
    for (size_t i = 0; i < call->rows; i++, out += cols) {
        const real *background = (const real *)call->background + b * cols;
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            out[j] = mask[j] != 0 ? x[j] : background[j];
        }
        if (++b == call->backgrounds) {
            b = 0;
            mask += cols;
        }
    }
}

static void select_columns(size_t rows, size_t cols, const size_t *columns, void *out)
{
    real *row = out;
    memset(out, 0, rows * cols * sizeof *row);
    for (size_t i = 0; i < rows; i++, row += cols) {
        row[columns[i]] = 1;
    }
}

static void add_rows(size_t rows, size_t cols, const double *weights, const void *m, double *sums)
{
    const real *row = m;
    for (size_t i = 0; i < rows; i++, row += cols) {
        const double weight = weights[i];
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            sums[j] += weight * (double)row[j];
        }
    }
}

static void multiply_by_difference(size_t cols, double factor, const void *a, const void *b, double *values)
{
    const real *from = a, *minus = b;
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        values[j] *= factor * ((double)from[j] - (double)minus[j]);
    }
}

static void share_relevance(const gml_relevance_call *call)
{
    const real *offset = call->offset;
    const real epsilon = (real)call->epsilon;
    for (size_t i = 0; i < call->rows; i++) {
        const real *z = (const real *)call->z + i * call->z_stride;
        real *relevance = (real *)call->relevance + i * call->stride;
        double biases = 0, absorbed = 0;
#pragma omp simd reduction(+ : biases, absorbed)
        for (size_t j = 0; j < call->cols; j++) {
            const real added = z[j] < 0 ? -epsilon : epsilon;
            const real share = relevance[j] == 0 ? 0 : relevance[j] / (z[j] + added);
            biases += (double)offset[j] * (double)share;
            absorbed += (double)added * (double)share;
            relevance[j] = share;
        }
        call->biases[i] += biases;
        call->absorbed[i] += absorbed;
    }
}

const gml_explain_kernels GML_VARIANT(gml_explain_kernels) = {
    .path = path,
    .mix = mix,
    .select_columns = select_columns,
    .add_rows = add_rows,
    .multiply_by_difference = multiply_by_difference,
    .share_relevance = share_relevance,
};
