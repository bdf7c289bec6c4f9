/* kernel/matrix/orthonormal.c - makes the rows or the columns of a matrix orthonormal, or scales its columns to a
 * length.
 *
 * Gram and Schmidt's method as modified: each vector is taken out of all that follow, and that is done twice, which
 * leaves products of two vectors no greater than rounding. */
#include "kernel/variant.h"

enum { BLOCK = 256 }; /* columns whose products are gathered at a time */

static double dot(size_t count, const real *a, const real *b)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        sum += (double)a[j] * (double)b[j];
    }
    return sum;
}

static void scale_row(size_t count, real factor, real *a)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        a[j] *= factor;
    }
}

static void take_out(size_t count, real share, const real *a, real *from)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        from[j] -= share * a[j];
    }
}

static void rows_pass(size_t rows, size_t cols, real *m)
{
    for (size_t i = 0; i < rows; i++) {
        real *row = m + i * cols;
        scale_row(cols, (real)(1 / sqrt(dot(cols, row, row))), row);
        for (size_t k = i + 1; k < rows; k++) {
            take_out(cols, (real)dot(cols, row, m + k * cols), row, m + k * cols);
        }
    }
}

/* sums[k] = the product of column j with column first + k. */
static void column_products(size_t rows, size_t cols, const real *m, size_t j, size_t first, size_t count, double *sums)
{
    memset(sums, 0, count * sizeof *sums);
    for (size_t i = 0; i < rows; i++) {
        double own = (double)m[i * cols + j];
#pragma omp simd
        for (size_t k = 0; k < count; k++) {
            sums[k] += own * (double)m[i * cols + first + k];
        }
    }
}

static void scale_column(size_t rows, size_t cols, size_t j, double factor, real *m)
{
    for (size_t i = 0; i < rows; i++) {
        m[i * cols + j] *= (real)factor;
    }
}

/* Takes column j out of the `count` columns from `first` on. */
static void take_column_out(size_t rows, size_t cols, size_t j, size_t first, size_t count, real *m)
{
    double sums[BLOCK];
    column_products(rows, cols, m, j, first, count, sums);
    for (size_t i = 0; i < rows; i++) {
        real own = m[i * cols + j];
#pragma omp simd
        for (size_t k = 0; k < count; k++) {
            m[i * cols + first + k] -= own * (real)sums[k];
        }
    }
}

static void columns_pass(size_t rows, size_t cols, real *m)
{
    for (size_t j = 0; j < cols; j++) {
        double square;
        column_products(rows, cols, m, j, j, 1, &square);
        scale_column(rows, cols, j, 1 / sqrt(square), m);
        for (size_t first = j + 1; first < cols; first += BLOCK) {
            take_column_out(rows, cols, j, first, cols - first < BLOCK ? cols - first : BLOCK, m);
        }
    }
}

void GML_VARIANT(gml_orthonormalize)(size_t rows, size_t cols, void *m)
{
    for (int pass = 0; pass < 2; pass++) {
        if (rows <= cols) {
            rows_pass(rows, cols, m);
        } else {
            columns_pass(rows, cols, m);
        }
    }
}

void GML_VARIANT(gml_lengthen_columns)(size_t rows, size_t cols, double length, void *m)
{
    for (size_t j = 0; j < cols; j++) {
        double square;
        column_products(rows, cols, m, j, j, 1, &square);
        scale_column(rows, cols, j, length / sqrt(square), m);
    }
}
