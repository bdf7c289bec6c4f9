/* train/step.c - the phases of a training step.
 *
 *     panels of rows:    gather -> forward -> loss -> backward
 *     (one thread)       add up the loss; stop here if it is not finite
 *     panels of weights: dW -> update                       without clipping by norm
 *
 * With clipping by norm the update must wait until all of the gradient is known:
 *
 *     panels of weights: dW -> squares;   (one thread) the norm;   panels of weights: update */
#include <math.h>

#include "base/parallel.h"
#include "kernel/gemm.h"
#include "train/trainer.h"

/* ---- panels of rows ---- */

static void row_task(void *argument, size_t index)
{
    gml_trainer *trainer = argument;
    const gml_workspace *workspace = &trainer->workspace;
    gml_rows rows = gml_workspace_rows(workspace, trainer->step.rows, index);
    gml_panel_gather(workspace, &trainer->step.input, rows);
    gml_panel_forward(workspace, rows);
    gml_panel_result *result = &trainer->panel_results[index];
    *result = gml_panel_loss(workspace, &trainer->objective, &trainer->step.target, rows, trainer->step.rows,
                             GML_PANEL_GRADIENT);
    if (result->bad_class == SIZE_MAX) {
        gml_panel_backward(workspace, rows);
    }
}

/* Targets that are not finite make a loss that is not, through no fault of the weights. */
static size_t first_bad_target(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_target *target = &trainer->step.target;
    size_t cols = target->one_hot ? gml_network_outputs(network) : target->cols;
    return network->kernels->first_nonfinite(trainer->step.rows * cols, target->values) / cols;
}

static gml_status fail_diverged(gml_trainer *trainer, const char *what, double value)
{
    const gml_network *network = trainer->network;
    size_t layer = gml_workspace_first_nonfinite(&trainer->workspace, trainer->step.rows);
    size_t layers = network->spec.layer_count;
    if (first_bad_target(trainer) < trainer->step.rows) {
        return gml_fail(network->context, GML_ERROR_DATA,
                        "step %zu: the target of sample %zu of the batch is not finite", trainer->steps + 1,
                        first_bad_target(trainer) + 1);
    }
    if (layer == layers) {
        return gml_fail(network->context, GML_ERROR_DIVERGED,
                        "step %zu: %s is %g, though the values of all layers are finite; a smaller learning rate, "
                        "clip_norm or scaled data may help",
                        trainer->steps + 1, what, value);
    }
    return gml_fail(network->context, GML_ERROR_DIVERGED,
                    "step %zu: %s is %g; the first values that are not finite come out of layer %zu of %zu (%zu %s); "
                    "a smaller learning rate, clip_norm or scaled data may help",
                    trainer->steps + 1, what, value, layer + 1, layers, network->layers[layer].out,
                    network->layers[layer].spec->activation.entry->name);
}

static bool add_up_loss(void *argument)
{
    gml_trainer *trainer = argument;
    gml_step *step = &trainer->step;
    const gml_network *network = trainer->network;
    double sum = 0;
    for (size_t i = 0; i < gml_workspace_panels(&trainer->workspace, step->rows); i++) {
        if (trainer->panel_results[i].bad_class != SIZE_MAX) {
            step->status = gml_fail(network->context, GML_ERROR_DATA,
                                    "target of sample %zu of the batch is no class number from 0 to %zu",
                                    trainer->panel_results[i].bad_class + 1, gml_network_outputs(network) - 1);
            return false;
        }
        sum += trainer->panel_results[i].loss;
    }
    step->loss = sum / gml_objective_divisor(network, &trainer->objective, step->rows);
    if (!isfinite(step->loss)) {
        step->status = fail_diverged(trainer, "the loss", step->loss);
    }
    return step->status == GML_OK;
}

/* ---- panels of weights ---- */

/* Entries [first, first + count) of one block of parameters, with gradient and state, which lie at the same distance
 * from the start of their memories. */
static void update_block(const gml_trainer *trainer, void *parameters, const void *gradient, size_t first, size_t count,
                         bool decays)
{
    const gml_network *network = trainer->network;
    size_t size = network->kernels->size;
    size_t offset = (size_t)((char *)parameters - (char *)network->parameters) + first * size;
    gml_update_call call = trainer->step.update;
    call.count = count;
    call.w = (char *)network->parameters + offset;
    call.g = (const char *)gradient + first * size;
    for (size_t i = 0; i < trainer->optimizer_row->states; i++) {
        call.state[i] = (char *)trainer->state[i] + offset;
    }
    if (!decays) {
        call.l2 = call.decay = 0;
    }
    trainer->optimizer_kernel->update(&call);
}

static void update_task(void *argument, size_t index)
{
    gml_trainer *trainer = argument;
    const gml_weight_task *task = &trainer->workspace.tasks[index];
    const gml_dense *layer = &trainer->network->layers[task->layer];
    const gml_layer_memory *memory = &trainer->workspace.layers[task->layer];
    update_block(trainer, layer->weight, memory->weight_gradient, task->first * layer->out, task->count * layer->out,
                 true);
    if (task->first == 0 && layer->bias != NULL) {
        update_block(trainer, layer->bias, memory->bias_gradient, 0, layer->out, false);
    }
}

static void gradient_task(void *argument, size_t index)
{
    gml_trainer *trainer = argument;
    gml_weight_gradient(&trainer->workspace, &trainer->workspace.tasks[index], trainer->step.rows);
}

static void gradient_and_update_task(void *argument, size_t index)
{
    gradient_task(argument, index);
    update_task(argument, index);
}

static void gradient_and_squares_task(void *argument, size_t index)
{
    gml_trainer *trainer = argument;
    gradient_task(trainer, index);
    const gml_kernels *kernels = trainer->network->kernels;
    const gml_weight_task *task = &trainer->workspace.tasks[index];
    const gml_dense *layer = &trainer->network->layers[task->layer];
    const gml_layer_memory *memory = &trainer->workspace.layers[task->layer];
    const char *rows = (const char *)memory->weight_gradient + task->first * layer->out * kernels->size;
    double squares = kernels->sum_of_squares(task->count * layer->out, rows);
    if (task->first == 0 && layer->bias != NULL) {
        squares += kernels->sum_of_squares(layer->out, memory->bias_gradient);
    }
    trainer->task_squares[index] = squares;
}

static bool find_norm(void *argument)
{
    gml_trainer *trainer = argument;
    double squares = 0;
    for (size_t i = 0; i < trainer->workspace.task_count; i++) {
        squares += trainer->task_squares[i];
    }
    double norm = sqrt(squares);
    if (!isfinite(norm)) {
        trainer->step.status = fail_diverged(trainer, "the norm of the gradient", norm);
        return false;
    }
    trainer->step.update.gradient_scale = norm > trainer->clip_norm ? trainer->clip_norm / norm : 1;
    return true;
}

/* ---- the step ---- */

static double correction(const gml_trainer *trainer, size_t index)
{
    size_t parameter = trainer->optimizer_row->correction[index];
    return parameter == 0 ? 1 : 1 - pow(trainer->optimizer.values[parameter], (double)(trainer->steps + 1));
}

static gml_update_call shared_update(const gml_trainer *trainer)
{
    size_t decay = trainer->optimizer_row->decay;
    return (gml_update_call){
        .parameters = trainer->optimizer.values,
        .gradient_scale = 1,
        .clip = trainer->clip_value,
        .l2 = trainer->l2,
        .decay = decay != 0 ? trainer->optimizer.values[decay] : 0,
        .correction = {correction(trainer, 0), correction(trainer, 1)},
    };
}

/* With no update only the loss is found, and whether it is finite. */
static void run_phases(gml_trainer *trainer, bool update)
{
    const gml_workspace *workspace = &trainer->workspace;
    bool by_norm = isfinite(trainer->clip_norm);
    gml_phase phases[3] = {
        {.count = gml_workspace_panels(workspace, trainer->step.rows), .task = row_task, .finish = add_up_loss},
        {.count = workspace->task_count, .task = gradient_and_update_task},
    };
    if (by_norm) {
        phases[1].task = gradient_and_squares_task;
        phases[1].finish = find_norm;
        phases[2] = (gml_phase){.count = workspace->task_count, .task = update_task};
    }
    double flops = 3 * workspace->row_flops * (double)trainer->step.rows;
    gml_parallel_run(gml_plan_threads(flops, trainer->network->context->threads), phases,
                     !update   ? 1
                     : by_norm ? 3
                               : 2,
                     trainer);
}

static gml_status run(gml_trainer *trainer, gml_matrix x, gml_matrix y, const size_t *order, size_t rows, bool update)
{
    gml_step *step = &trainer->step;
    *step = (gml_step){.rows = rows, .update = shared_update(trainer)};
    gml_status status = gml_objective_target(trainer->network, &trainer->objective, y, order, trainer->target_classes,
                                             trainer->target_values, &step->target);
    if (status != GML_OK) {
        return status;
    }
    step->input = gml_workspace_input(&trainer->workspace, x, order);
    run_phases(trainer, update);
    return step->status;
}

gml_status gml_trainer_run(gml_trainer *trainer, gml_matrix x, gml_matrix y, const size_t *order, size_t rows,
                           double *loss)
{
    gml_status status = run(trainer, x, y, order, rows, true);
    if (loss != NULL) {
        *loss = trainer->step.loss;
    }
    trainer->steps += status == GML_OK;
    return status;
}

gml_status gml_trainer_probe(gml_trainer *trainer, gml_matrix x, gml_matrix y, const size_t *order, size_t rows)
{
    return run(trainer, x, y, order, rows, false);
}

gml_status gml_trainer_step(gml_trainer *trainer, gml_matrix x, gml_matrix y, double *loss)
{
    gml_context *context = trainer->network->context;
    gml_status status = gml_check_inputs(trainer->network, x);
    if (status != GML_OK) {
        return status;
    }
    if (x.rows > trainer->workspace.batch) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples for a trainer made for at most %zu", x.rows,
                        trainer->workspace.batch);
    }
    if (y.rows != x.rows) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples and %zu targets", x.rows, y.rows);
    }
    gml_gemm_door door = gml_gemm_open();
    status = gml_trainer_run(trainer, x, y, NULL, x.rows, loss);
    gml_gemm_close(door);
    return status;
}
