/* store/file.c - opens a file: its bytes, its header, its metadata. */
#include "store/file.h"

#include <stdio.h>

#include "base/json.h"
#include "store/features.h"

static gml_status fail(const gml_file *in, const char *what, const char *problem)
{
    return gml_fail(in->context, GML_ERROR_DATA, "%s: %s %s", in->path, what, problem);
}

static gml_status parse_json(const gml_file *in, const char *what, const char *text, size_t length, json_t **object)
{
    char where[512];
    snprintf(where, sizeof where, "%.400s: %s", in->path, what);
    return gml_json_parse(in->context, GML_ERROR_DATA, where, text, length, object);
}

static gml_status read_header(gml_file *in)
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
static gml_status nested(const gml_file *in, json_t *metadata, const char *key, json_t **object)
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
static gml_status check_metadata(const gml_file *in, json_t *metadata)
{
    static const char *const known[] = {"format",  "checksum",         "needs",      "network",
                                        "data",    "training",         "checkpoint", "preparation",
                                        "members", "target_transform", "intervals",  NULL};
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

static gml_status read_metadata(gml_file *in)
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
    json_t *transform = json_object_get(metadata, "target_transform");
    in->target_transform = json_string_value(transform);
    if (transform != NULL && in->target_transform == NULL) {
        return fail(in, "metadata \"target_transform\"", "is not a string");
    }
    status = nested(in, metadata, "data", &in->data);
    if (status == GML_OK) {
        status = nested(in, metadata, "training", &in->facts);
    }
    if (status == GML_OK && json_object_get(metadata, "preparation") != NULL) {
        status = nested(in, metadata, "preparation", &in->preparation);
    }
    if (status == GML_OK && json_object_get(metadata, "intervals") != NULL) {
        status = nested(in, metadata, "intervals", &in->intervals);
    }
    if (status == GML_OK && json_object_get(metadata, "members") != NULL) {
        status = nested(in, metadata, "members", &in->members);
    }
    if (status == GML_OK && json_object_get(metadata, "checkpoint") != NULL) {
        status = nested(in, metadata, "checkpoint", &in->checkpoint);
    }
    return status;
}

gml_status gml_file_open(gml_context *context, const char *path, gml_file *file)
{
    *file = (gml_file){.context = context, .path = path};
    gml_status status = gml_image_read(context, path, &file->image);
    if (status == GML_OK) {
        status = read_header(file);
    }
    if (status == GML_OK) {
        status = read_metadata(file);
    }
    if (status != GML_OK) {
        gml_file_close(file);
    }
    return status;
}

void gml_file_close(gml_file *file)
{
    gml_image_clear(&file->image);
    json_decref(file->data);
    json_decref(file->facts);
    json_decref(file->preparation);
    json_decref(file->intervals);
    json_decref(file->members);
    json_decref(file->checkpoint);
    json_decref(file->header);
    *file = (gml_file){.context = file->context};
}

uint64_t gml_file_room(const gml_file *file)
{
    return file->image.size - GML_LENGTH_SIZE - file->image.header;
}

void gml_file_take(gml_file *file, const gml_tensor *tensor, void *numbers)
{
    size_t size = gml_dtype_size(tensor->dtype);
    gml_image_take(&file->image, numbers, tensor->bytes);
    gml_order_bytes(numbers, tensor->bytes / size, size);
}
