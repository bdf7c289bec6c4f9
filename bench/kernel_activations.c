/* bench/kernel_activations.c - cases of activations: forward, forward with slope, backward. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call.h"
#include "gemmule/activation.h"
#include "kernel/activation/activation.h"
#include "kernel_case.h"
#include "reference/functions.h"

/* The row's kernel with its default arguments, and its shape; false past the last row. */
static bool take_row(bench_arrays *arrays, size_t row, size_t count, const char *what, bench_kernel_case *made)
{
    const gml_entry *entry = gml_activation_entry(row);
    if (entry == NULL) {
        return false;
    }
    const gml_activation_kernel *kernel = gml_kernels_activation(arrays->kernels, entry->name);
    gml_call call;
    gml_call_default(gml_activation_entry, kernel->name, &call);
    *made = (bench_kernel_case){.arrays = arrays, .kernel.activation = kernel};
    memcpy(made->parameters, call.values, sizeof made->parameters);
    bool row_by_row = gml_reference_find_activation(kernel->name)->row_value != NULL;
    size_t cols = row_by_row ? BENCH_CLASSES : BENCH_WIDTH;
    made->count = count / cols * cols;
    snprintf(made->name, sizeof made->name, "%s %s", kernel->name, what);
    made->call.forward = (gml_forward_call){.rows = count / cols, .cols = cols, .stride = cols};
    made->call.forward.parameters = made->parameters;
    made->streams = (bench_streams){.count = made->count, .source = arrays->kernels->dtype};
    return true;
}

/* ---- forward ---- */

static bool make_forward(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (!take_row(arrays, row, count, "forward", made)) {
        return false;
    }
    bench_fill_normals(arrays, arrays->array[0], count);
    bench_fill_normals(arrays, arrays->column, BENCH_WIDTH);
    made->call.forward.z = made->streams.read[0] = arrays->array[0];
    made->call.forward.y = made->streams.write[0] = arrays->array[1];
    made->call.forward.bias = arrays->column;
    made->streams.reads = made->streams.writes = 1;
    return true;
}

static bool make_forward_with_slope(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (!make_forward(arrays, row, count, made)) {
        return false;
    }
    strcat(made->name, " and slope");
    made->call.forward.slope = made->streams.write[1] = arrays->array[2];
    made->streams.writes = 2;
    return true;
}

static void run_forward(void *made)
{
    const bench_kernel_case *bench = made;
    bench->kernel.activation->forward(&bench->call.forward);
}

/* For a kernel that couples the entries of a row, the slope is the diagonal of the Jacobian. */
static double slope_of(const gml_reference_activation *reference, const double *parameters, double x, double y)
{
    if (reference->row_value == NULL) {
        return reference->at(x, parameters).slope;
    }
    return strcmp(reference->name, "softmax") == 0 ? y * (1 - y) : 1 - exp(y);
}

static double worst_forward(bench_kernel_case *made)
{
    const gml_forward_call *call = &made->call.forward;
    const gml_reference_activation *reference = gml_reference_find_activation(made->kernel.activation->name);
    double *x = bench_doubles(made->arrays, call->z, made->count), *y = bench_allocate(made->count, sizeof *y);
    run_forward(made);
    for (size_t i = 0; i < made->count; i++) {
        x[i] += bench_get(made->arrays->kernels->dtype, call->bias, i % call->cols);
    }
    for (size_t i = 0; i < made->count; i += call->cols) {
        gml_reference_activate(reference, made->parameters, call->cols, x + i, y + i);
    }
    double worst = bench_worst(made->arrays, call->y, y, made->count);
    if (call->slope != NULL) {
        for (size_t i = 0; i < made->count; i++) {
            y[i] = slope_of(reference, made->parameters, x[i], y[i]);
        }
        worst = fmax(worst, bench_worst(made->arrays, call->slope, y, made->count));
    }
    free(x);
    free(y);
    return worst;
}

/* ---- backward ---- */

/* The gradient is zero: repeated multiplication in place would make it denormal. */
static bool make_backward(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (!take_row(arrays, row, count, "backward", made)) {
        return false;
    }
    gml_forward_call forward = made->call.forward;
    void *gradient = arrays->array[0], *y = arrays->array[1], *slope = arrays->array[2], *z = arrays->array[3];
    bench_fill_normals(arrays, z, count);
    forward.z = z, forward.y = y, forward.slope = slope;
    made->kernel.activation->forward(&forward);

    memset(gradient, 0, count * arrays->kernels->size);
    made->call.backward = (gml_backward_call){.rows = forward.rows, .cols = forward.cols, .stride = forward.stride};
    made->call.backward.gradient = made->streams.write[0] = gradient;
    made->call.backward.saved = made->kernel.activation->slope_from_value ? y : slope;
    made->call.backward.bias_gradient = arrays->column;
    made->call.backward.parameters = made->parameters;
    made->streams.read[0] = gradient;
    made->streams.read[1] = made->call.backward.saved;
    made->streams.reads = 2;
    made->streams.writes = 1;
    return true;
}

static void run_backward(void *made)
{
    const bench_kernel_case *bench = made;
    bench->kernel.activation->backward(&bench->call.backward);
}

static double worst_backward(bench_kernel_case *made)
{
    const gml_backward_call *call = &made->call.backward;
    const gml_reference_activation *reference = gml_reference_find_activation(made->kernel.activation->name);
    bench_fill_normals(made->arrays, call->gradient, made->count);
    double *z = bench_doubles(made->arrays, made->arrays->array[3], made->count);
    double *dy = bench_doubles(made->arrays, call->gradient, made->count);
    double *dz = bench_allocate(made->count, sizeof *dz), *sums = bench_allocate(call->cols, sizeof *sums);
    run_backward(made);
    for (size_t i = 0; i < made->count; i += call->cols) {
        gml_reference_differentiate(reference, made->parameters, call->cols, z + i, dy + i, dz + i);
    }
    for (size_t i = 0; i < made->count; i++) {
        sums[i % call->cols] += dz[i];
    }
    double worst = fmax(bench_worst(made->arrays, call->gradient, dz, made->count),
                        bench_worst(made->arrays, call->bias_gradient, sums, call->cols));
    free(z);
    free(dy);
    free(dz);
    free(sums);
    return worst;
}

const bench_family bench_activation_families[] = {
    {make_forward, run_forward, worst_forward},
    {make_forward_with_slope, run_forward, worst_forward},
    {make_backward, run_backward, worst_backward},
    {0},
};
