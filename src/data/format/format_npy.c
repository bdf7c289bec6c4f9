/* data/format/format_npy.c - NPY: one array of numbers, as numpy.save writes it. */
#include "data/format/array_dataset.h"
#include "data/format/format.h"
#include "data/format/npy_file.h"

static gml_status open_npy(const gml_source *source, gml_dataset **dataset)
{
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; an NPY array is a file", source->path);
    }
    gml_bytes bytes = gml_bytes_of_reader(source->context, source->reader);
    gml_dataset made = {.context = source->context};
    gml_array array = {.rank = 0};
    gml_status status = gml_npy_read(&bytes, &array);
    if (status == GML_OK) {
        status = gml_bytes_expect_end(&bytes, "last number");
    }
    if (status == GML_OK) {
        status = gml_dataset_from_array(source, &array, &made);
    }
    gml_array_clear(source->context, &array);
    return gml_dataset_adopt(status, &made, dataset);
}

static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && gml_npy_recognizes(bytes, size);
}

const gml_format gml_format_npy = {
    .entry = {.name = "npy",
              .summary = "an array of NumPy: inputs, or inputs with the target in a column; also under gzip",
              .formula = "93 NUMPY | version | length | {'descr', 'fortran_order', 'shape'} | numbers",
              .derivative = "",
              .pitfall = "Columns have no names: the target is the last one, or is given by its index.",
              .source = "NumPy, numpy.lib.format, versions 1.0 to 3.0"},
    .recognizes = recognizes,
    .open = open_npy,
    .rows = &gml_npy_row_format,
};
