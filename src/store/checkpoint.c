/* store/checkpoint.c - reads a checkpoint into a network and the state of its training. */
#include "store/checkpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "store/emit.h"

/* ---- the arrays of a file ---- */

/* Returns the array that a header's entry describes; its count is 0 if it describes none. */
static gml_saved_array describe(const char *name, json_t *entry)
{
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    json_t *shape = json_object_get(entry, "shape"), *count = json_array_get(shape, 0);
    gml_saved_array array = {.count = 0};
    bool is_double = dtype != NULL && strcmp(dtype, gml_tensor_dtype_name(GML_F64)) == 0;
    if (json_array_size(shape) == 1 && json_integer_value(count) > 0 && strlen(name) < sizeof array.name) {
        array.dtype = is_double ? GML_F64 : GML_F32;
        array.count = (size_t)json_integer_value(count);
        strcpy(array.name, name);
    }
    return array;
}

gml_status gml_contents_list(const gml_file *file, gml_saved *saved)
{
    const char *key = NULL;
    json_t *entry = NULL;
    json_object_foreach(file->header, key, entry)
    {
        size_t prefix = strlen(GML_SAVED_PREFIX);
        if (strncmp(key, GML_SAVED_PREFIX, prefix) != 0) {
            continue;
        }
        gml_saved_array array = describe(key + prefix, entry);
        if (array.count == 0 || saved->array_count == GML_SAVED_ARRAYS) {
            return gml_fail(file->context, GML_ERROR_DATA,
                            "%s: \"%.60s\" is not one of at most %d arrays of a checkpoint", file->path, key,
                            GML_SAVED_ARRAYS);
        }
        saved->arrays[saved->array_count++] = array;
    }
    return GML_OK;
}

/* ---- the network ---- */

static gml_status check_type(const gml_file *file, const gml_network *network)
{
    gml_contents contents = gml_contents_read(&network->spec, file->header, file->preparation != NULL, 0);
    if (contents.dtype != gml_network_dtype(network)) {
        return gml_fail(file->context, GML_ERROR_SHAPE, "%s: the checkpoint's network computes in %s, this one in %s",
                        file->path, gml_tensor_dtype_name(contents.dtype),
                        gml_tensor_dtype_name(gml_network_dtype(network)));
    }
    return GML_OK;
}

/* Compares an object of the metadata with the network's, which is released. */
static gml_status check_object(const gml_file *file, json_t *data, const char *bad, const json_t *there,
                               const char *what)
{
    if (data == NULL) {
        return bad != NULL
                   ? gml_fail(file->context, GML_ERROR_SHAPE,
                              "%s: the network knows the text \"%.60s\", which no checkpoint can hold", file->path, bad)
                   : gml_fail(file->context, GML_ERROR_MEMORY, "%s: there is no memory for JSON", file->path);
    }
    bool equal = json_equal(data, there) == 1;
    json_decref(data);
    return equal ? GML_OK
                 : gml_fail(file->context, GML_ERROR_SHAPE, "%s: the checkpoint's network %s than this network",
                            file->path, what);
}

/* Compares the data schema and the preparation with the network's. */
static gml_status check_schema(const gml_file *file, const gml_network *network)
{
    const char *bad = NULL;
    json_t *data = gml_metadata_data(&network->schema, &bad);
    gml_status status = check_object(file, data, bad, file->data, "was adapted to data of other columns or classes");
    if (status != GML_OK || (file->preparation == NULL && network->preparation == NULL)) {
        return status;
    }
    if (network->preparation == NULL || file->preparation == NULL) {
        return gml_fail(file->context, GML_ERROR_SHAPE, "%s: the checkpoint's network has %s preparation, this one %s",
                        file->path, file->preparation == NULL ? "no" : "a",
                        network->preparation == NULL ? "none" : "has one");
    }
    data = gml_metadata_preparation(network, &bad);
    return check_object(file, data, bad, file->preparation, "has another preparation");
}

gml_status gml_checkpoint_check_network(const gml_file *file, const gml_network *network)
{
    if (file->checkpoint == NULL) {
        return gml_fail(file->context, GML_ERROR_DATA,
                        "%s: is a model without the state of its training; a checkpoint was expected", file->path);
    }
    const char *here = gml_network_to_json(network);
    if (strcmp(file->network_json, here) != 0) {
        return gml_fail(file->context, GML_ERROR_SHAPE,
                        "%s: the checkpoint has another network: %.300s; this one is %.300s", file->path,
                        file->network_json, here);
    }
    const char *transform = gml_network_target_transform(network);
    if ((transform == NULL) != (file->target_transform == NULL) ||
        (transform != NULL && strcmp(transform, file->target_transform) != 0)) {
        return gml_fail(file->context, GML_ERROR_SHAPE,
                        "%s: the checkpoint's network learns %s of its targets, this one %s", file->path,
                        file->target_transform != NULL ? file->target_transform : "no transform",
                        transform != NULL ? transform : "none");
    }
    gml_status status = check_type(file, network);
    return status == GML_OK ? check_schema(file, network) : status;
}

json_t *gml_checkpoint_conditions(const gml_file *file)
{
    return json_object_get(file->checkpoint, "conditions");
}

/* ---- restoring ---- */

/* Takes a tensor of a preparation or a scaling and compares it with the network's. */
static gml_status compare_scaling(gml_file *file, const gml_tensor *tensor, const double *here)
{
    enum { SOME = 64 };
    double there[SOME];
    size_t count = tensor->shape[0];
    bool equal = true;
    for (size_t done = 0, some; done < count; done += some) {
        some = gml_least(count - done, SOME);
        gml_tensor part = *tensor;
        part.bytes = some * sizeof *there;
        gml_file_take(file, &part, there);
        equal = equal && memcmp(there, here + done, part.bytes) == 0;
    }
    return equal
               ? GML_OK
               : gml_fail(file->context, GML_ERROR_SHAPE,
                          "%s: %s differs from the network's: it was adapted to other data", file->path, tensor->name);
}

static gml_status compare_scalings(gml_file *file, const gml_network *network, const gml_contents *contents,
                                   size_t *next)
{
    const double *all[GML_LONG_NUMBERS];
    const size_t count = gml_source_long_numbers(network, all);
    gml_status status = GML_OK;
    gml_tensor tensor;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        gml_contents_tensor(contents, (*next)++, &tensor);
        status = compare_scaling(file, &tensor, all[i]);
    }
    return status;
}

static bool has_array(const gml_saved *saved, const char *name)
{
    for (size_t i = 0; i < saved->array_count; i++) {
        if (strcmp(saved->arrays[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Checks that the file's arrays have the names of the list's: options that were overridden may need others. */
static gml_status check_arrays(const gml_file *file, const gml_saved *saved)
{
    gml_saved there = {.full = false};
    gml_status status = gml_contents_list(file, &there);
    for (size_t i = 0; status == GML_OK && i < saved->array_count; i++) {
        if (!has_array(&there, saved->arrays[i].name)) {
            status = gml_fail(file->context, GML_ERROR_SHAPE,
                              "%s: the checkpoint has no array \"%s\", which the options of this run need", file->path,
                              saved->arrays[i].name);
        }
    }
    for (size_t i = 0; status == GML_OK && i < there.array_count; i++) {
        if (!has_array(saved, there.arrays[i].name)) {
            status = gml_fail(file->context, GML_ERROR_SHAPE,
                              "%s: the checkpoint has an array \"%s\", which the options of this run do not need",
                              file->path, there.arrays[i].name);
        }
    }
    return status;
}

static gml_status check_state(const gml_file *file, const gml_saved *saved)
{
    char where[512];
    snprintf(where, sizeof where, "%.400s: the state of training", file->path);
    return gml_saved_check(file->context, where, json_object_get(file->checkpoint, "state"), saved);
}

/* Copies what cannot fail any more: all is checked. */
static void take_all(gml_file *file, gml_network *network, const gml_saved *saved, const gml_contents *contents,
                     size_t next)
{
    gml_tensor tensor;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        gml_contents_tensor(contents, next++, &tensor);
        gml_file_take(file, &tensor, block.values.data);
    }
    for (size_t i = 0; i < saved->array_count; i++) {
        gml_contents_tensor(contents, next++, &tensor);
        gml_file_take(file, &tensor, saved->arrays[i].numbers);
    }
    gml_saved_from_json(json_object_get(file->checkpoint, "state"), saved);
    network->fresh = false;
}

gml_status gml_checkpoint_restore(gml_file *file, gml_network *network, const gml_saved *saved)
{
    const gml_contents contents = gml_contents_of(network, saved);
    size_t next = 0;
    if (saved->full) {
        return gml_fail(file->context, GML_ERROR_UNSUPPORTED, "%s: the state has more parts than a checkpoint can hold",
                        file->path);
    }
    gml_status status = check_arrays(file, saved);
    if (status == GML_OK) {
        status = gml_contents_check(file->context, file->path, &contents, 1, file->header, gml_file_room(file));
    }
    if (status == GML_OK) {
        status = check_state(file, saved);
    }
    if (status == GML_OK) {
        status = compare_scalings(file, network, &contents, &next);
    }
    if (status == GML_OK) {
        take_all(file, network, saved, &contents, next);
    }
    return status;
}
