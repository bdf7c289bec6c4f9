/* bench/bench_many.c - many small nets: concurrent fits by gml_fit_many against single fits by gml_fit.
 *
 * Both are timed for several numbers of threads; the trained weights must have the same bits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "setup.h"

enum { MOST_POINTS = 8, NETS = 16, BATCHES = 32 };

static const bench_net nets[] = {
    {{2, 4, 2}, 4, true}, {{16, 32, 32, 4}, 32, true}, {{64, 64, 10}, 32, false}, {{784, 128, 10}, 128, false},
    {{0}, 0, false},
};

/* NETS networks, one epoch each, on a number of threads. */
typedef struct bench_many {
    gml_context *context;
    gml_fit_job jobs[NETS];
    size_t threads;
} bench_many;

typedef struct bench_data {
    void *x;
    double *y;
    gml_matrix inputs, targets;
} bench_data;

static bench_data make_data(const bench_net *net)
{
    gml_context *context = bench_context(1);
    size_t rows = net->batch * BATCHES, classes = net->sizes[bench_layer_count(net)];
    bench_data data = {.y = bench_allocate(rows, sizeof *data.y)};
    data.x = bench_random(gml_kernels_find(GML_F32, gml_context_isa(context)), rows * net->sizes[0], 1);
    for (size_t i = 0; i < rows; i++) {
        data.y[i] = (double)(i % classes);
    }
    data.inputs = gml_matrix_f32(data.x, rows, net->sizes[0]);
    data.targets = gml_matrix_f64(data.y, rows, 1);
    gml_context_destroy(context);
    return data;
}

/* The rate is so small that the weights hardly change during the benchmark. */
static bench_many *set_up(const bench_net *net, const bench_data *data, size_t threads)
{
    bench_many *many = bench_allocate(1, sizeof *many);
    many->context = bench_context(threads);
    many->threads = threads;
    gml_dataset *dataset = NULL;
    bench_must(many->context, gml_dataset_from_matrices(many->context, data->inputs, data->targets,
                                                        GML_TASK_CLASSIFICATION, &dataset));
    for (size_t i = 0; i < NETS; i++) {
        gml_fit_job *job = &many->jobs[i];
        job->network = bench_network(many->context, net, GML_F32);
        job->dataset = dataset;
        job->options =
            (gml_train_options){.optimizer = "sgd", .learning_rate = 1e-6, .batch = net->batch, .epochs = 1, .seed = i};
    }
    return many;
}

static void tear_down(bench_many *many)
{
    gml_dataset_destroy((gml_dataset *)(uintptr_t)many->jobs[0].dataset);
    for (size_t i = 0; i < NETS; i++) {
        gml_network_destroy(many->jobs[i].network);
    }
    gml_context_destroy(many->context);
    free(many);
}

static void run_side_by_side(void *argument)
{
    bench_many *many = argument;
    bench_must(many->context, gml_fit_many(many->context, many->jobs, NETS));
}

static void run_one_after_another(void *argument)
{
    bench_many *many = argument;
    for (size_t i = 0; i < NETS; i++) {
        gml_fit_job *job = &many->jobs[i];
        bench_must(many->context, gml_fit(job->network, job->dataset, NULL, &job->options, NULL, NULL));
    }
}

static void verify(const bench_many *a, const bench_many *b)
{
    for (size_t i = 0; i < NETS; i++) {
        for (size_t j = 0; j < gml_network_block_count(a->jobs[i].network); j++) {
            gml_block x, y;
            gml_network_block(a->jobs[i].network, j, &x);
            gml_network_block(b->jobs[i].network, j, &y);
            if (memcmp(x.values.data, y.values.data, x.values.rows * x.values.cols * sizeof(float)) != 0) {
                bench_fail("network %zu: %s differs between %zu and %zu threads", i, x.name, a->threads, b->threads);
            }
        }
    }
}

/* ---- one net ---- */

static size_t choose_threads(size_t most, size_t threads[MOST_POINTS])
{
    size_t count = 0;
    for (size_t t = 1; t < most && count + 1 < MOST_POINTS; t *= 2) {
        threads[count++] = t;
    }
    threads[count++] = most;
    return count;
}

static json_t *report(const char *name, const bench_net *net, const bench_contender *contenders,
                      const bench_result *results, size_t count)
{
    json_t *rows = json_array();
    double steps = (double)NETS * BATCHES;
    printf("\n%d of %s, batch %zu\n  %-20s %8s %12s %8s %14s %9s\n", NETS, name, net->batch, "", "threads", "median us",
           "spread", "steps a second", "speed-up");
    for (size_t i = 0; i < count; i++) {
        size_t threads = ((const bench_many *)contenders[i].argument)->threads;
        printf("  %-20s %8zu %12.1f %7.1f%% %14.0f %9.2f\n", contenders[i].name, threads, results[i].median * 1e6,
               results[i].spread * 100, steps / results[i].median, results[0].median / results[i].median);
        json_t *row = bench_to_json(contenders[i].name, &results[i]);
        json_object_set_new(row, "threads", json_integer((json_int_t)threads));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return json_pack("{s:s, s:I, s:i, s:i, s:o}", "net", name, "batch", (json_int_t)net->batch, "nets", NETS, "steps",
                     NETS * BATCHES, "contenders", rows);
}

static void run_net(const bench_options *options, const bench_net *net, size_t most_threads, json_t *cases)
{
    char name[BENCH_DESCRIPTION];
    bench_describe(net, name);
    if (!bench_wanted(options, name)) {
        return;
    }
    bench_data data = make_data(net);
    bench_contender contenders[2 * MOST_POINTS];
    bench_result results[2 * MOST_POINTS];
    size_t threads[MOST_POINTS];
    size_t count = 2 * choose_threads(most_threads, threads);
    for (size_t i = 0; i < count; i++) {
        bool together = i % 2 == 1;
        contenders[i] = (bench_contender){
            .name = together ? "side by side" : "one after another",
            .run = together ? run_side_by_side : run_one_after_another,
            .argument = set_up(net, &data, threads[i / 2]),
        };
        contenders[i].run(contenders[i].argument);
        verify(contenders[0].argument, contenders[i].argument);
    }
    bench_compare(options, contenders, count, results);
    json_array_append_new(cases, report(name, net, contenders, results, count));
    for (size_t i = 0; i < count; i++) {
        tear_down(contenders[i].argument);
    }
    free(data.x);
    free(data.y);
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(argc, argv, "Times concurrent fits of many small nets against single fits.");
    gml_context *context = bench_context(options.threads);
    size_t threads = gml_context_threads(context);
    gml_context_destroy(context);
    json_t *cases = json_array();
    for (const bench_net *net = nets; net->sizes[0] != 0; net++) {
        if (net->quick || !options.quick) {
            run_net(&options, net, threads, cases);
        }
    }
    return bench_finish(&options, "bench_many", cases);
}
