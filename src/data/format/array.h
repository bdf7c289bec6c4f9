/* data/format/array.h - an array of numbers as a file has it, and its conversion to a matrix.
 *
 * The first dimension counts the samples; the others are flattened to columns. */
#ifndef GML_DATA_ARRAY_H
#define GML_DATA_ARRAY_H

#include "data/format/bytes.h"

enum { GML_ARRAY_RANK = 4, GML_ARRAY_COLUMNS = 1 << 24 /* the most columns */ };

typedef struct gml_number_type {
    char kind;    /* 'b' bool, 'i' signed, 'u' unsigned, 'f' floating-point */
    size_t size;  /* bytes: 1, 2, 4 or 8; of 'b' 1, of 'f' 4 or 8 */
    bool swapped; /* the bytes of a number are in the other order than this machine's */
} gml_number_type;

typedef struct gml_array {
    gml_number_type type;
    bool fortran; /* the first dimension varies fastest */
    size_t rank, shape[GML_ARRAY_RANK];
    size_t rows, cols; /* [rows x cols], known once read */
    gml_pile data;     /* the numbers, row-major, in this machine's byte order once read */
} gml_array;

/* True if this machine stores the least significant byte first. */
bool gml_machine_is_little(void);

/* Finds rows and columns of an array with known shape, and the bytes of its numbers. Errors: data (a shape that holds
 * nothing or too much). */
gml_status gml_array_measure(gml_bytes *bytes, gml_array *array, size_t *size);

/* Reverses the bytes of each number, where the other order was read. */
void gml_array_swap(gml_array *array);

/* Reads the numbers of an array with known type and shape. `data` is the caller's to clear, on failure too. Memory
 * grows with the bytes read; an array in Fortran order takes twice its bytes. Errors: those of the source, data (a
 * shape that holds nothing or too much; too few bytes), memory. */
gml_status gml_array_read(gml_bytes *bytes, gml_array *array);

/* Returns a number as a double; integers from 2^53 on are rounded. */
double gml_array_number(const gml_array *array, size_t row, size_t col);

/* True if a number is an integer that a double may not hold; `text` is then the integer. */
bool gml_array_is_code(const gml_array *array, size_t row, size_t col, char text[24]);

/* Removes the columns that `kept` [cols] does not mark, in place. */
void gml_array_keep_columns(gml_array *array, const bool *kept);

/* Moves the numbers to `memory` as a matrix: bool and u1 as u8, f4 as f32, all others as f64. The array is then empty.
 * Errors: memory. */
gml_status gml_array_to_matrix(gml_context *context, gml_array *array, gml_pile *memory, gml_matrix *matrix);

void gml_array_clear(gml_context *context, gml_array *array);

#endif
