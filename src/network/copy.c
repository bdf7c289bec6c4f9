/* network/copy.c - copies of networks, with their schema, scaling and facts; exchanging parameters. */
#include <string.h>

#include "base/least.h"
#include "kernel/data/data.h"
#include "network/ensemble.h"
#include "network/intervals.h"

gml_status gml_network_copy_facts(const gml_network *network, gml_network *copy)
{
    gml_status status = gml_network_set_preparation(copy, network->preparation);
    if (status == GML_OK) {
        status = gml_network_set_schema(copy, &network->schema);
    }
    if (status == GML_OK) {
        status = gml_network_set_input_scaling(copy, network->input.shift, network->input.scale);
    }
    if (status == GML_OK) {
        status = gml_network_set_output_scaling(copy, network->output.shift, network->output.scale);
    }
    if (status == GML_OK) {
        status = gml_network_set_output_limits(copy, network->limits.least, network->limits.greatest);
    }
    copy->log_targets = network->log_targets;
    if (status == GML_OK) {
        status = gml_network_copy_intervals(network, copy);
    }
    for (size_t i = 0; i < network->fact_count && status == GML_OK; i++) {
        status = gml_network_set_fact(copy, network->facts[i].name, network->facts[i].text);
    }
    return status;
}

static void copy_parameters(const gml_network *network, gml_network *copy)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block from, to;
        gml_network_block(network, i, &from);
        gml_network_block(copy, i, &to);
        gml_gather_call call = {.rows = from.values.rows,
                                .cols = from.values.cols,
                                .source = from.values.data,
                                .source_dtype = from.values.dtype,
                                .source_stride = from.values.stride,
                                .target = to.values.data,
                                .target_stride = to.values.stride};
        copy->kernels->data->gather(&call);
    }
}

gml_status gml_network_copy(const gml_network *network, gml_dtype dtype, gml_network **copy)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"copy", copy}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (network->ensemble != NULL) {
        return gml_ensemble_convert(network, gml_network_copy, dtype, copy);
    }
    gml_network *made = NULL;
    gml_network_options options = {.dtype = dtype};
    status = gml_network_create(network->context, network->json, &options, &made);
    if (status != GML_OK) {
        return status;
    }
    copy_parameters(network, made);
    if (gml_network_is_fresh(network)) {
        gml_network_mark_fresh(made);
    } else {
        made->fresh = false;
    }
    status = gml_network_copy_facts(network, made);
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *copy = made;
    return GML_OK;
}

void gml_network_exchange(gml_network *network, void *others)
{
    char buffer[4096], *a = network->parameters, *b = others;
    for (size_t at = 0, piece; at < network->parameter_bytes; at += piece) {
        piece = gml_least(network->parameter_bytes - at, sizeof buffer);
        memcpy(buffer, a + at, piece);
        memcpy(a + at, b + at, piece);
        memcpy(b + at, buffer, piece);
    }
}
