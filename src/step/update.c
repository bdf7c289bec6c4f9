/* step/update.c - the second half of a training step: phases over weight panels; | is a barrier.
 *
 *     dW, update
 *     dW, squares | update                           clipping by norm: the norm is found at the barrier
 *     dW, to the mean | update                       accumulation of several batches
 *     dW, squares | to the mean, squares | update    both; also Muon with accumulation, whose step may be refused: the
 *                                                    mean must not change before dW is known to be finite
 *
 * Then, with an optimizer of matrices and with max_norm:
 *
 *     step/orthogonal.c | direction
 *     columns of weights: bound | average */
#include "step/update.h"

#include <math.h>

#include "kernel/entry/entry.h"
#include "step/orthogonal.h"
#include "step/refusal.h"

/* ---- several batches ---- */

/* Returns the panel with the mean gradient of the batches, which has the parameters' layout, in place of its own. */
static gml_weight_panel mean_panel(const gml_trainer *trainer, gml_weight_panel panel)
{
    const gml_network *network = trainer->network;
    const gml_layer *layer = &network->layers[panel.layer];
    size_t size = network->kernels->size;
    char *mean = trainer->state.mean;
    if (layer->weight != NULL) {
        size_t entry = panel.first * layer->weight_cols + panel.col;
        panel.gradient = mean + ((char *)layer->weight - (char *)network->parameters) + entry * size;
        panel.gradient_stride = layer->weight_cols;
    }
    if (panel.vector_gradient != NULL) {
        const gml_vector *first = &layer->vectors[0];
        panel.vector_gradient =
            mean + ((char *)first->values - (char *)network->parameters) + panel.vector_first * size;
    }
    return panel;
}

/* Adds a panel's gradient to the mean, weighted by the divisor of its batch's loss; returns the mean's panel. */
static gml_weight_panel add_to_mean(const gml_trainer *trainer, const gml_weight_panel *panel)
{
    const gml_kernels *kernels = trainer->network->kernels;
    double together = trainer->state.collected_divisor + trainer->scratch.step.divisor; /* 0: no target so far counts */
    double share_of_batch = together > 0 ? trainer->scratch.step.divisor / together : 0;
    gml_weight_panel mean = mean_panel(trainer, *panel);
    if (trainer->scratch.orthogonal.iterations > 0) {
        gml_save_mean_panel(trainer, panel);
    }
    gml_weight_blocks blocks = gml_blocks_of(trainer, panel);
    for (size_t i = 0; i < blocks.number; i++) {
        kernels->entry->drift(blocks.entries, share_of_batch, 1,
                              (char *)panel->gradient + i * panel->gradient_stride * kernels->size,
                              (char *)mean.gradient + i * mean.gradient_stride * kernels->size);
    }
    if (panel->vector_gradient != NULL) {
        kernels->entry->drift(panel->vector_count, share_of_batch, 1, panel->vector_gradient, mean.vector_gradient);
    }
    return mean;
}

/* ---- phases of panels of weights ---- */

/* The work of a phase on each panel, in this order: bits of its part. */
enum {
    GRADIENT = 1,    /* computes dW; otherwise an earlier phase did */
    ADD_TO_MEAN = 2, /* adds dW to the mean, and replaces dW by it */
    USE_MEAN = 4,    /* replaces dW by the mean */
    SQUARES = 8,
    UPDATE = 16,
    DIRECTION = 32, /* applies the direction of whole matrices */
    AVERAGE = 64
};

/* Squares are added up, and gradients observed, task by task, so that the order of sums does not depend on how many
 * tasks are merged. */
static void weight_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    const gml_workspace *workspace = &trainer->scratch.workspace;
    size_t does = share.part, end = share.first + share.count;
    bool observed = trainer->scratch.step.observed && (does & GRADIENT) != 0;
    while (share.first < end) {
        size_t index = share.first;
        share.count = (does & SQUARES) != 0 || observed ? 1 : end - index;
        gml_weight_panel panel = (does & GRADIENT) != 0
                                     ? gml_weight_gradient(workspace, &share, trainer->scratch.step.rows)
                                     : gml_weight_panel_next(workspace, &share, 0);
        if (observed) {
            trainer->observer->gradient(trainer->observer->user, trainer, index, &panel);
        }
        if ((does & ADD_TO_MEAN) != 0) {
            panel = add_to_mean(trainer, &panel);
        } else if ((does & USE_MEAN) != 0) {
            panel = mean_panel(trainer, panel);
        }
        if ((does & SQUARES) != 0) {
            trainer->scratch.task_squares[index] = gml_panel_squares(trainer, &panel);
        }
        if ((does & UPDATE) != 0) {
            gml_update_panel(trainer, &panel);
        } else if ((does & DIRECTION) != 0) {
            gml_step_panel(trainer, &panel);
        } else if ((does & AVERAGE) != 0) {
            gml_average_panel(trainer, &panel);
        }
    }
}

bool gml_update_needs_norm(const gml_trainer *trainer)
{
    return isfinite(trainer->settings.clip_norm) ||
           (trainer->settings.optimizer_row->iterations > 0 && trainer->settings.accumulate > 1);
}

void gml_update_restore(const gml_trainer *trainer)
{
    for (gml_share all = {.count = trainer->scratch.workspace.task_count}; all.count > 0;) {
        gml_weight_panel panel = gml_weight_panel_next(&trainer->scratch.workspace, &all, 0);
        gml_restore_panel(trainer, &panel);
    }
}

/* Computes the gradient's norm from the squares of all tasks, always in the same order. Ends the step if it is not
 * finite. */
static bool find_norm(void *argument, size_t part)
{
    (void)part;
    gml_trainer *trainer = argument;
    double squares = 0;
    for (size_t i = 0; i < trainer->scratch.workspace.task_count; i++) {
        squares += trainer->scratch.task_squares[i];
    }
    double norm = sqrt(squares);
    if (!isfinite(norm)) {
        trainer->scratch.step.status = gml_trainer_fail_diverged(trainer, "the norm of the gradient", norm);
        return false;
    }
    double most = trainer->settings.clip_norm;
    trainer->scratch.step.update.gradient_scale = norm > most ? most / norm : 1;
    return true;
}

/* Sets field by field: clearing the whole call takes a large part of a tiny step. */
void gml_update_begin(gml_trainer *trainer)
{
    const gml_step_settings *settings = &trainer->settings;
    const gml_optimizer_row *row = settings->optimizer_row;
    gml_step *now = &trainer->scratch.step;
    gml_optimizer_step *step = &now->optimizer;
    step->parameters = settings->optimizer.values;
    step->rate = trainer->state.rate;
    step->number = trainer->state.steps + 1;
    step->memory = trainer->state.memory;
    row->prepare(step);

    now->average_share = gml_trainer_average_share(trainer);
    bool noise = settings->noise > 0;
    now->noise = noise ? sqrt(settings->noise / pow(1 + (double)trainer->state.steps, settings->noise_decay)) : 0;

    gml_update_call *update = &now->update;
    update->scalars = &step->scalars;
    update->gradient_scale = 1;
    update->clip = settings->clip_value;
    const double decay = trainer->state.decay_factor;
    update->l2 = settings->l2 * decay;
    update->decay = row->decay != 0 ? step->rate * settings->optimizer.values[row->decay] * decay : 0;
    if (settings->groups.count > 0) {
        gml_groups_begin(trainer);
    }
    now->more = now->noise > 0 || settings->l1 > 0 || now->average_share > 0 || settings->groups.count > 0;
}

static gml_phase weight_phase(const gml_trainer *trainer, unsigned work, size_t does)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    gml_phase phase = {.work = work, .part = does, .count = workspace->task_count, .run = workspace->task_run};
    phase.task = weight_task;
    phase.finish = (does & SQUARES) != 0 ? find_norm : NULL;
    return phase;
}

size_t gml_update_phases(const gml_trainer *trainer, gml_phase *phases)
{
    bool norm = gml_update_needs_norm(trainer), collects = trainer->settings.accumulate > 1;
    bool last = trainer->scratch.step.last;
    size_t count = 0;
    if (!norm && !collects) {
        phases[count++] = weight_phase(trainer, GML_WORK_GRADIENT | GML_WORK_UPDATE, GRADIENT | UPDATE);
    } else {
        phases[count++] = weight_phase(trainer, GML_WORK_GRADIENT, GRADIENT | (norm ? SQUARES : ADD_TO_MEAN));
        if (norm && collects) {
            phases[count++] = weight_phase(trainer, GML_WORK_UPDATE, ADD_TO_MEAN | SQUARES);
        }
        if (last) {
            phases[count++] = weight_phase(trainer, GML_WORK_UPDATE, UPDATE | (collects ? USE_MEAN : 0));
        }
    }
    if (last && trainer->scratch.orthogonal.iterations > 0) {
        count += gml_orthogonal_phases(trainer, phases + count);
        phases[count++] = weight_phase(trainer, GML_WORK_UPDATE, DIRECTION);
    }
    if (last && isfinite(trainer->settings.max_norm)) {
        phases[count++] = (gml_phase){.count = gml_limit_tasks(trainer), .task = gml_limit_task};
        phases[count++] = weight_phase(trainer, 0, AVERAGE);
    }
    return count;
}
