/* store/load.c - loads a network from a model file, or from a checkpoint without what that has besides. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gemmule/model.h"
#include "store/features.h"
#include "store/load.h"

static gml_status fail(const gml_loader *in, const char *what, const char *problem)
{
    return gml_fail(in->file->context, GML_ERROR_DATA, "%s: %s %s", in->file->path, what, problem);
}

/* ---- the description ---- */

/* Turns a failure that the file's contents caused elsewhere into a data error that names the file. */
static gml_status blame_file(const gml_loader *in, const char *what, gml_status status)
{
    if (status == GML_OK || status == GML_ERROR_MEMORY) {
        return status;
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->file->context, problem, sizeof problem);
    return fail(in, what, problem);
}

/* Parses the description, which may name custom entries of the program that saved it. */
static gml_status read_description(gml_loader *in)
{
    gml_status status = gml_spec_parse(in->file->context, in->texts.network, &in->spec);
    if (status != GML_ERROR_NAME) {
        return blame_file(in, "metadata \"network\":", status);
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(in->file->context, problem, sizeof problem);
    return gml_fail(in->file->context, GML_ERROR_NAME,
                    "%s: %s. A custom entry must be registered before the file is loaded (gemmule/custom.h); otherwise "
                    "%s",
                    in->file->path, problem, gml_newer_needed());
}

/* ---- the numbers ---- */

/* Reads the next tensor of the file. */
static gml_status read_numbers(gml_loader *in, void *numbers)
{
    gml_tensor tensor;
    gml_contents_tensor(&in->contents, in->tensor++, &tensor);
    gml_file_take(in->file, &tensor, numbers);
    return gml_tensor_check_finite(in->file->context, in->file->path, &tensor, numbers);
}

/* Reads two tensors [count] and gives them to the network. */
static gml_status read_pair(gml_loader *in, const char *what, size_t count,
                            gml_status set(gml_network *network, const double *first, const double *second))
{
    double *numbers = gml_allocate(in->file->context, count, 2 * sizeof *numbers, what);
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
    gml_release(in->file->context, numbers, count, 2 * sizeof *numbers);
    return status;
}

static gml_status read_prepared(gml_loader *in)
{
    if (in->contents.prepared == 0) {
        return GML_OK;
    }
    in->numbers =
        gml_allocate(in->file->context, in->contents.prepared, sizeof *in->numbers, "the numbers of a preparation");
    return in->numbers != NULL ? read_numbers(in, in->numbers) : GML_ERROR_MEMORY;
}

static gml_status read_tensors(gml_loader *in)
{
    gml_status status = read_prepared(in);
    if (status == GML_OK && in->contents.input_scaling) {
        status = read_pair(in, "input scaling", gml_network_inputs(in->network), gml_network_set_input_scaling);
    }
    if (status == GML_OK && in->contents.output_scaling) {
        status = read_pair(in, "output scaling", gml_network_outputs(in->network), gml_network_set_output_scaling);
    }
    if (status == GML_OK && in->contents.limits) {
        status = read_pair(in, "limit of outputs", gml_network_outputs(in->network), gml_network_set_output_limits);
    }
    for (size_t i = 0; status == GML_OK && i < gml_network_block_count(in->network); i++) {
        gml_block block;
        gml_network_block(in->network, i, &block);
        status = read_numbers(in, block.values.data);
    }
    return status;
}

/* ---- one network ---- */

gml_status gml_loader_begin(gml_loader *in)
{
    gml_status status = read_description(in);
    if (status == GML_OK) {
        in->contents =
            gml_contents_read(&in->spec, in->file->header, in->texts.preparation != NULL, in->contents.member);
    }
    return status;
}

gml_status gml_loader_read(gml_loader *in)
{
    const bool prepared = in->texts.preparation != NULL;
    const gml_network_options options = {.dtype = in->contents.dtype};
    gml_status status = gml_network_create(in->file->context, in->texts.network, &options, &in->network);
    if (status == GML_OK) {
        in->network->fresh = false;
        status = read_tensors(in);
    }
    char where[512];
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"data\"", in->file->path);
        status = gml_metadata_read_data(in->network, where, in->file->data, prepared);
    }
    if (status == GML_OK && in->texts.target_transform != NULL) {
        status = blame_file(in, "metadata \"target_transform\":",
                            gml_network_set_target_transform(in->network, in->texts.target_transform));
    }
    if (status == GML_OK && prepared && in->contents.input_scaling) {
        status = fail(in, "input.shift", "is there beside a preparation, which scales the inputs");
    }
    if (status == GML_OK && prepared) {
        snprintf(where, sizeof where, "%.400s: metadata \"preparation\"", in->file->path);
        status = gml_metadata_read_preparation(in->network, where, in->texts.preparation, in->numbers,
                                               in->contents.prepared);
    }
    if (status == GML_OK && in->texts.intervals != NULL) {
        snprintf(where, sizeof where, "%.400s: metadata \"intervals\"", in->file->path);
        status = gml_metadata_read_intervals(in->network, where, in->texts.intervals);
    }
    if (status == GML_OK) {
        snprintf(where, sizeof where, "%.400s: metadata \"training\"", in->file->path);
        status = gml_metadata_read_facts(in->network, where, in->texts.facts);
    }
    return status;
}

void gml_loader_end(gml_loader *in)
{
    gml_context *context = in->file->context;
    gml_release(context, in->numbers, in->contents.prepared, sizeof *in->numbers);
    gml_spec_clear(context, &in->spec);
    gml_network_destroy(in->network);
}

/* ---- the file ---- */

static gml_status load_network(gml_file *file, gml_network **network)
{
    gml_loader in = {.file = file};
    gml_saved saved = {.full = false}; /* of a checkpoint: its arrays beside the network, which are not loaded */
    in.texts = (gml_member_texts){.network = file->network_json,
                                  .preparation = file->preparation,
                                  .intervals = file->intervals,
                                  .facts = file->facts,
                                  .target_transform = file->target_transform};
    gml_status status = file->checkpoint != NULL ? gml_contents_list(file, &saved) : GML_OK;
    if (status == GML_OK) {
        status = gml_loader_begin(&in);
    }
    if (status == GML_OK) {
        in.contents.saved = file->checkpoint != NULL ? &saved : NULL;
        status = gml_contents_check(file->context, file->path, &in.contents, 1, file->header, gml_file_room(file));
    }
    if (status == GML_OK) {
        status = gml_loader_read(&in);
    }
    if (status == GML_OK) {
        *network = in.network;
        in.network = NULL;
    }
    gml_loader_end(&in);
    return status;
}

gml_status gml_model_load(gml_context *context, const char *path, gml_network **network)
{
    gml_file file;
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"path", path}, {"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_file_open(context, path, &file);
    }
    if (status != GML_OK) {
        return status;
    }
    status = file.members != NULL ? gml_load_ensemble(&file, network) : load_network(&file, network);
    gml_file_close(&file);
    return status;
}
