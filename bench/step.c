/* bench/step.c - sets up training steps and naive loops, and compares their effect on the parameters. */
#include "step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "parameters.h"
#include "support/oracle.h"

/* ---- setting up ---- */

bench_batch bench_batch_make(const bench_net *net, gml_dtype dtype)
{
    size_t inputs = net->sizes[0], size = gml_dtype_size(dtype);
    size_t classes = net->sizes[bench_layer_count(net)];
    void *x = bench_allocate(net->batch * inputs, size);
    void *y = bench_allocate(net->batch, size);
    size_t *labels = bench_allocate(net->batch, sizeof *labels);
    for (size_t i = 0; i < net->batch * inputs; i++) {
        bench_put(dtype, x, i, (double)((float)(i * 2654435761u % 1000) / 500 - 1));
    }
    for (size_t i = 0; i < net->batch; i++) {
        labels[i] = i * 7 % classes;
        bench_put(dtype, y, i, (double)labels[i]);
    }
    return (bench_batch){gml_matrix_view(x, dtype, net->batch, inputs), gml_matrix_view(y, dtype, net->batch, 1),
                         labels};
}

void bench_batch_free(bench_batch *batch)
{
    free(batch->x.data);
    free(batch->y.data);
    free(batch->labels);
}

static gml_trainer *make_trainer(const bench_step *step, const char *optimizer, double rate)
{
    gml_train_options options = {.optimizer = optimizer, .learning_rate = rate, .batch = step->batch->x.rows};
    gml_trainer *trainer;
    bench_must(step->context, gml_trainer_create(step->network, &options, &trainer));
    return trainer;
}

bench_step bench_step_make(const bench_net *net, const bench_batch *batch, bench_recipe recipe)
{
    recipe.optimizer = recipe.optimizer != NULL ? recipe.optimizer : "sgd";
    recipe.products = recipe.products != NULL ? recipe.products : "auto";
    recipe.dtype = batch->x.dtype;
    bench_step step = {.recipe = recipe, .batch = batch};
    step.context = bench_context_with(recipe.threads, recipe.products);
    step.network = bench_network(step.context, net, recipe.dtype);
    step.trainer = make_trainer(&step, recipe.optimizer, (double)BENCH_RATE);
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

double bench_step_flops(const bench_net *net)
{
    double flops = 0;
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        double product = 2.0 * (double)net->batch * (double)net->sizes[i] * (double)net->sizes[i + 1];
        flops += product * (i == 0 ? 2 : 3);
    }
    return flops;
}

/* ---- verifying ---- */

size_t bench_verified_rows(const bench_net *net)
{
    double rows = 1e9 / (bench_step_flops(net) / (double)net->batch);
    return rows < 1 ? 1 : rows < (double)net->batch ? (size_t)rows : net->batch;
}

double *bench_reference_gradients(const bench_step *step, size_t rows)
{
    double *x = bench_to_doubles(gml_matrix_rows(step->batch->x, 0, rows));
    double *labels = bench_to_doubles(gml_matrix_rows(step->batch->y, 0, rows));
    const gml_reference_batch batch = {.rows = rows, .x = x, .targets = labels, .target_cols = 1};
    oracle *naive = oracle_create(step->network, "softmax_cross_entropy");
    oracle_run(naive, &batch);
    oracle_differentiate(naive, &batch, NULL);
    double *gradients = naive->gradients;
    naive->gradients = NULL;
    oracle_destroy(naive);
    free(x);
    free(labels);
    return gradients;
}

double *bench_naive_gradients(const bench_step *step, const gml_reference_loops *loops, bench_naive_step *naive,
                              size_t rows)
{
    size_t count;
    double *numbers = bench_parameters(step->network, &count);
    for (size_t i = 0; i < count; i++) {
        loops->parameters[i] = (float)numbers[i];
    }
    naive(loops, rows, step->batch->x.data, step->batch->labels, BENCH_RATE);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (double)loops->gradients[i];
    }
    return numbers;
}

/* Returns the change of a parameter with gradient g in an optimizer's first step at rate 1; for Adam with eps = 1, so
 * that the change is a smooth function of g, not nearly its sign. */
static double first_move(const char *optimizer, double g)
{
    return strcmp(optimizer, "adam") == 0 ? g / (fabs(g) + 1) : g;
}

void bench_step_verify(const bench_step *step, size_t rows, const double *gradients, double bound)
{
    const char *optimizer = step->recipe.optimizer;
    size_t count;
    double *before = bench_parameters(step->network, &count);
    gml_trainer *trainer = make_trainer(step, strcmp(optimizer, "adam") == 0 ? "adam(eps=1)" : optimizer, 1);
    bench_must(step->context, gml_trainer_step(trainer, gml_matrix_rows(step->batch->x, 0, rows),
                                               gml_matrix_rows(step->batch->y, 0, rows), NULL));
    gml_trainer_destroy(trainer);
    double *moves = bench_parameters(step->network, &count);
    double *wanted = bench_allocate(count, sizeof *wanted);
    for (size_t i = 0; i < count; i++) {
        moves[i] = before[i] - moves[i];
        wanted[i] = first_move(optimizer, gradients[i]);
    }
    double apart = bench_apart(moves, wanted, count);
    if (!(apart < bound)) {
        bench_fail("a step of %s in %s differs by %g of the largest move: nothing is timed", optimizer,
                   gml_dtype_name(step->recipe.dtype), apart);
    }
    bench_set_parameters(step->network, before);
    free(before);
    free(moves);
    free(wanted);
}
