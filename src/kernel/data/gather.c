/* kernel/data/gather.c - numbers coming in: rows of a dataset. */
#include "kernel/lanes.h"
#include "kernel/variant.h"

/* ---- gather ---- */

enum {
    SPAN = 512,          /* columns taken together, so that their shift and scale are converted once */
    AHEAD_BYTES = 16384, /* fetched into the cache before they are needed: rows of a shuffled order may lie anywhere */
    LEAST_AHEAD = 8,     /* rows, however long */
    CACHE_LINE = 64
};

/* Where the columns from `first` on of row i lie. */
static const void *source_row(const gml_gather_call *call, size_t size, size_t i, size_t first)
{
    size_t row = call->order != NULL ? call->order[i] : i;
    return (const char *)call->source + (row * call->source_stride + first) * size;
}

/* How many rows of so many bytes are fetched ahead. */
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

/* The lines that begin in a row, to be read once. Rows that follow those asked for are likely to be asked for next;
 * where there are none, nothing comes of it. */
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

/* The difference of large doubles is taken before it is rounded to the target's type. */
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

/* Do the rows lie in a row, and need they no more than a copy? */
static bool is_one_copy(const gml_gather_call *call)
{
    return call->order == NULL && call->shift == NULL && call->source_stride == call->cols &&
           call->target_stride == call->cols;
}

void GML_VARIANT(gml_gather)(const gml_gather_call *call)
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

void GML_VARIANT(gml_one_hot)(size_t rows, size_t classes, const void *numbers, void *out)
{
    const real *number = numbers;
    real *target = out;
    memset(target, 0, rows * classes * sizeof *target);
    for (size_t i = 0; i < rows; i++) {
        target[i * classes + (size_t)number[i]] = 1;
    }
}
