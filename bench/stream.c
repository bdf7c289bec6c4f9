/* bench/stream.c - one epoch of gml_fit over more and more samples.
 *
 * The network is small, so that drawing the order of samples and gathering them count. The class of a sample is in its
 * first column; before anything is timed, each fit must have learned it. Memory is counted where the library asks for
 * it: the context's allocator. */
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "setup.h"

enum { COLUMNS = 16, CLASSES = 4, BATCH = 256, POINTS = 4, MOST_SAMPLES = 10000000 };

/* Samples after which the classes are known. */
enum { LEARNED = 200000 };

/* Bytes the library holds, and the most it held. One thread allocates at a time here. */
typedef struct bench_meter {
    size_t held, peak;
} bench_meter;

typedef struct bench_stream {
    size_t samples;
    gml_context *context;
    gml_network *network;
    gml_dataset *dataset;
    bench_meter meter;
    double loss; /* mean over the last epoch */
} bench_stream;

static void *allocate(void *user, size_t size, size_t alignment)
{
    bench_meter *meter = user;
    void *memory;
    if (posix_memalign(&memory, alignment < sizeof(void *) ? sizeof(void *) : alignment, size) != 0) {
        return NULL;
    }
    meter->held += size;
    meter->peak = meter->held > meter->peak ? meter->held : meter->peak;
    return memory;
}

static void release(void *user, void *pointer, size_t size)
{
    bench_meter *meter = user;
    meter->held -= pointer != NULL ? size : 0;
    free(pointer);
}

static void run_epoch(void *stream)
{
    bench_stream *bench = stream;
    gml_train_options options = {.optimizer = "adam", .learning_rate = 0.003, .batch = BATCH, .epochs = 1};
    gml_fit_report report;
    bench_must(bench->context, gml_fit(bench->network, bench->dataset, NULL, &options, NULL, &report));
    bench->loss = report.train_loss;
}

/* ---- setting up ---- */

static void make_data(gml_matrix *x, gml_matrix *y, size_t samples)
{
    uint8_t *inputs = bench_allocate(samples * COLUMNS, 1), *labels = bench_allocate(samples, 1);
    uint64_t state = 1;
    for (size_t i = 0; i < samples * COLUMNS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        inputs[i] = (uint8_t)(state >> 56);
    }
    for (size_t i = 0; i < samples; i++) {
        labels[i] = inputs[i * COLUMNS] / (256 / CLASSES);
    }
    *x = gml_matrix_u8(inputs, samples, COLUMNS);
    *y = gml_matrix_u8(labels, samples, 1);
}

static void set_up(bench_stream *bench, const bench_options *options, gml_matrix x, gml_matrix y)
{
    gml_context_options context_options = {
        .allocator = {.user = &bench->meter, .allocate = allocate, .release = release}, .threads = options->threads};
    char message[256];
    if (gml_context_create(&context_options, &bench->context, message, sizeof message) != GML_OK) {
        bench_fail("%s", message);
    }
    double shift[COLUMNS], scale[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        shift[i] = 0;
        scale[i] = 1.0 / 255;
    }
    bench->network = bench_network(bench->context, &(bench_net){.sizes = {COLUMNS, 64, CLASSES}}, GML_F32);
    bench_must(bench->context, gml_network_set_input_scaling(bench->network, shift, scale));
    bench_must(bench->context, gml_dataset_from_matrices(bench->context, gml_matrix_rows(x, 0, bench->samples),
                                                         gml_matrix_rows(y, 0, bench->samples), GML_TASK_CLASSIFICATION,
                                                         &bench->dataset));
    for (size_t seen = 0; seen < LEARNED; seen += bench->samples) {
        run_epoch(bench);
    }
    if (!(bench->loss < 1)) { /* ln 4 = 1.39 is what a guess costs */
        bench_fail("%zu samples were not learned, the loss is %g: nothing is timed", bench->samples, bench->loss);
    }
}

static void tear_down(bench_stream *bench)
{
    gml_dataset_destroy(bench->dataset);
    gml_network_destroy(bench->network);
    gml_context_destroy(bench->context);
}

/* ---- the run ---- */

static json_t *report(const char *name, const bench_stream *streams, const bench_result *results, size_t count)
{
    json_t *rows = json_array();
    printf("\n%s\n  %8s %12s %12s %8s %14s %9s %14s %14s\n", name, "samples", "median ms", "minimum ms", "spread",
           "ns a sample", "/ first", "KiB of memory", "bytes a sample");
    for (size_t i = 0; i < count; i++) {
        double sample = results[i].median / (double)streams[i].samples;
        double bytes = (double)streams[i].meter.peak - (double)streams[0].meter.peak;
        printf("  %8zu %12.2f %12.2f %7.1f%% %14.2f %9.3f %14.1f %14.2f\n", streams[i].samples, results[i].median * 1e3,
               results[i].minimum * 1e3, results[i].spread * 100, sample * 1e9,
               sample / (results[0].median / (double)streams[0].samples), (double)streams[i].meter.peak / 1024,
               bytes / (double)streams[i].samples);
        json_t *row = bench_to_json("samples", &results[i]);
        json_object_set_new(row, "value", json_integer((json_int_t)streams[i].samples));
        json_object_set_new(row, "batch", json_integer((json_int_t)streams[i].samples));
        json_object_set_new(row, "bytes", json_integer((json_int_t)streams[i].meter.peak));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

void bench_stream_run(const bench_options *options, json_t *cases)
{
    static const char name[] = "samples of one epoch of 16 -> 64 relu -> 4 softmax, batch 256, Adam, u8";
    if (!bench_wanted(options, name)) {
        return;
    }
    size_t count = options->quick ? 2 : POINTS;
    bench_stream streams[POINTS] = {0};
    bench_contender contenders[POINTS];
    bench_result results[POINTS];
    gml_matrix x, y;
    make_data(&x, &y, options->quick ? MOST_SAMPLES / 100 : MOST_SAMPLES);
    for (size_t i = 0, samples = 10000; i < count; i++, samples *= 10) {
        streams[i].samples = samples;
        set_up(&streams[i], options, x, y);
        contenders[i] = (bench_contender){"samples", run_epoch, &streams[i]};
    }
    bench_compare(options, contenders, count, results);
    json_array_append_new(cases, json_pack("{s:s, s:s, s:o}", "sweep", name, "variable", "samples", "contenders",
                                           report(name, streams, results, count)));
    for (size_t i = 0; i < count; i++) {
        tear_down(&streams[i]);
    }
    free(x.data);
    free(y.data);
}
