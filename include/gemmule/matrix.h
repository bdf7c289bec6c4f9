/* gemmule/matrix.h - tagged views of the caller's memory.
 *
 * A gml_matrix owns nothing: it says where a row-major matrix lies, of what type, and how far apart its rows are.
 * Functions document whether they read or write through a view; memory given only to be read may be const, which is
 * why the constructors take pointers to const. */
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
    GML_U8       /* uint8_t: images and class numbers as they lie in files; data only, nothing is computed in it */
} gml_dtype;

typedef struct gml_matrix {
    void *data;      /* entry (i, j) lies at data + (i * stride + j) * size of dtype; null: "no matrix" */
    gml_dtype dtype; /* the type of every entry */
    size_t rows;     /* samples, as a rule */
    size_t cols;     /* features or outputs */
    size_t stride;   /* distance from a row to the next, in entries, at least cols */
} gml_matrix;

/* Bytes in one entry; 0 for a value that is no gml_dtype. */
GML_API size_t gml_dtype_size(gml_dtype dtype);

/* "f32", "f64" or "u8"; "?" for a value that is no gml_dtype. */
GML_API const char *gml_dtype_name(gml_dtype dtype);

/* A view of rows * cols packed entries of the given type. */
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

/* The view that says "not given". */
static inline gml_matrix gml_matrix_none(void)
{
    return gml_matrix_view(NULL, GML_F32, 0, 0);
}

/* `count` rows of `m` from row `first` on; the caller sees to it that they are there. */
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
