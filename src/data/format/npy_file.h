/* data/format/npy_file.h - one array in the format NPY, as numpy.save writes it. */
#ifndef GML_DATA_NPY_FILE_H
#define GML_DATA_NPY_FILE_H

#include "data/format/array.h"

/* True if these are the first bytes of an NPY file. */
bool gml_npy_recognizes(const uint8_t *bytes, size_t size);

/* Reads an array of one to four dimensions, up to its last number. `array` begins zeroed and is the caller's to clear,
 * on failure too. Errors: those of the source, data, memory. */
gml_status gml_npy_read(gml_bytes *bytes, gml_array *array);

#endif
