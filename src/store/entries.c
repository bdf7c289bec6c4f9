/* store/entries.c - compares the tensors in a file's header with the tensors of the network. */
#include <inttypes.h>
#include <string.h>

#include "store/features.h"
#include "store/format.h"

/* Greatest width of layers that need no parameters in the file. */
enum { FREE_WIDTH = 1 << 14 };

/* True if the entry {"dtype": ..., "shape": [...], "data_offsets": [begin, end]} describes this tensor at this offset.
 */
static bool is_tensor(json_t *entry, const gml_tensor *tensor, uint64_t begin)
{
    json_t *shape = json_object_get(entry, "shape");
    json_t *offsets = json_object_get(entry, "data_offsets");
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    if (json_object_size(entry) != 3 || dtype == NULL || strcmp(dtype, gml_tensor_dtype_name(tensor->dtype)) != 0 ||
        json_array_size(shape) != tensor->rank || json_array_size(offsets) != 2) {
        return false;
    }
    for (size_t i = 0; i < tensor->rank; i++) {
        json_t *extent = json_array_get(shape, i);
        if (!json_is_integer(extent) || json_integer_value(extent) != (json_int_t)tensor->shape[i]) {
            return false;
        }
    }
    json_t *first = json_array_get(offsets, 0), *last = json_array_get(offsets, 1);
    uint64_t end = begin + tensor->bytes;
    return json_is_integer(first) && json_integer_value(first) == (json_int_t)begin && json_is_integer(last) &&
           json_integer_value(last) == (json_int_t)end;
}

/* Returns the type of the network: that of its first block. Scaling is always in double. */
static gml_dtype find_dtype(const gml_spec *spec, json_t *header, size_t member)
{
    gml_contents blocks = {.spec = spec, .member = member};
    gml_tensor first;
    if (!gml_contents_tensor(&blocks, 0, &first)) {
        return GML_F32;
    }
    const char *dtype = json_string_value(json_object_get(json_object_get(header, first.name), "dtype"));
    return dtype != NULL && strcmp(dtype, gml_tensor_dtype_name(GML_F64)) == 0 ? GML_F64 : GML_F32;
}

/* Returns the header's entry of the first tensor that such contents have; null: it is not there. */
static json_t *find_entry(const gml_contents *contents, json_t *header)
{
    gml_tensor tensor;
    gml_contents_tensor(contents, 0, &tensor);
    return json_object_get(header, tensor.name);
}

/* The length of the tensor of a preparation; 0 if there is none, or none that a preparation has. */
static size_t count_prepared(json_t *entry)
{
    json_t *count = json_array_get(json_object_get(entry, "shape"), 0);
    return json_is_integer(count) && json_integer_value(count) > 0 ? (size_t)json_integer_value(count) : 0;
}

gml_contents gml_contents_read(const gml_spec *spec, json_t *header, bool prepared, size_t member)
{
    const gml_contents numbers = {.spec = spec, .prepared = 1, .member = member};
    const gml_contents input = {.spec = spec, .input_scaling = true, .member = member};
    const gml_contents output = {.spec = spec, .output_scaling = true, .member = member};
    const gml_contents limits = {.spec = spec, .limits = true, .member = member};
    return (gml_contents){.spec = spec,
                          .dtype = find_dtype(spec, header, member),
                          .prepared = prepared ? count_prepared(find_entry(&numbers, header)) : 0,
                          .input_scaling = find_entry(&input, header) != NULL,
                          .output_scaling = find_entry(&output, header) != NULL,
                          .limits = find_entry(&limits, header) != NULL,
                          .member = member};
}

size_t gml_contents_width(const gml_contents *contents)
{
    const gml_spec *spec = contents->spec;
    size_t widest = spec->inputs;
    for (size_t i = 0; i < spec->layer_count; i++) {
        widest = spec->layers[i].units > widest ? spec->layers[i].units : widest;
    }
    return widest;
}

gml_status gml_contents_check_width(gml_context *context, const char *path, size_t width, uint64_t bytes)
{
    if (width > FREE_WIDTH && width - FREE_WIDTH > bytes) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: its layers are up to %zu wide, too wide for %" PRIu64
                        " bytes of parameters; layers without parameters are at most %d wide in a model file",
                        path, width, bytes, FREE_WIDTH);
    }
    return GML_OK;
}

/* Fails because a tensor differs from the network's; names an unknown type. */
static gml_status refuse_tensor(gml_context *context, const char *path, json_t *entry, const gml_tensor *tensor,
                                uint64_t begin)
{
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    if (dtype != NULL && strcmp(dtype, gml_tensor_dtype_name(GML_F32)) != 0 &&
        strcmp(dtype, gml_tensor_dtype_name(GML_F64)) != 0) {
        return gml_fail(context, GML_ERROR_DATA, "%s: %s has the unknown type \"%.20s\": %s", path, tensor->name, dtype,
                        gml_newer_needed());
    }
    return gml_fail(context, GML_ERROR_DATA,
                    "%s: %s is not in the header as the network needs it: %s, bytes %" PRIu64 " to %" PRIu64
                    " of the tensors",
                    path, tensor->name, gml_tensor_dtype_name(tensor->dtype), begin, begin + tensor->bytes);
}

/* Fails because the header has more entries than the metadata and the network's `count` tensors. Deletes the tensors
 * from it; the rest is unknown. A file may have millions of entries, so entries are not compared with all tensors. */
static gml_status refuse_more(gml_context *context, const char *path, const gml_contents *parts, size_t part_count,
                              json_t *header, size_t count)
{
    size_t found = json_object_size(header) - 1;
    const char *key = NULL;
    json_t *value = NULL;
    gml_tensor tensor;
    for (size_t k = 0; k < part_count; k++) {
        for (size_t i = 0; gml_contents_tensor(&parts[k], i, &tensor); i++) {
            json_object_del(header, tensor.name);
        }
    }
    json_object_foreach(header, key, value)
    {
        if (strcmp(key, "__metadata__") != 0) {
            break;
        }
    }
    return gml_fail(context, GML_ERROR_DATA, "%s: has %zu tensors; the network has %zu. \"%.60s\" is unknown: %s", path,
                    found, count, key, gml_newer_needed());
}

/* Checks the tensors of one part, which begin at byte `begin`; adds their bytes and their number. */
static gml_status check_part(gml_context *context, const char *path, const gml_contents *contents, json_t *header,
                             uint64_t room, uint64_t *begin, size_t *count)
{
    gml_tensor tensor;
    for (size_t i = 0; gml_contents_tensor(contents, i, &tensor); i++) {
        json_t *entry = json_object_get(header, tensor.name);
        if (tensor.bytes > room - *begin) {
            return gml_fail(context, GML_ERROR_DATA,
                            "%s: ends within %s: the network needs more than the file's %" PRIu64 " bytes of tensors",
                            path, tensor.name, room);
        }
        if (!is_tensor(entry, &tensor, *begin)) {
            return refuse_tensor(context, path, entry, &tensor, *begin);
        }
        *begin += tensor.bytes;
        ++*count;
    }
    return GML_OK;
}

gml_status gml_contents_check(gml_context *context, const char *path, const gml_contents *parts, size_t count,
                              json_t *header, uint64_t room)
{
    uint64_t begin = 0;
    size_t tensors = 0, width = 0;
    for (size_t k = 0; k < count; k++) {
        gml_status status = check_part(context, path, &parts[k], header, room, &begin, &tensors);
        if (status != GML_OK) {
            return status;
        }
        width += gml_contents_width(&parts[k]);
    }
    if (json_object_size(header) != tensors + 1) {
        return refuse_more(context, path, parts, count, header, tensors);
    }
    if (begin != room) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has bytes after its last tensor", path);
    }
    return gml_contents_check_width(context, path, width, room);
}
