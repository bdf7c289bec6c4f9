/* bench/callers.c - predictions of concurrent callers that share a network. */
#include "callers.h"

#include <stdio.h>
#include <stdlib.h>

#include "question.h"
#include "team.h"

enum { MOST_CALLERS = 64, CALLS = 8 };

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
        bench_question_run(&bench->questions[index]);
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
        bench_question_verify(&questions[i], callers[count - 1].name);
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

void bench_callers_run(const bench_options *options, const bench_net *net, json_t *cases)
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
                                               "batch", (int)batch, "flops", bench_question_flops(net, batch),
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
