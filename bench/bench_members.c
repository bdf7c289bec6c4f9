/* bench/bench_members.c - training steps of an ensemble in one network against steps of one plain network over as many
 * rows: a sample of k members is k rows of each product. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "setup.h"
#include "support/oracle.h"

/* A network with members, and a plain network. A step of the plain one over `members` times the rows computes the same
 * products. */
typedef struct members_case {
    const char *name, *ensemble, *plain;
    size_t members, batch, inputs, classes;
    bool quick;
} members_case;

static const members_case cases[] = {
    {"small", "16 -> members 4 -> scale(signs=yes) -> 32 bias=no -> affine -> relu -> 3 softmax heads -> average",
     "16 -> 32 relu -> 3 softmax", 4, 32, 16, 3, true},
    {"shared weights and heads",
     "64 -> members 32 -> scale(signs=yes) -> 512 relu -> 512 relu -> 10 softmax heads -> average",
     "64 -> 512 relu -> 512 relu -> 10 softmax", 32, 256, 64, 10, false},
    {"scales of every layer",
     "64 -> members 32 -> scale(signs=yes) -> 512 relu -> scale -> 512 relu -> 10 softmax heads -> average",
     "64 -> 512 relu -> 512 relu -> 10 softmax", 32, 256, 64, 10, false},
    {"adapters of every layer",
     "64 -> members 32 -> scale(signs=yes) -> 512 bias=no -> affine -> relu -> scale -> 512 bias=no -> affine -> relu "
     "-> "
     "10 softmax heads -> average",
     "64 -> 512 relu -> 512 relu -> 10 softmax", 32, 256, 64, 10, false},
    {"adapters of every layer, dropout",
     "64 -> members 32 -> scale(signs=yes) -> 512 bias=no -> affine -> relu -> dropout 0.1 -> scale -> 512 bias=no -> "
     "affine -> relu -> dropout 0.1 -> 10 softmax heads -> average",
     "64 -> 512 relu -> dropout 0.1 -> 512 relu -> dropout 0.1 -> 10 softmax", 32, 256, 64, 10, false},
};

typedef struct members_step {
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    gml_matrix x, y;
} members_step;

static members_step make_step(const bench_options *options, const members_case *of, const char *description,
                              size_t rows)
{
    members_step step = {.context = bench_context(options->threads)};
    const gml_kernels *kernels = gml_kernels_find(GML_F32, bench_isa());
    float *x = bench_random(kernels, rows * of->inputs, 1), *y = bench_allocate(rows, sizeof *y);
    for (size_t i = 0; i < rows; i++) {
        y[i] = (float)(i * 7919 % of->classes);
    }
    step.x = gml_matrix_f32(x, rows, of->inputs);
    step.y = gml_matrix_f32(y, rows, 1);
    bench_must(step.context, gml_network_create(step.context, description, NULL, &step.network));
    const gml_train_options recipe = {.optimizer = "adamw", .learning_rate = 1e-6, .batch = rows};
    bench_must(step.context, gml_trainer_create(step.network, &recipe, &step.trainer));
    return step;
}

static void free_step(members_step *step)
{
    gml_trainer_destroy(step->trainer);
    gml_network_destroy(step->network);
    gml_context_destroy(step->context);
    free(step->x.data);
    free(step->y.data);
}

static void run_step(void *argument)
{
    const members_step *step = argument;
    bench_must(step->context, gml_trainer_step(step->trainer, step->x, step->y, NULL));
}

/* Compares the loss of the first samples with that of the reference in double. */
static void verify(const members_step *step, const members_case *of)
{
    enum { ROWS = 3 };
    oracle *exact = oracle_create(step->network, "softmax_cross_entropy");
    double *x = bench_to_doubles(gml_matrix_rows(step->x, 0, ROWS)),
           *y = bench_to_doubles(gml_matrix_rows(step->y, 0, ROWS));
    const double wanted =
        oracle_run(exact, &(gml_reference_batch){.rows = ROWS, .x = x, .targets = y, .target_cols = 1});
    double loss = 0;
    bench_must(step->context, gml_trainer_step(step->trainer, gml_matrix_rows(step->x, 0, ROWS),
                                               gml_matrix_rows(step->y, 0, ROWS), &loss));
    if (!(fabs(loss - wanted) <= 1e-4 * wanted) && strstr(of->ensemble, "dropout") == NULL) {
        bench_fail("%s: the loss is %g, the reference has %g", of->name, loss, wanted);
    }
    oracle_destroy(exact);
    free(x);
    free(y);
}

static void run_case(const bench_options *options, const members_case *of, json_t *rows)
{
    members_step ensemble = make_step(options, of, of->ensemble, of->batch),
                 plain = make_step(options, of, of->plain, of->batch * of->members);
    const bench_contender contenders[] = {{of->plain, run_step, &plain}, {of->ensemble, run_step, &ensemble}};
    bench_result results[2];
    verify(&ensemble, of);
    bench_compare(options, contenders, 2, results);
    const bench_interval ratio = bench_ratio(&results[1], &results[0]);
    printf("\n%s: %zu members, batch %zu\n  plain net, %zu rows %10.3f ms\n  members            %10.3f ms\n"
           "  ratio              %10.3f (%.3f to %.3f)\n",
           of->name, of->members, of->batch, of->batch * of->members, results[0].median * 1e3, results[1].median * 1e3,
           ratio.median, ratio.low, ratio.high);
    fflush(stdout);
    json_t *row = json_pack("{s:s, s:i, s:i, s:o, s:o, s:o}", "net", of->name, "members", (int)of->members, "batch",
                            (int)of->batch, "plain", bench_to_json(of->plain, &results[0]), "ensemble",
                            bench_to_json(of->ensemble, &results[1]), "ratio", bench_interval_to_json(ratio));
    json_array_append_new(rows, row);
    free_step(&ensemble);
    free_step(&plain);
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times steps of ensembles in one network against plain steps over as many rows.");
    json_t *rows = json_array();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if ((cases[i].quick || !options.quick) && bench_wanted(&options, cases[i].name)) {
            run_case(&options, &cases[i], rows);
        }
    }
    return bench_finish(&options, "bench_members", rows);
}
