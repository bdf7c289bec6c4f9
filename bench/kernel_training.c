/* bench/kernel_training.c - cases of losses and of optimizer updates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/loss.h"
#include "gemmule/optimizer.h"
#include "kernel_case.h"
#include "loss/loss.h"
#include "optimizer/optimizer.h"
#include "reference/functions.h"

/* ---- losses ---- */

/* Targets are class numbers if the loss accepts them; otherwise numbers from 0 to 1, or above 0. */
static bool make_loss(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    const gml_entry *entry = gml_loss_entry(row);
    if (entry == NULL) {
        return false;
    }
    const gml_loss_kernel *kernel = gml_kernels_loss(arrays->kernels, entry->name);
    gml_call named;
    gml_call_default(gml_loss_entry, kernel->name, &named);
    const gml_loss_row *facts = gml_loss_row_at(named.row);
    size_t rows = count / BENCH_CLASSES;
    *made = (bench_kernel_case){.arrays = arrays, .kernel.loss = kernel, .count = rows * BENCH_CLASSES};
    snprintf(made->name, sizeof made->name, "%s", kernel->name);
    bench_fill_normals(arrays, arrays->array[0], count);
    bool positive = facts->domain == GML_DOMAIN_POSITIVE;
    for (size_t i = 0; i < made->count; i++) {
        bench_put(arrays->kernels->dtype, arrays->array[1], i,
                  facts->class_numbers ? (double)(i * 7 % BENCH_CLASSES) : (double)(i % 5 + positive) / 4);
    }
    made->call.loss = (gml_loss_call){.rows = rows, .cols = BENCH_CLASSES, .stride = BENCH_CLASSES};
    made->call.loss.outputs = arrays->array[0];
    made->call.loss.targets = arrays->array[1];
    made->call.loss.target_cols = facts->class_numbers ? 1 : gml_loss_row_targets(facts, BENCH_CLASSES);
    made->call.loss.gradient = arrays->array[2];
    made->call.loss.scale =
        1 / (double)(facts->mean_over_outputs ? rows * gml_loss_row_targets(facts, BENCH_CLASSES) : rows);
    memcpy(made->parameters, named.values, named.entry->parameter_count * sizeof *named.values);
    made->call.loss.parameters = made->parameters;
    made->streams = (bench_streams){.count = made->count,
                                    .reads = facts->class_numbers ? 1 : 2,
                                    .writes = 1,
                                    .read = {arrays->array[0], arrays->array[1]},
                                    .write = {arrays->array[2]},
                                    .source = arrays->kernels->dtype};
    return true;
}

static void run_loss(void *made)
{
    const bench_kernel_case *bench = made;
    bench->kernel.loss->run(&bench->call.loss);
}

static double worst_loss(bench_kernel_case *made)
{
    const gml_loss_call *call = &made->call.loss;
    gml_reference_loss_call wanted = {.rows = call->rows, .cols = call->cols, .target_cols = call->target_cols};
    double *outputs = bench_doubles(made->arrays, call->outputs, made->count);
    double *targets = bench_doubles(made->arrays, call->targets, call->rows * call->target_cols);
    wanted.outputs = outputs;
    wanted.targets = targets;
    wanted.gradient = bench_allocate(made->count, sizeof *wanted.gradient);
    double mean = gml_reference_run_loss(gml_reference_find_loss(made->kernel.loss->name), &wanted);
    double found = made->kernel.loss->run(call) * call->scale;
    double worst =
        fmax(fabs(found - mean) / mean, bench_worst(made->arrays, call->gradient, wanted.gradient, made->count));
    free(outputs);
    free(targets);
    free(wanted.gradient);
    return worst;
}

/* ---- updates ---- */

/* Large enough to show errors; large weights do not slow down arithmetic. */
static const double RATE = 0.1;

/* The first step of a training: w, g, and zero state. */
static bool make_update(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    const gml_entry *entry = gml_optimizer_entry(row);
    if (entry == NULL || gml_optimizer_row_at(row)->full_batch) {
        return false;
    }
    const gml_optimizer_kernel *kernel = gml_kernels_optimizer(arrays->kernels, entry->name);
    gml_call named;
    gml_call_default(gml_optimizer_entry, kernel->name, &named);
    const gml_optimizer_row *facts = gml_optimizer_row_at(named.row);
    *made = (bench_kernel_case){.arrays = arrays, .kernel.optimizer = kernel, .count = count};
    snprintf(made->name, sizeof made->name, "%s", kernel->name);
    memcpy(made->parameters, named.values, sizeof made->parameters);
    made->parameters[0] = RATE;

    void *w = arrays->array[0], *g = arrays->array[4];
    bench_fill_normals(arrays, w, count);
    bench_fill_normals(arrays, g, count);
    gml_update_call *call = &made->call.update;
    *call = (gml_update_call){.count = count, .w = w, .g = g, .gradient_scale = 1, .clip = INFINITY};
    gml_optimizer_step step = {.parameters = made->parameters, .rate = RATE, .number = 1};
    facts->prepare(&step);
    made->scalars = step.scalars;
    call->scalars = &made->scalars;
    call->decay = facts->decay != 0 ? RATE * made->parameters[facts->decay] : 0;
    made->streams = (bench_streams){.count = count, .source = arrays->kernels->dtype, .read = {w}, .write = {w}};
    size_t states = gml_optimizer_states(facts, made->parameters);
    for (size_t k = 0; k < states; k++) {
        call->state[k] = arrays->array[1 + k];
        memset(call->state[k], 0, count * arrays->kernels->size);
        made->streams.read[1 + k] = made->streams.write[1 + k] = call->state[k];
    }
    made->streams.writes = 1 + states;
    made->streams.reads = 2 + states;
    made->streams.read[1 + states] = g;
    return true;
}

static void run_update(void *made)
{
    const bench_kernel_case *bench = made;
    bench->kernel.optimizer->update(&bench->call.update);
}

static double worst_update(bench_kernel_case *made)
{
    const gml_reference_optimizer *reference = gml_reference_find_optimizer(made->kernel.optimizer->name);
    const gml_update_call *call = &made->call.update;
    double *w = bench_doubles(made->arrays, call->w, made->count),
           *g = bench_doubles(made->arrays, call->g, made->count);
    double *state[GML_REFERENCE_STATES] = {NULL};
    for (size_t k = 0; k < GML_REFERENCE_STATES; k++) {
        state[k] = bench_allocate(made->count, sizeof(double));
    }
    gml_reference_update(reference, &(gml_reference_update_call){.count = made->count,
                                                                 .w = w,
                                                                 .g = g,
                                                                 .state = {state[0], state[1], state[2]},
                                                                 .parameters = made->parameters,
                                                                 .step = 1,
                                                                 .scale = 1,
                                                                 .clip = INFINITY});
    run_update(made);
    double worst = bench_worst(made->arrays, call->w, w, made->count);
    for (size_t k = 0; k < GML_REFERENCE_STATES && call->state[k] != NULL; k++) {
        worst = fmax(worst, bench_worst(made->arrays, call->state[k], state[k], made->count));
    }
    free(w);
    free(g);
    free(state[0]);
    free(state[1]);
    free(state[2]);
    return worst;
}

const bench_family bench_training_families[] = {
    {make_loss, run_loss, worst_loss},
    {make_update, run_update, worst_update},
    {0},
};
