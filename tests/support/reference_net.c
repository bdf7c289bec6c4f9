#include "reference_net.h"

#include <math.h>
#include <string.h>

#include "harness.h"
#include "network/spec_forms.h"

/* Takes the next block of parameters; null for statistics, which the reference has no use for. */
static double *take_block(reference_net *net, const gml_block_spec *block, double **gradient)
{
    size_t count = block->rows * block->cols, first = net->parameter_count;
    *gradient = NULL;
    if (block->role == GML_ROLE_STATISTIC) {
        return NULL;
    }
    ck_assert_uint_lt(net->block_count, MAX_BLOCKS);
    ck_assert_uint_le(first + count, MAX_PARAMETERS);
    net->blocks[net->block_count++] = (reference_block){block->role, first, block->rows, block->cols};
    net->parameter_count += count;
    *gradient = net->gradients + first;
    return net->parameters + first;
}

static void place_blocks(reference_net *net, const gml_layer_spec *spec, gml_reference_layer *layer)
{
    gml_block_spec blocks[GML_MAX_BLOCKS];
    size_t count = gml_layer_blocks(spec, blocks), vectors = 0;
    for (size_t b = 0; b < count; b++) {
        double *gradient, *values = take_block(net, &blocks[b], &gradient);
        bool dense = strcmp(layer->kind->name, "dense") == 0;
        if (blocks[b].role == GML_ROLE_WEIGHT) {
            layer->weight = values;
            layer->weight_gradient = gradient;
        } else if (blocks[b].role == GML_ROLE_ACTIVATION) {
            layer->theta = values;
            layer->theta_gradient = gradient;
            layer->theta_count = blocks[b].rows;
            layer->theta_units = blocks[b].cols;
        } else if (dense) {
            layer->bias = values;
            layer->bias_gradient = gradient;
        } else {
            layer->vectors[vectors] = values;
            layer->vector_gradients[vectors++] = gradient;
        }
    }
}

void make_reference_net(reference_net *net, const char *description, const char *loss)
{
    memset(net, 0, sizeof *net);
    net->context = test_context();
    assert_ok(net->context, gml_spec_parse(net->context, description, &net->spec));
    ck_assert_uint_le(net->spec.layer_count, MAX_LAYERS);
    for (size_t l = 0; l < net->spec.layer_count; l++) {
        const gml_layer_spec *spec = &net->spec.layers[l];
        gml_reference_layer *layer = &net->layers[l];
        *layer = (gml_reference_layer){.kind = gml_reference_find_kind(spec->kind.entry->name),
                                       .arguments = spec->kind.values,
                                       .in = spec->in,
                                       .out = spec->units,
                                       .parameters = spec->activation.values,
                                       .trainable = gml_reference_find_trainable(spec->activation.entry->name)};
        ck_assert_ptr_nonnull(layer->kind);
        bool activates = strcmp(layer->kind->name, "dense") == 0 || strcmp(layer->kind->name, "activation") == 0;
        layer->activation = activates ? gml_reference_find_activation(spec->activation.entry->name) : NULL;
        layer->scaled = strcmp(layer->kind->name, "weight_norm") == 0 ? &net->layers[l - 1] : NULL;
        layer->source = strcmp(layer->kind->name, "residual") == 0 ? gml_spec_residual_source(&net->spec, l) : 0;
        place_blocks(net, spec, layer);
    }
    assert_ok(net->context, gml_call_parse(net->context, "loss", gml_loss_entry, loss, strlen(loss), &net->loss));
    net->network = (gml_reference_network){.layer_count = net->spec.layer_count,
                                           .layers = net->layers,
                                           .loss = gml_reference_find_loss(net->loss.entry->name),
                                           .loss_parameters = net->loss.values};
}

void clear_reference_net(reference_net *net)
{
    gml_spec_clear(net->context, &net->spec);
    gml_context_destroy(net->context);
}

double scattered(size_t i)
{
    return sin(12.9898 * (double)(i + 1)) * cos(78.233 * (double)(i + 3));
}

double run_reference_net(reference_net *net, const gml_reference_batch *batch)
{
    size_t count = 0;
    ck_assert(gml_reference_memory(&net->network, batch->rows, &count));
    ck_assert_uint_le(count, MAX_MEMORY);
    gml_reference_forward(&net->network, batch, net->memory);
    return gml_reference_evaluate(&net->network, batch, net->memory);
}
