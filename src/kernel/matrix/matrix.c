/* kernel/matrix/matrix.c - operations on whole matrices and on their columns. */
#include "kernel/matrix/matrix.h"

#include "kernel/entry/entry.h"
#include "kernel/lanes.h"
#include "kernel/variant.h"

/* ---- transposition, in blocks that fit the cache on both sides ---- */

enum { SQUARE = 16 };

static void transpose(size_t rows, size_t cols, size_t stride, const void *m, size_t out_stride, void *out)
{
    const real *from = m;
    real *to = out;
    for (size_t i = 0; i < rows; i += SQUARE) {
        size_t last_row = rows - i < SQUARE ? rows : i + SQUARE;
        for (size_t j = 0; j < cols; j += SQUARE) {
            size_t last_col = cols - j < SQUARE ? cols : j + SQUARE;
            for (size_t c = j; c < last_col; c++) {
                for (size_t r = i; r < last_row; r++) {
                    to[c * out_stride + r] = from[r * stride + c];
                }
            }
        }
    }
}

/* ---- sums and scaling of columns ---- */

/* Four vectors of sums stay in registers during the loop over rows. */
GML_INLINE void sum_block(size_t rows, size_t cols, const real *m, size_t stride, real *out, size_t vectors)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(cols - whole * LANES);
    vector sum[4] = {{0}};
    for (size_t i = 0; i < rows; i++, m += stride) {
        for (size_t v = 0; v < whole; v++) {
            sum[v] += load_vector(m + v * LANES);
        }
        sum[whole] += load_lanes(m + whole * LANES, last);
    }
    for (size_t v = 0; v < whole; v++) {
        store_vector(out + v * LANES, sum[v]);
    }
    store_lanes(out + whole * LANES, last, sum[whole]);
}

static void sum_rows(size_t rows, size_t cols, size_t stride, const void *m, void *out)
{
    const real *from = m;
    real *to = out;
    const size_t block = (size_t)4 * LANES;
    size_t j = 0;
    for (; j + block <= cols; j += block) {
        sum_block(rows, block, from + j, stride, to + j, 4);
    }
    for (; j < cols; j += LANES) {
        sum_block(rows, cols - j < LANES ? cols - j : LANES, from + j, stride, to + j, 1);
    }
}

static void scale_columns(size_t rows, size_t cols, size_t stride, const double *scale, void *m)
{
    real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            row[j] = (real)((double)row[j] * scale[j]);
        }
    }
}

static void affine_columns(size_t rows, size_t cols, size_t stride, const double *scale, const double *shift, void *m)
{
    real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            row[j] = (real)((double)row[j] * scale[j] + shift[j]);
        }
    }
}

/* ---- columns as vectors with a length ---- */

/* Columns processed together: their sums are on the stack. */
enum { PIECE = 64 };

/* sums[j] = column j of a . column j of b */
GML_INLINE void multiply_columns(size_t rows, size_t cols, size_t a_stride, const real *a, size_t b_stride,
                                 const real *b, double sums[PIECE])
{
    memset(sums, 0, PIECE * sizeof *sums);
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            sums[j] += (double)a[i * a_stride + j] * (double)b[i * b_stride + j];
        }
    }
}

static void column_lengths(size_t rows, size_t cols, size_t stride, const void *m, bool squared, void *out)
{
    real *to = out;
    for (size_t first = 0; first < cols; first += PIECE) {
        size_t count = cols - first < PIECE ? cols - first : PIECE;
        const real *piece = (const real *)m + first;
        double squares[PIECE];
        multiply_columns(rows, count, stride, piece, stride, piece, squares);
        for (size_t j = 0; j < count; j++) {
            to[first + j] = (real)(squared ? squares[j] : sqrt(squares[j]));
        }
    }
}

static void project_piece(size_t rows, size_t cols, size_t stride, const real *m, size_t g_stride, real *g)
{
    double squares[PIECE], along[PIECE];
    multiply_columns(rows, cols, stride, m, stride, m, squares);
    multiply_columns(rows, cols, stride, m, g_stride, g, along);
    for (size_t j = 0; j < cols; j++) {
        along[j] = squares[j] > 0 ? along[j] / squares[j] : 0;
    }
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            g[i * g_stride + j] = (real)((double)g[i * g_stride + j] - along[j] * (double)m[i * stride + j]);
        }
    }
}

static void project_columns(size_t rows, size_t cols, size_t stride, const void *m, size_t g_stride, void *g)
{
    for (size_t j = 0; j < cols; j += PIECE) {
        size_t count = cols - j < PIECE ? cols - j : PIECE;
        project_piece(rows, count, stride, (const real *)m + j, g_stride, (real *)g + j);
    }
}

static void limit_piece(size_t rows, size_t cols, size_t stride, double most, real *m)
{
    double squares[PIECE], scale[PIECE];
    bool some = false;
    multiply_columns(rows, cols, stride, m, stride, m, squares);
    for (size_t j = 0; j < cols; j++) {
        bool longer = squares[j] > most * most;
        scale[j] = longer ? most / sqrt(squares[j]) : 1;
        some = some || longer;
    }
    for (size_t i = 0; some && i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            m[i * stride + j] = (real)((double)m[i * stride + j] * scale[j]);
        }
    }
}

static void limit_columns(size_t rows, size_t cols, size_t stride, double most, void *m)
{
    for (size_t j = 0; j < cols; j += PIECE) {
        limit_piece(rows, cols - j < PIECE ? cols - j : PIECE, stride, most, (real *)m + j);
    }
}

/* ---- orthonormal rows or columns ----
 * Modified Gram-Schmidt: each vector is projected out of all that follow. Two passes reduce the products of two vectors
 * to rounding. */

enum { BLOCK = 256 }; /* columns whose dot products are computed together */

static void scale_row(size_t count, real factor, real *a)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        a[j] *= factor;
    }
}

static void subtract_scaled(size_t count, real share, const real *a, real *from)
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
        scale_row(cols, (real)(1 / sqrt(GML_VARIANT(gml_entry_kernels).dot(cols, row, row))), row);
        for (size_t k = i + 1; k < rows; k++) {
            subtract_scaled(cols, (real)GML_VARIANT(gml_entry_kernels).dot(cols, row, m + k * cols), row, m + k * cols);
        }
    }
}

/* sums[k] = column j . column first + k */
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

/* Projects column j out of the `count` columns from `first` on. */
static void project_out_column(size_t rows, size_t cols, size_t j, size_t first, size_t count, real *m)
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
            project_out_column(rows, cols, j, first, cols - first < BLOCK ? cols - first : BLOCK, m);
        }
    }
}

static void orthonormalize(size_t rows, size_t cols, void *m)
{
    for (int pass = 0; pass < 2; pass++) {
        if (rows <= cols) {
            rows_pass(rows, cols, m);
        } else {
            columns_pass(rows, cols, m);
        }
    }
}

static void lengthen_columns(size_t rows, size_t cols, double length, void *m)
{
    for (size_t j = 0; j < cols; j++) {
        double square;
        column_products(rows, cols, m, j, j, 1, &square);
        scale_column(rows, cols, j, length / sqrt(square), m);
    }
}

const gml_matrix_kernels GML_VARIANT(gml_matrix_kernels) = {
    .transpose = transpose,
    .sum_rows = sum_rows,
    .scale_columns = scale_columns,
    .affine_columns = affine_columns,
    .column_lengths = column_lengths,
    .limit_columns = limit_columns,
    .lengthen_columns = lengthen_columns,
    .project_columns = project_columns,
    .orthonormalize = orthonormalize,
};
