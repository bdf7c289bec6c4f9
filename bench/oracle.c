/* bench/oracle.c - a network's parameters in double, and the reference over them. */
#include "oracle.h"

#include <stdlib.h>

double *bench_parameters(const gml_network *network, size_t *count)
{
    *count = gml_network_parameter_count(network);
    double *parameters = bench_allocate(*count, sizeof *parameters), *next = parameters;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        for (size_t j = 0; j < block.values.rows * block.values.cols; j++) {
            *next++ = bench_get(block.values.dtype, block.values.data, j);
        }
    }
    return parameters;
}

void bench_set_parameters(gml_network *network, const double *parameters)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        for (size_t j = 0; j < block.values.rows * block.values.cols; j++) {
            bench_put(block.values.dtype, block.values.data, j, *parameters++);
        }
    }
}

/* Weights and biases alternate among the blocks. */
void bench_oracle_make(const gml_network *network, size_t rows, bench_oracle *oracle)
{
    size_t layers = gml_network_layers(network), needed;
    *oracle = (bench_oracle){.network = {.layer_count = layers, .layers = oracle->layers}, .rows = rows};
    oracle->network.loss = gml_reference_find_loss("softmax_cross_entropy");
    oracle->parameters = bench_parameters(network, &oracle->parameter_count);
    oracle->gradients = bench_allocate(oracle->parameter_count, sizeof *oracle->gradients);
    for (size_t i = 0, at = 0; i < layers; i++) {
        gml_block block;
        gml_network_block(network, 2 * i, &block);
        gml_reference_layer *layer = &oracle->layers[i];
        *layer = (gml_reference_layer){
            .kind = gml_reference_find_kind("dense"), .in = block.values.rows, .out = block.values.cols};
        layer->activation = gml_reference_find_activation(i + 1 < layers ? "relu" : "softmax");
        layer->weight = oracle->parameters + at;
        layer->weight_gradient = oracle->gradients + at;
        at += layer->in * layer->out;
        layer->bias = oracle->parameters + at;
        layer->bias_gradient = oracle->gradients + at;
        at += layer->out;
    }
    gml_reference_memory(&oracle->network, rows, &needed);
    oracle->memory = bench_allocate(needed, sizeof *oracle->memory);
}

void bench_oracle_free(bench_oracle *oracle)
{
    free(oracle->parameters);
    free(oracle->gradients);
    free(oracle->memory);
}

const double *bench_oracle_answer(const bench_oracle *oracle, size_t rows, const double *x)
{
    gml_reference_forward(&oracle->network, &(gml_reference_batch){.rows = rows, .x = x}, oracle->memory);
    return gml_reference_outputs(&oracle->network, rows, oracle->memory);
}

void bench_oracle_differentiate(const bench_oracle *oracle, size_t rows, const double *x, const double *labels)
{
    gml_reference_batch batch = {.rows = rows, .x = x, .targets = labels, .target_cols = 1};
    gml_reference_forward(&oracle->network, &batch, oracle->memory);
    gml_reference_backward(&oracle->network, &batch, oracle->memory, NULL);
}
