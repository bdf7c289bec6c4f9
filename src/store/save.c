/* store/save.c - saves a network to a file.
 *
 * The contents are generated twice: first to compute the checksum, with 0 as its digits, then to write the file. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/least.h"
#include "base/writer.h"
#include "gemmule/model.h"
#include "store/checksum.h"
#include "store/features.h"
#include "store/format.h"

enum { LINE = 64, CHUNK = 1 << 15 };

/* ---- the header ---- */

static gml_contents contents_of(const gml_network *network)
{
    return (gml_contents){.spec = &network->spec,
                          .dtype = gml_network_dtype(network),
                          .input_scaling = network->input.shift != NULL,
                          .output_scaling = network->output.shift != NULL};
}

/* Adds the text of a JSON value to an object, and frees the value. */
static bool set_nested(json_t *metadata, const char *key, json_t *value)
{
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;
    json_decref(value);
    bool good = text != NULL && json_object_set_new(metadata, key, json_string(text)) == 0;
    free(text);
    return good;
}

static json_t *make_metadata(const gml_network *network, const char **bad)
{
    char needs[GML_NEEDS_SIZE];
    gml_features_needed(&network->schema, needs);
    json_t *metadata = json_object();
    bool good = json_object_set_new(metadata, "format", json_string("gemmule " GML_FORMAT_VERSION)) == 0 &&
                json_object_set_new(metadata, "checksum", json_string("0000000000000000")) == 0 &&
                (needs[0] == '\0' || json_object_set_new(metadata, "needs", json_string(needs)) == 0) &&
                json_object_set_new(metadata, "network", json_string(gml_network_to_json(network))) == 0 &&
                set_nested(metadata, "data", gml_metadata_data(&network->schema, bad)) &&
                set_nested(metadata, "training", gml_metadata_facts(network, bad));
    if (!good) {
        json_decref(metadata);
        return NULL;
    }
    return metadata;
}

/* {"dtype":"F32","shape":[784,10],"data_offsets":[0,31360]} */
static json_t *make_tensor(const gml_tensor *tensor, size_t begin)
{
    json_int_t rows = (json_int_t)tensor->shape[0], cols = (json_int_t)tensor->shape[1];
    json_t *shape = tensor->rank == 2 ? json_pack("[I, I]", rows, cols) : json_pack("[I]", rows);
    size_t end = begin + tensor->bytes;
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", gml_tensor_dtype_name(tensor->dtype), "shape", shape,
                     "data_offsets", (json_int_t)begin, (json_int_t)end);
}

static json_t *make_header(const gml_network *network, const char **bad)
{
    json_t *header = json_object();
    bool good = json_object_set_new(header, "__metadata__", make_metadata(network, bad)) == 0;
    gml_contents contents = contents_of(network);
    gml_tensor tensor;
    size_t begin = 0;
    for (size_t i = 0; good && gml_contents_tensor(&contents, i, &tensor); i++) {
        good = json_object_set_new(header, tensor.name, make_tensor(&tensor, begin)) == 0;
        begin += tensor.bytes;
    }
    if (!good) {
        json_decref(header);
        return NULL;
    }
    return header;
}

/* ---- the whole file, piece by piece ---- */

typedef struct front {
    char *bytes; /* length and header, [size] */
    size_t size;
} front;

/* Makes the length and the header, padded with spaces to a multiple of 64 bytes. */
static gml_status make_front(const gml_network *network, const char *path, front *made)
{
    const char *bad = NULL;
    json_t *header = make_header(network, &bad);
    char *text = header != NULL ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(header);
    if (bad != NULL) {
        return gml_fail(network->context, GML_ERROR_DATA,
                        "%s: the text \"%.60s\" is not UTF-8 and cannot be written to a model file", path, bad);
    }
    if (text == NULL) {
        return gml_fail(network->context, GML_ERROR_MEMORY, "%s: there is no memory for the header", path);
    }
    gml_status status = GML_OK;
    size_t length = strlen(text);
    size_t size = (GML_LENGTH_SIZE + length + LINE - 1) / LINE * LINE;
    if (length > GML_MAX_HEADER - LINE) {
        status =
            gml_fail(network->context, GML_ERROR_DATA, "%s: the header would have %zu bytes; at most %d are allowed",
                     path, length, GML_MAX_HEADER - LINE);
    } else {
        made->bytes = gml_allocate(network->context, size, 1, "the header of a model file");
        status = made->bytes != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        made->size = size;
        gml_write_length(size - GML_LENGTH_SIZE, (uint8_t *)made->bytes);
        memcpy(made->bytes + GML_LENGTH_SIZE, text, length);
        memset(made->bytes + GML_LENGTH_SIZE + length, ' ', size - GML_LENGTH_SIZE - length);
    }
    free(text);
    return status;
}

/* Receives the bytes of the file, in order. */
typedef gml_status sink(void *user, const void *data, size_t size);

static gml_status emit_numbers(sink *take, void *user, const void *numbers, const gml_tensor *tensor)
{
    unsigned char chunk[CHUNK]; /* a copy whose byte order can be changed */
    gml_status status = GML_OK;
    size_t size = gml_dtype_size(tensor->dtype);
    for (size_t done = 0; done < tensor->bytes && status == GML_OK; done += CHUNK) {
        size_t bytes = gml_least(tensor->bytes - done, CHUNK);
        memcpy(chunk, (const char *)numbers + done, bytes);
        gml_order_bytes(chunk, bytes / size, size);
        status = take(user, chunk, bytes);
    }
    return status;
}

/* Returns the numbers of tensor `index`, in the order of gml_contents_tensor. */
static const void *numbers_of(const gml_network *network, size_t index)
{
    const double *const scalings[] = {network->input.shift, network->input.scale, network->output.shift,
                                      network->output.scale};
    for (size_t i = 0; i < sizeof scalings / sizeof *scalings; i++) {
        if (scalings[i] != NULL && index-- == 0) {
            return scalings[i];
        }
    }
    gml_block block;
    gml_network_block(network, index, &block);
    return block.values.data;
}

/* Passes the whole file to `take`. */
static gml_status emit_file(const gml_network *network, const front *header, sink *take, void *user)
{
    const gml_contents contents = contents_of(network);
    gml_tensor tensor;
    gml_status status = take(user, header->bytes, header->size);
    for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
        status = emit_numbers(take, user, numbers_of(network, i), &tensor);
    }
    return status;
}

/* Fails for contents that gml_model_load would refuse. */
static gml_status check_numbers(const gml_network *network, const char *path)
{
    const gml_contents contents = contents_of(network);
    uint64_t bytes = 0;
    gml_tensor tensor;
    for (size_t i = 0; gml_contents_tensor(&contents, i, &tensor); i++) {
        bytes += tensor.bytes;
    }
    gml_status status = gml_contents_check_width(network->context, path, &network->spec, bytes);
    for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
        status = gml_tensor_check_finite(network->context, path, &tensor, numbers_of(network, i));
    }
    return status;
}

static gml_status sum_up(void *user, const void *data, size_t size)
{
    uint64_t *sum = user;
    *sum = gml_checksum(*sum, data, size);
    return GML_OK;
}

static gml_status write_on(void *user, const void *data, size_t size)
{
    return gml_writer_write(user, data, size);
}

static gml_status write_file(const gml_network *network, const char *path, const front *header)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(network->context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    status = emit_file(network, header, write_on, writer);
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

gml_status gml_model_save(const gml_network *network, const char *path)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"path", path}, {0}});
    if (status != GML_OK) {
        return status;
    }
    front header = {0};
    status = check_numbers(network, path);
    if (status == GML_OK) {
        status = make_front(network, path, &header);
    }
    if (status != GML_OK) {
        return status;
    }
    uint64_t sum = 0;
    char digits[GML_DIGITS + 1];
    emit_file(network, &header, sum_up, &sum);
    snprintf(digits, sizeof digits, "%016" PRIx64, sum);
    memcpy(header.bytes + GML_DIGITS_AT, digits, GML_DIGITS);
    status = write_file(network, path, &header);
    gml_release(network->context, header.bytes, header.size, 1);
    return status;
}
