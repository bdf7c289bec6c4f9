/* network/target_map.c - from the outputs of the last layer to predictions: scaling, the inverse of the targets'
 * transform, limits. */
#include <math.h>
#include <string.h>

#include "data/transform/transform.h"
#include "kernel/matrix/matrix.h"
#include "network/network.h"

void gml_network_finish_outputs(const gml_network *network, gml_matrix y)
{
    if (gml_network_maps_targets(network)) {
        const gml_target_map map = gml_network_target_map(network);
        gml_targets_predicted(&map, y);
    } else if (network->output.scale != NULL) {
        network->context->kernels[y.dtype]->matrix->affine_columns(y.rows, y.cols, y.stride, network->output.scale,
                                                                   network->output.shift, y.data);
    }
}

/* ---- the transform ---- */

gml_status gml_target_chain_read(gml_context *context, const char *text, gml_target_chain *chain)
{
    const size_t length = strlen(text);
    *chain = (gml_target_chain){0};
    if (strcmp(text, "none") == 0) {
        return GML_OK;
    }
    for (size_t begin = 0; begin <= length;) {
        const char *arrow = strstr(text + begin, "->");
        const size_t end = arrow != NULL ? (size_t)(arrow - text) : length;
        gml_call call;
        gml_status status = gml_call_parse_part(context, "target preparation", "transform", gml_transform_entry, text,
                                                begin, end, &call);
        if (status != GML_OK) {
            return status;
        }
        const bool log = strcmp(call.entry->name, "log") == 0, standard = strcmp(call.entry->name, "standard") == 0;
        if ((!log && !standard) || (log && chain->log) || chain->standard) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "target preparation, at %s: targets take none, standard, log, or log -> standard",
                            call.entry->name);
        }
        chain->log = chain->log || log;
        chain->standard = standard;
        begin = end + 2;
    }
    return GML_OK;
}

gml_status gml_network_set_target_transform(gml_network *network, const char *name)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    gml_target_chain chain = {0};
    if (status == GML_OK && name != NULL) {
        status = gml_target_chain_read(network->context, name, &chain);
    }
    if (status == GML_OK && chain.standard) {
        status = gml_fail(network->context, GML_ERROR_ARGUMENT,
                          "gml_network_set_target_transform: \"%.60s\" has a scaling, which "
                          "gml_network_set_output_scaling sets",
                          name);
    }
    if (status == GML_OK) {
        network->log_targets = chain.log;
    }
    return status;
}

const char *gml_network_target_transform(const gml_network *network)
{
    return network != NULL && network->log_targets ? gml_transform_log.entry.name : NULL;
}

/* ---- limits ---- */

void gml_limits_clear(gml_context *context, gml_limits *limits, size_t count)
{
    gml_release(context, limits->least, count, 2 * sizeof(double));
    *limits = (gml_limits){0};
}

void gml_limits_swap(gml_limits *a, gml_limits *b)
{
    const gml_limits kept = *a;
    *a = *b;
    *b = kept;
}

gml_status gml_limits_create(gml_context *context, size_t count, gml_limits *limits)
{
    double *values = gml_allocate(context, count, 2 * sizeof(double), "limits of predictions");
    *limits = (gml_limits){.least = values, .greatest = values != NULL ? values + count : NULL};
    return values != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_network_set_output_limits(gml_network *network, const double *least, const double *greatest)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    gml_limits made = {0};
    if (status != GML_OK) {
        return status;
    }
    const size_t outputs = gml_network_outputs(network);
    if ((least == NULL) != (greatest == NULL)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "gml_network_set_output_limits: one of the arrays of limits is null");
    }
    for (size_t i = 0; least != NULL && i < outputs; i++) {
        if (!isfinite(least[i]) || !isfinite(greatest[i]) || least[i] > greatest[i]) {
            return gml_fail(network->context, GML_ERROR_DATA,
                            "limits of output %zu: %g and %g; two finite numbers in ascending order are needed", i + 1,
                            least[i], greatest[i]);
        }
    }
    if (least != NULL) {
        status = gml_limits_create(network->context, outputs, &made);
    }
    if (status != GML_OK) {
        return status;
    }
    if (least != NULL) {
        memcpy(made.least, least, outputs * sizeof *least);
        memcpy(made.greatest, greatest, outputs * sizeof *greatest);
    }
    gml_limits_swap(&network->limits, &made);
    gml_limits_clear(network->context, &made, outputs);
    return GML_OK;
}

gml_limits_view gml_network_output_limits(const gml_network *network)
{
    return network != NULL ? (gml_limits_view){network->limits.least, network->limits.greatest} : (gml_limits_view){0};
}
