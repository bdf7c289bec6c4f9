/* data/format/npy_file.h - one array in the format NPY, as numpy.save writes it. */
#ifndef GML_DATA_NPY_FILE_H
#define GML_DATA_NPY_FILE_H

#include "data/format/array.h"
#include "data/format/format.h"

/* True if these are the first bytes of an NPY file. */
bool gml_npy_recognizes(const uint8_t *bytes, size_t size);

/* Reads what comes before the numbers: type and shape of an array of one to four dimensions. `array` begins zeroed.
 * Errors: those of the source, data, memory. */
gml_status gml_npy_read_header(gml_bytes *bytes, gml_array *array);

/* Reads an array of one to four dimensions, up to its last number. `array` begins zeroed and is the caller's to clear,
 * on failure too. Errors: those of the source, data, memory. */
gml_status gml_npy_read(gml_bytes *bytes, gml_array *array);

/* Reading row by row (npy_rows.c). */
extern const gml_row_format gml_npy_row_format;

#endif
