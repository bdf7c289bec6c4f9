/* store/save.c - saves a network, or a checkpoint, to a file.
 *
 * The contents of a model are generated twice: first to compute the checksum, with 0 as its digits, then to write the
 * file. Those of a checkpoint are copied into memory, so that training can go on while they are written. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/least.h"
#include "base/writer.h"
#include "gemmule/model.h"
#include "store/checkpoint.h"
#include "store/features.h"

enum { LINE = 64, CHUNK = 1 << 15 };

/* ---- the header ---- */

/* What is saved: a network; for a checkpoint its state and conditions as well. */
typedef struct source {
    const gml_network *network;
    const gml_saved *saved; /* or null, like: */
    json_t *conditions;
} source;

gml_contents gml_contents_of(const gml_network *network, const gml_saved *saved)
{
    return (gml_contents){.spec = &network->spec,
                          .dtype = gml_network_dtype(network),
                          .input_scaling = network->input.shift != NULL,
                          .output_scaling = network->output.shift != NULL,
                          .saved = saved};
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

/* {"state": {...}, "conditions": {...}} */
static json_t *make_checkpoint(const source *from)
{
    json_t *checkpoint = json_object();
    bool good = json_object_set_new(checkpoint, "state", gml_saved_to_json(from->saved)) == 0 &&
                json_object_set(checkpoint, "conditions", from->conditions) == 0;
    if (!good) {
        json_decref(checkpoint);
        return NULL;
    }
    return checkpoint;
}

static json_t *make_metadata(const source *from, const char **bad)
{
    const gml_network *network = from->network;
    char needs[GML_NEEDS_SIZE];
    gml_features_needed(&network->schema, from->saved != NULL, needs);
    json_t *metadata = json_object();
    bool good = json_object_set_new(metadata, "format", json_string("gemmule " GML_FORMAT_VERSION)) == 0 &&
                json_object_set_new(metadata, "checksum", json_string("0000000000000000")) == 0 &&
                (needs[0] == '\0' || json_object_set_new(metadata, "needs", json_string(needs)) == 0) &&
                json_object_set_new(metadata, "network", json_string(gml_network_to_json(network))) == 0 &&
                set_nested(metadata, "data", gml_metadata_data(&network->schema, bad)) &&
                set_nested(metadata, "training", gml_metadata_facts(network, bad)) &&
                (from->saved == NULL || set_nested(metadata, "checkpoint", make_checkpoint(from)));
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

static json_t *make_header(const source *from, const char **bad)
{
    json_t *header = json_object();
    bool good = json_object_set_new(header, "__metadata__", make_metadata(from, bad)) == 0;
    gml_contents contents = gml_contents_of(from->network, from->saved);
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
static gml_status make_front(const source *from, const char *path, front *made)
{
    const gml_network *network = from->network;
    const char *bad = NULL;
    json_t *header = make_header(from, &bad);
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
static const void *numbers_of(const source *from, size_t index)
{
    const gml_network *network = from->network;
    const double *const scalings[] = {network->input.shift, network->input.scale, network->output.shift,
                                      network->output.scale};
    for (size_t i = 0; i < sizeof scalings / sizeof *scalings; i++) {
        if (scalings[i] != NULL && index-- == 0) {
            return scalings[i];
        }
    }
    size_t blocks = gml_network_block_count(network);
    if (index >= blocks) {
        return from->saved->arrays[index - blocks].numbers;
    }
    gml_block block;
    gml_network_block(network, index, &block);
    return block.values.data;
}

/* Passes the whole file to `take`. */
static gml_status emit_file(const source *from, const front *header, sink *take, void *user)
{
    const gml_contents contents = gml_contents_of(from->network, from->saved);
    gml_tensor tensor;
    gml_status status = take(user, header->bytes, header->size);
    for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
        status = emit_numbers(take, user, numbers_of(from, i), &tensor);
    }
    return status;
}

/* Fails for contents that gml_model_load would refuse. */
static gml_status check_numbers(const source *from, const char *path)
{
    const gml_network *network = from->network;
    const gml_contents contents = gml_contents_of(network, NULL);
    uint64_t bytes = 0;
    gml_tensor tensor;
    for (size_t i = 0; gml_contents_tensor(&contents, i, &tensor); i++) {
        bytes += tensor.bytes;
    }
    gml_status status = gml_contents_check_width(network->context, path, &network->spec, bytes);
    for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
        status = gml_tensor_check_finite(network->context, path, &tensor, numbers_of(from, i));
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

static gml_status write_model(const source *from, const char *path, const front *header)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(from->network->context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    status = emit_file(from, header, write_on, writer);
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

/* Writes the digits of a checksum into the front of a file. */
static void set_checksum(char *bytes, uint64_t sum)
{
    char digits[GML_DIGITS + 1];
    snprintf(digits, sizeof digits, "%016" PRIx64, sum);
    memcpy(bytes + GML_DIGITS_AT, digits, GML_DIGITS);
}

gml_status gml_model_save(const gml_network *network, const char *path)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"path", path}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const source from = {.network = network};
    front header = {0};
    status = check_numbers(&from, path);
    if (status == GML_OK) {
        status = make_front(&from, path, &header);
    }
    if (status != GML_OK) {
        return status;
    }
    uint64_t sum = 0;
    emit_file(&from, &header, sum_up, &sum);
    set_checksum(header.bytes, sum);
    status = write_model(&from, path, &header);
    gml_release(network->context, header.bytes, header.size, 1);
    return status;
}

/* ---- checkpoints ---- */

static gml_status append(void *user, const void *data, size_t size)
{
    gml_copy *copy = user;
    memcpy(copy->bytes + copy->used, data, size);
    copy->used += size;
    return GML_OK;
}

/* Returns the bytes of a file with this front; 0 if they cannot be counted. */
static size_t size_of(const source *from, const front *header)
{
    const gml_contents contents = gml_contents_of(from->network, from->saved);
    gml_tensor tensor;
    size_t size = header->size;
    for (size_t i = 0; gml_contents_tensor(&contents, i, &tensor); i++) {
        if (__builtin_add_overflow(size, tensor.bytes, &size)) {
            return 0;
        }
    }
    return size;
}

gml_status gml_copy_take(const gml_network *network, const gml_saved *saved, json_t *conditions, const char *path,
                         gml_copy *copy)
{
    gml_context *context = network->context;
    const source from = {.network = network, .saved = saved, .conditions = conditions};
    front header = {0};
    *copy = (gml_copy){.context = context};
    if (saved->full) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: the state has more parts than a checkpoint can hold",
                        path);
    }
    gml_status status = make_front(&from, path, &header);
    if (status != GML_OK) {
        return status;
    }
    copy->size = size_of(&from, &header);
    copy->bytes = gml_allocate(context, copy->size, 1, "the bytes of a checkpoint");
    if (copy->bytes != NULL) {
        emit_file(&from, &header, append, copy);
    }
    gml_release(context, header.bytes, header.size, 1);
    return copy->bytes != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_copy_write(gml_copy *copy, const char *path)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(copy->context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    set_checksum(copy->bytes, gml_checksum(0, copy->bytes, copy->size));
    status = gml_writer_write(writer, copy->bytes, copy->size);
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

void gml_copy_release(gml_copy *copy)
{
    gml_release(copy->context, copy->bytes, copy->size, 1);
    copy->bytes = NULL;
}
