/* store/load.c - reading a network from a file.
 *
 * The file is read twice: first to its end, for its size and checksum (verify.c), then again to be understood. So no
 * memory is taken for sizes that are not there, and nothing is interpreted that was changed by accident. What is
 * interpreted is still held against everything that can be known: a checksum keeps nobody from writing nonsense. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/model.h"
#include "network/json.h"
#include "store/checksum.h"
#include "store/format.h"
#include "store/verify.h"

typedef struct loader {
    gml_context *context;
    const char *path;
    gml_verified verified;
    gml_reader *reader;
    uint64_t checksum; /* of what has been read, for a file that changes meanwhile */
    json_t *header, *data, *facts;
    const char *network_json; /* the header's */
    gml_spec spec;
    gml_contents contents;
    gml_network *network;
} loader;

static gml_status fail(const loader *in, const char *what, const char *problem)
{
    return gml_fail(in->context, GML_ERROR_DATA, "%s: %s %s", in->path, what, problem);
}

/* ---- the header ---- */

static gml_status parse_json(const loader *in, const char *what, const char *text, size_t length, json_t **object)
{
    char where[512];
    snprintf(where, sizeof where, "%.400s: %s", in->path, what);
    return gml_json_parse(in->context, GML_ERROR_DATA, where, text, length, object);
}

static gml_status read_header(loader *in)
{
    size_t size = GML_LENGTH_SIZE + (size_t)in->verified.header;
    uint8_t *bytes = gml_allocate(in->context, size, 1, "the header of a model file");
    if (bytes == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = gml_reader_read_exact(in->reader, bytes, size, "header");
    if (status == GML_OK) {
        status = parse_json(in, "header", (const char *)bytes + GML_LENGTH_SIZE, size - GML_LENGTH_SIZE, &in->header);
    }
    if (status == GML_OK) {
        memset(bytes + GML_DIGITS_AT, '0', size < GML_FRONT_SIZE ? 0 : GML_DIGITS);
        in->checksum = gml_checksum(0, bytes, size);
    }
    gml_release(in->context, bytes, size, 1);
    return status;
}

/* The JSON object in a text of the metadata. */
static gml_status nested(const loader *in, json_t *metadata, const char *key, json_t **object)
{
    json_t *text = json_object_get(metadata, key);
    char what[64];
    snprintf(what, sizeof what, "metadata \"%s\"", key);
    if (!json_is_string(text)) {
        return fail(in, what, "is not there as a text");
    }
    return parse_json(in, what, json_string_value(text), json_string_length(text), object);
}

static gml_status read_metadata(loader *in)
{
    json_t *metadata = json_object_get(in->header, "__metadata__");
    if (!json_is_object(metadata) || json_object_size(metadata) != 5) {
        return fail(in, "\"__metadata__\"", "has not the five entries format, checksum, network, data and training");
    }
    json_t *network = json_object_get(metadata, "network");
    in->network_json = json_string_value(network);
    if (in->network_json == NULL || in->network_json[0] != '{') {
        return fail(in, "metadata \"network\"", "is not a JSON object in a text");
    }
    gml_status status = nested(in, metadata, "data", &in->data);
    return status == GML_OK ? nested(in, metadata, "training", &in->facts) : status;
}

/* Something that was read from the file was refused elsewhere: then the file is wrong, and the message says which. */
static gml_status blame_file(const loader *in, const char *what, gml_status status)
{
    if (status == GML_OK || status == GML_ERROR_MEMORY) {
        return status;
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->context, problem, sizeof problem);
    return fail(in, what, problem);
}

/* The description, which may name what the user of the writing program had registered. */
static gml_status read_description(loader *in)
{
    gml_status status = gml_spec_parse(in->context, in->network_json, &in->spec);
    if (status != GML_ERROR_NAME) {
        return blame_file(in, "metadata \"network\":", status);
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->context, problem, sizeof problem);
    return gml_fail(in->context, GML_ERROR_NAME,
                    "%s: it names what is not known here; if that is the user's own, register it before the file is "
                    "loaded (gemmule/custom.h). %s",
                    in->path, problem);
}

/* ---- the tensors ---- */

/* Is the entry {"dtype": ..., "shape": [...], "data_offsets": [begin, end]} that tensor, beginning there? */
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

/* The type of a network is that of its first block: what scales its data is in double always. */
static gml_dtype find_dtype(const loader *in)
{
    gml_contents blocks = {.spec = &in->spec};
    gml_tensor first;
    if (!gml_contents_tensor(&blocks, 0, &first)) {
        return GML_F32;
    }
    const char *dtype = json_string_value(json_object_get(json_object_get(in->header, first.name), "dtype"));
    return dtype != NULL && strcmp(dtype, gml_tensor_dtype_name(GML_F64)) == 0 ? GML_F64 : GML_F32;
}

/* Holds the header's entries against the tensors that such a network has, and their bytes against the file. */
static gml_status check_tensors(loader *in)
{
    in->contents = (gml_contents){
        .spec = &in->spec,
        .dtype = find_dtype(in),
        .input_scaling = json_object_get(in->header, "input.shift") != NULL,
        .output_scaling = json_object_get(in->header, "output.shift") != NULL,
    };
    uint64_t room = in->verified.size - GML_LENGTH_SIZE - in->verified.header;
    uint64_t begin = 0;
    gml_tensor tensor;
    size_t count = 0;
    for (; gml_contents_tensor(&in->contents, count, &tensor); count++) {
        if (tensor.bytes > room - begin) {
            return gml_fail(in->context, GML_ERROR_DATA,
                            "%s: ends within %s: the network needs more than the %" PRIu64
                            " bytes of tensors that are there",
                            in->path, tensor.name, room);
        }
        if (!is_tensor(json_object_get(in->header, tensor.name), &tensor, begin)) {
            return gml_fail(in->context, GML_ERROR_DATA,
                            "%s: %s is not in the header as the network has it: %s, "
                            "bytes %" PRIu64 " to %" PRIu64 " of the tensors",
                            in->path, tensor.name, gml_tensor_dtype_name(tensor.dtype), begin, begin + tensor.bytes);
        }
        begin += tensor.bytes;
    }
    if (json_object_size(in->header) != count + 1) {
        return gml_fail(in->context, GML_ERROR_DATA, "%s: has %zu tensors; the network has %zu", in->path,
                        json_object_size(in->header) - 1, count);
    }
    return begin == room ? GML_OK : fail(in, "the file", "goes on after its last tensor");
}

/* ---- the numbers ---- */

static gml_status read_numbers(loader *in, const char *name, void *numbers, size_t count, size_t size)
{
    gml_status status = gml_reader_read_exact(in->reader, numbers, count * size, name);
    if (status == GML_OK) {
        in->checksum = gml_checksum(in->checksum, numbers, count * size);
        gml_order_bytes(numbers, count, size);
    }
    return status;
}

static gml_status read_scaling(loader *in, const char *what, size_t count,
                               gml_status set(gml_network *network, const double *shift, const double *scale))
{
    double *numbers = gml_allocate(in->context, count, 2 * sizeof *numbers, what);
    if (numbers == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = read_numbers(in, what, numbers, 2 * count, sizeof *numbers);
    if (status == GML_OK) {
        status = blame_file(in, "has a wrong", set(in->network, numbers, numbers + count));
    }
    gml_release(in->context, numbers, count, 2 * sizeof *numbers);
    return status;
}

static gml_status read_tensors(loader *in)
{
    gml_status status = GML_OK;
    in->network->fresh = false;
    if (in->contents.input_scaling) {
        status = read_scaling(in, "input scaling", gml_network_inputs(in->network), gml_network_set_input_scaling);
    }
    if (status == GML_OK && in->contents.output_scaling) {
        status = read_scaling(in, "output scaling", gml_network_outputs(in->network), gml_network_set_output_scaling);
    }
    for (size_t i = 0; status == GML_OK && i < gml_network_block_count(in->network); i++) {
        gml_block block;
        gml_network_block(in->network, i, &block);
        status = read_numbers(in, block.name, block.values.data, block.values.rows * block.values.cols,
                              gml_dtype_size(block.values.dtype));
    }
    if (status == GML_OK) {
        status = gml_reader_expect_end(in->reader, "last tensor");
    }
    if (status == GML_OK && in->checksum != in->verified.checksum) {
        status = fail(in, "the file", "was changed while it was read");
    }
    return status;
}

/* ---- the whole ---- */

static gml_status read_file(loader *in)
{
    gml_status status = read_header(in);
    if (status == GML_OK) {
        status = read_metadata(in);
    }
    if (status == GML_OK) {
        status = read_description(in);
    }
    if (status == GML_OK) {
        status = check_tensors(in);
    }
    if (status == GML_OK) {
        gml_network_options options = {.dtype = in->contents.dtype};
        status = gml_network_create(in->context, in->network_json, &options, &in->network);
    }
    if (status == GML_OK) {
        status = read_tensors(in);
    }
    char where[512];
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"data\"", in->path);
        status = gml_metadata_read_data(in->network, where, in->data);
    }
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"training\"", in->path);
        status = gml_metadata_read_facts(in->network, where, in->facts);
    }
    return status;
}

gml_status gml_model_load(gml_context *context, const char *path, gml_network **network)
{
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"path", path}, {"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    loader in = {.context = context, .path = path};
    status = gml_verify_file(context, path, &in.verified);
    if (status == GML_OK) {
        status = gml_reader_open(context, path, &in.reader);
    }
    if (status == GML_OK) {
        status = read_file(&in);
    }
    gml_reader_close(in.reader);
    gml_spec_clear(context, &in.spec);
    json_decref(in.data);
    json_decref(in.facts);
    json_decref(in.header);
    if (status != GML_OK) {
        gml_network_destroy(in.network);
        return status;
    }
    *network = in.network;
    return GML_OK;
}
