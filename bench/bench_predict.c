/* bench/bench_predict.c - predictions, for batches of one to thousands of samples, and for concurrent callers.
 *
 * gemmule and, in float, other libraries predict on all threads and on one. Before timing, some predictions of every
 * contender are compared with the reference in double. */
#include <stdio.h>
#include <stdlib.h>

#include "callers.h"
#include "harness.h"
#include "parameters.h"
#include "peak.h"
#include "peer.h"
#include "question.h"

static const bench_net nets[] = {
    {{4, 8, 3}, 0, true}, {{784, 512, 256, 10}, 0, true}, {{1024, 1024, 1024, 1024, 10}, 0, false}};

static const size_t batches[] = {1, 8, 32, 128, 4096};

/* The contenders of a library follow each other: on all threads, on one. The first library is gemmule; after all
 * libraries come the peaks. */
enum { QUICK_BATCH = 128, SETTINGS = 2, MOST_LIBRARIES = 4, MOST_CONTENDERS = SETTINGS * (MOST_LIBRARIES + 1) };

/* A library on a number of threads. */
typedef struct bench_entry {
    const bench_peer *peer; /* null: gemmule */
    void *state;            /* the peer's network, or the question */
    size_t threads;
    char name[40];
} bench_entry;

typedef struct bench_field {
    size_t count; /* of entries */
    bench_entry entries[SETTINGS * MOST_LIBRARIES];
    bench_peak peaks[SETTINGS];
    bench_contender contenders[MOST_CONTENDERS]; /* the entries, then the peaks */
    bench_result results[MOST_CONTENDERS];
} bench_field;

/* ---- setting up ---- */

static const char *library(const bench_entry *entry)
{
    return entry->peer == NULL ? "gemmule" : entry->peer->name;
}

static void add(bench_field *field, const bench_peer *peer, void *state, size_t threads)
{
    bench_entry *entry = &field->entries[field->count];
    *entry = (bench_entry){.peer = peer, .state = state, .threads = threads};
    snprintf(entry->name, sizeof entry->name, "%s, %zu thread%s", library(entry), threads, threads == 1 ? "" : "s");
    field->contenders[field->count++] =
        (bench_contender){entry->name, peer == NULL ? bench_question_run : peer->predictor->run, state};
}

static void add_peers(bench_field *field, const bench_net *net, const bench_question *question, const size_t *threads)
{
    size_t count;
    double *parameters = bench_parameters(question->network, &count);
    for (const bench_peer *const *peer = bench_peers; *peer != NULL; peer++) {
        for (size_t i = 0; i < SETTINGS && (*peer)->predictor != NULL; i++) {
            add(field, *peer, (*peer)->predictor->create(net, parameters, question->x, question->y, threads[i]),
                threads[i]);
        }
    }
    free(parameters);
}

static void set_up(bench_field *field, const bench_net *net, bench_question questions[SETTINGS])
{
    size_t threads[SETTINGS];
    field->count = 0;
    for (size_t i = 0; i < SETTINGS; i++) {
        threads[i] = gml_context_threads(questions[i].context);
        add(field, NULL, &questions[i], threads[i]);
    }
    if (questions[0].y.dtype == GML_F32) {
        add_peers(field, net, &questions[0], threads);
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        field->peaks[i] = bench_peak_make(questions[0].y.dtype, threads[i]);
        field->contenders[field->count + i] = (bench_contender){"peak", bench_peak_run, &field->peaks[i]};
    }
}

static void tear_down(const bench_field *field)
{
    for (size_t i = 0; i < field->count; i++) {
        if (field->entries[i].peer != NULL) {
            field->entries[i].peer->predictor->destroy(field->entries[i].state);
        }
    }
}

/* All entries predict the same samples into the same memory. */
static void verify(const bench_field *field, const bench_question *question)
{
    for (size_t i = 0; i < field->count; i++) {
        bench_question_clear(question);
        field->contenders[i].run(field->contenders[i].argument);
        bench_question_verify(question, field->entries[i].name);
    }
}

/* ---- the report ---- */

static void print_head(const char *description, gml_dtype dtype)
{
    printf("\n%s, %s\n  %6s  %-20s %12s %12s %8s %9s %9s %14s\n", description, gml_dtype_name(dtype), "batch", "",
           "median us", "minimum us", "spread", "GFLOP/s", "of peak", "gemmule / peer");
}

/* A row; those of peers have the ratio of gemmule's time on as many threads to theirs. */
static json_t *report_entry(const bench_field *field, size_t index, size_t batch, double flops)
{
    const bench_entry *entry = &field->entries[index];
    const bench_result *result = &field->results[index];
    size_t setting = index % SETTINGS;
    double speed = flops / result->median;
    double share = speed / bench_peak_speed(&field->peaks[setting], field->results[field->count + setting].minimum);
    printf("  %6zu  %-20s %12.2f %12.2f %7.1f%% %9.2f %8.1f%%", batch, entry->name, result->median * 1e6,
           result->minimum * 1e6, result->spread * 100, speed * 1e-9, share * 100);
    json_t *row = bench_to_json(entry->name, result);
    json_object_set_new(row, "library", json_string(library(entry)));
    json_object_set_new(row, "threads", json_integer((json_int_t)entry->threads));
    json_object_set_new(row, "peak_share", json_real(share));
    if (entry->peer != NULL) {
        bench_interval ratio = bench_ratio(&field->results[setting], result);
        printf("  %.2f [%.2f, %.2f]", ratio.median, ratio.low, ratio.high);
        json_object_set_new(row, "gemmule_over", bench_interval_to_json(ratio));
    }
    putchar('\n');
    return row;
}

/* Returns the result of the faster setting of the library with its first entry there. */
static const bench_result *best_setting(const bench_field *field, size_t first)
{
    const bench_result *all = &field->results[first], *one = &field->results[first + 1];
    return one->median < all->median ? one : all;
}

/* The ratio of gemmule's time to that of each peer, each on its best number of threads. */
static json_t *report_best(const bench_field *field, size_t batch)
{
    json_t *ratios = json_object();
    for (size_t i = SETTINGS; i < field->count; i += SETTINGS) {
        const char *name = field->entries[i].peer->name;
        bench_interval ratio = bench_ratio(best_setting(field, 0), best_setting(field, i));
        printf("  %6zu  gemmule / %s, each on its best number of threads: %.2f [%.2f, %.2f]\n", batch, name,
               ratio.median, ratio.low, ratio.high);
        json_object_set_new(ratios, name, bench_interval_to_json(ratio));
    }
    return ratios;
}

/* ---- the run ---- */

static json_t *run_batch(const bench_options *options, const bench_net *net, bench_question questions[SETTINGS])
{
    bench_field *field = bench_allocate(1, sizeof *field);
    set_up(field, net, questions);
    verify(field, &questions[0]);
    bench_compare(options, field->contenders, field->count + SETTINGS, field->results);

    size_t batch = questions[0].x.rows;
    double flops = bench_question_flops(net, batch);
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    json_t *rows = json_array();
    for (size_t i = 0; i < field->count; i++) {
        json_array_append_new(rows, report_entry(field, i, batch, flops));
    }
    json_t *ratios = report_best(field, batch);
    fflush(stdout);
    tear_down(field);
    free(field);
    return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o}", "net", description, "dtype",
                     gml_dtype_name(questions[0].y.dtype), "batch", (int)batch, "flops", flops, "gemmule_over_best",
                     ratios, "contenders", rows);
}

static void run_net(const bench_options *options, const bench_net *net, gml_dtype dtype, json_t *cases)
{
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    print_head(description, dtype);
    bench_question questions[SETTINGS];
    for (size_t i = 0; i < SETTINGS; i++) {
        questions[i].context = bench_context(i == 0 ? options->threads : 1);
        questions[i].network = bench_network(questions[i].context, net, dtype);
    }
    const gml_kernels *kernels = gml_kernels_find(dtype, NULL);
    for (size_t b = 0; b < sizeof batches / sizeof batches[0]; b++) {
        size_t batch = batches[b], outputs = gml_network_outputs(questions[0].network);
        if (options->quick && batch > QUICK_BATCH) {
            continue;
        }
        void *x = bench_random(kernels, batch * net->sizes[0], 1);
        void *y = bench_allocate(batch * outputs, kernels->size);
        for (size_t i = 0; i < SETTINGS; i++) {
            questions[i].x = gml_matrix_view(x, dtype, batch, net->sizes[0]);
            questions[i].y = gml_matrix_view(y, dtype, batch, outputs);
        }
        json_array_append_new(cases, run_batch(options, net, questions));
        free(x);
        free(y);
    }
    for (size_t i = 0; i < SETTINGS; i++) {
        gml_network_destroy(questions[i].network);
        gml_context_destroy(questions[i].context);
    }
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times predictions against other libraries and the peak of multiply-adds.");
    json_t *cases = json_array();
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(&nets[i], description);
        if ((!nets[i].quick && options.quick) || !bench_wanted(&options, description)) {
            continue;
        }
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            run_net(&options, &nets[i], (gml_dtype)dtype, cases);
        }
        bench_callers_run(&options, &nets[i], cases);
    }
    return bench_finish(&options, "bench_predict", cases);
}
