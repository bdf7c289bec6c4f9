/* bench/step.h - a training step of gemmule, and the same step in naive loops to hold it against. */
#ifndef GML_BENCH_STEP_H
#define GML_BENCH_STEP_H

#include "reference/loops.h"
#include "setup.h"

/* The rate is so small that the weights hardly move however long a step is timed. */
#define BENCH_RATE 1e-6f

/* One batch. */
typedef struct bench_batch {
    gml_matrix x, y;
    size_t *labels; /* what is in y */
} bench_batch;

/* Zero-initialised: float, SGD, all threads. */
typedef struct bench_recipe {
    gml_dtype dtype;
    const char *optimizer; /* "sgd" or "adam"; null: sgd */
    size_t threads;        /* 0: as many as there are processors */
    const char *products;  /* "auto" or "blas", see gml_context_options; null: auto */
} bench_recipe;

typedef struct bench_step {
    bench_recipe recipe;
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    const bench_batch *batch;
} bench_step;

/* The same numbers in every type. */
bench_batch bench_batch_make(const bench_net *net, gml_dtype dtype);
void bench_batch_free(bench_batch *batch);

/* Steps of one net start from the same weights. The batch, of the recipe's type, must outlive the step. */
bench_step bench_step_make(const bench_net *net, const bench_batch *batch, bench_recipe recipe);
void bench_step_free(bench_step *step);

/* A contender; takes a bench_step. */
void bench_step_run(void *step);

/* Naive loops of the net's shape in memory from `allocate`. */
gml_reference_loops bench_loops_make(const bench_net *net, void *(*allocate)(size_t count, size_t size));
void bench_loops_free(gml_reference_loops *loops);

/* A step as gml_reference_textbook_step takes it. */
typedef float bench_naive_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                               float rate);

/* How many samples of a batch the reference, which is slow, can take in about a second. */
size_t bench_verified_rows(const bench_net *net);

/* The gradients of the first `rows` samples from the step's parameters: the reference's in double, and those of naive
 * loops in float. Both to be freed, in the order of bench_parameters. */
double *bench_reference_gradients(const bench_step *step, size_t rows);
double *bench_naive_gradients(const bench_step *step, const gml_reference_loops *loops, bench_naive_step *naive,
                              size_t rows);

/* Takes a step on the first `rows` samples and ends the program unless the parameters move as those gradients and the
 * optimizer say, to within `bound` of the greatest move. The parameters are put back. */
void bench_step_verify(const bench_step *step, size_t rows, const double *gradients, double bound);

/* Floating-point operations of a step's products. */
double bench_step_flops(const bench_net *net);

#endif
