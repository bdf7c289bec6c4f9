/* engine/gradients.c - one batch forward and backward on one thread, by the same tasks as training. */
#include "engine/gradients.h"

#include <stdio.h>

#include "kernel/product/gemm.h"

static gml_status allocate(gml_gradients *made)
{
    gml_context *context = made->network->context;
    size_t size = made->network->kernels->size;
    size_t outputs = gml_network_outputs(made->network);
    for (size_t i = 0; i < 2; i++) {
        made->targets[i] = gml_allocate(context, made->rows * outputs, size, "targets");
    }
    made->weights = gml_allocate(context, made->rows, sizeof(double), "sample weights");
    size_t inputs = made->network->spec.inputs;
    void *dx = gml_allocate(context, made->rows * inputs, size, "gradients of the inputs");
    made->inputs = gml_matrix_view(dx, made->network->kernels->dtype, made->rows, inputs);
    return made->targets[0] != NULL && made->targets[1] != NULL && made->weights != NULL && dx != NULL
               ? GML_OK
               : GML_ERROR_MEMORY;
}

static gml_rows rows_at(const gml_gradients *made, size_t panel)
{
    return gml_workspace_rows(&made->workspace, made->rows, panel);
}

/* Layer by layer, for those with batch statistics. */
static void forward(const gml_gradients *made, size_t panels)
{
    const gml_workspace *workspace = &made->workspace;
    for (size_t layer = 0; layer < made->network->spec.layer_count; layer++) {
        bool statistics = gml_workspace_has_statistics(workspace, layer);
        for (size_t i = 0; statistics && i < panels; i++) {
            gml_panel_measure(workspace, layer, rows_at(made, i));
        }
        if (statistics) {
            /* A statistic that is not finite makes the gradients NaN. */
            (void)gml_workspace_settle(workspace, layer, made->rows);
        }
        for (size_t i = 0; i < panels; i++) {
            gml_panel_forward(workspace, rows_at(made, i), layer, layer + 1);
        }
    }
}

static void backward(const gml_gradients *made, size_t panels)
{
    const gml_workspace *workspace = &made->workspace;
    for (size_t layer = made->network->spec.layer_count; layer-- > 0;) {
        for (size_t i = 0; i < panels; i++) {
            gml_panel_backward(workspace, rows_at(made, i), layer, layer + 1);
        }
        if (gml_workspace_has_statistics(workspace, layer)) {
            gml_workspace_settle_back(workspace, layer, made->rows);
        }
    }
    for (size_t i = 0; i < panels; i++) {
        gml_panel_input_gradient(workspace, rows_at(made, i), made->inputs);
    }
    for (gml_share all = {.count = workspace->task_count}; all.count > 0;) {
        gml_weight_gradient(workspace, &all, made->rows);
    }
}

static gml_status compute_loss(gml_gradients *made, size_t panels)
{
    double sum = 0;
    for (size_t i = 0; i < panels; i++) {
        gml_panel_result result =
            gml_panel_loss(&made->workspace, &made->objective, &made->target, rows_at(made, i), GML_PANEL_GRADIENT);
        if (result.bad.row != SIZE_MAX) {
            return gml_target_refuse(made->network, &made->target, &result.bad);
        }
        sum += result.loss;
    }
    made->loss = made->target.divisor > 0 ? sum / made->target.divisor : 0;
    return GML_OK;
}

static gml_status compute(gml_gradients *made, gml_input input)
{
    size_t panels = gml_workspace_panels(&made->workspace, made->rows);
    for (size_t i = 0; i < panels; i++) {
        gml_panel_gather(&made->workspace, &input, rows_at(made, i));
    }
    forward(made, panels);
    gml_status status = compute_loss(made, panels);
    if (status == GML_OK) {
        backward(made, panels);
    }
    return status;
}

static bool has_missing(gml_matrix y)
{
    const gml_weighing weighing = {.targets = y, .count = y.rows, .masked = true};
    size_t i = 0;
    while (y.data != NULL && i < y.rows && gml_weighing_known(&weighing, i) == y.cols) {
        i++;
    }
    return y.data != NULL && i < y.rows;
}

static gml_status fill(gml_gradients *made, gml_matrix x, gml_matrix y, const char *loss)
{
    gml_status status = gml_objective_bind(made->network, loss, &made->objective);
    if (status == GML_OK) {
        gml_workspace_options options = {
            .batch = made->rows, .backward = true, .keep_gradients = true, .training = true};
        options.member_losses = true;
        options.linear_output = made->objective.linear_output;
        options.loss_memory = made->objective.memory;
        status = gml_workspace_create(made->network, &options, &made->workspace);
    }
    if (status == GML_OK) {
        status = allocate(made);
    }
    if (status == GML_OK) {
        const gml_batch batch = {.x = x, .y = y, .rows = made->rows};
        const gml_target_setup setup = {.loss = made->objective.row,
                                        .masked = has_missing(y),
                                        .classes = made->targets[0],
                                        .values = made->targets[1],
                                        .weights = made->weights};
        status = gml_target_begin_batch(made->network, &setup, &batch, &made->target);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_input input;
    gml_workspace_input(&made->workspace, x, NULL, &input);
    gml_gemm_open();
    status = compute(made, input);
    gml_gemm_close();
    return status;
}

gml_status gml_gradients_create(const gml_network *network, gml_dtype dtype, gml_matrix x, gml_matrix y,
                                const char *loss, gml_gradients *gradients)
{
    gml_gradients made = {.rows = x.rows};
    gml_status status = gml_network_copy(network, dtype, &made.network);
    if (status != GML_OK) {
        return status;
    }
    status = fill(&made, x, y, loss);
    if (status != GML_OK) {
        gml_gradients_destroy(&made);
        return status;
    }
    *gradients = made;
    return GML_OK;
}

void gml_gradients_destroy(gml_gradients *gradients)
{
    if (gradients->network == NULL) {
        return;
    }
    gml_context *context = gradients->network->context;
    size_t size = gradients->network->kernels->size;
    for (size_t i = 0; i < 2; i++) {
        gml_release(context, gradients->targets[i], gradients->rows * gml_network_outputs(gradients->network), size);
    }
    gml_release(context, gradients->weights, gradients->rows, sizeof(double));
    gml_release(context, gradients->inputs.data, gradients->rows * gradients->network->spec.inputs, size);
    gml_workspace_destroy(&gradients->workspace);
    gml_network_destroy(gradients->network);
    *gradients = (gml_gradients){0};
}

gml_block gml_gradients_block(const gml_gradients *gradients, size_t index)
{
    gml_block block = {.values = gradients->inputs};
    if (index < gml_network_block_count(gradients->network)) {
        gml_workspace_gradient(&gradients->workspace, index, &block);
    } else {
        snprintf(block.name, sizeof block.name, "inputs");
    }
    return block;
}
