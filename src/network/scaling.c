/* network/scaling.c - making scalings, and setting and asking for those of a network.
 *
 * A scaling is made in full before a network takes it, so that a call that fails changes nothing. */
#include "network/scaling.h"

#include <math.h>
#include <string.h>

#include "network/network.h"

gml_status gml_scaling_create(gml_context *context, size_t count, gml_scaling *scaling)
{
    double *values = gml_allocate(context, count, 2 * sizeof(double), "scaling");
    if (values == NULL) {
        return GML_ERROR_MEMORY;
    }
    *scaling = (gml_scaling){.shift = values, .scale = values + count};
    return GML_OK;
}

void gml_scaling_clear(gml_context *context, gml_scaling *scaling, size_t count)
{
    gml_release(context, scaling->shift, count, 2 * sizeof(double));
    *scaling = (gml_scaling){0};
}

gml_status gml_scaling_check(gml_context *context, const char *what, const gml_scaling *scaling, size_t count,
                             bool is_input)
{
    for (size_t i = 0; scaling->scale != NULL && i < count; i++) {
        double shift = scaling->shift[i], scale = scaling->scale[i];
        if (!isfinite(shift) || !isfinite(scale) || (scale == 0 && !is_input)) {
            return gml_fail(context, GML_ERROR_DATA,
                            "scaling of %s: column %zu has shift %g and scale %g; finite numbers%s are needed", what,
                            i + 1, shift, scale, is_input ? "" : " and a scale other than 0");
        }
    }
    return GML_OK;
}

gml_status gml_scaling_copy(gml_context *context, const char *what, const double *shift, const double *scale,
                            size_t count, bool is_input, gml_scaling *copy)
{
    if (shift == NULL && scale == NULL) {
        *copy = (gml_scaling){0};
        return GML_OK;
    }
    gml_scaling made;
    gml_status status = gml_scaling_create(context, count, &made);
    if (status != GML_OK) {
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        made.shift[i] = shift != NULL ? shift[i] : 0;
        made.scale[i] = scale != NULL ? scale[i] : 1;
    }
    status = gml_scaling_check(context, what, &made, count, is_input);
    if (status != GML_OK) {
        gml_scaling_clear(context, &made, count);
        return status;
    }
    *copy = made;
    return GML_OK;
}

gml_status gml_scaling_invert(gml_context *context, const gml_scaling *output, size_t count, gml_scaling *target)
{
    gml_scaling made = {0};
    if (output->scale != NULL) {
        gml_status status = gml_scaling_create(context, count, &made);
        if (status != GML_OK) {
            return status;
        }
        memcpy(made.shift, output->shift, count * sizeof(double));
        for (size_t i = 0; i < count; i++) {
            made.scale[i] = 1 / output->scale[i];
        }
    }
    *target = made;
    return GML_OK;
}

void gml_scaling_swap(gml_scaling *a, gml_scaling *b)
{
    gml_scaling kept = *a;
    *a = *b;
    *b = kept;
}

/* ---- of a network ---- */

gml_status gml_network_set_input_scaling(gml_network *network, const double *shift, const double *scale)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    size_t inputs = network->spec.inputs;
    gml_scaling made;
    if (network->preparation != NULL && (shift != NULL || scale != NULL)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "gml_network_set_input_scaling: the network has a preparation, which scales its inputs");
    }
    status = gml_scaling_copy(network->context, "inputs", shift, scale, inputs, true, &made);
    if (status == GML_OK) {
        gml_scaling_swap(&network->input, &made);
        gml_scaling_clear(network->context, &made, inputs);
    }
    return status;
}

/* Outputs are scaled back by `output`, targets forward by its inverse. */
gml_status gml_network_set_output_scaling(gml_network *network, const double *shift, const double *scale)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_context *context = network->context;
    /* gml_network_destroy also calls this for a network without layers, left by a failed creation. */
    size_t outputs = network->spec.layer_count > 0 ? gml_network_outputs(network) : 0;
    gml_scaling output = {0}, target = {0};
    status = gml_scaling_copy(context, "outputs", shift, scale, outputs, false, &output);
    if (status == GML_OK) {
        status = gml_scaling_invert(context, &output, outputs, &target);
    }
    if (status == GML_OK) {
        gml_scaling_swap(&network->output, &output);
        gml_scaling_swap(&network->target, &target);
    }
    gml_scaling_clear(context, &output, outputs);
    gml_scaling_clear(context, &target, outputs);
    return status;
}

static gml_scaling_view view_of(const gml_scaling *scaling)
{
    return (gml_scaling_view){.shift = scaling->shift, .scale = scaling->scale};
}

gml_scaling_view gml_network_input_scaling(const gml_network *network)
{
    return network != NULL ? view_of(&network->input) : (gml_scaling_view){0};
}

gml_scaling_view gml_network_output_scaling(const gml_network *network)
{
    return network != NULL ? view_of(&network->output) : (gml_scaling_view){0};
}
