/* bench/step.c - setting up training steps and naive loops, and comparing their gradients. */
#include "step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/* ---- setting up ---- */

bench_batch bench_batch_make(const bench_net *net)
{
    size_t inputs = net->sizes[0];
    size_t classes = net->sizes[bench_layer_count(net)];
    float *x = bench_allocate(net->batch * inputs, sizeof *x);
    float *y = bench_allocate(net->batch, sizeof *y);
    size_t *labels = bench_allocate(net->batch, sizeof *labels);
    for (size_t i = 0; i < net->batch * inputs; i++) {
        x[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
    }
    for (size_t i = 0; i < net->batch; i++) {
        labels[i] = i * 7 % classes;
        y[i] = (float)labels[i];
    }
    return (bench_batch){gml_matrix_f32(x, net->batch, inputs), gml_matrix_f32(y, net->batch, 1), labels};
}

void bench_batch_free(bench_batch *batch)
{
    free(batch->x.data);
    free(batch->y.data);
    free(batch->labels);
}

bench_step bench_step_make(const bench_net *net, const bench_batch *batch, size_t threads)
{
    bench_step step = {.context = bench_context(threads), .batch = batch};
    step.network = bench_network(step.context, net, GML_F32);
    gml_train_options options = {.optimizer = "sgd", .learning_rate = (double)BENCH_RATE, .batch = net->batch};
    bench_must(step.context, gml_trainer_create(step.network, &options, &step.trainer));
    return step;
}

void bench_step_free(bench_step *step)
{
    gml_trainer_destroy(step->trainer);
    gml_network_destroy(step->network);
    gml_context_destroy(step->context);
}

void bench_step_run(void *step)
{
    const bench_step *bench = step;
    gml_trainer_step(bench->trainer, bench->batch->x, bench->batch->y, NULL);
}

gml_reference_loops bench_loops_make(const bench_net *net, void *(*allocate)(size_t count, size_t size))
{
    gml_reference_loops loops = {.layer_count = bench_layer_count(net)};
    memcpy(loops.sizes, net->sizes, (loops.layer_count + 1) * sizeof loops.sizes[0]);
    loops.parameters = allocate(gml_reference_loops_parameters(&loops), sizeof(float));
    loops.gradients = allocate(gml_reference_loops_parameters(&loops), sizeof(float));
    loops.memory = allocate(gml_reference_loops_memory(&loops, net->batch), sizeof(float));
    return loops;
}

void bench_loops_free(gml_reference_loops *loops)
{
    free(loops->parameters);
    free(loops->gradients);
    free(loops->memory);
}

/* ---- verifying ---- */

static void copy_weights(const gml_network *network, float *parameters)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        size_t count = block.values.rows * block.values.cols;
        memcpy(parameters, block.values.data, count * sizeof *parameters);
        parameters += count;
    }
}

/* The gradients of the step just taken, against those of a naive step from the same weights. */
static double worst_difference(const bench_step *step, const float *naive)
{
    double worst = 0;
    for (size_t i = 0; i < gml_network_block_count(step->network); i++) {
        gml_block block;
        gml_trainer_gradient(step->trainer, i, &block);
        const float *ours = block.values.data;
        size_t count = block.values.rows * block.values.cols;
        double largest = 0, apart = 0;
        for (size_t j = 0; j < count; j++) {
            largest = fmax(largest, fabs((double)naive[j]));
            apart = fmax(apart, fabs((double)naive[j] - (double)ours[j]));
        }
        worst = fmax(worst, apart / fmax(largest, 1e-12));
        naive += count;
    }
    return worst;
}

void bench_step_verify(const bench_step *step, const gml_reference_loops *loops, bench_naive_step *naive)
{
    const bench_batch *batch = step->batch;
    double loss;
    copy_weights(step->network, loops->parameters);
    bench_must(step->context, gml_trainer_step(step->trainer, batch->x, batch->y, &loss));
    naive(loops, batch->x.rows, batch->x.data, batch->labels, BENCH_RATE);
    double worst = worst_difference(step, loops->gradients);
    if (!(worst < 1e-4)) {
        bench_fail("gemmule and the naive loops differ by %g of the largest gradient: nothing is timed", worst);
    }
}

double bench_step_flops(const bench_net *net)
{
    double flops = 0;
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        double product = 2.0 * (double)net->batch * (double)net->sizes[i] * (double)net->sizes[i + 1];
        flops += product * (i == 0 ? 2 : 3);
    }
    return flops;
}
