/* kernel/data/data.c - gathers and checks rows of a dataset. */
#include "kernel/data/data.h"

#include "kernel/lanes.h"
#include "kernel/variant.h"

/* ---- gather ---- */

enum {
    SPAN = 512,          /* columns processed together, so that their shift and scale are converted once */
    AHEAD_BYTES = 16384, /* prefetch distance: rows of a shuffled order are scattered */
    LEAST_AHEAD = 8,     /* least prefetch distance in rows */
    CACHE_LINE = 64
};

/* Returns the address of column `first` of row i. */
static const void *source_row(const gml_gather_call *call, size_t size, size_t i, size_t first)
{
    size_t row = call->order != NULL ? call->order[i] : i;
    return (const char *)call->source + (row * call->source_stride + first) * size;
}

/* Returns the number of rows of `bytes` bytes to prefetch. */
static size_t rows_ahead(size_t bytes)
{
    size_t rows = AHEAD_BYTES / ((bytes + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    return rows > LEAST_AHEAD ? rows : LEAST_AHEAD;
}

static void fetch_row(uintptr_t begin, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += CACHE_LINE) {
        __builtin_prefetch((const void *)(begin + i));
    }
    __builtin_prefetch((const void *)(begin + bytes - 1));
}

/* Prefetches the cache lines that begin in a row, to be read once. The rows after it are likely to be needed next;
 * prefetching past the end is harmless. */
static void fetch_following(uintptr_t begin, size_t bytes)
{
    for (uintptr_t line = (begin + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE; line < begin + bytes;
         line += CACHE_LINE) {
        __builtin_prefetch((const void *)line, 0, 0);
    }
}

static void copy_row(size_t count, gml_dtype dtype, const void *source, real *target)
{
    if (dtype == GML_REAL) {
        memcpy(target, source, count * sizeof *target);
    } else if (dtype == GML_F32) {
        const float *x = source;
#pragma omp simd
        for (size_t j = 0; j < count; j++) {
            target[j] = (real)x[j];
        }
    } else if (dtype == GML_F64) {
        const double *x = source;
#pragma omp simd
        for (size_t j = 0; j < count; j++) {
            target[j] = (real)x[j];
        }
    } else {
        const uint8_t *x = source;
#pragma omp simd simdlen(LANES)
        for (size_t j = 0; j < count; j++) {
            target[j] = (real)x[j];
        }
    }
}

/* target = (source - shift) * scale, for a source of floats or bytes. */
static void scale_row(size_t count, gml_dtype dtype, const void *source, const real *shift, const real *scale,
                      real *target)
{
    if (dtype == GML_F32) {
        const float *x = source;
#pragma omp simd
        for (size_t j = 0; j < count; j++) {
            target[j] = ((real)x[j] - shift[j]) * scale[j];
        }
    } else {
        const uint8_t *x = source;
#pragma omp simd simdlen(LANES)
        for (size_t j = 0; j < count; j++) {
            target[j] = ((real)x[j] - shift[j]) * scale[j];
        }
    }
}

/* Large doubles are subtracted before rounding to the target type. */
static void scale_row_double(size_t count, const double *x, const double *shift, const double *scale, real *target)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        target[j] = (real)((x[j] - shift[j]) * scale[j]);
    }
}

static void gather_span(const gml_gather_call *call, size_t first, size_t count)
{
    real shift[SPAN], scale[SPAN];
    bool scaled = call->shift != NULL;
    if (scaled) {
        copy_row(count, GML_F64, call->shift + first, shift);
        copy_row(count, GML_F64, call->scale + first, scale);
    }
    size_t size = gml_dtype_size(call->source_dtype);
    size_t ahead = rows_ahead(count * size), fetched = 0;
    for (size_t i = 0; i < call->rows; i++) {
        const void *source = source_row(call, size, i, first);
        if (call->order == NULL) {
            fetch_following((uintptr_t)source + ahead * call->source_stride * size, count * size);
        }
        for (; call->order != NULL && fetched < call->rows && fetched < i + ahead; fetched++) {
            fetch_row((uintptr_t)source_row(call, size, fetched, first), count * size);
        }
        real *target = (real *)call->target + i * call->target_stride + first;
        if (!scaled) {
            copy_row(count, call->source_dtype, source, target);
        } else if (call->source_dtype == GML_F64) {
            scale_row_double(count, source, call->shift + first, call->scale + first, target);
        } else {
            scale_row(count, call->source_dtype, source, shift, scale, target);
        }
    }
}

/* True if the rows are contiguous and need no conversion. */
static bool is_one_copy(const gml_gather_call *call)
{
    return call->order == NULL && call->shift == NULL && call->source_stride == call->cols &&
           call->target_stride == call->cols;
}

static void gather(const gml_gather_call *call)
{
    if (is_one_copy(call)) {
        copy_row(call->rows * call->cols, call->source_dtype, call->source, call->target);
        return;
    }
    for (size_t first = 0; first < call->cols; first += SPAN) {
        size_t count = call->cols - first < SPAN ? call->cols - first : SPAN;
        gather_span(call, first, count);
    }
}

/* ---- one hot ---- */

static void one_hot(size_t rows, size_t classes, const void *numbers, void *out)
{
    const real *number = numbers;
    real *target = out;
    memset(target, 0, rows * classes * sizeof *target);
    for (size_t i = 0; i < rows; i++) {
        target[i * classes + (size_t)number[i]] = 1;
    }
}

/* ---- unknown entries ---- */

static void fill_unknown(size_t rows, size_t cols, size_t from_stride, const void *from, void *values)
{
    for (size_t i = 0; i < rows; i++) {
        const real *other = from != NULL ? (const real *)from + i * from_stride : NULL;
        real *x = (real *)values + i * cols;
        for (size_t j = 0; j < cols; j++) {
            real instead = other != NULL ? other[j] : 0;
            x[j] = x[j] == x[j] ? x[j] : instead;
        }
    }
}

/* ---- checks ---- */

enum { STRETCH = 1024 }; /* entries checked together */

/* x - x is 0 only for finite x. */
static bool all_finite(size_t count, const real *x)
{
    real_bits bad = 0;
#pragma omp simd reduction(| : bad)
    for (size_t i = 0; i < count; i++) {
        bad |= x[i] - x[i] == 0 ? (real_bits)0 : (real_bits)1;
    }
    return bad == 0;
}

static size_t first_nonfinite(size_t count, const void *values)
{
    const real *x = values;
    size_t i = 0;
    while (i < count && all_finite(count - i < STRETCH ? count - i : STRETCH, x + i)) {
        i += STRETCH;
    }
    while (i < count && isfinite(x[i])) {
        i++;
    }
    return i < count ? i : count;
}

/* NaN is in every domain. */
GML_INLINE bool is_outside(gml_domain domain, real x)
{
    switch (domain) {
    case GML_DOMAIN_NOT_NEGATIVE:
        return x < 0;
    case GML_DOMAIN_POSITIVE:
        return x <= 0;
    case GML_DOMAIN_UNIT:
    case GML_DOMAIN_SHARES:
        return x < 0 || x > 1;
    case GML_DOMAIN_BINARY:
        return x < 0 || x > 1 || (x > 0 && x < 1);
    default:
        return false;
    }
}

/* The domain is a constant in each caller, so the loop has no switch. */
GML_INLINE size_t first_outside_of(gml_domain domain, size_t count, const real *x)
{
    size_t i = 0;
    real_bits bad = 0;
    while (i < count && bad == 0) {
        size_t end = count - i < STRETCH ? count : i + STRETCH;
#pragma omp simd reduction(| : bad)
        for (size_t j = i; j < end; j++) {
            bad |= is_outside(domain, x[j]) ? (real_bits)1 : (real_bits)0;
        }
        i = bad == 0 ? end : i;
    }
    while (i < count && !is_outside(domain, x[i])) {
        i++;
    }
    return i;
}

static size_t first_outside(gml_domain domain, size_t count, const void *values)
{
    switch (domain) {
    case GML_DOMAIN_NOT_NEGATIVE:
        return first_outside_of(GML_DOMAIN_NOT_NEGATIVE, count, values);
    case GML_DOMAIN_POSITIVE:
        return first_outside_of(GML_DOMAIN_POSITIVE, count, values);
    case GML_DOMAIN_BINARY:
        return first_outside_of(GML_DOMAIN_BINARY, count, values);
    case GML_DOMAIN_UNIT:
    case GML_DOMAIN_SHARES:
        return first_outside_of(GML_DOMAIN_UNIT, count, values);
    default:
        return count;
    }
}

static size_t first_bad_sum(size_t rows, size_t cols, const void *values, double *found)
{
    const real *x = values;
    for (size_t i = 0; i < rows; i++, x += cols) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < cols; j++) {
            sum += (double)x[j];
        }
        if (sum > 1 + GML_SHARES_TOLERANCE || sum < 1 - GML_SHARES_TOLERANCE) {
            *found = sum;
            return i;
        }
    }
    return rows;
}

static size_t first_bad_class(size_t rows, size_t classes, const void *numbers)
{
    const real *number = numbers;
    for (size_t i = 0; i < rows; i++) {
        bool within = number[i] >= 0 && (double)number[i] < (double)classes;
        if (!within || (real)(size_t)number[i] != number[i]) {
            return i;
        }
    }
    return rows;
}

const gml_data_kernels GML_VARIANT(gml_data_kernels) = {
    .gather = gather,
    .one_hot = one_hot,
    .fill_unknown = fill_unknown,
    .first_nonfinite = first_nonfinite,
    .first_bad_class = first_bad_class,
    .first_outside = first_outside,
    .first_bad_sum = first_bad_sum,
};
