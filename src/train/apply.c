/* train/apply.c - what an update does to a panel of weights and the vectors that go with it, block by block:
 *
 *     noise on the gradient -> the optimizer -> L1 -> the average
 *
 * With a bound on the norms of units, which look at whole columns, the average waits until these are bounded. */
#include <math.h>

#include "train/update.h"

/* Parameters that lie in a row, with their gradient. */
typedef struct update_block {
    char *parameters, *gradient;
    size_t count;
    bool weights; /* they decay */
} update_block;

typedef void block_work(const gml_trainer *trainer, const update_block *block);

gml_weight_blocks gml_blocks_of(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    bool whole = panel->cols == trainer->network->layers[panel->layer].out;
    return whole ? (gml_weight_blocks){1, panel->count * panel->cols} : (gml_weight_blocks){panel->count, panel->cols};
}

static void each_block(const gml_trainer *trainer, const gml_weight_panel *panel, block_work *work)
{
    const gml_layer *layer = &trainer->network->layers[panel->layer];
    size_t size = trainer->network->kernels->size;
    gml_weight_blocks blocks = gml_blocks_of(trainer, panel);
    char *weight = (char *)layer->weight + (panel->first * layer->out + panel->col) * size;
    for (size_t i = 0; i < blocks.number; i++) {
        char *gradient = (char *)panel->gradient + i * panel->gradient_stride * size;
        work(trainer, &(update_block){weight + i * layer->out * size, gradient, blocks.entries, true});
    }
    for (size_t i = 0; panel->vector_gradient != NULL && i < layer->vector_count; i++) {
        const gml_vector *vector = &layer->vectors[i];
        if (vector->role != GML_ROLE_STATISTIC) {
            char *gradient = (char *)panel->vector_gradient + vector->offset * size;
            work(trainer, &(update_block){vector->values, gradient, vector->count, false});
        }
    }
}

/* States, averages and the noise of a parameter have the same place in their memory as it has in the network's. */
static size_t offset_of(const gml_trainer *trainer, const update_block *block)
{
    return (size_t)(block->parameters - (const char *)trainer->network->parameters);
}

static void average_block(const gml_trainer *trainer, const update_block *block)
{
    if (trainer->average.share > 0) {
        trainer->network->kernels->drift(block->count, trainer->average.share, 1, block->parameters,
                                         (char *)trainer->average.weights + offset_of(trainer, block));
    }
}

/* The optimizer scales the gradient afterwards, but not the noise. */
static void add_noise(const gml_trainer *trainer, const update_block *block)
{
    const gml_kernels *kernels = trainer->network->kernels;
    gml_noise_call call = {.first = offset_of(trainer, block) / kernels->size, .count = block->count};
    call.x = call.y = block->gradient;
    call.stream = (gml_stream){.seed = trainer->workspace.noise.seed, .purpose = GML_RANDOM_GRADIENT};
    call.stream.step = trainer->steps;
    call.deviation = trainer->step.noise / trainer->step.update.gradient_scale;
    kernels->add_noise(&call);
}

static void update(const gml_trainer *trainer, const update_block *block)
{
    gml_update_call call = trainer->step.update;
    call.count = block->count;
    call.w = block->parameters;
    call.g = block->gradient;
    for (size_t i = 0; i < trainer->states; i++) {
        call.state[i] = (char *)trainer->state[i] + offset_of(trainer, block);
    }
    if (!block->weights) {
        call.l2 = call.decay = 0;
    }
    if (trainer->step.noise > 0) {
        add_noise(trainer, block);
    }
    trainer->optimizer_kernel->update(&call);
    if (block->weights && trainer->l1 > 0) {
        trainer->network->kernels->shrink(block->count, trainer->step.optimizer.rate * trainer->l1, block->parameters);
    }
    if (!isfinite(trainer->max_norm)) {
        average_block(trainer, block);
    }
}

void gml_update_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, update);
}

void gml_average_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, average_block);
}

/* ---- the norms of units ---- */

/* Columns of a matrix of weights that one task bounds. */
enum { COLUMNS = 64 };

static size_t pieces_of(const gml_layer *layer)
{
    return layer->weight != NULL ? (layer->out + COLUMNS - 1) / COLUMNS : 0;
}

size_t gml_limit_tasks(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    size_t count = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        count += pieces_of(&network->layers[i]);
    }
    return count;
}

void gml_limit_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    const gml_layer *layer = trainer->network->layers;
    size_t piece = share.first;
    while (piece >= pieces_of(layer)) {
        piece -= pieces_of(layer++);
    }
    size_t first = piece * COLUMNS, cols = layer->out - first < COLUMNS ? layer->out - first : COLUMNS;
    const gml_kernels *kernels = trainer->network->kernels;
    kernels->limit_columns(layer->in, cols, layer->out, trainer->max_norm,
                           (char *)layer->weight + first * kernels->size);
}
