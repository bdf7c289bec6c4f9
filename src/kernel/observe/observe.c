/* kernel/observe/observe.c - statistics of values, slopes and gradients, column by column. */
#include "kernel/observe/observe.h"

#include "kernel/variant.h"

/* Columns whose bins are computed together, on the stack. */
enum { PIECE = 64, HALF = GML_OBSERVE_BINS / 2 };

/* The bin of x, or GML_OBSERVE_BINS if x is not finite: then x / (1 + |x|) is NaN. A value near a bound may round to
 * it. */
GML_INLINE int bin_of(real x)
{
    real magnitude = x < 0 ? -x : x, share = x / (1 + magnitude) * HALF;
    bool finite = share == share;
    share = finite ? share : 0;
    int bin = (int)share;
    bin -= share < (real)bin;
    bin += HALF;
    bin = bin < GML_OBSERVE_BINS ? bin : GML_OBSERVE_BINS - 1;
    return finite ? bin : GML_OBSERVE_BINS;
}

static void count_piece(size_t cols, const real *x, uint64_t *bins)
{
    int bin[PIECE];
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        bin[j] = bin_of(x[j]);
    }
    for (size_t j = 0; j < cols; j++) {
        bins[j * GML_OBSERVE_SLOTS + (size_t)bin[j]]++;
    }
}

static void count_values(const gml_values_call *call)
{
    const real *row = call->values;
    double *sum = call->sum, *squares = call->squares;
    for (size_t i = 0; i < call->rows; i++, row += call->stride) {
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            double difference = (double)row[j] - call->center[j];
            sum[j] += difference;
            squares[j] += difference * difference;
            call->zeros[j] += row[j] == 0;
        }
        for (size_t j = 0; j < call->cols; j += PIECE) {
            size_t count = call->cols - j < PIECE ? call->cols - j : PIECE;
            count_piece(count, row + j, call->bins + j * GML_OBSERVE_SLOTS);
        }
    }
}

static void count_flat(size_t rows, size_t cols, size_t stride, const void *slopes, const double *least, uint64_t *flat)
{
    const real *row = slopes;
    for (size_t i = 0; i < rows; i++, row += stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            double slope = (double)row[j];
            flat[j] += (slope < 0 ? -slope : slope) <= least[j];
        }
    }
}

static void add_squares(size_t rows, size_t cols, size_t stride, const void *m, double factor, double *squares)
{
    const real *from = m;
    for (size_t first = 0; first < cols; first += PIECE) {
        size_t count = cols - first < PIECE ? cols - first : PIECE;
        double sums[PIECE] = {0};
        for (size_t i = 0; i < rows; i++) {
            const real *row = from + i * stride + first;
#pragma omp simd
            for (size_t j = 0; j < count; j++) {
                sums[j] += (double)row[j] * (double)row[j];
            }
        }
        for (size_t j = 0; j < count; j++) {
            squares[first + j] += factor * sums[j];
        }
    }
}

/* The exponent of two of |x|, from the bits: below the range for 0, above it for what is not finite. */
GML_INLINE int exponent_of(real x)
{
    enum { DIGITS = sizeof(real) == sizeof(double) ? 52 : 23, BIAS = sizeof(real) == sizeof(double) ? 1023 : 127 };
    real_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return (int)((bits >> DIGITS) & (2 * BIAS + 1)) - BIAS;
}

/* Gradients fall into few bins. Neighbours count in tables of their own, so that an increment does not wait for the one
 * before it. */
enum { TABLES = 4 };

static void count_piece_magnitudes(size_t count, const real *x, int least, uint64_t bins[TABLES][GML_OBSERVE_BINS])
{
    int bin[PIECE];
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        int at = exponent_of(x[j]) - least;
        at = at < 0 ? 0 : at;
        bin[j] = at < GML_OBSERVE_BINS ? at : GML_OBSERVE_BINS - 1;
    }
    size_t j = 0;
    for (; j + TABLES <= count; j += TABLES) {
        for (size_t t = 0; t < TABLES; t++) {
            bins[t][bin[j + t]]++;
        }
    }
    for (; j < count; j++) {
        bins[0][bin[j]]++;
    }
}

static void count_magnitudes(size_t rows, size_t cols, size_t stride, const void *m, int least,
                             uint64_t bins[GML_OBSERVE_BINS])
{
    uint64_t tables[TABLES][GML_OBSERVE_BINS] = {{0}};
    const real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride) {
        for (size_t first = 0; first < cols; first += PIECE) {
            count_piece_magnitudes(cols - first < PIECE ? cols - first : PIECE, row + first, least, tables);
        }
    }
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t b = 0; b < GML_OBSERVE_BINS; b++) {
            bins[b] += tables[t][b];
        }
    }
}

static double distance(size_t count, const void *a, const void *b)
{
    const real *x = a, *y = b;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        double difference = (double)x[i] - (double)y[i];
        sum += difference * difference;
    }
    return sum;
}

static void widen(size_t rows, size_t cols, size_t stride, const void *m, const double *center, double *out)
{
    const real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride, out += cols) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            out[j] = (double)row[j] - (center != NULL ? center[j] : 0);
        }
    }
}

const gml_observe_kernels GML_VARIANT(gml_observe_kernels) = {
    .count_values = count_values,
    .count_flat = count_flat,
    .add_squares = add_squares,
    .count_magnitudes = count_magnitudes,
    .distance = distance,
    .widen = widen,
};
