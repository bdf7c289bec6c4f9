/* step/trainer.c - one training step: panels of rows forward and back, then panels of weights. */
#include "step/compact.h"
#include "step/orthogonal.h"
#include "step/update.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/parallel.h"
#include "kernel/product/gemm.h"

/* ---- making one ---- */

static gml_status bind_optimizer(gml_trainer *trainer, const gml_train_options *options)
{
    gml_context *context = trainer->network->context;
    gml_status status = gml_call_parse(context, "optimizer", gml_optimizer_entry, options->optimizer,
                                       strlen(options->optimizer), &trainer->optimizer);
    if (status != GML_OK) {
        return status;
    }
    trainer->optimizer_row = gml_optimizer_row_of(&trainer->optimizer);
    trainer->optimizer_kernel = gml_optimizer_kernel_of(trainer->network->kernels, &trainer->optimizer);
    const char *vectors = trainer->optimizer_row->vectors;
    trainer->vector_kernel =
        vectors != NULL ? gml_kernels_optimizer(trainer->network->kernels, vectors) : trainer->optimizer_kernel;
    if (options->learning_rate > 0) {
        status =
            gml_call_set(context, "learning_rate", &trainer->optimizer, "lr", strlen("lr"), options->learning_rate);
        if (status != GML_OK) {
            return status;
        }
    }
    if (trainer->optimizer_kernel != NULL && trainer->optimizer_kernel->custom != NULL) {
        trainer->custom = (gml_custom_rule){trainer->optimizer_kernel->custom, trainer->optimizer.values};
        trainer->step.update.custom = &trainer->custom;
    }
    trainer->rate = trainer->optimizer.values[0];
    trainer->states = gml_optimizer_states(trainer->optimizer_row, trainer->optimizer.values);
    trainer->l2 = options->l2;
    trainer->l1 = options->l1;
    trainer->noise = options->gradient_noise;
    trainer->noise_decay = options->noise_decay;
    trainer->accumulate = options->accumulate;
    trainer->max_norm = options->max_norm > 0 ? options->max_norm : INFINITY;
    trainer->clip_norm = options->clip_norm > 0 ? options->clip_norm : INFINITY;
    trainer->clip_value = options->clip_value > 0 ? options->clip_value : INFINITY;
    if (trainer->optimizer_row->average != 0 && (trainer->l1 > 0 || isfinite(trainer->max_norm))) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: l1 and max_norm do not reach the weights it averages",
                        trainer->optimizer.entry->name);
    }
    if (trainer->optimizer_row->full_batch) {
        trainer->accumulate = SIZE_MAX; /* an update is never due: gradients are collected for the method */
        return gml_trainer_check_full_batch(trainer, options);
    }
    return gml_trainer_bind_average(trainer, options->average);
}

/* Of a tiled step: gather, at most three for each layer, the loss, six for the weights, and those of matrices. */
static size_t most_phases(const gml_trainer *trainer)
{
    return 3 * trainer->network->spec.layer_count + 8 + gml_orthogonal_most_phases(trainer);
}

/* The arena: states of the optimizer | averaged weights | the mean gradient of several batches | class numbers |
 * targets | weights of samples | weights of classes | results of panels | squares of weight tasks | phases */
static gml_status allocate_trainer(gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_workspace *workspace = &trainer->workspace;
    size_t size = network->kernels->size;
    size_t outputs = gml_network_outputs(network);
    gml_layout layout = {0};
    size_t state[GML_UPDATE_STATES];
    for (size_t i = 0; i < GML_UPDATE_STATES; i++) {
        state[i] = gml_layout_add(&layout, trainer->states > i ? network->parameter_bytes : 0, 1, 1);
    }
    size_t average = gml_layout_add(&layout, trainer->average.row != NULL ? network->parameter_bytes : 0, 1, 1);
    size_t mean = gml_layout_add(&layout, trainer->accumulate > 1 ? network->parameter_bytes : 0, 1, 1);
    size_t state_end = layout.size;
    size_t classes = gml_layout_add(&layout, workspace->batch, 1, size);
    size_t values = gml_layout_add(&layout, workspace->batch, outputs, size);
    size_t weights = gml_layout_add(&layout, workspace->batch, 1, sizeof(double));
    size_t by_class = gml_layout_add(&layout, outputs > 1 ? outputs : 2, 1, sizeof(double));
    size_t results = gml_layout_add(&layout, workspace->panels, 1, sizeof(gml_panel_result));
    size_t squares = gml_layout_add(&layout, workspace->task_count, 1, sizeof(double));
    size_t phases = gml_layout_add(&layout, most_phases(trainer), 1, sizeof(gml_phase));
    if (layout.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "a trainer for %s: its size is more than can be counted",
                        network->description);
    }
    char *arena = gml_allocate(network->context, layout.size, 1, "a trainer's memory");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(arena, 0, state_end);
    trainer->arena = arena;
    trainer->arena_size = layout.size;
    for (size_t i = 0; i < GML_UPDATE_STATES; i++) {
        trainer->state[i] = trainer->states > i ? arena + state[i] : NULL;
    }
    size_t own = trainer->optimizer_row->average;
    trainer->average.weights = trainer->average.row != NULL ? arena + average
                               : own > 0                    ? trainer->state[own - 1]
                                                            : NULL;
    trainer->mean = trainer->accumulate > 1 ? arena + mean : NULL;
    trainer->targets = (gml_target_setup){.loss = trainer->objective.row,
                                          .class_weights = (double *)(void *)(arena + by_class),
                                          .classes = arena + classes,
                                          .values = arena + values,
                                          .weights = (double *)(void *)(arena + weights)};
    trainer->panel_results = (gml_panel_result *)(void *)(arena + results);
    trainer->task_squares = (double *)(void *)(arena + squares);
    trainer->phases = (gml_phase *)(void *)(arena + phases);
    return GML_OK;
}

/* How samples count. */
static gml_status bind_weights(gml_trainer *trainer, const gml_train_options *options, const gml_dataset *dataset)
{
    size_t outputs = gml_network_outputs(trainer->network);
    trainer->targets.masked = options->missing_targets != 0 || (dataset != NULL && dataset->masked);
    if (options->class_weights == NULL) {
        trainer->targets.class_weights = NULL;
        return GML_OK;
    }
    return gml_class_weights_read(trainer->network->context, options->class_weights, dataset, outputs > 1 ? outputs : 2,
                                  trainer->targets.class_weights);
}

static gml_status fill_trainer(gml_trainer *trainer, const gml_train_options *options, const gml_dataset *dataset)
{
    gml_network *network = trainer->network;
    gml_status status = gml_objective_bind(network, options->loss, &trainer->objective);
    if (status == GML_OK) {
        status = bind_optimizer(trainer, options);
    }
    if (status == GML_OK) {
        status = gml_groups_create(trainer, options->groups);
    }
    if (status == GML_OK) {
        gml_workspace_options memory = {.batch = options->batch, .backward = true, .training = true, .steps = true};
        memory.linear_output = trainer->objective.linear_output;
        memory.loss_memory = trainer->objective.memory;
        memory.keep_gradients = options->keep_gradients != 0 || gml_update_looks(trainer);
        status = gml_workspace_create(network, &memory, &trainer->workspace);
        trainer->workspace.noise.seed = options->seed;
    }
    if (status == GML_OK) {
        status = allocate_trainer(trainer);
    }
    if (status == GML_OK) {
        status = gml_orthogonal_create(trainer);
    }
    if (status == GML_OK) {
        status = gml_compact_create(trainer);
    }
    return status == GML_OK ? bind_weights(trainer, options, dataset) : status;
}

gml_status gml_trainer_create_for(gml_network *network, const gml_train_options *options, const gml_dataset *dataset,
                                  gml_trainer **trainer)
{
    gml_context *context = network->context;
    gml_train_options complete = options != NULL ? *options : (gml_train_options){0};
    gml_status status = gml_train_options_complete(context, &complete);
    if (status != GML_OK) {
        return status;
    }
    gml_trainer *made = gml_allocate(context, 1, sizeof *made, "a trainer");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_trainer){.network = network, .usual_rows = complete.batch};
    status = fill_trainer(made, &complete, dataset);
    if (status != GML_OK) {
        gml_trainer_destroy(made);
        return status;
    }
    *trainer = made;
    return GML_OK;
}

gml_status gml_trainer_create(gml_network *network, const gml_train_options *options, gml_trainer **trainer)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    return gml_trainer_create_for(network, options, NULL, trainer);
}

void gml_trainer_destroy(gml_trainer *trainer)
{
    if (trainer != NULL) {
        gml_context *context = trainer->network->context;
        gml_workspace_destroy(&trainer->workspace);
        gml_groups_destroy(trainer);
        gml_orthogonal_destroy(trainer);
        gml_compact_destroy(trainer);
        gml_release(context, trainer->arena, trainer->arena_size, 1);
        gml_release(context, trainer, 1, sizeof *trainer);
    }
}

gml_status gml_trainer_set_learning_rate(gml_trainer *trainer, double rate)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_call call = trainer->optimizer; /* whose own argument has the bounds */
    status = gml_call_set(trainer->network->context, "the learning rate", &call, "lr", strlen("lr"), rate);
    if (status == GML_OK) {
        status = gml_groups_check_rate(trainer, rate);
    }
    trainer->rate = status == GML_OK ? rate : trainer->rate;
    return status;
}

gml_status gml_trainer_gradient(const gml_trainer *trainer, size_t index, gml_block *gradient)
{
    gml_status status = gml_refuse_null(trainer != NULL ? trainer->network->context : NULL, __func__,
                                        (gml_argument[]){{"trainer", trainer}, {"gradient", gradient}, {0}});
    return status == GML_OK ? gml_workspace_gradient(&trainer->workspace, index, gradient) : status;
}
