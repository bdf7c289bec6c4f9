/* step/apply.c - applies an update to a weight panel and the layer's vectors, block by block:
 *
 *     gradient noise -> optimizer -> L1 -> average
 *
 * With an optimizer of matrices (Muon), L1 and the average come after the step along its direction. With max_norm,
 * which bounds whole columns, the average comes after that bound. */
#include <math.h>
#include <string.h>

#include "base/least.h"
#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"
#include "step/orthogonal.h"
#include "step/update.h"

/* Contiguous parameters and their gradient. */
typedef struct update_block {
    char *parameters, *gradient;
    size_t count;
    size_t layer;
    gml_role role;
    double squares; /* sum of squared gradients of the panel's blocks so far */
} update_block;

typedef void block_work(const gml_trainer *trainer, update_block *block);

gml_weight_blocks gml_blocks_of(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    bool whole = panel->cols == trainer->network->layers[panel->layer].weight_cols;
    return whole ? (gml_weight_blocks){1, panel->count * panel->cols} : (gml_weight_blocks){panel->count, panel->cols};
}

/* Calls work for each block of the panel; returns the sum of squares that it added up. */
static inline __attribute__((always_inline)) double each_block(const gml_trainer *trainer,
                                                               const gml_weight_panel *panel, block_work *work)
{
    const gml_layer *layer = &trainer->network->layers[panel->layer];
    size_t size = trainer->network->kernels->size;
    gml_weight_blocks blocks = gml_blocks_of(trainer, panel);
    update_block block = {.layer = panel->layer, .role = GML_ROLE_WEIGHT, .count = blocks.entries};
    block.parameters = (char *)layer->weight + (panel->first * layer->weight_cols + panel->col) * size;
    block.gradient = panel->gradient;
    for (size_t i = 0; i < blocks.number; i++) {
        work(trainer, &block);
        block.parameters += layer->weight_cols * size;
        block.gradient += panel->gradient_stride * size;
    }
    const size_t end = panel->vector_first + panel->vector_count;
    for (size_t i = 0; panel->vector_count > 0 && i < layer->vector_count; i++) {
        const gml_vector *vector = &layer->vectors[i];
        const size_t from = gml_most(panel->vector_first, vector->offset),
                     to = gml_least(end, vector->offset + vector->count);
        if (vector->role != GML_ROLE_STATISTIC && from < to) {
            block.role = vector->role;
            block.count = to - from;
            block.parameters = (char *)vector->values + (from - vector->offset) * size;
            block.gradient = (char *)panel->vector_gradient + (from - panel->vector_first) * size;
            work(trainer, &block);
        }
    }
    return block.squares;
}

/* Byte offset of the block in the parameters, and in all arrays with their layout: states, averages, mean gradient. */
static size_t offset_of(const gml_trainer *trainer, const update_block *block)
{
    return (size_t)(block->parameters - (const char *)trainer->network->parameters);
}

static bool is_frozen(const gml_trainer *trainer, const update_block *block)
{
    return gml_group_frozen(&trainer->settings.groups, block->layer, block->role);
}

/* Frozen parameters are copied into an average that the optimizer keeps, because its update skips them. */
static void average_block(const gml_trainer *trainer, update_block *block)
{
    double share = trainer->scratch.step.average_share;
    if (trainer->settings.optimizer_row->average != 0 && is_frozen(trainer, block)) {
        share = 1;
    }
    if (share > 0) {
        trainer->network->kernels->entry->drift(block->count, share, 1, block->parameters,
                                                (char *)trainer->state.average + offset_of(trainer, block));
    }
}

/* The optimizer multiplies by gradient_scale later; the noise is divided by it here. */
static void add_noise(const gml_trainer *trainer, const update_block *block)
{
    const gml_kernels *kernels = trainer->network->kernels;
    gml_noise_call call = {.first = offset_of(trainer, block) / kernels->size, .count = block->count};
    call.x = call.y = block->gradient;
    call.stream = (gml_stream){.seed = trainer->settings.seed, .purpose = GML_RANDOM_GRADIENT};
    call.stream.step = trainer->state.steps;
    call.deviation = trainer->scratch.step.noise / trainer->scratch.step.update.gradient_scale;
    kernels->random->add_noise(&call);
}

/* Sets the rate and the decays of the block's group. Returns the rate for L1. */
static double apply_group(const gml_trainer *trainer, const update_block *block, gml_update_call *call)
{
    const gml_step_settings *settings = &trainer->settings;
    size_t group = gml_group_of(&settings->groups, block->layer, block->role), decay = settings->optimizer_row->decay;
    if (group == 0) {
        return trainer->scratch.step.optimizer.rate;
    }
    const gml_optimizer_step *step = &trainer->scratch.group_steps[group - 1];
    const gml_group *factors = &settings->groups.each[group - 1];
    call->scalars = &step->scalars;
    call->l2 *= factors->l2;
    call->decay =
        decay != 0 ? step->rate * factors->decay * settings->optimizer.values[decay] * trainer->state.decay_factor : 0;
    return step->rate * factors->l1;
}

/* Applies L1 and the average after the optimizer's update at this rate. */
static inline void finish(const gml_trainer *trainer, update_block *block, double rate)
{
    if (block->role == GML_ROLE_WEIGHT && trainer->settings.l1 > 0 && !is_frozen(trainer, block)) {
        trainer->network->kernels->entry->shrink(
            block->count, rate * trainer->settings.l1 * trainer->state.decay_factor, block->parameters);
    }
    if (!isfinite(trainer->settings.max_norm)) {
        average_block(trainer, block);
    }
}

/* A step of matrices may be refused after the update, once the norms of the directions are known. Until then the arrays
 * that the step changes are saved: parameters, states, and the mean gradient. */
enum { SAVED_PARAMETERS, SAVED_MEAN = 3, SAVED_END };

/* Saves a block of the arrays [first, end), or restores it. */
static void copy_saved(const gml_trainer *trainer, const update_block *block, size_t first, size_t end, bool restoring)
{
    const gml_network *network = trainer->network;
    const gml_step_state *state = &trainer->state;
    char *const arrays[SAVED_END] = {network->parameters, state->arrays[0], state->arrays[1], state->mean};
    size_t offset = offset_of(trainer, block), bytes = block->count * network->kernels->size;
    for (size_t i = first; i < end; i++) {
        char *values = arrays[i] + offset, *saved = (char *)trainer->scratch.orthogonal.saved[i] + offset;
        memcpy(restoring ? values : saved, restoring ? saved : values, bytes);
    }
}

static void save_mean(const gml_trainer *trainer, update_block *block)
{
    copy_saved(trainer, block, SAVED_MEAN, SAVED_END, false);
}

static void restore(const gml_trainer *trainer, update_block *block)
{
    bool mean = trainer->state.mean != NULL;
    copy_saved(trainer, block, is_frozen(trainer, block) ? SAVED_MEAN : SAVED_PARAMETERS, mean ? SAVED_END : SAVED_MEAN,
               true);
}

static inline void update(const gml_trainer *trainer, update_block *block)
{
    bool weights = block->role == GML_ROLE_WEIGHT;
    const gml_optimizer_kernel *kernel = weights ? trainer->settings.weight_kernel : trainer->settings.vector_kernel;
    gml_update_call call = trainer->scratch.step.update;
    size_t offset = offset_of(trainer, block);
    double rate = trainer->scratch.step.optimizer.rate;
    call.count = block->count;
    call.w = block->parameters;
    call.g = block->gradient;
    for (size_t i = 0; i < trainer->settings.states; i++) {
        call.state[i] = (char *)trainer->state.arrays[i] + offset;
    }
    if (trainer->settings.groups.count > 0) {
        rate = apply_group(trainer, block, &call);
    }
    if (!weights) {
        call.l2 = call.decay = 0;
    }
    bool orthogonal = trainer->scratch.orthogonal.iterations > 0;
    if (orthogonal && !is_frozen(trainer, block)) {
        copy_saved(trainer, block, SAVED_PARAMETERS, SAVED_MEAN, false);
    }
    if (!trainer->scratch.step.more) {
        kernel->update(&call);
        return;
    }
    if (!is_frozen(trainer, block)) {
        if (trainer->scratch.step.noise > 0) {
            add_noise(trainer, block);
        }
        kernel->update(&call);
    }
    if (!orthogonal) {
        finish(trainer, block, rate);
    }
}

static void step(const gml_trainer *trainer, update_block *block)
{
    if (block->role != GML_ROLE_WEIGHT) {
        finish(trainer, block, 0); /* the rate matters only for L1, which applies to weights */
        return;
    }
    const gml_groups *groups = &trainer->settings.groups;
    size_t group = gml_group_of(groups, block->layer, block->role);
    double rate = group > 0 ? trainer->scratch.group_steps[group - 1].rate : trainer->scratch.step.optimizer.rate;
    double l1 = group > 0 ? groups->each[group - 1].l1 : 1, scale;
    const void *x = gml_orthogonal_direction(trainer, block->layer, offset_of(trainer, block), &scale);
    if (!is_frozen(trainer, block)) {
        trainer->network->kernels->entry->combine(block->count, -rate * scale, x, 1, block->parameters);
    }
    finish(trainer, block, rate * l1);
}

static inline void add_squares(const gml_trainer *trainer, update_block *block)
{
    if (trainer->settings.groups.count == 0 || !is_frozen(trainer, block)) {
        block->squares += trainer->network->kernels->entry->dot(block->count, block->gradient, block->gradient);
    }
}

void gml_update_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, update);
}

void gml_save_mean_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, save_mean);
}

void gml_restore_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, restore);
}

void gml_step_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, step);
}

void gml_average_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    each_block(trainer, panel, average_block);
}

double gml_panel_squares(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    return each_block(trainer, panel, add_squares);
}

/* ---- the norms of units ---- */

/* columns of a weight matrix per task */
enum { COLUMNS = 64 };

static size_t pieces_of(const gml_layer *layer)
{
    return layer->weight != NULL ? layer->matrices * ((layer->weight_cols + COLUMNS - 1) / COLUMNS) : 0;
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
    const gml_layer *layers = trainer->network->layers;
    size_t piece = share.first, index = 0;
    while (piece >= pieces_of(&layers[index])) {
        piece -= pieces_of(&layers[index++]);
    }
    const gml_layer *layer = &layers[index];
    const size_t across = pieces_of(layer) / layer->matrices, rows = layer->weight_rows / layer->matrices;
    const size_t first = piece % across * COLUMNS, cols = gml_least(layer->weight_cols - first, COLUMNS);
    const size_t entry = piece / across * rows * layer->weight_cols + first;
    if (!gml_group_frozen(&trainer->settings.groups, index, GML_ROLE_WEIGHT)) {
        const gml_kernels *kernels = trainer->network->kernels;
        kernels->matrix->limit_columns(rows, cols, layer->weight_cols, trainer->settings.max_norm,
                                       (char *)layer->weight + entry * kernels->size);
    }
}
