/* engine/pass.c - the public forward and backward pass. */
#include "base/parallel.h"
#include "base/view.h"
#include "data/transform/transform.h"
#include "engine/workspace.h"
#include "kernel/data/data.h"

struct gml_pass {
    gml_workspace workspace;
    size_t rows;       /* of the batch that went forward; 0 before the first */
    gml_pace paces[2]; /* forward, backward */
    gml_input input;
    gml_matrix y, dy, dx; /* arguments of the current call */
    gml_matrix slopes;    /* [batch x inputs], of a network with a preparation: of each input by its column */
    gml_matrix inner;     /* [batch x inputs], likewise: d value / d input */
};

gml_status gml_pass_create(const gml_network *network, size_t batch, gml_pass **pass)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"pass", pass}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_pass *made = gml_allocate(network->context, 1, sizeof *made, "a pass");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_pass){0};
    gml_workspace_options options = {.batch = batch, .backward = true, .keep_gradients = true};
    status = gml_workspace_create(network, &options, &made->workspace);
    if (status != GML_OK) {
        gml_release(network->context, made, 1, sizeof *made);
        return status;
    }
    *pass = made;
    return GML_OK;
}

void gml_pass_destroy(gml_pass *pass)
{
    if (pass != NULL) {
        gml_context *context = pass->workspace.network->context;
        const size_t entries = pass->slopes.rows * pass->slopes.cols, size = gml_dtype_size(pass->slopes.dtype);
        gml_release(context, pass->slopes.data, entries, 2 * size);
        gml_workspace_destroy(&pass->workspace);
        gml_release(context, pass, 1, sizeof *pass);
    }
}

/* Copies rows between matrices of one type. */
static void copy_rows(const gml_kernels *kernels, gml_matrix from, gml_matrix to)
{
    gml_gather_call call = {.rows = from.rows,
                            .cols = from.cols,
                            .source = from.data,
                            .source_dtype = from.dtype,
                            .source_stride = from.stride,
                            .target = to.data,
                            .target_stride = to.stride};
    kernels->data->gather(&call);
}

/* A view of a panel of the last layer's values or gradients. */
static gml_matrix output_panel(const gml_workspace *workspace, void *memory, gml_rows rows)
{
    size_t outputs = gml_network_outputs(workspace->network);
    gml_matrix whole = gml_matrix_view(memory, workspace->network->kernels->dtype, workspace->batch, outputs);
    return gml_matrix_rows(whole, rows.first, rows.count);
}

static const gml_layer_memory *last_layer(const gml_workspace *workspace)
{
    return &workspace->layers[workspace->network->spec.layer_count - 1];
}

static void forward_task(void *argument, gml_share share)
{
    gml_pass *pass = argument;
    gml_workspace *workspace = &pass->workspace;
    gml_rows rows = gml_workspace_rows(workspace, pass->rows, share.first);
    gml_panel_gather(workspace, &pass->input, rows);
    if (workspace->network->preparation != NULL) {
        gml_preparation_slope_rows(workspace->network->preparation,
                                   gml_matrix_rows(gml_input_columns(workspace, &pass->input), rows.first, rows.count),
                                   gml_matrix_rows(pass->slopes, rows.first, rows.count));
    }
    gml_panel_forward(workspace, rows, 0, workspace->network->spec.layer_count);
    copy_rows(workspace->network->kernels, output_panel(workspace, last_layer(workspace)->y, rows),
              gml_matrix_rows(pass->y, rows.first, rows.count));
}

static void backward_task(void *argument, gml_share share)
{
    gml_pass *pass = argument;
    gml_workspace *workspace = &pass->workspace;
    gml_rows rows = gml_workspace_rows(workspace, pass->rows, share.first);
    copy_rows(workspace->network->kernels, gml_matrix_rows(pass->dy, rows.first, rows.count),
              output_panel(workspace, last_layer(workspace)->gradient, rows));
    gml_panel_backward(workspace, rows, 0, workspace->network->spec.layer_count);
    if (pass->dx.data != NULL && workspace->network->preparation != NULL) {
        gml_panel_read_gradient(workspace, rows, pass->inner);
        gml_preparation_fold(workspace->network->preparation, gml_matrix_rows(pass->inner, rows.first, rows.count),
                             gml_matrix_rows(pass->slopes, rows.first, rows.count),
                             gml_matrix_rows(pass->dx, rows.first, rows.count));
    } else if (pass->dx.data != NULL) {
        gml_panel_input_gradient(workspace, rows, pass->dx);
    }
}

static void weight_task(void *argument, gml_share share)
{
    gml_pass *pass = argument;
    gml_weight_gradient(&pass->workspace, &share, pass->rows);
}

static void run(gml_pass *pass, const gml_phase *phases, size_t count)
{
    const gml_workspace *workspace = &pass->workspace;
    double flops = (double)pass->rows * workspace->row_flops * (double)count;
    gml_plan_run(workspace->network->context, &pass->paces[count - 1],
                 &(gml_batch_work){.phases = phases,
                                   .phase_count = count,
                                   .argument = pass,
                                   .flops = flops,
                                   .calls_blas = workspace->calls_blas,
                                   .usual = pass->rows == workspace->batch});
}

static gml_status check_matrix(const gml_network *network, const char *what, gml_matrix m, size_t rows, size_t cols)
{
    return gml_view_check(network->context, what, m, network->kernels->dtype, rows, cols);
}

/* Allocates what the gradient by the columns of a preparation needs, once. Errors: memory. */
static gml_status begin_slopes(gml_pass *pass)
{
    const gml_network *network = pass->workspace.network;
    if (network->preparation == NULL || pass->slopes.data != NULL) {
        return GML_OK;
    }
    const size_t batch = pass->workspace.batch, inputs = network->spec.inputs, size = network->kernels->size;
    char *memory = gml_allocate(network->context, batch * inputs, 2 * size, "the slopes of a preparation");
    if (memory == NULL) {
        return GML_ERROR_MEMORY;
    }
    pass->slopes = gml_matrix_view(memory, network->kernels->dtype, batch, inputs);
    pass->inner = gml_matrix_view(memory + batch * inputs * size, network->kernels->dtype, batch, inputs);
    return GML_OK;
}

gml_status gml_pass_forward(gml_pass *pass, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"pass", pass}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_workspace *workspace = &pass->workspace;
    const gml_network *network = workspace->network;
    status = gml_check_inputs(network, x);
    if (status == GML_OK && x.rows > workspace->batch) {
        status = gml_fail(network->context, GML_ERROR_SHAPE, "%zu samples, and the pass was created for at most %zu",
                          x.rows, workspace->batch);
    }
    if (status == GML_OK) {
        status = check_matrix(network, "outputs", y, x.rows, gml_network_outputs(network));
    }
    if (status == GML_OK) {
        status = begin_slopes(pass);
    }
    if (status != GML_OK) {
        return status;
    }
    pass->rows = x.rows;
    pass->y = y;
    gml_workspace_input(workspace, x, NULL, &pass->input);
    /* Copies the inputs: gml_pass_backward reads them again, and the caller may have reused their memory by then. */
    pass->input.in_place = false;
    workspace->input = workspace->gathered;
    workspace->input_stride = network->spec.inputs;
    gml_phase phase = {.count = gml_workspace_panels(workspace, x.rows), .task = forward_task};
    run(pass, &phase, 1);
    return GML_OK;
}

gml_status gml_pass_backward(gml_pass *pass, gml_matrix dy, gml_matrix dx)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"pass", pass}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_workspace *workspace = &pass->workspace;
    const gml_network *network = workspace->network;
    if (pass->rows == 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "gml_pass_backward needs a gml_pass_forward before it");
    }
    status = check_matrix(network, "gradient of the outputs", dy, pass->rows, gml_network_outputs(network));
    if (status == GML_OK && dx.data != NULL) {
        status = check_matrix(network, "gradient of the inputs", dx, pass->rows, gml_network_columns(network));
    }
    if (status != GML_OK) {
        return status;
    }
    pass->dy = dy;
    pass->dx = dx;
    gml_phase phases[] = {
        {.count = gml_workspace_panels(workspace, pass->rows), .task = backward_task},
        {.count = workspace->task_count, .task = weight_task},
    };
    run(pass, phases, 2);
    return GML_OK;
}

gml_status gml_pass_gradient(const gml_pass *pass, size_t index, gml_block *gradient)
{
    gml_status status = gml_refuse_null(pass != NULL ? pass->workspace.network->context : NULL, __func__,
                                        (gml_argument[]){{"pass", pass}, {"gradient", gradient}, {0}});
    return status == GML_OK ? gml_workspace_gradient(&pass->workspace, index, gradient) : status;
}
