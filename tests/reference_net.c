#include "reference_net.h"

#include <math.h>
#include <string.h>

#include "harness.h"

void make_reference_net(reference_net *net, const char *description, const char *loss)
{
    memset(net, 0, sizeof *net);
    net->context = test_context();
    assert_ok(net->context, gml_spec_parse(net->context, description, &net->spec));
    ck_assert_uint_le(net->spec.layer_count, MAX_LAYERS);
    size_t in = net->spec.inputs, used = 0;
    for (size_t l = 0; l < net->spec.layer_count; l++) {
        const gml_layer_spec *spec = &net->spec.layers[l];
        size_t bias = used + in * spec->units;
        net->layers[l] =
            (gml_reference_layer){.kind = gml_reference_find_kind("dense"),
                                  .in = in,
                                  .out = spec->units,
                                  .weight = net->parameters + used,
                                  .bias = spec->bias ? net->parameters + bias : NULL,
                                  .activation = gml_reference_find_activation(spec->activation.entry->name),
                                  .parameters = spec->activation.values,
                                  .weight_gradient = net->gradients + used,
                                  .bias_gradient = spec->bias ? net->gradients + bias : NULL};
        used = bias + (spec->bias ? spec->units : 0);
        in = spec->units;
    }
    ck_assert_uint_le(used, MAX_PARAMETERS);
    net->parameter_count = used;
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
