/* cli/report/npy.h - a matrix of numbers as an NPY file, version 1.0, in this machine's byte order. */
#ifndef GML_CLI_NPY_H
#define GML_CLI_NPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum npy_type { NPY_F32, NPY_F64, NPY_I64 } npy_type;

/* True if a path, not null, ends in ".npy". */
bool npy_is_named(const char *path);

/* Writes the header of an array [rows x columns], or of one of one dimension, [rows], if `columns` is 0. The numbers
 * follow it row by row. */
void npy_print_header(FILE *stream, npy_type type, size_t rows, size_t columns);

/* Writes numbers, converted to the type; a NaN as an integer is -1. */
void npy_print_numbers(FILE *stream, npy_type type, const double *numbers, size_t count);

#endif
