/* method/jacobian.c - computes the Jacobian by backpropagation, chunk by chunk, and its products:
 *
 *     panels of samples: gather -> forward -> errors -> for each sample and output: backward -> a row of J
 *     blocks of J'J:     J'J += J_chunk' J_chunk, J'e += J_chunk' e_chunk
 *
 * Backpropagation runs sample by sample, so that the layers' vector gradients are those of one sample. */
#include "method/jacobian.h"

#include "base/layout.h"
#include "kernel/entry/entry.h"
#include "kernel/product/gemm.h"

enum {
    ROWS_BYTES = 4 << 20, /* about, of J per chunk */
    MOST_SAMPLES = 1024,  /* per chunk */
    BLOCK = 64            /* rows of J'J per task */
};

/* ---- creation ---- */

static size_t layer_columns(const gml_layer *layer)
{
    size_t count = layer->weight != NULL ? layer->weight_rows * layer->weight_cols : 0;
    for (size_t i = 0; i < layer->vector_count; i++) {
        count += layer->vectors[i].role != GML_ROLE_STATISTIC ? layer->vectors[i].count : 0;
    }
    return count;
}

size_t gml_jacobian_columns(const gml_network *network)
{
    size_t count = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        count += layer_columns(&network->layers[i]);
    }
    return count;
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_jacobian *made = owner;
    size_t samples = made->workspace.batch, parameters = made->parameters, errors, real = sizeof(double);
    layout->overflow = __builtin_mul_overflow(samples, made->outputs, &errors);
    made->targets.classes = gml_layout_take(layout, made->arena, samples, 1, real);
    made->targets.values = gml_layout_take(layout, made->arena, errors, 1, real);
    made->results = gml_layout_take(layout, made->arena, made->workspace.panels, 1, sizeof(gml_panel_result));
    made->columns = gml_layout_take(layout, made->arena, made->network->spec.layer_count, 1, sizeof(size_t));
    made->errors = gml_layout_take(layout, made->arena, errors, 1, real);
    made->j = gml_layout_take(layout, made->arena, errors, parameters, real);
    made->gradient = gml_layout_take(layout, made->arena, parameters, 1, real);
    made->normal = gml_layout_take(layout, made->arena, parameters, parameters, real);
}

static gml_status allocate(gml_jacobian *made)
{
    const gml_network *network = made->network;
    made->targets.loss = made->objective.row;
    gml_status status = gml_layout_make(network->context, lay_out, made, "the Jacobian", network->description,
                                        &made->arena, &made->arena_size);
    for (size_t i = 0, next = 0; status == GML_OK && i < network->spec.layer_count; i++) {
        made->columns[i] = next;
        next += layer_columns(&network->layers[i]);
    }
    return status;
}

static gml_status fill(gml_jacobian *made, const char *loss)
{
    const gml_network *network = made->network;
    made->parameters = gml_jacobian_columns(network);
    made->outputs = gml_network_outputs(network);
    gml_status status = gml_objective_bind(network, loss, &made->objective);
    if (status == GML_OK) {
        double row_bytes = (double)made->outputs * (double)made->parameters * sizeof(double);
        size_t samples = row_bytes * MOST_SAMPLES > ROWS_BYTES ? (size_t)(ROWS_BYTES / row_bytes) + 1 : MOST_SAMPLES;
        gml_workspace_options options = {.backward = true};
        options.batch = samples < made->dataset->size ? samples : made->dataset->size;
        options.linear_output = made->objective.linear_output;
        status = gml_workspace_create(network, &options, &made->workspace);
    }
    return status == GML_OK ? allocate(made) : status;
}

gml_status gml_jacobian_create(const gml_network *network, const gml_dataset *dataset, const char *loss,
                               gml_jacobian *jacobian)
{
    gml_jacobian made = {.dataset = dataset};
    gml_status status = gml_network_copy(network, GML_F64, &made.network);
    if (status != GML_OK) {
        return status;
    }
    status = fill(&made, loss);
    if (status != GML_OK) {
        gml_jacobian_destroy(&made);
        return status;
    }
    *jacobian = made;
    return GML_OK;
}

void gml_jacobian_destroy(gml_jacobian *jacobian)
{
    if (jacobian->network != NULL) {
        gml_release(jacobian->network->context, jacobian->arena, jacobian->arena_size, 1);
        gml_workspace_destroy(&jacobian->workspace);
        gml_network_destroy(jacobian->network);
        *jacobian = (gml_jacobian){0};
    }
}

/* ---- samples ---- */

/* With a divisor of 2 the gradient of the loss equals the errors. */
static void sample_task(void *argument, gml_share share)
{
    gml_jacobian *jacobian = argument;
    const gml_network *network = jacobian->network;
    gml_workspace *workspace = &jacobian->workspace;
    gml_rows rows = gml_workspace_rows(workspace, jacobian->rows, share.first);
    const gml_layer_memory *last = &workspace->layers[network->spec.layer_count - 1];
    gml_panel_gather(workspace, &jacobian->input, rows);
    gml_panel_forward(workspace, rows, 0, network->spec.layer_count);
    gml_panel_result *result = &jacobian->results[share.first];
    *result = gml_panel_loss(workspace, &jacobian->objective, &jacobian->target, rows, GML_PANEL_GRADIENT);
    if (!jacobian->derivatives || result->bad.row != SIZE_MAX) {
        return;
    }
    size_t outputs = jacobian->outputs;
    double *errors = jacobian->errors + rows.first * outputs;
    network->kernels->entry->combine(rows.count * outputs, 1, (const double *)last->gradient + rows.first * outputs, 0,
                                     errors);
    for (size_t i = 0; i < rows.count * outputs; i++) {
        gml_rows one = {.panel = rows.panel, .first = rows.first + i / outputs, .count = 1, .all = rows.all};
        one.local = one.first;
        gml_jacobian_write_row(jacobian, one, i % outputs);
    }
}

/* ---- products ---- */

static void product_task(void *argument, gml_share share)
{
    gml_jacobian *jacobian = argument;
    size_t parameters = jacobian->parameters, first = share.first * BLOCK;
    size_t count = parameters - first < BLOCK ? parameters - first : BLOCK;
    double *block = jacobian->normal + first * parameters;
    gml_gemm left = {.m = count, .n = first, .k = jacobian->rows * jacobian->outputs, .a_transposed = true};
    left.a = jacobian->j + first;
    left.b = jacobian->j;
    left.c = block;
    left.a_stride = left.b_stride = left.c_stride = parameters;
    left.accumulate = jacobian->accumulate;
    gml_square square = {.n = count, .k = left.k, .a = left.a, .c = block + first, .accumulate = left.accumulate};
    square.a_stride = square.c_stride = parameters;
    gml_gemm errors = left;
    errors.n = 1;
    errors.b = jacobian->errors;
    errors.c = jacobian->gradient + first;
    errors.b_stride = errors.c_stride = 1;
    gml_gemm_run(GML_F64, &left);
    gml_gemm_square(&square);
    gml_gemm_run(GML_F64, &errors);
}

static bool all_targets_are_good(void *argument, size_t part)
{
    (void)part;
    const gml_jacobian *jacobian = argument;
    bool good = true;
    for (size_t i = 0; i < gml_workspace_panels(&jacobian->workspace, jacobian->rows); i++) {
        good = good && jacobian->results[i].bad.row == SIZE_MAX;
    }
    return good;
}

/* Processes one chunk of samples from `first` on; adds their squared errors to `squares`. */
static gml_status run_chunk(gml_jacobian *jacobian, size_t first, double *squares)
{
    const gml_network *network = jacobian->network;
    gml_batch_room room;
    const gml_batch batch = gml_dataset_batch(jacobian->dataset, first, jacobian->workspace.batch, &room);
    gml_status status = gml_target_begin_batch(network, &jacobian->targets, &batch, &jacobian->target);
    if (status != GML_OK) {
        return status;
    }
    jacobian->rows = batch.rows;
    jacobian->accumulate = first > 0;
    jacobian->target.divisor = 2;
    gml_workspace_input(&jacobian->workspace, batch.x, batch.order, &jacobian->input);
    gml_phase phases[2] = {{.count = gml_workspace_panels(&jacobian->workspace, jacobian->rows), .task = sample_task},
                           {.count = (jacobian->parameters - 1) / BLOCK + 1, .task = product_task}};
    phases[0].finish = all_targets_are_good;
    double parameters = (double)jacobian->parameters, errors = (double)(jacobian->rows * jacobian->outputs);
    double flops = jacobian->derivatives ? errors * parameters * parameters
                                         : jacobian->workspace.row_flops * (double)jacobian->rows;
    gml_plan_run(network->context, &jacobian->paces[jacobian->derivatives],
                 &(gml_batch_work){.phases = phases,
                                   .phase_count = jacobian->derivatives ? 2 : 1,
                                   .argument = jacobian,
                                   .flops = flops,
                                   .calls_blas = true,
                                   .usual = jacobian->rows == jacobian->workspace.batch});
    for (size_t i = 0; i < phases[0].count; i++) {
        const gml_panel_result *result = &jacobian->results[i];
        if (result->bad.row != SIZE_MAX) {
            return gml_target_refuse(network, &jacobian->target, &result->bad);
        }
        *squares += result->loss;
    }
    return GML_OK;
}

gml_status gml_jacobian_run(gml_jacobian *jacobian, bool derivatives, double *squares)
{
    size_t size = jacobian->dataset->size;
    gml_status status = GML_OK;
    jacobian->derivatives = derivatives;
    *squares = 0;
    for (size_t first = 0; first < size && status == GML_OK; first += jacobian->rows) {
        status = run_chunk(jacobian, first, squares);
    }
    return status;
}

void gml_jacobian_move(gml_jacobian *jacobian, double factor, const double *step)
{
    const gml_network *network = jacobian->network;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->weight != NULL) {
            network->kernels->entry->combine(layer->weight_rows * layer->weight_cols, factor, step, 1, layer->weight);
            step += layer->weight_rows * layer->weight_cols;
        }
        for (size_t k = 0; k < layer->vector_count; k++) {
            const gml_vector *vector = &layer->vectors[k];
            if (vector->role != GML_ROLE_STATISTIC) {
                network->kernels->entry->combine(vector->count, factor, step, 1, vector->values);
                step += vector->count;
            }
        }
    }
}
