/* store/emit.c - generates the bytes of a file from a network and, for a checkpoint, the state of its training. */
#include "store/emit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/least.h"
#include "data/transform/transform.h"
#include "gemmule/ensemble.h"
#include "network/ensemble.h"
#include "store/features.h"

enum { LINE = 64, CHUNK = 1 << 15 };

/* ---- the header ---- */

gml_contents gml_contents_of(const gml_network *network, const gml_saved *saved)
{
    size_t prepared = 0;
    if (network->preparation != NULL) {
        gml_preparation_numbers(network->preparation, &prepared);
    }
    return (gml_contents){.spec = &network->spec,
                          .dtype = gml_network_dtype(network),
                          .prepared = prepared,
                          .input_scaling = network->input.shift != NULL,
                          .output_scaling = network->output.shift != NULL,
                          .limits = network->limits.least != NULL,
                          .saved = saved};
}

size_t gml_source_parts(const gml_source *from)
{
    const size_t members = gml_network_members(from->network);
    return members > 0 ? members : 1;
}

gml_source gml_source_part(const gml_source *from, size_t index)
{
    return gml_network_members(from->network) == 0
               ? *from
               : (gml_source){.network = gml_network_member(from->network, index), .member = index + 1};
}

gml_contents gml_source_contents(const gml_source *part)
{
    gml_contents contents = gml_contents_of(part->network, part->saved);
    contents.member = part->member;
    return contents;
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
static json_t *make_checkpoint(const gml_source *from)
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

static json_t *make_metadata(const gml_source *from, const char **bad)
{
    const gml_network *network = from->network;
    char needs[GML_NEEDS_SIZE];
    gml_features_needed(network, from->saved != NULL, needs);
    json_t *metadata = json_object();
    bool good =
        json_object_set_new(metadata, "format", json_string("gemmule " GML_FORMAT_VERSION)) == 0 &&
        json_object_set_new(metadata, "checksum", json_string("0000000000000000")) == 0 &&
        (needs[0] == '\0' || json_object_set_new(metadata, "needs", json_string(needs)) == 0) &&
        json_object_set_new(metadata, "network", json_string(gml_network_to_json(network))) == 0 &&
        set_nested(metadata, "data", gml_metadata_data(&network->schema, bad)) &&
        (network->preparation == NULL || set_nested(metadata, "preparation", gml_metadata_preparation(network, bad))) &&
        (!network->log_targets || network->ensemble != NULL ||
         json_object_set_new(metadata, "target_transform", json_string(gml_network_target_transform(network))) == 0) &&
        (network->intervals.level == 0 || set_nested(metadata, "intervals", gml_metadata_intervals(network))) &&
        set_nested(metadata, "training", gml_metadata_facts(network, bad)) &&
        (network->ensemble == NULL || set_nested(metadata, "members", gml_metadata_members(network, bad))) &&
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

/* Adds the tensors of a part, which begin at byte *begin. */
static bool set_tensors(json_t *header, const gml_source *part, size_t *begin)
{
    const gml_contents contents = gml_source_contents(part);
    gml_tensor tensor;
    bool good = true;
    for (size_t i = 0; good && gml_contents_tensor(&contents, i, &tensor); i++) {
        good = json_object_set_new(header, tensor.name, make_tensor(&tensor, *begin)) == 0;
        *begin += tensor.bytes;
    }
    return good;
}

static json_t *make_header(const gml_source *from, const char **bad)
{
    json_t *header = json_object();
    bool good = json_object_set_new(header, "__metadata__", make_metadata(from, bad)) == 0;
    size_t begin = 0;
    for (size_t i = 0; good && i < gml_source_parts(from); i++) {
        const gml_source part = gml_source_part(from, i);
        good = set_tensors(header, &part, &begin);
    }
    if (!good) {
        json_decref(header);
        return NULL;
    }
    return header;
}

/* ---- the whole file, piece by piece ---- */

gml_status gml_front_make(const gml_source *from, const char *path, gml_front *made)
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

static gml_status emit_numbers(gml_sink *take, void *user, const void *numbers, const gml_tensor *tensor)
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

size_t gml_source_long_numbers(const gml_network *network, const double *all[GML_LONG_NUMBERS])
{
    size_t prepared = 0, count = 0;
    const double *numbers =
        network->preparation != NULL ? gml_preparation_numbers(network->preparation, &prepared) : NULL;
    const double *const possible[GML_LONG_NUMBERS] = {
        prepared > 0 ? numbers : NULL, network->input.shift,  network->input.scale,    network->output.shift,
        network->output.scale,         network->limits.least, network->limits.greatest};
    for (size_t i = 0; i < GML_LONG_NUMBERS; i++) {
        if (possible[i] != NULL) {
            all[count++] = possible[i];
        }
    }
    return count;
}

const void *gml_source_numbers(const gml_source *part, size_t index)
{
    const gml_network *network = part->network;
    const double *all[GML_LONG_NUMBERS];
    const size_t count = gml_source_long_numbers(network, all);
    if (index < count) {
        return all[index];
    }
    index -= count;
    size_t blocks = gml_network_block_count(network);
    if (index >= blocks) {
        return part->saved->arrays[index - blocks].numbers;
    }
    gml_block block;
    gml_network_block(network, index, &block);
    return block.values.data;
}

static gml_status emit_part(const gml_source *part, gml_sink *take, void *user)
{
    const gml_contents contents = gml_source_contents(part);
    gml_tensor tensor;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
        status = emit_numbers(take, user, gml_source_numbers(part, i), &tensor);
    }
    return status;
}

gml_status gml_source_emit(const gml_source *from, const gml_front *header, gml_sink *take, void *user)
{
    gml_status status = take(user, header->bytes, header->size);
    for (size_t i = 0; status == GML_OK && i < gml_source_parts(from); i++) {
        const gml_source part = gml_source_part(from, i);
        status = emit_part(&part, take, user);
    }
    return status;
}

void gml_front_set_checksum(char *bytes, uint64_t sum)
{
    char digits[GML_DIGITS + 1];
    snprintf(digits, sizeof digits, "%016" PRIx64, sum);
    memcpy(bytes + GML_DIGITS_AT, digits, GML_DIGITS);
}
