/* network/network.c - making networks: a spec, one arena, layers over it. */
#include "network/network.h"

#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "base/parallel.h"
#include "kernel/data/data.h"
#include "kernel/random/random.h"
#include "layer/activation.h"
#include "layer/initializer.h"
#include "network/ensemble.h"
#include "network/spec_forms.h"

/* The arena of a network, each array on a 64-byte line:
 *
 *     layers | places of values | W0 b0 W1 b1 ... | drawn bias | slots | buffer 0, buffer 1 ... of the first slot
 *
 * Gradients and optimizer states elsewhere repeat the middle part's layout. */
typedef struct gml_network_layout {
    gml_layout all;
    size_t layers, places, parameters, parameters_end, drawn, slots, memory;
} gml_network_layout;

static size_t widest_layer(const gml_spec *spec)
{
    size_t widest = spec->inputs;
    for (size_t i = 0; i < spec->layer_count; i++) {
        widest = spec->layers[i].units > widest ? spec->layers[i].units : widest;
    }
    return widest;
}

static gml_network_layout lay_out(const gml_network *network)
{
    const gml_spec *spec = &network->spec;
    size_t size = network->kernels->size;
    gml_network_layout layout = {0};
    layout.layers = gml_layout_add(&layout.all, spec->layer_count, 1, sizeof(gml_layer));
    layout.places = gml_layout_add(&layout.all, spec->layer_count + 1, 1, sizeof(gml_value_place));
    layout.parameters = layout.all.size;
    for (size_t i = 0; i < spec->layer_count; i++) {
        gml_block_spec blocks[GML_MAX_BLOCKS];
        size_t count = gml_layer_blocks(&spec->layers[i], blocks);
        for (size_t k = 0; k < count; k++) {
            gml_layout_add(&layout.all, blocks[k].rows, blocks[k].cols, size);
        }
    }
    layout.parameters_end = layout.all.size;
    layout.drawn = gml_layout_add(&layout.all, spec->layers[gml_spec_output_layer(spec)].units, 1, size);
    layout.slots = gml_layout_add(&layout.all, 1, 1, sizeof(gml_slots));
    layout.memory = layout.all.size;
    for (size_t i = 0; i < network->buffer_count; i++) {
        gml_layout_add(&layout.all, network->panel, network->widest, size);
    }
    return layout;
}

static void place_vector(gml_layer *layer, const gml_block_spec *block, char *values)
{
    size_t size = layer->kernels->size;
    gml_vector *vector = &layer->vectors[layer->vector_count++];
    *vector = (gml_vector){.role = block->role, .count = block->rows * block->cols, .values = values};
    vector->offset = (size_t)(values - (char *)layer->vectors[0].values) / size;
    gml_layout end = {.size = vector->offset * size};
    gml_layout_add(&end, vector->count, 1, size);
    layer->vector_entries = end.size / size;
}

static void place_layers(gml_network *network, char *parameters)
{
    gml_layout offset = {0};
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer_spec *spec = &network->spec.layers[i];
        gml_layer *layer = &network->layers[i];
        *layer = (gml_layer){
            .spec = spec, .context = network->context, .kernels = network->kernels, .in = spec->in, .out = spec->units};
        layer->kind = gml_layer_kind_of(spec);
        layer->members = spec->members;
        layer->matrices = spec->heads ? spec->members : 1;
        layer->shares = spec->members / layer->matrices;
        layer->weight_rows = spec->in / layer->shares;
        layer->weight_cols = spec->units / spec->members;
        layer->activation = gml_activation_kernel_of(network->kernels, &spec->activation);
        gml_block_spec blocks[GML_MAX_BLOCKS];
        size_t count = gml_layer_blocks(spec, blocks);
        for (size_t k = 0; k < count; k++) {
            char *values = parameters + gml_layout_add(&offset, blocks[k].rows, blocks[k].cols, network->kernels->size);
            if (blocks[k].role == GML_ROLE_WEIGHT) {
                layer->weight = values;
            } else {
                place_vector(layer, &blocks[k], values);
            }
        }
        layer->gate = layer->kind->gate != NULL ? gml_kernels_activation(network->kernels, layer->kind->gate) : NULL;
        layer->earlier = layer->kind->reads_earlier ? gml_spec_residual_source(&network->spec, i) : 0;
        if (layer->kind->scales_dense) {
            layer->scaled = &network->layers[i - 1];
            network->layers[i - 1].directions = true;
        }
        layer->bias = spec->bias && layer->weight != NULL ? layer->vectors[0].values : NULL;
        layer->theta = gml_activation_theta(&spec->activation, layer->out);
        gml_activation_find_parts(&spec->activation, network->kernels, &layer->theta);
        layer->theta.values = layer->theta.count > 0 ? layer->vectors[layer->vector_count - 1].values : NULL;
    }
}

static gml_status allocate_network(gml_network *network)
{
    network->panel = gml_most(GML_PREDICT_PANEL / gml_spec_members(&network->spec), 1);
    network->widest = widest_layer(&network->spec);
    network->buffer_count = gml_buffers_assign(&network->spec, NULL);

    gml_network_layout layout = lay_out(network);
    if (layout.all.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "network %s: its size is more than can be counted",
                        network->description);
    }
    network->arena_size = layout.all.size;
    network->arena = gml_allocate(network->context, network->arena_size, 1, network->description);
    if (network->arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    char *arena = network->arena;
    network->layers = (gml_layer *)(void *)(arena + layout.layers);
    network->places = (gml_value_place *)(void *)(arena + layout.places);
    network->parameters = arena + layout.parameters;
    network->parameter_bytes = layout.parameters_end - layout.parameters;
    network->parameter_count = gml_spec_parameters(&network->spec);
    network->drawn = arena + layout.drawn;
    network->slots = (gml_slots *)(void *)(arena + layout.slots);
    memset(network->parameters, 0, network->parameter_bytes);
    place_layers(network, network->parameters);
    gml_buffers_assign(&network->spec, network->places);
    size_t processors = gml_parallel_processors(), threads = network->context->threads;
    size_t slot_bytes = layout.all.size - layout.memory;
    network->buffer_bytes = slot_bytes / network->buffer_count;
    gml_slots_begin(network->slots, arena + layout.memory, slot_bytes, threads > processors ? threads : processors);
    return GML_OK;
}

static gml_status check_options(gml_context *context, const gml_network_options *options)
{
    if (options->dtype != GML_F32 && options->dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a network computes in f32 or f64, not in %s",
                        gml_dtype_name(options->dtype));
    }
    return GML_OK;
}

static gml_status fill_network(gml_network *network, const char *description, const gml_network_options *options)
{
    gml_context *context = network->context;
    gml_status status = gml_spec_parse(context, description, &network->spec);
    if (status == GML_OK) {
        status = gml_spec_to_text(context, &network->spec, &network->description);
    }
    if (status == GML_OK) {
        status = gml_spec_to_json(context, &network->spec, &network->json);
    }
    if (status == GML_OK) {
        network->kernels = context->kernels[options->dtype];
        status = allocate_network(network);
    }
    if (status == GML_OK) {
        gml_network_initialize(network, options->seed);
    }
    return status;
}

gml_status gml_network_create(gml_context *context, const char *description, const gml_network_options *options,
                              gml_network **network)
{
    const gml_network_options defaults = {0};
    options = options == NULL ? &defaults : options;
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"context", context}, {"description", description}, {"network", network}, {0}});
    if (status == GML_OK) {
        status = check_options(context, options);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_network *made = gml_allocate(context, 1, sizeof *made, "a network");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_network){.context = context};
    status = fill_network(made, description, options);
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *network = made;
    return GML_OK;
}

void gml_network_destroy(gml_network *network)
{
    if (network == NULL) {
        return;
    }
    gml_context *context = network->context;
    gml_ensemble_destroy(context, network->ensemble);
    network->ensemble = NULL; /* the rest is a network of layers */
    while (network->fact_count > 0) {
        gml_network_set_fact(network, network->facts[0].name, NULL);
    }
    gml_preparation_destroy(network->preparation);
    gml_network_set_input_scaling(network, NULL, NULL);
    gml_network_set_output_scaling(network, NULL, NULL);
    gml_limits_clear(context, &network->limits, network->spec.layer_count > 0 ? gml_network_outputs(network) : 0);
    gml_network_set_intervals(network, NULL);
    gml_schema_clear(context, &network->schema);
    if (network->slots != NULL) {
        gml_slots_end(context, network->slots);
    }
    gml_release(context, network->arena, network->arena_size, 1);
    gml_release_string(context, network->description);
    gml_release_string(context, network->json);
    gml_spec_clear(context, &network->spec);
    gml_release(context, network, 1, sizeof *network);
}

static void initialize_vectors(const gml_layer *layer)
{
    gml_block_spec blocks[GML_MAX_BLOCKS];
    size_t count = gml_layer_blocks(layer->spec, blocks), first = count - layer->vector_count;
    const gml_call *activation = &layer->spec->activation;
    for (size_t k = 0; k < layer->vector_count; k++) {
        const gml_vector *vector = &layer->vectors[k];
        if (vector->role == GML_ROLE_ACTIVATION) {
            gml_activation_start(activation, layer->kernels, layer->theta, vector->values);
            continue;
        }
        if (vector->role == GML_ROLE_STATISTIC && layer->kind->fit != NULL) {
            continue; /* from data, not from a seed */
        }
        gml_fill_call fill = {.count = vector->count, .target = vector->values};
        fill.a = fill.b = blocks[first + k].initial;
        layer->kernels->random->fill_uniform(&fill);
    }
}

/* Members that share weights begin with equal biases; those with weights of their own draw both for themselves. */
static void initialize_dense(const gml_layer *layer, gml_stream stream)
{
    enum { STEPS = 1 << 16 }; /* of a matrix: initializers may use the steps after their own */
    const size_t in = layer->in / layer->members, out = layer->weight_cols, size = layer->kernels->size;
    for (size_t i = 0; layer->weight != NULL && i < layer->matrices; i++) {
        stream.step = i * STEPS;
        const gml_initialized drawn = {layer->kernels, in, out, stream};
        gml_initializer_draw_weights(&layer->spec->initializer, &drawn, (char *)layer->weight + i * in * out * size);
    }
    stream.purpose = GML_RANDOM_BIASES;
    for (size_t i = 0; layer->bias != NULL && i < layer->members; i++) {
        stream.step = i / layer->shares * STEPS;
        const gml_initialized drawn = {layer->kernels, in, out, stream};
        gml_initializer_draw_bias(&layer->spec->bias_initializer, &drawn, (char *)layer->bias + i * out * size);
    }
}

void gml_network_initialize(gml_network *network, uint64_t seed)
{
    if (network == NULL || network->ensemble != NULL) {
        return;
    }
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        gml_stream stream = {.seed = seed, .purpose = GML_RANDOM_WEIGHTS, .layer = (uint32_t)i};
        initialize_vectors(layer);
        if (layer->kind->start != NULL) {
            layer->kind->start(layer, stream);
        }
        if (layer->scaled != NULL) {
            gml_weight_norm_start(layer);
        }
        initialize_dense(layer, stream);
    }
    gml_network_mark_fresh(network);
}
