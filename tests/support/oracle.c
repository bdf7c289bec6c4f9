#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "harness.h"
#include "network/network.h"

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

oracle *oracle_create(const gml_network *network, const char *loss, size_t rows, const double *x, const double *targets,
                      size_t target_cols)
{
    ck_assert_int_eq(gml_network_dtype(network), GML_F64);
    oracle *made = take(1, sizeof *made);
    size_t layers = gml_network_layers(network);
    made->layers = take(layers, sizeof *made->layers);
    made->blocks = take(2 * layers, sizeof *made->blocks);
    for (size_t i = 0; i < layers; i++) {
        const gml_layer *layer = &network->layers[i];
        gml_reference_layer *naive = &made->layers[i];
        *naive = (gml_reference_layer){.kind = gml_reference_find_kind("dense"),
                                       .in = layer->in,
                                       .out = layer->out,
                                       .weight = layer->weight,
                                       .bias = layer->bias};
        naive->activation = gml_reference_find_activation(layer->spec->activation.entry->name);
        ck_assert_ptr_nonnull(naive->activation);
        naive->parameters = layer->spec->activation.values;
        naive->weight_gradient = made->blocks[made->block_count++] = take(layer->in * layer->out, sizeof(double));
        if (layer->bias != NULL) {
            naive->bias_gradient = made->blocks[made->block_count++] = take(layer->out, sizeof(double));
        }
    }
    made->network = (gml_reference_network){.layer_count = layers,
                                            .layers = made->layers,
                                            .shift = network->input.shift,
                                            .scale = network->input.scale,
                                            .loss = loss != NULL ? gml_reference_find_loss(loss) : NULL};
    made->batch = (gml_reference_batch){.rows = rows, .x = x, .targets = targets, .target_cols = target_cols};
    size_t count = 0;
    ck_assert(gml_reference_memory(&made->network, rows, &count));
    made->memory = take(count, sizeof(double));
    made->dx = take(rows * gml_network_inputs(network), sizeof(double));
    return made;
}

void oracle_destroy(oracle *made)
{
    for (size_t i = 0; i < made->block_count; i++) {
        free(made->blocks[i]);
    }
    free(made->blocks);
    free(made->layers);
    free(made->memory);
    free(made->dx);
    free(made);
}

const double *oracle_forward(oracle *made)
{
    gml_reference_forward(&made->network, &made->batch, made->memory);
    return gml_reference_outputs(&made->network, made->batch.rows, made->memory);
}

double oracle_backward(oracle *made)
{
    double loss = gml_reference_evaluate(&made->network, &made->batch, made->memory);
    gml_reference_backward(&made->network, &made->batch, made->memory, made->dx);
    return loss;
}

double *random_doubles(size_t count, uint64_t seed)
{
    double *values = take(count, sizeof *values);
    gml_stream stream = {.seed = seed, .purpose = GML_RANDOM_CHECK};
    for (size_t i = 0; i < count; i++) {
        uint32_t block[4];
        gml_random_block(&stream, (uint32_t)(i / 4), block);
        values[i] = (double)block[i % 4] / 2147483648.0 - 1;
    }
    return values;
}

double *random_classes(size_t count, size_t classes, uint64_t seed)
{
    double *values = random_doubles(count, seed);
    for (size_t i = 0; i < count; i++) {
        values[i] = i < classes ? (double)i : floor((values[i] + 1) / 2 * (double)classes);
    }
    return values;
}

double worst_difference(const double *got, const double *expected, size_t count)
{
    double largest = 0, apart = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(expected[i]));
        double difference = fabs(got[i] - expected[i]);
        apart = difference > apart || isnan(difference) ? difference : apart;
    }
    return apart == 0 ? 0 : apart / largest;
}

/* FNV-1a */
uint64_t hash_weights(const gml_network *network)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        size_t bytes = block.values.rows * block.values.cols * gml_dtype_size(block.values.dtype);
        for (size_t b = 0; b < bytes; b++) {
            hash = (hash ^ ((const unsigned char *)block.values.data)[b]) * 0x100000001b3u;
        }
    }
    return hash;
}
