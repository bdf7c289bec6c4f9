/* step/trainer.c - creates trainers: the settings first, then the memory that they need. */
#include "step/trainer.h"

#include <string.h>

#include "base/layout.h"
#include "step/compact.h"
#include "step/orthogonal.h"
#include "step/phases.h"
#include "step/update.h"

/* ---- the arena ---- */

static void lay_out_scratch(gml_trainer *trainer, gml_layout *layout)
{
    gml_step_scratch *scratch = &trainer->scratch;
    gml_target_setup *targets = &scratch->targets;
    size_t real = trainer->network->kernels->size, batch = scratch->workspace.batch;
    void *arena = trainer->arena;
    targets->classes = gml_layout_take(layout, arena, batch, 1, real);
    targets->values = gml_layout_take(layout, arena, batch, gml_network_outputs(trainer->network), real);
    targets->weights = gml_layout_take(layout, arena, batch, 1, sizeof(double));
    scratch->panel_results = gml_layout_take(layout, arena, scratch->workspace.panels, 1, sizeof(gml_panel_result));
    scratch->task_squares = gml_layout_take(layout, arena, scratch->workspace.task_count, 1, sizeof(double));
    scratch->phases = gml_layout_take(layout, arena, gml_trainer_most_phases(trainer), 1, sizeof(gml_phase));
    scratch->group_steps =
        gml_layout_take(layout, arena, trainer->settings.groups.count, 1, sizeof(gml_optimizer_step));
}

/* The arena: the optimizer's states | averaged weights | mean gradient | groups' scalar states | class numbers |
 * targets | sample weights | results of panels | squares of weight tasks | phases | groups' scalars */
static void lay_out(void *owner, gml_layout *layout)
{
    gml_trainer *trainer = owner;
    gml_step_state_lay_out(trainer, &trainer->state, layout, trainer->arena);
    lay_out_scratch(trainer, layout);
}

/* ---- creation ---- */

static gml_status create_workspace(gml_trainer *trainer, bool keep_gradients)
{
    const gml_step_settings *settings = &trainer->settings;
    const gml_workspace_options options = {.batch = settings->batch,
                                           .linear_output = settings->objective.linear_output,
                                           .member_losses = true,
                                           .backward = true,
                                           .keep_gradients = keep_gradients || gml_update_needs_norm(trainer),
                                           .training = true,
                                           .steps = true,
                                           .loss_memory = settings->objective.memory};
    gml_status status = gml_workspace_create(trainer->network, &options, &trainer->scratch.workspace);
    trainer->scratch.workspace.noise.seed = settings->seed;
    return status;
}

/* Zeroes the state, and copies the settings that hold for every step. */
static void begin_state(gml_trainer *trainer)
{
    const gml_step_settings *settings = &trainer->settings;
    gml_target_setup *targets = &trainer->scratch.targets;
    memset(trainer->arena, 0, (size_t)((char *)targets->classes - (char *)trainer->arena)); /* the arrays of state */
    trainer->state.rate = settings->optimizer.values[0];
    trainer->state.noise_factor = trainer->state.decay_factor = 1;
    trainer->scratch.step.update.custom = settings->custom.optimizer != NULL ? &settings->custom : NULL;
    targets->loss = settings->objective.row;
    targets->class_weights = settings->class_weights;
    targets->masked = settings->masked;
}

static gml_status fill_trainer(gml_trainer *trainer, const gml_train_options *options, const gml_dataset *dataset)
{
    gml_status status = gml_step_settings_bind(trainer->network, options, dataset, &trainer->settings);
    if (status == GML_OK) {
        status = create_workspace(trainer, options->keep_gradients != 0);
    }
    if (status == GML_OK) {
        status = gml_layout_make(trainer->network->context, lay_out, trainer, "a trainer",
                                 trainer->network->description, &trainer->arena, &trainer->arena_size);
    }
    if (status == GML_OK) {
        begin_state(trainer);
        status = gml_orthogonal_create(trainer);
    }
    return status == GML_OK ? gml_compact_create(trainer) : status;
}

static gml_status attach_observer(gml_trainer *trainer, const gml_observer *observer)
{
    if (observer == NULL || trainer->settings.optimizer_row->full_batch) {
        return GML_OK;
    }
    if (observer->network != trainer->network) {
        return gml_fail(trainer->network->context, GML_ERROR_ARGUMENT,
                        "the observer was made for another network than the one that is trained");
    }
    trainer->observer = observer;
    return observer->attach(observer->user, trainer);
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
    *made = (gml_trainer){.network = network};
    status = fill_trainer(made, &complete, dataset);
    if (status == GML_OK) {
        status = attach_observer(made, complete.observer);
    }
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
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    return status == GML_OK ? gml_trainer_create_for(network, options, NULL, trainer) : status;
}

void gml_trainer_destroy(gml_trainer *trainer)
{
    if (trainer != NULL) {
        gml_context *context = trainer->network->context;
        gml_step_settings_release(context, &trainer->settings);
        gml_workspace_destroy(&trainer->scratch.workspace);
        gml_orthogonal_destroy(trainer);
        gml_compact_destroy(trainer);
        gml_release(context, trainer->arena, trainer->arena_size, 1);
        gml_release(context, trainer, 1, sizeof *trainer);
    }
}

/* ---- accessors ---- */

gml_status gml_trainer_set_learning_rate(gml_trainer *trainer, double rate)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_context *context = trainer->network->context;
    gml_call call = trainer->settings.optimizer; /* its argument has the bounds of the rate */
    status = gml_call_set(context, "the learning rate", &call, "lr", strlen("lr"), rate);
    if (status == GML_OK) {
        status = gml_groups_check_rate(context, &trainer->settings.groups, rate);
    }
    trainer->state.rate = status == GML_OK ? rate : trainer->state.rate;
    return status;
}

gml_status gml_trainer_set_factors(gml_trainer *trainer, double noise, double decay)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (!(noise >= 0 && noise <= 1) || !(decay >= 0 && decay <= GML_MAX_RATE)) {
        return gml_fail(trainer->network->context, GML_ERROR_ARGUMENT,
                        "the factors of noise and decay are %g and %g; from 0 to 1, and from 0 to %g, are needed",
                        noise, decay, GML_MAX_RATE);
    }
    trainer->state.noise_factor = noise;
    trainer->state.decay_factor = decay;
    return GML_OK;
}

gml_status gml_trainer_gradient(const gml_trainer *trainer, size_t index, gml_block *gradient)
{
    gml_status status = gml_refuse_null(trainer != NULL ? trainer->network->context : NULL, __func__,
                                        (gml_argument[]){{"trainer", trainer}, {"gradient", gradient}, {0}});
    return status == GML_OK ? gml_workspace_gradient(&trainer->scratch.workspace, index, gradient) : status;
}
