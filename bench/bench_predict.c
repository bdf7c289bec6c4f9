/* bench/bench_predict.c - predictions, for batches of one to thousands of samples, and for concurrent callers.
 *
 * Before timing, some predictions of each batch are compared with the reference in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "peak.h"
#include "setup.h"
#include "support/oracle.h"
#include "team.h"

static const bench_net nets[] = {
    {{4, 8, 3}, 0, true}, {{784, 512, 256, 10}, 0, true}, {{1024, 1024, 1024, 1024, 10}, 0, false}};

static const size_t batches[] = {1, 8, 32, 128, 4096};

enum { QUICK_BATCH = 128, CHECKED = 16, MOST_CALLERS = 64, CALLS = 8 };

typedef struct bench_question {
    gml_context *context;
    gml_network *network;
    gml_matrix x, y;
} bench_question;

static void run_predict(void *question)
{
    const bench_question *bench = question;
    bench_must(bench->context, gml_network_predict(bench->network, bench->x, bench->y));
}

/* ---- verifying ---- */

/* Compares some rows, spread over the batch, with the reference. */
static void verify(const bench_question *bench)
{
    double worst = 0;
    size_t count = bench->x.rows < CHECKED ? bench->x.rows : CHECKED;
    oracle *naive = oracle_create(bench->network, NULL);
    for (size_t i = 0; i < count; i++) {
        size_t row = count == 1 ? 0 : i * (bench->x.rows - 1) / (count - 1);
        double *x = bench_to_doubles(gml_matrix_rows(bench->x, row, 1));
        double *y = bench_to_doubles(gml_matrix_rows(bench->y, row, 1));
        const gml_reference_batch batch = {.rows = 1, .x = x};
        oracle_run(naive, &batch);
        const double *wanted = oracle_outputs(naive, &batch);
        for (size_t j = 0; j < bench->y.cols; j++) {
            double apart = fabs(y[j] - wanted[j]) / wanted[j];
            worst = apart <= worst ? worst : apart; /* NaN counts as worse */
        }
        free(x);
        free(y);
    }
    oracle_destroy(naive);
    if (!(worst < 1e-4)) {
        bench_fail("a prediction has a relative difference of %g from the reference: nothing is timed", worst);
    }
}

/* ---- the run ---- */

static double flops_of_sample(const bench_net *net)
{
    double flops = 0;
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        flops += 2.0 * (double)net->sizes[i] * (double)net->sizes[i + 1];
    }
    return flops;
}

/* Times all threads and one thread, and the peak of each. */
static json_t *run_batch(const bench_options *options, bench_question questions[2], double flops)
{
    size_t threads[2];
    bench_peak peaks[2];
    bench_contender contenders[4];
    char names[2][40];
    for (size_t i = 0; i < 2; i++) {
        run_predict(&questions[i]);
        verify(&questions[i]);
        threads[i] = gml_context_threads(questions[i].context);
        peaks[i] = bench_peak_make(questions[i].y.dtype, threads[i]);
        snprintf(names[i], sizeof names[i], "%zu thread%s", threads[i], threads[i] == 1 ? "" : "s");
        contenders[i] = (bench_contender){names[i], run_predict, &questions[i]};
        contenders[2 + i] = (bench_contender){"peak", bench_peak_run, &peaks[i]};
    }
    bench_result results[4];
    bench_compare(options, contenders, 4, results);

    json_t *rows = json_array();
    for (size_t i = 0; i < 2; i++) {
        double speed = flops / results[i].median;
        double share = speed / bench_peak_speed(&peaks[i], results[2 + i].minimum);
        printf("  %6zu  %-12s %12.2f %12.2f %7.1f%% %9.2f %8.1f%%\n", questions[i].x.rows, names[i],
               results[i].median * 1e6, results[i].minimum * 1e6, results[i].spread * 100, speed * 1e-9, share * 100);
        json_t *row = bench_to_json(names[i], &results[i]);
        json_object_set_new(row, "peak_share", json_real(share));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

static void run_net(const bench_options *options, const bench_net *net, gml_dtype dtype, json_t *cases)
{
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    printf("\n%s, %s\n  %6s  %-12s %12s %12s %8s %9s %9s\n", description, gml_dtype_name(dtype), "batch", "",
           "median us", "minimum us", "spread", "GFLOP/s", "of peak");
    bench_question questions[2];
    for (size_t i = 0; i < 2; i++) {
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
        for (size_t i = 0; i < 2; i++) {
            questions[i].x = gml_matrix_view(x, dtype, batch, net->sizes[0]);
            questions[i].y = gml_matrix_view(y, dtype, batch, outputs);
        }
        double flops = flops_of_sample(net) * (double)batch;
        json_t *rows = run_batch(options, questions, flops);
        json_array_append_new(cases,
                              json_pack("{s:s, s:s, s:i, s:f, s:o}", "net", description, "dtype", gml_dtype_name(dtype),
                                        "batch", (int)batch, "flops", flops, "contenders", rows));
        free(x);
        free(y);
    }
    for (size_t i = 0; i < 2; i++) {
        gml_network_destroy(questions[i].network);
        gml_context_destroy(questions[i].context);
    }
}

/* ---- concurrent callers ---- */

/* Callers on one thread each that share a network and predict CALLS times per run, each into its own memory. */
typedef struct bench_callers {
    size_t count;
    char name[32];
    bench_question *questions;
} bench_callers;

static void call(void *callers, size_t index)
{
    const bench_callers *bench = callers;
    for (size_t i = 0; i < CALLS; i++) {
        run_predict(&bench->questions[index]);
    }
}

static void run_callers(void *callers)
{
    bench_callers *bench = callers;
    bench_phase phase = {.count = bench->count, .task = call};
    bench_team_run(bench->count, &phase, 1, bench);
}

/* 1, 2, 4, ... callers, and one for each processor. */
static size_t list_callers(bench_callers callers[MOST_CALLERS], bench_question *questions, size_t threads)
{
    size_t count = 0;
    for (size_t callers_now = 1;; callers_now = 2 * callers_now < threads ? 2 * callers_now : threads) {
        callers[count].count = callers_now;
        callers[count].questions = questions;
        snprintf(callers[count].name, sizeof callers[count].name, "%zu caller%s", callers_now,
                 callers_now == 1 ? "" : "s");
        count++;
        if (callers_now == threads) {
            return count;
        }
    }
}

static json_t *time_callers(const bench_options *options, bench_question *questions, size_t threads)
{
    bench_callers callers[MOST_CALLERS];
    bench_contender contenders[MOST_CALLERS];
    bench_result results[MOST_CALLERS];
    size_t count = list_callers(callers, questions, threads);
    for (size_t i = 0; i < count; i++) {
        contenders[i] = (bench_contender){callers[i].name, run_callers, &callers[i]};
    }
    run_callers(&callers[count - 1]);
    for (size_t i = 0; i < threads; i++) {
        verify(&questions[i]);
    }
    bench_compare(options, contenders, count, results);
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++) {
        double calls = (double)(callers[i].count * CALLS) / results[i].median;
        printf("  %6zu  %-12s %12.0f calls/s %7.1f%% %8.2f times one caller\n", questions[0].x.rows, callers[i].name,
               calls, results[i].spread * 100, calls * results[0].median / CALLS);
        json_t *row = bench_to_json(callers[i].name, &results[i]);
        json_object_set_new(row, "callers", json_integer((json_int_t)callers[i].count));
        json_object_set_new(row, "calls_a_second", json_real(calls));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

static void run_sharing(const bench_options *options, const bench_net *net, json_t *cases)
{
    static const size_t shared_batches[] = {1, 32};
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    gml_context *context = bench_context(1);
    gml_network *network = bench_network(context, net, GML_F32);
    const gml_kernels *kernels = gml_kernels_find(GML_F32, NULL);
    size_t outputs = gml_network_outputs(network);
    size_t threads = options->threads != 0 ? options->threads : bench_processors();
    bench_question *questions = bench_allocate(threads, sizeof *questions);
    printf("\n%s, f32, callers of one network, each on a thread of its own\n", description);
    for (size_t b = 0; b < sizeof shared_batches / sizeof shared_batches[0]; b++) {
        size_t batch = shared_batches[b];
        for (size_t i = 0; i < threads; i++) {
            questions[i] = (bench_question){context, network, gml_matrix_none(), gml_matrix_none()};
            questions[i].x =
                gml_matrix_view(bench_random(kernels, batch * net->sizes[0], i), GML_F32, batch, net->sizes[0]);
            questions[i].y = gml_matrix_view(bench_allocate(batch * outputs, kernels->size), GML_F32, batch, outputs);
        }
        json_t *rows = time_callers(options, questions, threads);
        json_array_append_new(cases, json_pack("{s:s, s:s, s:i, s:f, s:b, s:o}", "net", description, "dtype", "f32",
                                               "batch", (int)batch, "flops", flops_of_sample(net) * (double)batch,
                                               "callers", 1, "contenders", rows));
        for (size_t i = 0; i < threads; i++) {
            free(questions[i].x.data);
            free(questions[i].y.data);
        }
    }
    free(questions);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(argc, argv, "Times predictions against the peak of multiply-adds.");
    json_t *cases = json_array();
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(&nets[i], description);
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            if ((nets[i].quick || !options.quick) && bench_wanted(&options, description)) {
                run_net(&options, &nets[i], (gml_dtype)dtype, cases);
            }
        }
        if ((nets[i].quick || !options.quick) && bench_wanted(&options, description)) {
            run_sharing(&options, &nets[i], cases);
        }
    }
    return bench_finish(&options, "bench_predict", cases);
}
