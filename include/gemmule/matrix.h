/* gemmule/matrix.h - typed views of the caller's memory.
 *
 * A gml_matrix is a view of a row-major matrix: pointer, type, sizes and row stride. It owns no memory. Functions
 * document whether they read or write through a view. Memory that is only read may be const; therefore the constructors
 * take pointers to const. */
#ifndef GEMMULE_MATRIX_H
#define GEMMULE_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "gemmule/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum gml_dtype {
    GML_F32 = 0, /* float, the default */
    GML_F64,     /* double */
    GML_U8       /* uint8_t: images and class numbers; for data only, not for arithmetic */
} gml_dtype;

typedef struct gml_matrix {
    void *data;      /* entry (i, j) is at byte (i * stride + j) * gml_dtype_size(dtype); null: no matrix */
    gml_dtype dtype; /* type of the entries */
    size_t rows;     /* usually samples */
    size_t cols;     /* features or outputs */
    size_t stride;   /* distance between rows in entries, at least cols */
} gml_matrix;

/* Returns the size of one entry in bytes; 0 for an invalid value. */
GML_API size_t gml_dtype_size(gml_dtype dtype);

/* Returns "f32", "f64" or "u8"; "?" for an invalid value. */
GML_API const char *gml_dtype_name(gml_dtype dtype);

/* Returns a view of a contiguous matrix [rows x cols]. */
static inline gml_matrix gml_matrix_view(const void *data, gml_dtype dtype, size_t rows, size_t cols)
{
    gml_matrix view;
    view.data = (void *)(uintptr_t)data;
    view.dtype = dtype;
    view.rows = rows;
    view.cols = cols;
    view.stride = cols;
    return view;
}

static inline gml_matrix gml_matrix_f32(const float *data, size_t rows, size_t cols)
{
    return gml_matrix_view(data, GML_F32, rows, cols);
}

static inline gml_matrix gml_matrix_f64(const double *data, size_t rows, size_t cols)
{
    return gml_matrix_view(data, GML_F64, rows, cols);
}

static inline gml_matrix gml_matrix_u8(const uint8_t *data, size_t rows, size_t cols)
{
    return gml_matrix_view(data, GML_U8, rows, cols);
}

/* Returns the view that means "not given". */
static inline gml_matrix gml_matrix_none(void)
{
    return gml_matrix_view(NULL, GML_F32, 0, 0);
}

/* Returns a view of `count` rows of `m` from row `first` on. Does not check that `m` has them. */
static inline gml_matrix gml_matrix_rows(gml_matrix m, size_t first, size_t count)
{
    m.data = (char *)m.data + first * m.stride * gml_dtype_size(m.dtype);
    m.rows = count;
    return m;
}

#ifdef __cplusplus
}
#endif
#endif
