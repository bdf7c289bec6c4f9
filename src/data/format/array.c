/* data/format/array.c - reads arrays of numbers and converts them. */
#include "data/format/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"

bool gml_machine_is_little(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* ---- reading ---- */

gml_status gml_array_measure(gml_bytes *bytes, gml_array *array, size_t *size)
{
    array->rows = array->rank > 0 ? array->shape[0] : 0;
    array->cols = 1;
    for (size_t i = 0; i < array->rank; i++) {
        if (array->shape[i] == 0) {
            return gml_fail(bytes->context, GML_ERROR_DATA, "%s: dimension %zu of %zu is 0; the array holds nothing",
                            bytes->name, i + 1, array->rank);
        }
        if (i > 0 &&
            (__builtin_mul_overflow(array->cols, array->shape[i], &array->cols) || array->cols > GML_ARRAY_COLUMNS)) {
            return gml_fail(bytes->context, GML_ERROR_DATA, "%s: has more than %d numbers a sample", bytes->name,
                            GML_ARRAY_COLUMNS);
        }
    }
    if (__builtin_mul_overflow(array->rows, array->cols, size) ||
        __builtin_mul_overflow(*size, array->type.size, size)) {
        return gml_fail(bytes->context, GML_ERROR_DATA, "%s: its shape promises more bytes than can be counted",
                        bytes->name);
    }
    return GML_OK;
}

void gml_array_swap(gml_array *array)
{
    uint8_t *at = array->data.data;
    const size_t size = array->type.size;
    for (uint8_t *end = at + array->data.size; at < end; at += size) {
        for (size_t i = 0; i < size / 2; i++) {
            uint8_t kept = at[i];
            at[i] = at[size - 1 - i];
            at[size - 1 - i] = kept;
        }
    }
}

/* Returns where column `col` of the flattened row-major order is in Fortran order, counted without the first dimension.
 */
static size_t fortran_column(const gml_array *array, size_t col)
{
    size_t index[GML_ARRAY_RANK] = {0}, place = 0;
    for (size_t i = array->rank; i-- > 1;) {
        index[i] = col % array->shape[i];
        col /= array->shape[i];
    }
    for (size_t i = array->rank; i-- > 1;) {
        place = place * array->shape[i] + index[i];
    }
    return place;
}

/* Reorders the numbers to row-major order, in blocks of rows that stay in the cache. */
static gml_status transpose(gml_context *context, gml_array *array)
{
    enum { BLOCK = 64 };
    const size_t size = array->type.size;
    gml_pile turned = {0};
    gml_status status = gml_pile_reserve(context, &turned, array->data.size, "an array in row-major order");
    if (status != GML_OK) {
        return status;
    }
    turned.size = array->data.size;
    for (size_t first = 0; first < array->rows; first += BLOCK) {
        const size_t end = first + gml_least(BLOCK, array->rows - first);
        for (size_t col = 0; col < array->cols; col++) {
            const char *from = (const char *)array->data.data + fortran_column(array, col) * array->rows * size;
            char *to = (char *)turned.data + col * size;
            for (size_t row = first; row < end; row++) {
                memcpy(to + row * array->cols * size, from + row * size, size);
            }
        }
    }
    gml_pile_clear(context, &array->data);
    array->data = turned;
    return GML_OK;
}

gml_status gml_array_read(gml_bytes *bytes, gml_array *array)
{
    size_t size = 0;
    gml_status status = gml_array_measure(bytes, array, &size);
    if (status == GML_OK) {
        char what[64];
        snprintf(what, sizeof what, "%zu x %zu numbers of %zu byte%s", array->rows, array->cols, array->type.size,
                 array->type.size == 1 ? "" : "s");
        status = gml_bytes_read_pile(bytes, size, &array->data, what);
    }
    if (status == GML_OK && array->type.swapped) {
        gml_array_swap(array);
    }
    return status == GML_OK && array->fortran && array->rank > 1 ? transpose(bytes->context, array) : status;
}

/* ---- numbers ---- */

/* Reads a number at any address. */
static double number_at(gml_number_type type, const void *at)
{
    union {
        uint8_t u1;
        uint16_t u2;
        uint32_t u4;
        uint64_t u8;
        int8_t i1;
        int16_t i2;
        int32_t i4;
        int64_t i8;
        float f4;
        double f8;
    } number;
    memcpy(&number, at, type.size);
    switch (type.size) {
    case 1:
        return type.kind == 'i' ? number.i1 : number.u1;
    case 2:
        return type.kind == 'i' ? number.i2 : number.u2;
    case 4:
        return type.kind == 'i' ? number.i4 : type.kind == 'u' ? number.u4 : (double)number.f4;
    default:
        return type.kind == 'i' ? (double)number.i8 : type.kind == 'u' ? (double)number.u8 : number.f8;
    }
}

static const char *address(const gml_array *array, size_t row, size_t col)
{
    return (const char *)array->data.data + (row * array->cols + col) * array->type.size;
}

double gml_array_number(const gml_array *array, size_t row, size_t col)
{
    return number_at(array->type, address(array, row, col));
}

bool gml_array_is_code(const gml_array *array, size_t row, size_t col, char text[24])
{
    const int64_t limit = (int64_t)1 << 53;
    int64_t number;
    if (array->type.kind == 'f' || array->type.size < sizeof number) {
        return false;
    }
    memcpy(&number, address(array, row, col), sizeof number);
    if (array->type.kind == 'u') {
        snprintf(text, 24, "%" PRIu64, (uint64_t)number);
        return (uint64_t)number >= (uint64_t)limit;
    }
    snprintf(text, 24, "%" PRId64, number);
    return number >= limit || number <= -limit;
}

/* ---- columns and matrices ---- */

void gml_array_keep_columns(gml_array *array, const bool *kept)
{
    const size_t size = array->type.size;
    const char *from = array->data.data;
    char *to = array->data.data;
    size_t count = 0;
    for (size_t col = 0; col < array->cols; col++) {
        count += kept[col];
    }
    for (size_t row = 0; count < array->cols && row < array->rows; row++) {
        for (size_t col = 0; col < array->cols;) { /* runs of kept columns together */
            size_t end = col;
            while (end < array->cols && kept[end] == kept[col]) {
                end++;
            }
            if (kept[col]) {
                memmove(to, from, (end - col) * size);
                to += (end - col) * size;
            }
            from += (end - col) * size;
            col = end;
        }
    }
    array->cols = count;
    array->data.size = array->rows * count * size;
}

/* Converts to f64: eight-byte integers in place, smaller ones into memory of their own. */
static gml_status widen(gml_context *context, gml_array *array)
{
    const size_t count = array->rows * array->cols;
    gml_pile wide = {0};
    gml_status status = GML_OK;
    if (array->type.size < sizeof(double)) {
        size_t size = 0;
        status = __builtin_mul_overflow(count, sizeof(double), &size)
                     ? GML_ERROR_MEMORY
                     : gml_pile_reserve(context, &wide, size, "an array as f64");
    }
    if (status != GML_OK) {
        return status;
    }
    const char *from = array->data.data;
    double *to = wide.data != NULL ? wide.data : array->data.data;
    for (size_t i = 0; i < count; i++) {
        to[i] = number_at(array->type, from + i * array->type.size);
    }
    if (wide.data != NULL) {
        wide.size = count * sizeof(double);
        gml_pile_clear(context, &array->data);
        array->data = wide;
    }
    array->type = (gml_number_type){'f', sizeof(double), false};
    return GML_OK;
}

gml_status gml_array_to_matrix(gml_context *context, gml_array *array, gml_pile *memory, gml_matrix *matrix)
{
    const bool bytes = array->type.size == 1 && array->type.kind != 'i', floats = array->type.kind == 'f';
    gml_status status = bytes || floats ? GML_OK : widen(context, array);
    if (status != GML_OK) {
        return status;
    }
    const gml_dtype dtype = bytes ? GML_U8 : array->type.size == sizeof(float) ? GML_F32 : GML_F64;
    *matrix = gml_matrix_view(array->data.data, dtype, array->rows, array->cols);
    *memory = array->data;
    array->data = (gml_pile){0};
    return GML_OK;
}

void gml_array_clear(gml_context *context, gml_array *array)
{
    gml_pile_clear(context, &array->data);
    *array = (gml_array){.rank = 0};
}
