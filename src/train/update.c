/* train/update.c - the weights' half of a training step:
 *
 *     panels of weights: dW -> update                       without clipping by norm
 *
 * With clipping by norm the update must wait until all of the gradient is known:
 *
 *     panels of weights: dW -> squares;   (one thread) the norm;   panels of weights: update */
#include "train/update.h"

#include <math.h>

/* Parameters from `parameters` on, with their gradient, and with their state, which lies at the same distance from the
 * start of its memory. */
static void update_block(const gml_trainer *trainer, void *parameters, const void *gradient, size_t count, bool decays)
{
    const gml_network *network = trainer->network;
    size_t offset = (size_t)((char *)parameters - (char *)network->parameters);
    gml_update_call call = trainer->step.update;
    call.count = count;
    call.w = parameters;
    call.g = gradient;
    for (size_t i = 0; i < trainer->states; i++) {
        call.state[i] = (char *)trainer->state[i] + offset;
    }
    if (!decays) {
        call.l2 = call.decay = 0;
    }
    trainer->optimizer_kernel->update(&call);
    if (trainer->average.share > 0) {
        network->kernels->drift(count, trainer->average.share, 1, parameters,
                                (char *)trainer->average.weights + offset);
    }
}

/* A panel of whole rows is one block; of another each row is. */
typedef struct weight_blocks {
    size_t number, entries; /* of each */
} weight_blocks;

static weight_blocks blocks_of(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    bool whole = panel->cols == trainer->network->layers[panel->layer].out;
    return whole ? (weight_blocks){1, panel->count * panel->cols} : (weight_blocks){panel->count, panel->cols};
}

static void update_panel(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    const gml_layer *layer = &trainer->network->layers[panel->layer];
    size_t size = trainer->network->kernels->size;
    weight_blocks blocks = blocks_of(trainer, panel);
    char *weight = (char *)layer->weight + (panel->first * layer->out + panel->col) * size;
    const char *gradient = panel->gradient;
    for (size_t i = 0; i < blocks.number; i++) {
        update_block(trainer, weight + i * layer->out * size, gradient + i * panel->gradient_stride * size,
                     blocks.entries, true);
    }
    for (size_t i = 0; panel->vector_gradient != NULL && i < layer->vector_count; i++) {
        const gml_vector *vector = &layer->vectors[i];
        if (vector->role != GML_ROLE_STATISTIC) {
            update_block(trainer, vector->values, (const char *)panel->vector_gradient + vector->offset * size,
                         vector->count, false);
        }
    }
}

static double sum_squares(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    const gml_kernels *kernels = trainer->network->kernels;
    weight_blocks blocks = blocks_of(trainer, panel);
    const char *gradient = panel->gradient;
    double squares = 0;
    for (size_t i = 0; i < blocks.number; i++) {
        squares += kernels->sum_of_squares(blocks.entries, gradient + i * panel->gradient_stride * kernels->size);
    }
    if (panel->vector_gradient != NULL) {
        size_t entries = trainer->network->layers[panel->layer].vector_entries;
        squares += kernels->sum_of_squares(entries, panel->vector_gradient);
    }
    return squares;
}

static void gradient_and_update_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    while (share.count > 0) {
        gml_weight_panel panel = gml_weight_gradient(&trainer->workspace, &share, trainer->step.rows);
        update_panel(trainer, &panel);
    }
}

/* Task by task, so that the order of the sum does not depend on how many are taken together. */
static void gradient_and_squares_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    for (size_t end = share.first + share.count; share.first < end;) {
        size_t index = share.first;
        share.count = 1;
        gml_weight_panel panel = gml_weight_gradient(&trainer->workspace, &share, trainer->step.rows);
        trainer->task_squares[index] = sum_squares(trainer, &panel);
    }
}

static void update_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    while (share.count > 0) {
        gml_weight_panel panel = gml_weight_panel_next(&trainer->workspace, &share, 0);
        update_panel(trainer, &panel);
    }
}

static bool find_norm(void *argument, size_t part)
{
    (void)part;
    gml_trainer *trainer = argument;
    double squares = 0;
    for (size_t i = 0; i < trainer->workspace.task_count; i++) {
        squares += trainer->task_squares[i];
    }
    double norm = sqrt(squares);
    if (!isfinite(norm)) {
        trainer->step.status = gml_trainer_fail_diverged(trainer, "the norm of the gradient", norm);
        return false;
    }
    trainer->step.update.gradient_scale = norm > trainer->clip_norm ? trainer->clip_norm / norm : 1;
    return true;
}

/* Field by field: clearing the whole call at each step is a large part of a tiny one. */
void gml_update_begin(gml_trainer *trainer)
{
    const gml_optimizer_row *row = trainer->optimizer_row;
    gml_optimizer_step *step = &trainer->step.optimizer;
    step->parameters = trainer->optimizer.values;
    step->rate = trainer->rate;
    step->number = trainer->steps + 1;
    step->memory = trainer->memory;
    row->prepare(step);

    trainer->average.share = gml_trainer_average_share(trainer);

    gml_update_call *update = &trainer->step.update;
    update->scalars = step->scalars;
    update->gradient_scale = 1;
    update->clip = trainer->clip_value;
    update->l2 = trainer->l2;
    update->decay = row->decay != 0 ? step->rate * trainer->optimizer.values[row->decay] : 0;
}

size_t gml_update_phases(const gml_trainer *trainer, gml_phase *phases)
{
    gml_phase phase = {.count = trainer->workspace.task_count, .run = trainer->workspace.task_run};
    size_t count = 0;
    if (isfinite(trainer->clip_norm)) {
        phase.work = GML_WORK_GRADIENT;
        phase.task = gradient_and_squares_task;
        phase.finish = find_norm;
        phases[count++] = phase;
        phase.work = GML_WORK_UPDATE;
        phase.task = update_task;
        phase.finish = NULL;
    } else {
        phase.work = GML_WORK_GRADIENT | GML_WORK_UPDATE;
        phase.task = gradient_and_update_task;
    }
    phases[count++] = phase;
    return count;
}
