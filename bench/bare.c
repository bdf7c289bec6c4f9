/* bench/bare.c - forward, backward and weight products of a step, bare. */
#include "bare.h"

#include "base/parallel.h"
#include "kernel/gemm.h"

static const void *input_of(const gml_workspace *workspace, size_t layer)
{
    return layer == 0 ? workspace->gathered : workspace->layers[layer - 1].y;
}

static void *at(const void *matrix, size_t row, size_t stride, size_t size)
{
    return (char *)(uintptr_t)matrix + row * stride * size;
}

/* Z = X W for `count` rows from `first` on */
static void forward(const gml_workspace *workspace, size_t i, size_t first, size_t count)
{
    const gml_kernels *kernels = workspace->network->kernels;
    const gml_dense *layer = &workspace->network->layers[i];
    gml_gemm call = {.m = count, .n = layer->out, .k = layer->in};
    call.a = at(input_of(workspace, i), first, layer->in, kernels->size);
    call.b = layer->weight;
    call.c = at(workspace->layers[i].y, first, layer->out, kernels->size);
    call.a_stride = layer->in;
    call.b_stride = call.c_stride = layer->out;
    gml_gemm_run(kernels->dtype, &call);
}

/* dX = dZ W^T for `count` rows from `first` on; the first layer needs none */
static void backward(const gml_workspace *workspace, size_t i, size_t first, size_t count)
{
    const gml_kernels *kernels = workspace->network->kernels;
    const gml_dense *layer = &workspace->network->layers[i];
    gml_gemm call = {.m = count, .n = layer->in, .k = layer->out, .b_transposed = true};
    call.a = at(workspace->layers[i].gradient, first, layer->out, kernels->size);
    call.b = layer->weight;
    call.c = at(workspace->layers[i - 1].gradient, first, layer->in, kernels->size);
    call.a_stride = call.b_stride = layer->out;
    call.c_stride = layer->in;
    gml_gemm_run(kernels->dtype, &call);
}

/* dW = X^T dZ for `count` rows of W from `first` on */
static void weights(const gml_workspace *workspace, size_t i, size_t first, size_t count, size_t rows)
{
    const gml_kernels *kernels = workspace->network->kernels;
    const gml_dense *layer = &workspace->network->layers[i];
    gml_gemm call = {.m = count, .n = layer->out, .k = rows, .a_transposed = true};
    call.a = at(input_of(workspace, i), 1, first, kernels->size);
    call.b = workspace->layers[i].gradient;
    call.c = at(workspace->layers[i].weight_gradient, first, layer->out, kernels->size);
    call.a_stride = layer->in;
    call.b_stride = call.c_stride = layer->out;
    gml_gemm_run(kernels->dtype, &call);
}

static void go_through(const gml_workspace *workspace, size_t first, size_t count)
{
    size_t layers = workspace->network->spec.layer_count;
    for (size_t i = 0; i < layers; i++) {
        forward(workspace, i, first, count);
    }
    for (size_t i = layers; i-- > 1;) {
        backward(workspace, i, first, count);
    }
}

void bench_bare_inside(void *bare)
{
    const bench_bare *bench = bare;
    go_through(&bench->workspace, 0, bench->rows);
    for (size_t i = 0; i < bench->workspace.network->spec.layer_count; i++) {
        weights(&bench->workspace, i, 0, bench->workspace.network->layers[i].in, bench->rows);
    }
}

static void row_task(void *argument, size_t index)
{
    const bench_bare *bench = argument;
    gml_rows rows = gml_workspace_rows(&bench->workspace, bench->rows, index);
    go_through(&bench->workspace, rows.first, rows.count);
}

static void weight_task(void *argument, size_t index)
{
    const bench_bare *bench = argument;
    const gml_weight_task *task = &bench->workspace.tasks[index];
    weights(&bench->workspace, task->layer, task->first, task->count, bench->rows);
}

void bench_bare_outside(void *bare)
{
    bench_bare *bench = bare;
    gml_phase phases[] = {
        {.count = gml_workspace_panels(&bench->workspace, bench->rows), .task = row_task},
        {.count = bench->workspace.task_count, .task = weight_task},
    };
    double flops = 3 * bench->workspace.row_flops * (double)bench->rows;
    gml_gemm_door door = gml_gemm_open();
    gml_parallel_run(gml_plan_threads(flops, bench->threads), phases, 2, bench);
    gml_gemm_close(door);
}
