/* data/format/format_safetensors.c - safetensors as data: tensors of inputs and targets by name. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "data/format/format.h"
#include "data/format/named_arrays.h"

enum { LENGTH_SIZE = 8, MAX_HEADER = 100000000, MAX_TENSORS = 1 << 12 };

/* A tensor of the header. */
typedef struct tensor {
    const char *name; /* in the header */
    json_t *description;
    uint64_t begin, end; /* bytes after the header */
} tensor;

typedef struct reading {
    const gml_source *source;
    gml_bytes bytes;
    json_t *header;
    tensor *tensors; /* [count], in the order of their bytes */
    size_t count;
    gml_named_arrays named;
} reading;

static uint64_t read_length(const uint8_t bytes[LENGTH_SIZE])
{
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_SIZE; i++) {
        length |= (uint64_t)bytes[i] << 8 * i;
    }
    return length;
}

/* ---- the header ---- */

static gml_status read_header(reading *r)
{
    gml_context *context = r->source->context;
    uint8_t front[LENGTH_SIZE];
    gml_pile text = {0};
    char where[512];
    gml_status status = gml_bytes_read_exact(&r->bytes, front, sizeof front, "safetensors header");
    const uint64_t length = status == GML_OK ? read_length(front) : 0;
    if (status == GML_OK && length > MAX_HEADER) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has a safetensors header of %" PRIu64 " bytes; up to %d are read",
                        r->source->path, length, MAX_HEADER);
    }
    if (status == GML_OK) {
        status = gml_bytes_read_pile(&r->bytes, (size_t)length, &text, "safetensors header");
    }
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: header", r->source->path);
        status = gml_json_parse(context, GML_ERROR_DATA, where, text.data != NULL ? text.data : "", (size_t)length,
                                &r->header);
    }
    gml_pile_clear(context, &text);
    return status;
}

static gml_status refuse(const reading *r, const char *name, const char *complaint)
{
    return gml_fail(r->source->context, GML_ERROR_DATA, "%s: tensor \"%.60s\" %s", r->source->path, name, complaint);
}

static bool take_count(json_t *value, uint64_t *count)
{
    *count = json_is_integer(value) && json_integer_value(value) >= 0 ? (uint64_t)json_integer_value(value) : 0;
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* Adds a tensor where its bytes are in order. */
static gml_status add_tensor(reading *r, const char *name, json_t *description)
{
    json_t *offsets = json_object_get(description, "data_offsets");
    tensor added = {.name = name, .description = description};
    if (json_array_size(offsets) != 2 || !take_count(json_array_get(offsets, 0), &added.begin) ||
        !take_count(json_array_get(offsets, 1), &added.end) || added.begin > added.end) {
        return refuse(r, name, "has no data_offsets of two whole numbers, in order");
    }
    size_t at = r->count++;
    for (; at > 0 && (r->tensors[at - 1].begin > added.begin ||
                      (r->tensors[at - 1].begin == added.begin && r->tensors[at - 1].end > added.end));
         at--) {
        r->tensors[at] = r->tensors[at - 1];
    }
    r->tensors[at] = added;
    return GML_OK;
}

static gml_status list_tensors(reading *r)
{
    json_t *metadata = json_object_get(r->header, "__metadata__"), *value;
    const size_t count = json_object_size(r->header);
    const char *name, *format = json_string_value(json_object_get(metadata, "format"));
    if (format != NULL && strncmp(format, "gemmule ", 8) == 0) {
        return gml_fail(r->source->context, GML_ERROR_DATA, "%s: is a model file of gemmule; data is expected",
                        r->source->path);
    }
    if (format != NULL && strncmp(format, "gemmule-cache ", 14) == 0) {
        return gml_fail(r->source->context, GML_ERROR_DATA, "%s: is the cache of a table; read the table",
                        r->source->path);
    }
    if (count > MAX_TENSORS) {
        return gml_fail(r->source->context, GML_ERROR_DATA, "%s: has %zu tensors; up to %d are read", r->source->path,
                        count, MAX_TENSORS);
    }
    r->tensors = gml_allocate(r->source->context, count, sizeof *r->tensors, "tensors");
    gml_status status = r->tensors != NULL || count == 0 ? GML_OK : GML_ERROR_MEMORY;
    json_object_foreach(r->header, name, value)
    {
        if (status == GML_OK && strcmp(name, "__metadata__") != 0) {
            status = add_tensor(r, name, value);
        }
    }
    return status;
}

/* ---- tensors ---- */

static gml_status read_type(const reading *r, const tensor *of, gml_array *array)
{
    static const struct {
        const char *name;
        char kind;
        size_t size;
    } types[] = {{"BOOL", 'b', 1}, {"I8", 'i', 1},  {"I16", 'i', 2}, {"I32", 'i', 4}, {"I64", 'i', 8}, {"U8", 'u', 1},
                 {"U16", 'u', 2},  {"U32", 'u', 4}, {"U64", 'u', 8}, {"F32", 'f', 4}, {"F64", 'f', 8}};
    const char *name = json_string_value(json_object_get(of->description, "dtype"));
    for (size_t i = 0; name != NULL && i < sizeof types / sizeof *types; i++) {
        if (strcmp(name, types[i].name) == 0) {
            array->type =
                (gml_number_type){types[i].kind, types[i].size, types[i].size > 1 && !gml_machine_is_little()};
            return GML_OK;
        }
    }
    return refuse(r, of->name, "is of another type than BOOL, I8 to I64, U8 to U64, F32 and F64");
}

static gml_status read_shape(const reading *r, const tensor *of, gml_array *array)
{
    json_t *shape = json_object_get(of->description, "shape");
    array->rank = json_array_size(shape);
    if (array->rank == 0 || array->rank > GML_ARRAY_RANK) {
        return refuse(r, of->name, "does not have 1 to 4 dimensions");
    }
    uint64_t bytes = array->type.size, size = 0;
    for (size_t i = 0; i < array->rank; i++) {
        if (!take_count(json_array_get(shape, i), &size) || size > SIZE_MAX ||
            __builtin_mul_overflow(bytes, size, &bytes)) {
            return refuse(r, of->name, "has a dimension that is no whole number, or is too large");
        }
        array->shape[i] = (size_t)size;
    }
    return bytes == of->end - of->begin ? GML_OK : refuse(r, of->name, "has another size than its shape says");
}

static gml_status read_tensor(reading *r, const tensor *of, gml_array *array)
{
    gml_status status = read_type(r, of, array);
    if (status == GML_OK) {
        status = read_shape(r, of, array);
    }
    return status == GML_OK ? gml_array_read(&r->bytes, array) : status;
}

/* Reads the tensors in the order of their bytes, which follow each other without gaps. */
static gml_status read_tensors(reading *r)
{
    gml_status status = GML_OK;
    uint64_t at = 0;
    for (size_t i = 0; status == GML_OK && i < r->count; i++) {
        const tensor *next = &r->tensors[i];
        gml_array *array = NULL;
        if (next->begin != at) {
            return refuse(r, next->name, "does not begin where the one before it ends");
        }
        status = gml_named_arrays_place(&r->named, next->name, strlen(next->name), &array);
        if (status == GML_OK) {
            status = array != NULL ? read_tensor(r, next, array)
                                   : gml_bytes_skip(&r->bytes, next->end - next->begin, "tensors");
        }
        at = next->end;
    }
    return status == GML_OK ? gml_bytes_expect_end(&r->bytes, "last tensor") : status;
}

static gml_status read_file(reading *r, gml_dataset *made)
{
    gml_status status = read_header(r);
    if (status == GML_OK) {
        status = list_tensors(r);
    }
    if (status == GML_OK) {
        status = read_tensors(r);
    }
    return status == GML_OK ? gml_named_arrays_finish(&r->named, made) : status;
}

static gml_status open_safetensors(const gml_source *source, gml_dataset **dataset)
{
    if (source->reader == NULL) {
        return gml_fail(source->context, GML_ERROR_DATA, "%s: is a folder; safetensors data is a file", source->path);
    }
    gml_dataset made = {.context = source->context};
    reading r = {
        .source = source, .bytes = gml_bytes_of_reader(source->context, source->reader), .named = {.source = source}};
    gml_status status = read_file(&r, &made);
    gml_release(source->context, r.tensors, json_object_size(r.header), sizeof *r.tensors);
    json_decref(r.header);
    gml_named_arrays_clear(&r.named);
    return gml_dataset_adopt(status, &made, dataset);
}

/* A length below the limit, and a brace after it. */
static bool recognizes(const gml_source *source)
{
    size_t size = 0;
    const uint8_t *bytes = source->reader != NULL ? gml_reader_peek(source->reader, &size) : NULL;
    return bytes != NULL && size > LENGTH_SIZE && bytes[LENGTH_SIZE] == '{' && read_length(bytes) <= MAX_HEADER;
}

const gml_format gml_format_safetensors = {
    .entry = {.name = "safetensors",
              .summary = "tensors by name, as in an NPZ archive: inputs x and targets y",
              .formula =
                  "length of the header, 8 bytes | {\"x\": {\"dtype\", \"shape\", \"data_offsets\"}, ...} | tensors",
              .derivative = "",
              .pitfall = "A model file of gemmule is safetensors too, but is no data.",
              .source = "Hugging Face, safetensors format"},
    .recognizes = recognizes,
    .open = open_safetensors,
};
