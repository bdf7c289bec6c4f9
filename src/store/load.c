/* store/load.c - loads a network from a model file, or from a checkpoint without what that has besides. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/model.h"
#include "store/checkpoint.h"
#include "store/features.h"

typedef struct loader {
    gml_context *context;
    gml_file file;
    gml_spec spec;
    gml_contents contents;
    gml_saved saved; /* of a checkpoint: the arrays it has besides the network, which are not loaded */
    size_t tensor;   /* index of the next tensor */
    double *numbers; /* [contents.prepared] of the preparation */
    gml_network *network;
} loader;

static gml_status fail(const loader *in, const char *what, const char *problem)
{
    return gml_fail(in->context, GML_ERROR_DATA, "%s: %s %s", in->file.path, what, problem);
}

/* ---- the description ---- */

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
    gml_status status = gml_spec_parse(in->context, in->file.network_json, &in->spec);
    if (status != GML_ERROR_NAME) {
        return blame_file(in, "metadata \"network\":", status);
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->context, problem, sizeof problem);
    return gml_fail(in->context, GML_ERROR_NAME,
                    "%s: %s. A custom entry must be registered before the file is loaded (gemmule/custom.h); otherwise "
                    "%s",
                    in->file.path, problem, gml_newer_needed());
}

/* ---- the numbers ---- */

/* Reads the next tensor of the file. */
static gml_status read_numbers(loader *in, void *numbers)
{
    gml_tensor tensor;
    gml_contents_tensor(&in->contents, in->tensor++, &tensor);
    gml_file_take(&in->file, &tensor, numbers);
    return gml_tensor_check_finite(in->context, in->file.path, &tensor, numbers);
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

static gml_status read_prepared(loader *in)
{
    if (in->contents.prepared == 0) {
        return GML_OK;
    }
    in->numbers = gml_allocate(in->context, in->contents.prepared, sizeof *in->numbers, "the numbers of a preparation");
    return in->numbers != NULL ? read_numbers(in, in->numbers) : GML_ERROR_MEMORY;
}

static gml_status read_tensors(loader *in)
{
    gml_status status = read_prepared(in);
    if (status == GML_OK && in->contents.input_scaling) {
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
    const bool prepared = in->file.preparation != NULL;
    gml_status status = read_description(in);
    if (status == GML_OK) {
        in->contents = gml_contents_read(&in->spec, in->file.header, prepared);
        in->contents.saved = in->file.checkpoint != NULL ? &in->saved : NULL;
        status =
            gml_contents_check(in->context, in->file.path, &in->contents, in->file.header, gml_file_room(&in->file));
    }
    if (status == GML_OK) {
        gml_network_options options = {.dtype = in->contents.dtype};
        status = gml_network_create(in->context, in->file.network_json, &options, &in->network);
    }
    if (status == GML_OK) {
        in->network->fresh = false;
        status = read_tensors(in);
    }
    char where[512];
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"data\"", in->file.path);
        status = gml_metadata_read_data(in->network, where, in->file.data, prepared);
    }
    if (status == GML_OK && prepared && in->contents.input_scaling) {
        status = fail(in, "input.shift", "is there beside a preparation, which scales the inputs");
    }
    if (status == GML_OK && prepared) {
        snprintf(where, sizeof where, "%.400s: metadata \"preparation\"", in->file.path);
        status =
            gml_metadata_read_preparation(in->network, where, in->file.preparation, in->numbers, in->contents.prepared);
    }
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"training\"", in->file.path);
        status = gml_metadata_read_facts(in->network, where, in->file.facts);
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
    loader in = {.context = context};
    status = gml_file_open(context, path, &in.file);
    if (status == GML_OK && in.file.checkpoint != NULL) {
        status = gml_contents_list(&in.file, &in.saved);
    }
    if (status == GML_OK) {
        status = read_file(&in);
    }
    gml_file_close(&in.file);
    gml_release(context, in.numbers, in.contents.prepared, sizeof *in.numbers);
    gml_spec_clear(context, &in.spec);
    if (status != GML_OK) {
        gml_network_destroy(in.network);
        return status;
    }
    *network = in.network;
    return GML_OK;
}
