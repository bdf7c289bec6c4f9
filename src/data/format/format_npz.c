/* data/format/format_npz.c - NPZ: a zip archive of NPY arrays, as numpy.savez and numpy.savez_compressed write it. */
#include <string.h>

#include "data/format/format.h"
#include "data/format/named_arrays.h"
#include "data/format/npy_file.h"
#include "data/format/zip.h"

static gml_status read_array(gml_zip *zip, gml_array *array)
{
    gml_bytes bytes = gml_zip_member(zip);
    gml_status status = gml_npy_read(&bytes, array);
    return status == GML_OK ? gml_bytes_expect_end(&bytes, "last number") : status;
}

static gml_status read_member(gml_zip *zip, gml_named_arrays *named)
{
    const size_t length = strlen(zip->name);
    gml_array *array = NULL;
    if (length < 4 || strcmp(zip->name + length - 4, ".npy") != 0) {
        return GML_OK;
    }
    gml_status status = gml_named_arrays_place(named, zip->name, length - 4, &array);
    return status == GML_OK && array != NULL ? read_array(zip, array) : status;
}

static gml_status read_members(const gml_source *source, gml_named_arrays *named)
{
    bool found = true;
    gml_zip *zip = gml_allocate(source->context, 1, sizeof *zip, "a zip archive");
    if (zip == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_zip_begin(source->context, source->reader, zip);
    gml_status status = gml_zip_next(zip, &found);
    while (status == GML_OK && found) {
        status = read_member(zip, named);
        if (status == GML_OK) {
            status = gml_zip_next(zip, &found);
        }
    }
    gml_zip_clear(zip);
    gml_release(source->context, zip, 1, sizeof *zip);
    return status;
}

static gml_status open_npz(const gml_source *source, gml_dataset **dataset)
{
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; an NPZ archive is a file", source->path);
    }
    gml_dataset made = {.context = source->context};
    gml_named_arrays named = {.source = source};
    gml_status status = read_members(source, &named);
    if (status == GML_OK) {
        status = gml_named_arrays_finish(&named, &made);
    }
    gml_named_arrays_clear(&named);
    return gml_dataset_adopt(status, &made, dataset);
}

static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && gml_zip_recognizes(bytes, size);
}

const gml_format gml_format_npz = {
    .entry = {.name = "npz",
              .summary = "arrays of NumPy by name: inputs x, X, inputs, data or arr_0; targets y, Y, targets, target, "
                         "labels or arr_1",
              .formula = "a zip archive of NPY arrays, stored or deflated",
              .derivative = "",
              .pitfall = "A model trained on arrays has no names for its inputs: their order decides.",
              .source = "NumPy, numpy.savez; PKWARE, APPNOTE.TXT 6.3"},
    .recognizes = recognizes,
    .open = open_npz,
};
