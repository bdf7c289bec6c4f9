/* bench/kernel_trainables.c - cases of trainable activations with one set of parameters: forward for training, and
 * backward with the gradients of the parameters. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_case.h"
#include "layer/activation.h"
#include "reference/functions.h"

/* The row's kernel with its default arguments and initial parameters; false past the last row. */
static bool take_row(bench_arrays *arrays, size_t row, size_t count, const char *what, bench_kernel_case *made)
{
    const gml_activation_row *of = gml_trainable_row_at(row);
    if (of == NULL) {
        return false;
    }
    gml_call call;
    gml_call_default(gml_trainable_entry, of->entry.name, &call);
    *made = (bench_kernel_case){.arrays = arrays,
                                .kernel.activation = gml_kernels_activation(arrays->kernels, of->entry.name),
                                .count = count / BENCH_WIDTH * BENCH_WIDTH};
    memcpy(made->parameters, call.values, sizeof made->parameters);
    snprintf(made->name, sizeof made->name, "%s %s", of->entry.name, what);
    made->theta = gml_activation_theta(&call, 1);
    gml_activation_find_parts(&call, arrays->kernels, &made->theta);
    gml_activation_start(&call, arrays->kernels, made->theta, made->learned);
    bench_fill_normals(arrays, arrays->array[0], count);
    bench_fill_normals(arrays, arrays->column, BENCH_WIDTH);
    made->streams = (bench_streams){.count = made->count, .source = arrays->kernels->dtype};
    made->streams.read[0] = arrays->array[0];
    return true;
}

/* Call after the case is at its final address. */
static gml_theta theta_of(const bench_kernel_case *made)
{
    gml_theta theta = made->theta;
    theta.values = made->learned;
    return theta;
}

/* ---- forward ---- */

static bool make_forward(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (!take_row(arrays, row, count, "forward", made)) {
        return false;
    }
    made->call.forward = (gml_forward_call){.rows = count / BENCH_WIDTH, .cols = BENCH_WIDTH, .stride = BENCH_WIDTH};
    made->call.forward.z = arrays->array[0];
    made->call.forward.bias = arrays->column;
    made->call.forward.y = made->streams.write[0] = arrays->array[1];
    made->call.forward.slope = made->streams.write[1] = arrays->array[2];
    made->call.forward.parameters = made->parameters;
    made->streams.reads = 1;
    made->streams.writes = 2;
    return true;
}

static void run_forward(void *made)
{
    bench_kernel_case *bench = made;
    bench->call.forward.theta = theta_of(bench);
    bench->kernel.activation->forward(&bench->call.forward);
}

static void doubles_of_theta(const bench_kernel_case *made, double *theta)
{
    for (size_t k = 0; k < made->theta.count; k++) {
        theta[k] = bench_get(made->arrays->kernels->dtype, made->learned, k);
    }
}

static double worst_forward(bench_kernel_case *made)
{
    const gml_forward_call *call = &made->call.forward;
    const gml_reference_trainable *reference = gml_reference_find_trainable(made->kernel.activation->name);
    double theta[GML_MAX_THETA], by[GML_MAX_THETA];
    run_forward(made);
    doubles_of_theta(made, theta);
    double *x = bench_doubles(made->arrays, call->slope, made->count), *y = bench_allocate(made->count, sizeof *y);
    for (size_t i = 0; i < made->count; i++) {
        y[i] = reference->at(x[i], theta, made->parameters, by).value;
    }
    double worst = bench_worst(made->arrays, call->y, y, made->count);
    free(x);
    free(y);
    return worst;
}

/* ---- backward ---- */

/* The gradient is zero, for the copy loop as well: repeated multiplication in place would make it denormal. */
static bool make_backward(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (!take_row(arrays, row, count, "backward", made)) {
        return false;
    }
    memset(arrays->array[1], 0, count * arrays->kernels->size);
    made->call.backward = (gml_backward_call){.rows = count / BENCH_WIDTH, .cols = BENCH_WIDTH, .stride = BENCH_WIDTH};
    made->call.backward.saved = arrays->array[0];
    made->call.backward.gradient = made->streams.write[0] = arrays->array[1];
    made->streams.read[0] = arrays->array[1];
    made->streams.read[1] = arrays->array[0];
    made->call.backward.bias_gradient = arrays->column;
    made->call.backward.parameters = made->parameters;
    made->streams.reads = 2;
    made->streams.writes = 1;
    return true;
}

static void run_backward(void *made)
{
    bench_kernel_case *bench = made;
    bench->call.backward.theta = theta_of(bench);
    bench->call.backward.theta_gradient = bench->learned_gradient;
    bench->kernel.activation->backward(&bench->call.backward);
}

static double worst_backward(bench_kernel_case *made)
{
    const gml_backward_call *call = &made->call.backward;
    const gml_reference_trainable *reference = gml_reference_find_trainable(made->kernel.activation->name);
    double theta[GML_MAX_THETA], by[GML_MAX_THETA], sums[GML_MAX_THETA] = {0};
    bench_fill_normals(made->arrays, call->gradient, made->count);
    double *x = bench_doubles(made->arrays, call->saved, made->count);
    double *dz = bench_doubles(made->arrays, call->gradient, made->count);
    doubles_of_theta(made, theta);
    run_backward(made);
    for (size_t i = 0; i < made->count; i++) {
        double slope = reference->at(x[i], theta, made->parameters, by).slope;
        for (size_t k = 0; k < made->theta.count; k++) {
            sums[k] += dz[i] * by[k];
        }
        dz[i] *= slope;
    }
    double worst = fmax(bench_worst(made->arrays, call->gradient, dz, made->count),
                        bench_worst(made->arrays, made->learned_gradient, sums, made->theta.count));
    free(x);
    free(dz);
    return worst;
}

const bench_family bench_trainable_families[] = {
    {make_forward, run_forward, worst_forward},
    {make_backward, run_backward, worst_backward},
    {0},
};
