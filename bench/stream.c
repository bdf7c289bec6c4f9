/* bench/stream.c - one epoch of training, for increasing numbers of samples.
 *
 * Two ways: gml_trainer_step on successive batches in the order of the data, and an epoch of gml_fit, which shuffles
 * the samples and gathers batches from all of the data. The network is small, so that memory access dominates. The
 * class of a sample is in its first column; the network must have learned it before timing. The context's allocator
 * measures the memory. */
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>

#include "setup.h"

enum { COLUMNS = 16, CLASSES = 4, BATCH = 256, POINTS = 4, MOST_SAMPLES = 10000000 };

/* Samples after which the classes must have been learned. */
enum { LEARNED = 200000 };

/* Current and peak bytes of the library. Only one thread allocates at a time here. */
typedef struct bench_meter {
    size_t held, peak;
} bench_meter;

typedef struct bench_stream {
    gml_matrix x, y;
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer; /* for streamed steps; else null */
    gml_dataset *dataset; /* for epochs; else null */
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

static const gml_train_options training = {.optimizer = "adam", .learning_rate = 0.003, .batch = BATCH, .epochs = 1};

static void run_epoch(bench_stream *bench)
{
    gml_fit_report report;
    bench_must(bench->context, gml_fit(bench->network, bench->dataset, NULL, &training, NULL, &report));
    bench->loss = report.train_loss;
}

static void run_steps(bench_stream *bench)
{
    double sum = 0, loss;
    for (size_t first = 0; first < bench->x.rows; first += BATCH) {
        size_t rows = bench->x.rows - first < BATCH ? bench->x.rows - first : BATCH;
        gml_matrix x = gml_matrix_rows(bench->x, first, rows), y = gml_matrix_rows(bench->y, first, rows);
        bench_must(bench->context, gml_trainer_step(bench->trainer, x, y, &loss));
        sum += loss * (double)rows;
    }
    bench->loss = sum / (double)bench->x.rows;
}

static void pass(void *stream)
{
    bench_stream *bench = stream;
    if (bench->trainer != NULL) {
        run_steps(bench);
    } else {
        run_epoch(bench);
    }
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

static void set_up(bench_stream *bench, const bench_options *options, bool shuffled)
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
    bench_must(bench->context, shuffled ? gml_dataset_from_matrices(bench->context, bench->x, bench->y,
                                                                    GML_TASK_CLASSIFICATION, &bench->dataset)
                                        : gml_trainer_create(bench->network, &training, &bench->trainer));
    for (size_t seen = 0; seen < LEARNED; seen += bench->x.rows) {
        pass(bench);
    }
    if (!(bench->loss < 1)) { /* ln 4 = 1.39 is the loss of guessing */
        bench_fail("%zu samples were not learned, the loss is %g: nothing is timed", bench->x.rows, bench->loss);
    }
}

static void tear_down(bench_stream *bench)
{
    gml_trainer_destroy(bench->trainer);
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
    double first = results[0].median / (double)streams[0].x.rows;
    for (size_t i = 0; i < count; i++) {
        size_t samples = streams[i].x.rows, peak = streams[i].meter.peak;
        double sample = results[i].median / (double)samples;
        double more = ((double)peak - (double)streams[0].meter.peak) / (double)samples;
        printf("  %8zu %12.2f %12.2f %7.1f%% %14.2f %9.3f %14.1f %14.2f\n", samples, results[i].median * 1e3,
               results[i].minimum * 1e3, results[i].spread * 100, sample * 1e9, sample / first, (double)peak / 1024,
               more);
        json_t *row = bench_to_json("samples", &results[i]);
        json_object_set_new(row, "value", json_integer((json_int_t)samples));
        json_object_set_new(row, "batch", json_integer((json_int_t)samples));
        json_object_set_new(row, "bytes", json_integer((json_int_t)peak));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

static void run_sweep(const bench_options *options, bool shuffled, gml_matrix x, gml_matrix y, json_t *cases)
{
    char name[BENCH_DESCRIPTION];
    snprintf(name, sizeof name, "samples %s of 16 -> 64 relu -> 4 softmax, batch 256, Adam, u8",
             shuffled ? "shuffled by gml_fit" : "streamed by gml_trainer_step");
    if (!bench_wanted(options, name)) {
        return;
    }
    size_t count = options->quick ? 2 : POINTS;
    bench_stream streams[POINTS] = {0};
    bench_contender contenders[POINTS];
    bench_result results[POINTS];
    for (size_t i = 0, samples = 10000; i < count; i++, samples *= 10) {
        streams[i].x = gml_matrix_rows(x, 0, samples);
        streams[i].y = gml_matrix_rows(y, 0, samples);
        set_up(&streams[i], options, shuffled);
        contenders[i] = (bench_contender){"samples", pass, &streams[i]};
    }
    bench_compare(options, contenders, count, results);
    json_array_append_new(cases, json_pack("{s:s, s:s, s:o}", "sweep", name, "variable", "samples", "contenders",
                                           report(name, streams, results, count)));
    for (size_t i = 0; i < count; i++) {
        tear_down(&streams[i]);
    }
}

void bench_stream_run(const bench_options *options, json_t *cases)
{
    gml_matrix x, y;
    make_data(&x, &y, options->quick ? MOST_SAMPLES / 100 : MOST_SAMPLES);
    run_sweep(options, false, x, y, cases);
    run_sweep(options, true, x, y, cases);
    free(x.data);
    free(y.data);
}
