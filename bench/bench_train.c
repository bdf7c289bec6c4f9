/* bench/bench_train.c - a training step against plain loops and against its own GEMM calls alone.
 *
 * Nets are ReLU with softmax cross-entropy and SGD. Before anything is timed, one step of gemmule and one of each naive
 * loop start from the same weights and must end at the same. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "gemmule/gemmule.h"
#include "harness.h"
#include "reference/loops.h"

typedef struct bench_case {
    size_t sizes[6]; /* ended by 0 */
    size_t batch;
    bool quick; /* small enough for a quick run */
} bench_case;

static const bench_case cases[] = {
    {{2, 4, 2}, 4, true},         {{64, 64, 10}, 32, true},          {{784, 128, 10}, 32, true},
    {{784, 128, 10}, 128, false}, {{784, 512, 256, 10}, 128, false}, {{1024, 1024, 1024, 1024, 10}, 512, false},
};

/* The rate is so small that the weights hardly move however long a contender is timed. */
static const float RATE = 1e-6f;

typedef struct bench_setup {
    const bench_case *shape;
    gml_context *contexts[2]; /* all threads, and one */
    gml_network *networks[2];
    gml_trainer *trainers[2];
    gml_matrix x, y;
    size_t *labels;
    gml_reference_loops loops;   /* in memory from malloc, as a plain program has it */
    gml_reference_loops aligned; /* in memory on cache lines, which the vectorised loops like better */
    bench_bare bare;
} bench_setup;

/* ---- contenders ---- */

static void run_gemmule(void *setup)
{
    bench_setup *bench = setup;
    gml_trainer_step(bench->trainers[0], bench->x, bench->y, NULL);
}

static void run_gemmule_alone(void *setup)
{
    bench_setup *bench = setup;
    gml_trainer_step(bench->trainers[1], bench->x, bench->y, NULL);
}

static void run_vectorized(void *setup)
{
    bench_setup *bench = setup;
    gml_reference_vectorized_step(&bench->loops, bench->shape->batch, bench->x.data, bench->labels, RATE);
}

static void run_vectorized_aligned(void *setup)
{
    bench_setup *bench = setup;
    gml_reference_vectorized_step(&bench->aligned, bench->shape->batch, bench->x.data, bench->labels, RATE);
}

static void run_textbook(void *setup)
{
    bench_setup *bench = setup;
    gml_reference_textbook_step(&bench->loops, bench->shape->batch, bench->x.data, bench->labels, RATE);
}

/* ---- setting up ---- */

static size_t layer_count(const bench_case *shape)
{
    size_t count = 0;
    while (shape->sizes[count + 1] != 0) {
        count++;
    }
    return count;
}

static void describe(const bench_case *shape, char *text, size_t size)
{
    size_t layers = layer_count(shape);
    int length = snprintf(text, size, "%zu", shape->sizes[0]);
    for (size_t i = 1; i <= layers; i++) {
        length += snprintf(text + length, size - (size_t)length, " -> %zu%s", shape->sizes[i],
                           i < layers ? " relu" : " softmax");
    }
}

static void *allocate(size_t count, size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, count * size + 64) != 0) {
        bench_fail("no memory for %zu times %zu bytes", count, size);
    }
    memset(memory, 0, count * size + 64);
    return memory;
}

static void must(const gml_context *context, gml_status status)
{
    if (status != GML_OK) {
        bench_fail("%s", gml_context_message(context));
    }
}

static void make_data(bench_setup *bench)
{
    size_t batch = bench->shape->batch;
    size_t inputs = bench->shape->sizes[0];
    size_t classes = bench->shape->sizes[layer_count(bench->shape)];
    float *x = allocate(batch * inputs, sizeof *x);
    float *y = allocate(batch, sizeof *y);
    bench->labels = allocate(batch, sizeof *bench->labels);
    for (size_t i = 0; i < batch * inputs; i++) {
        x[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
    }
    for (size_t i = 0; i < batch; i++) {
        bench->labels[i] = i * 7 % classes;
        y[i] = (float)bench->labels[i];
    }
    bench->x = gml_matrix_f32(x, batch, inputs);
    bench->y = gml_matrix_f32(y, batch, 1);
}

static void make_trainer(bench_setup *bench, size_t which, size_t threads)
{
    char description[128];
    describe(bench->shape, description, sizeof description);
    gml_context_options options = {.threads = threads};
    char message[256];
    if (gml_context_create(&options, &bench->contexts[which], message, sizeof message) != GML_OK) {
        bench_fail("%s", message);
    }
    gml_context *context = bench->contexts[which];
    gml_train_options training = {.optimizer = "sgd", .learning_rate = (double)RATE, .batch = bench->shape->batch};
    must(context, gml_network_create(context, description, NULL, &bench->networks[which]));
    must(context, gml_trainer_create(bench->networks[which], &training, &bench->trainers[which]));
}

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

static void *allocate_plainly(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        bench_fail("no memory for %zu times %zu bytes", count, size);
    }
    return memory;
}

static void make_loops(const bench_setup *bench, gml_reference_loops *loops, void *(*get)(size_t count, size_t size))
{
    loops->layer_count = layer_count(bench->shape);
    memcpy(loops->sizes, bench->shape->sizes, (loops->layer_count + 1) * sizeof loops->sizes[0]);
    loops->parameters = get(gml_reference_loops_parameters(loops), sizeof(float));
    loops->gradients = get(gml_reference_loops_parameters(loops), sizeof(float));
    loops->memory = get(gml_reference_loops_memory(loops, bench->shape->batch), sizeof(float));
    copy_weights(bench->networks[0], loops->parameters);
}

static void free_loops(gml_reference_loops *loops)
{
    free(loops->parameters);
    free(loops->gradients);
    free(loops->memory);
}

static bench_setup *set_up(const bench_case *shape, size_t threads)
{
    bench_setup *bench = allocate(1, sizeof *bench);
    bench->shape = shape;
    make_data(bench);
    make_trainer(bench, 0, threads);
    make_trainer(bench, 1, 1);
    make_loops(bench, &bench->loops, allocate_plainly);
    make_loops(bench, &bench->aligned, allocate);
    bench->bare.rows = shape->batch;
    bench->bare.threads = gml_context_threads(bench->contexts[0]);
    must(bench->contexts[0],
         gml_workspace_create(bench->networks[0], shape->batch, true, true, &bench->bare.workspace));
    return bench;
}

static void tear_down(bench_setup *bench)
{
    gml_workspace_destroy(&bench->bare.workspace);
    for (size_t i = 0; i < 2; i++) {
        gml_trainer_destroy(bench->trainers[i]);
        gml_network_destroy(bench->networks[i]);
        gml_context_destroy(bench->contexts[i]);
    }
    free(bench->x.data);
    free(bench->y.data);
    free(bench->labels);
    free_loops(&bench->loops);
    free_loops(&bench->aligned);
    free(bench);
}

/* ---- verifying ---- */

/* The gradients of the step just taken, against those of a naive step from the same weights. */
static double worst_difference(const bench_setup *bench)
{
    const float *naive = bench->loops.gradients;
    double worst = 0;
    for (size_t i = 0; i < gml_network_block_count(bench->networks[0]); i++) {
        gml_block block;
        gml_trainer_gradient(bench->trainers[0], i, &block);
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

static void verify(bench_setup *bench)
{
    void (*const naive[])(void *) = {run_vectorized, run_textbook};
    double loss;
    for (size_t i = 0; i < sizeof naive / sizeof naive[0]; i++) {
        copy_weights(bench->networks[0], bench->loops.parameters);
        must(bench->contexts[0], gml_trainer_step(bench->trainers[0], bench->x, bench->y, &loss));
        naive[i](bench);
        double worst = worst_difference(bench);
        if (!(worst < 1e-4)) {
            bench_fail("gemmule and the naive loops differ by %g of the largest gradient: nothing is timed", worst);
        }
    }
}

/* ---- the run ---- */

static double flops_of_step(const bench_case *shape)
{
    double flops = 0;
    for (size_t i = 0; i < layer_count(shape); i++) {
        double product = 2.0 * (double)shape->batch * (double)shape->sizes[i] * (double)shape->sizes[i + 1];
        flops += product * (i == 0 ? 2 : 3);
    }
    return flops;
}

static json_t *run_case(const bench_options *options, const bench_case *shape)
{
    bench_setup *bench = set_up(shape, options->threads);
    verify(bench);
    char description[128], name[40];
    describe(shape, description, sizeof description);
    snprintf(name, sizeof name, "gemmule, %zu threads", gml_context_threads(bench->contexts[0]));
    const bench_contender contenders[] = {
        {name, run_gemmule, bench},
        {"gemmule, 1 thread", run_gemmule_alone, bench},
        {"GEMMs, threads inside OpenBLAS", bench_bare_inside, &bench->bare},
        {"GEMMs, threads outside", bench_bare_outside, &bench->bare},
        {"naive loops, vectorised", run_vectorized, bench},
        {"the same, on cache lines", run_vectorized_aligned, bench},
        {"naive loops, textbook", run_textbook, bench},
    };
    enum { COUNT = sizeof contenders / sizeof contenders[0] };
    bench_result results[COUNT];
    bench_compare(options, contenders, COUNT, results);

    double flops = flops_of_step(shape);
    json_t *rows = json_array();
    printf("\n%s, batch %zu: %.3g MFLOP a step\n", description, shape->batch, flops * 1e-6);
    printf("  %-32s %12s %12s %8s %9s %10s\n", "", "median us", "minimum us", "spread", "GFLOP/s", "/ gemmule");
    for (size_t i = 0; i < COUNT; i++) {
        printf("  %-32s %12.2f %12.2f %7.1f%% %9.2f %10.2f\n", contenders[i].name, results[i].median * 1e6,
               results[i].minimum * 1e6, results[i].spread * 100, flops / results[i].median * 1e-9,
               results[i].median / results[0].median);
        json_array_append_new(rows, bench_to_json(contenders[i].name, &results[i]));
    }
    fflush(stdout);
    tear_down(bench);
    return json_pack("{s:s, s:i, s:f, s:o}", "net", description, "batch", (int)shape->batch, "flops", flops,
                     "contenders", rows);
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times a training step against plain loops and against the GEMM calls it is made of.");
    json_t *results = json_array();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char description[128];
        describe(&cases[i], description, sizeof description);
        if ((cases[i].quick || !options.quick) && bench_wanted(&options, description)) {
            json_array_append_new(results, run_case(&options, &cases[i]));
        }
    }
    return bench_finish(&options, "bench_train", results);
}
