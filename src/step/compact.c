/* step/compact.c - prepares the calls of a tiny step, and runs them. */
#include "step/compact.h"

#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "kernel/product/multiply.h"
#include "layer/layer.h"
#include "step/update.h"

/* ---- which steps ---- */

/* True if a step is gradients and the optimizer's elementwise update, nothing else. */
static bool is_plain(const gml_trainer *trainer)
{
    const gml_step_settings *settings = &trainer->settings;
    const gml_optimizer_row *row = settings->optimizer_row;
    bool bounded = isfinite(settings->clip_norm) || isfinite(settings->max_norm);
    bool averages = settings->average.row != NULL || row->average != 0;
    bool more = settings->noise > 0 || settings->l1 > 0 || settings->groups.count > 0 || settings->accumulate > 1;
    return !bounded && !averages && !more && !row->full_batch && trainer->scratch.orthogonal.iterations == 0 &&
           trainer->scratch.workspace.gradients == NULL;
}

static bool is_plain_layer(const gml_workspace *workspace, size_t index)
{
    const gml_layer *layer = &workspace->network->layers[index];
    const gml_layer_memory *memory = &workspace->layers[index];
    bool dense = layer->kind->dense && !layer->directions && layer->theta.count == 0;
    return dense && memory->native_forward && memory->native_weights && (memory->native_backward || index == 0);
}

static bool fits(const gml_trainer *trainer)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    size_t layers = trainer->network->spec.layer_count;
    double flops = gml_plan_step_flops(trainer->network, workspace->batch);
    if (!is_plain(trainer) || workspace->panels != 1 || workspace->task_count != layers ||
        gml_plan_threads(flops, 2) != 1) {
        return false;
    }
    for (size_t i = 0; i < layers; i++) {
        if (!is_plain_layer(workspace, i)) {
            return false;
        }
    }
    return true;
}

/* ---- preparation ---- */

/* Returns the place of the gradient of `parameters`. */
static void *gradient_of(const gml_trainer *trainer, const void *parameters)
{
    return trainer->scratch.compact->gradients +
           ((const char *)parameters - (const char *)trainer->network->parameters);
}

/* Sets all fields except the batch size and the address of the first layer's inputs. */
static void prepare_layer(const gml_trainer *trainer, size_t index)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    const gml_layer *layer = &trainer->network->layers[index];
    const gml_layer_memory *memory = &workspace->layers[index];
    const gml_layer_memory *previous = index > 0 ? &workspace->layers[index - 1] : NULL;
    size_t in = layer->in, out = layer->out, stride = memory->stride;
    const double *parameters = layer->spec->activation.values;

    gml_compact_layer calls = {.activation = memory->activation, .bias = layer->bias};
    calls.forward = (gml_gemm){.n = out, .k = in, .b = layer->weight, .b_stride = out};
    calls.forward.c = memory->y;
    calls.forward.c_stride = stride;
    calls.activate = (gml_forward_call){.cols = out, .stride = stride, .z = memory->y, .y = memory->y};
    calls.activate.slope = memory->saved;
    calls.activate.parameters = parameters;
    calls.activate.custom = memory->activation->custom;
    calls.derive = (gml_backward_call){.cols = out, .stride = stride, .gradient = memory->gradient};
    calls.derive.saved = memory->saved != NULL ? memory->saved : memory->y;
    calls.derive.bias_gradient = layer->bias != NULL ? gradient_of(trainer, layer->bias) : NULL;
    calls.derive.parameters = parameters;
    calls.weights = (gml_gemm){.m = in, .n = out, .a_transposed = true, .b = memory->gradient, .b_stride = stride};
    calls.weights.c = gradient_of(trainer, layer->weight);
    calls.weights.c_stride = out;
    if (previous != NULL) {
        calls.forward.a = calls.weights.a = previous->y;
        calls.forward.a_stride = calls.weights.a_stride = previous->stride;
        calls.propagate = (gml_gemm){.n = in, .k = out, .a = memory->gradient, .a_stride = stride};
        calls.propagate.b = layer->weight;
        calls.propagate.b_stride = out;
        calls.propagate.b_transposed = true;
        calls.propagate.c = previous->gradient;
        calls.propagate.c_stride = previous->stride;
    }
    trainer->scratch.compact->layers[index] = calls;
}

static void add_update(const gml_trainer *trainer, bool weights, void *parameters, size_t count)
{
    const gml_step_settings *settings = &trainer->settings;
    struct gml_compact *compact = trainer->scratch.compact;
    size_t offset = (size_t)((char *)parameters - (char *)trainer->network->parameters);
    gml_update_call call = {.count = count, .w = parameters, .g = compact->gradients + offset, .gradient_scale = 1};
    call.scalars = &trainer->scratch.step.optimizer.scalars;
    call.clip = settings->clip_value;
    call.custom = trainer->scratch.step.update.custom;
    for (size_t i = 0; i < settings->states; i++) {
        call.state[i] = (char *)trainer->state.arrays[i] + offset;
    }
    compact->updates[compact->update_count++] =
        (gml_compact_update){weights ? settings->weight_kernel : settings->vector_kernel, weights, call};
}

static void list_updates(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_step_settings *settings = &trainer->settings;
    bool custom = settings->weight_kernel->custom != NULL; /* custom optimizers must not see gaps */
    bool decays = settings->l2 != 0 || settings->optimizer_row->decay != 0;
    if (!decays && !custom && settings->weight_kernel == settings->vector_kernel) {
        add_update(trainer, true, network->parameters, network->parameter_bytes / network->kernels->size);
        return;
    }
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        add_update(trainer, true, layer->weight, layer->in * layer->out);
        if (layer->bias != NULL) {
            add_update(trainer, false, layer->bias, layer->out);
        }
    }
}

/* The arena: gml_compact | layers | updates | gradients */
static gml_status allocate(gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    size_t count = network->spec.layer_count;
    gml_layout layout = {0};
    gml_layout_add(&layout, 1, 1, sizeof(struct gml_compact));
    size_t layers = gml_layout_add(&layout, count, 1, sizeof(gml_compact_layer));
    size_t updates = gml_layout_add(&layout, count, 2, sizeof(gml_compact_update));
    size_t gradients = gml_layout_add(&layout, network->parameter_bytes, 1, 1);
    char *arena = layout.overflow ? NULL : gml_allocate(network->context, layout.size, 1, "a trainer's calls");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(arena, 0, layout.size);
    struct gml_compact *compact = trainer->scratch.compact = (struct gml_compact *)(void *)arena;
    compact->layers = (gml_compact_layer *)(void *)(arena + layers);
    compact->updates = (gml_compact_update *)(void *)(arena + updates);
    compact->gradients = arena + gradients;
    compact->size = layout.size;
    return GML_OK;
}

gml_status gml_compact_create(gml_trainer *trainer)
{
    if (!fits(trainer)) {
        return GML_OK;
    }
    gml_status status = allocate(trainer);
    for (size_t i = 0; status == GML_OK && i < trainer->network->spec.layer_count; i++) {
        prepare_layer(trainer, i);
    }
    if (status == GML_OK) {
        list_updates(trainer);
    }
    return status;
}

void gml_compact_destroy(gml_trainer *trainer)
{
    if (trainer->scratch.compact != NULL) {
        gml_release(trainer->network->context, trainer->scratch.compact, trainer->scratch.compact->size, 1);
    }
}

/* ---- running ---- */

static void set_rows(const gml_trainer *trainer, size_t rows)
{
    for (size_t i = 0; i < trainer->network->spec.layer_count; i++) {
        gml_compact_layer *calls = &trainer->scratch.compact->layers[i];
        calls->forward.m = calls->weights.k = calls->propagate.m = rows;
        calls->activate.rows = calls->derive.rows = rows;
    }
    trainer->scratch.compact->rows = rows;
}

static void set_inputs(const gml_trainer *trainer, gml_rows rows)
{
    gml_compact_layer *first = &trainer->scratch.compact->layers[0];
    gml_panel_gather(&trainer->scratch.workspace, &trainer->scratch.step.input, rows);
    first->forward.a = first->weights.a = trainer->scratch.workspace.input;
    first->forward.a_stride = first->weights.a_stride = trainer->scratch.workspace.input_stride;
}

static void run_forward(const gml_trainer *trainer)
{
    gml_context *context = trainer->network->context;
    const gml_kernels *kernels = trainer->network->kernels;
    for (size_t i = 0; i < trainer->network->spec.layer_count; i++) {
        const gml_compact_layer *calls = &trainer->scratch.compact->layers[i];
        gml_multiply(context, kernels, &calls->forward, calls->bias);
        if (!calls->activation->identity) {
            calls->activation->forward(&calls->activate);
        }
    }
}

static void run_backward(const gml_trainer *trainer)
{
    gml_context *context = trainer->network->context;
    const gml_kernels *kernels = trainer->network->kernels;
    for (size_t i = trainer->network->spec.layer_count; i-- > 0;) {
        const gml_compact_layer *calls = &trainer->scratch.compact->layers[i];
        calls->activation->backward(&calls->derive);
        gml_multiply(context, kernels, &calls->weights, NULL);
        if (i > 0) {
            gml_multiply(context, kernels, &calls->propagate, NULL);
        }
    }
}

static void update(const gml_trainer *trainer)
{
    for (size_t i = 0; i < trainer->scratch.compact->update_count; i++) {
        gml_compact_update *update = &trainer->scratch.compact->updates[i];
        update->call.decay = update->weights ? trainer->scratch.step.update.decay : 0;
        update->call.l2 = update->weights ? trainer->scratch.step.update.l2 : 0;
        update->kernel->update(&update->call);
    }
}

bool gml_compact_run(gml_trainer *trainer)
{
    const gml_step *step = &trainer->scratch.step;
    if (trainer->scratch.compact == NULL || !step->updates || step->target.weights != NULL) {
        return false;
    }
    gml_rows rows = {.count = step->rows, .all = step->rows};
    if (trainer->scratch.compact->rows != step->rows) {
        set_rows(trainer, step->rows);
    }
    set_inputs(trainer, rows);
    run_forward(trainer);
    trainer->scratch.panel_results[0] = gml_panel_loss(&trainer->scratch.workspace, &trainer->settings.objective,
                                                       &step->target, rows, GML_PANEL_GRADIENT);
    if (gml_trainer_add_up_loss(trainer)) {
        run_backward(trainer);
        update(trainer);
    }
    return true;
}
