/* tests/support/oracle.c - mirrors a network, and places its gradients block after block. */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check/mirror.h"
#include "gemmule/loss.h"

static void must(bool fine, const char *what)
{
    if (!fine) {
        fprintf(stderr, "oracle: %s\n", what);
        abort();
    }
}

static void *take(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    must(memory != NULL, "no memory");
    return memory;
}

/* Tells the layer that has these values where their gradient goes. */
static void place_gradient(oracle *made, const oracle_block *block)
{
    for (size_t l = 0; l < made->network.layer_count; l++) {
        gml_reference_layer *layer = &made->layers[l];
        if (layer->weight == block->values) {
            layer->weight_gradient = block->gradient;
        }
        if (layer->bias == block->values) {
            layer->bias_gradient = block->gradient;
        }
        if (layer->theta == block->values) {
            layer->theta_gradient = block->gradient;
        }
        for (size_t v = 0; v < GML_REFERENCE_VECTORS; v++) {
            if (layer->vectors[v] == block->values) {
                layer->vector_gradients[v] = block->gradient;
            }
        }
    }
}

static void place_blocks(oracle *made)
{
    for (size_t i = 0; i < gml_network_block_count(made->copy); i++) {
        gml_block block;
        gml_network_block(made->copy, i, &block);
        if (block.role != GML_ROLE_STATISTIC) {
            oracle_block *next = &made->blocks[made->block_count++];
            *next = (oracle_block){.role = block.role,
                                   .first = made->parameter_count,
                                   .rows = block.values.rows,
                                   .cols = block.values.cols,
                                   .values = block.values.data,
                                   .gradient = made->gradients + made->parameter_count};
            made->parameter_count += next->rows * next->cols;
            place_gradient(made, next);
        }
    }
}

oracle *oracle_create(const gml_network *network, const char *loss)
{
    gml_context *context = gml_network_context(network);
    oracle *made = take(1, sizeof *made);
    must(gml_network_copy(network, GML_F64, &made->copy) == GML_OK, gml_context_message(context));
    made->layers = take(gml_network_layers(network), sizeof *made->layers);
    made->blocks = take(gml_network_block_count(network), sizeof *made->blocks);
    made->gradients = take(gml_network_parameter_count(network), sizeof *made->gradients);
    made->network = gml_mirror(made->copy, (gml_stream){0}, made->layers);
    place_blocks(made);
    if (loss != NULL) {
        must(gml_call_parse(context, "loss", gml_loss_entry, loss, strlen(loss), &made->loss) == GML_OK,
             gml_context_message(context));
        made->network.loss = gml_reference_find_loss(made->loss.entry->name);
        made->network.loss_parameters = made->loss.values;
    }
    return made;
}

void oracle_destroy(oracle *made)
{
    gml_network_destroy(made->copy);
    free(made->layers);
    free(made->blocks);
    free(made->gradients);
    free(made->memory);
    free(made);
}

double oracle_run(oracle *made, const gml_reference_batch *batch)
{
    size_t count = 0;
    must(gml_reference_memory(&made->network, batch->rows, &count), "too many samples");
    if (count > made->memory_count) {
        free(made->memory);
        made->memory = take(count, sizeof *made->memory);
        made->memory_count = count;
    }
    gml_reference_forward(&made->network, batch, made->memory);
    return made->network.loss != NULL ? gml_reference_evaluate(&made->network, batch, made->memory) : 0;
}

const double *oracle_outputs(const oracle *made, const gml_reference_batch *batch)
{
    return gml_reference_outputs(&made->network, batch->rows, made->memory);
}

void oracle_differentiate(oracle *made, const gml_reference_batch *batch, double *dx)
{
    gml_reference_backward(&made->network, batch, made->memory, dx);
}

double *oracle_parameter(const oracle *made, size_t index)
{
    const oracle_block *block = made->blocks;
    while (index >= block->first + block->rows * block->cols) {
        block++;
    }
    return block->values + (index - block->first);
}
