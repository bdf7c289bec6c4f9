/* bench/step.h - a training step in float with SGD, and the same step in naive loops to hold it against. */
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

typedef struct bench_step {
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    const bench_batch *batch;
} bench_step;

bench_batch bench_batch_make(const bench_net *net);
void bench_batch_free(bench_batch *batch);

/* Steps of one net start from the same weights. The batch must outlive the step. */
bench_step bench_step_make(const bench_net *net, const bench_batch *batch, size_t threads);
void bench_step_free(bench_step *step);

/* A contender; takes a bench_step. */
void bench_step_run(void *step);

/* Naive loops of the net's shape in memory from `allocate`. */
gml_reference_loops bench_loops_make(const bench_net *net, void *(*allocate)(size_t count, size_t size));
void bench_loops_free(gml_reference_loops *loops);

/* A step as gml_reference_textbook_step takes it. */
typedef float bench_naive_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                               float rate);

/* One step of either kind from the same weights must find the same gradients; ends the program if not. */
void bench_step_verify(const bench_step *step, const gml_reference_loops *loops, bench_naive_step *naive);

/* Floating-point operations of a step's products. */
double bench_step_flops(const bench_net *net);

#endif
