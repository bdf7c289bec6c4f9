/* store/load.c - loads a network from a file.
 *
 * The whole file is read and its checksum verified (image.c) before it is parsed. So no memory is allocated for data
 * that the file does not have, and accidental damage is not parsed. The parser still checks everything: a file with a
 * valid checksum can have invalid contents. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "gemmule/model.h"
#include "store/features.h"
#include "store/format.h"
#include "store/image.h"

typedef struct loader {
    gml_context *context;
    const char *path;
    gml_image image;
    json_t *header, *data, *facts;
    const char *network_json; /* text in the header */
    gml_spec spec;
    gml_contents contents;
    size_t tensor; /* index of the next tensor */
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
    size_t size = (size_t)in->image.header;
    uint8_t length[GML_LENGTH_SIZE];
    char *text = gml_allocate(in->context, size, 1, "the header of a model file");
    if (text == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_image_take(&in->image, length, sizeof length);
    gml_image_take(&in->image, text, size);
    gml_status status = parse_json(in, "header", text, size, &in->header);
    gml_release(in->context, text, size, 1);
    return status;
}

/* Parses the JSON object in a text of the metadata. */
static gml_status nested(const loader *in, json_t *metadata, const char *key, json_t **object)
{
    json_t *text = json_object_get(metadata, key);
    char what[64];
    snprintf(what, sizeof what, "metadata \"%s\"", key);
    if (!json_is_string(text)) {
        return fail(in, what, "is missing or not a string");
    }
    return parse_json(in, what, json_string_value(text), json_string_length(text), object);
}

/* Fails for an unknown feature or key, and names it. */
static gml_status check_metadata(const loader *in, json_t *metadata)
{
    static const char *const known[] = {"format", "checksum", "needs", "network", "data", "training", NULL};
    if (!json_is_object(metadata)) {
        return fail(in, "\"__metadata__\"", "is not a JSON object");
    }
    json_t *needs = json_object_get(metadata, "needs");
    if (needs != NULL && !json_is_string(needs)) {
        return fail(in, "metadata \"needs\"", "is not a string");
    }
    gml_status status = needs != NULL ? gml_features_check(in->context, in->path, json_string_value(needs)) : GML_OK;
    const char *unknown = gml_json_unknown_key(metadata, known);
    if (status == GML_OK && unknown != NULL) {
        status = gml_fail(in->context, GML_ERROR_DATA, "%s: the metadata has an unknown key \"%.60s\": %s", in->path,
                          unknown, gml_newer_needed());
    }
    return status;
}

static gml_status read_metadata(loader *in)
{
    json_t *metadata = json_object_get(in->header, "__metadata__");
    gml_status status = check_metadata(in, metadata);
    if (status != GML_OK) {
        return status;
    }
    json_t *network = json_object_get(metadata, "network");
    in->network_json = json_string_value(network);
    if (in->network_json == NULL || in->network_json[0] != '{') {
        return fail(in, "metadata \"network\"", "is not a string with a JSON object");
    }
    status = nested(in, metadata, "data", &in->data);
    return status == GML_OK ? nested(in, metadata, "training", &in->facts) : status;
}

/* Turns a failure that the file's contents caused elsewhere into a data error that names the file. */
static gml_status blame_file(const loader *in, const char *what, gml_status status)
{
    if (status == GML_OK || status == GML_ERROR_MEMORY) {
        return status;
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->context, problem, sizeof problem);
    return fail(in, what, problem);
}

/* Parses the description, which may name custom entries of the program that saved it. */
static gml_status read_description(loader *in)
{
    gml_status status = gml_spec_parse(in->context, in->network_json, &in->spec);
    if (status != GML_ERROR_NAME) {
        return blame_file(in, "metadata \"network\":", status);
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->context, problem, sizeof problem);
    return gml_fail(in->context, GML_ERROR_NAME,
                    "%s: %s. A custom entry must be registered before the file is loaded (gemmule/custom.h); otherwise "
                    "%s",
                    in->path, problem, gml_newer_needed());
}

/* ---- the numbers ---- */

/* Reads the next tensor of the file. */
static gml_status read_numbers(loader *in, void *numbers)
{
    gml_tensor tensor;
    gml_contents_tensor(&in->contents, in->tensor++, &tensor);
    gml_image_take(&in->image, numbers, tensor.bytes);
    gml_order_bytes(numbers, tensor.bytes / gml_dtype_size(tensor.dtype), gml_dtype_size(tensor.dtype));
    return gml_tensor_check_finite(in->context, in->path, &tensor, numbers);
}

static gml_status read_scaling(loader *in, const char *what, size_t count,
                               gml_status set(gml_network *network, const double *shift, const double *scale))
{
    double *numbers = gml_allocate(in->context, count, 2 * sizeof *numbers, what);
    if (numbers == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = read_numbers(in, numbers);
    if (status == GML_OK) {
        status = read_numbers(in, numbers + count);
    }
    if (status == GML_OK) {
        status = blame_file(in, "has an invalid", set(in->network, numbers, numbers + count));
    }
    gml_release(in->context, numbers, count, 2 * sizeof *numbers);
    return status;
}

static gml_status read_tensors(loader *in)
{
    gml_status status = GML_OK;
    if (in->contents.input_scaling) {
        status = read_scaling(in, "input scaling", gml_network_inputs(in->network), gml_network_set_input_scaling);
    }
    if (status == GML_OK && in->contents.output_scaling) {
        status = read_scaling(in, "output scaling", gml_network_outputs(in->network), gml_network_set_output_scaling);
    }
    for (size_t i = 0; status == GML_OK && i < gml_network_block_count(in->network); i++) {
        gml_block block;
        gml_network_block(in->network, i, &block);
        status = read_numbers(in, block.values.data);
    }
    return status;
}

/* ---- the file ---- */

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
        uint64_t room = in->image.size - GML_LENGTH_SIZE - in->image.header;
        in->contents = gml_contents_read(&in->spec, in->header);
        status = gml_contents_check(in->context, in->path, &in->contents, in->header, room);
    }
    if (status == GML_OK) {
        gml_network_options options = {.dtype = in->contents.dtype};
        status = gml_network_create(in->context, in->network_json, &options, &in->network);
    }
    if (status == GML_OK) {
        in->network->fresh = false;
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
    status = gml_image_read(context, path, &in.image);
    if (status == GML_OK) {
        status = read_file(&in);
    }
    gml_image_clear(&in.image);
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
