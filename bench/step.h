/* bench/step.h - a training step of gemmule, and the same step as naive loops for comparison. */
#ifndef GML_BENCH_STEP_H
#define GML_BENCH_STEP_H

#include "reference/loops.h"
#include "setup.h"

/* So small that the weights hardly change during the benchmark. */
#define BENCH_RATE 1e-6f

/* One batch. */
typedef struct bench_batch {
    gml_matrix x, y;
    size_t *labels; /* the class numbers in y */
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

/* Makes a batch with the same numbers in every type. */
bench_batch bench_batch_make(const bench_net *net, gml_dtype dtype);
void bench_batch_free(bench_batch *batch);

/* Makes a step. Steps of one net start from the same weights. The batch has the recipe's type and must outlive the
 * step. */
bench_step bench_step_make(const bench_net *net, const bench_batch *batch, bench_recipe recipe);
void bench_step_free(bench_step *step);

/* A contender; takes a bench_step. */
void bench_step_run(void *step);

/* Makes naive loops for the net, in memory from `allocate`. */
gml_reference_loops bench_loops_make(const bench_net *net, void *(*allocate)(size_t count, size_t size));
void bench_loops_free(gml_reference_loops *loops);

/* Type of gml_reference_textbook_step. */
typedef float bench_naive_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                               float rate);

/* Returns the number of samples that the slow reference computes in about a second. */
size_t bench_verified_rows(const bench_net *net);

/* Return the gradients for the first `rows` samples at the step's parameters, by the reference in double and by naive
 * loops in float, in the order of bench_parameters; to be freed. */
double *bench_reference_gradients(const bench_step *step, size_t rows);
double *bench_naive_gradients(const bench_step *step, const gml_reference_loops *loops, bench_naive_step *naive,
                              size_t rows);

/* Makes a step on the first `rows` samples. Ends the program if the changes of the parameters differ from those
 * computed from the gradients by more than `bound` times the greatest change. Restores the parameters. */
void bench_step_verify(const bench_step *step, size_t rows, const double *gradients, double bound);

/* Returns the floating-point operations of a step's matrix products. */
double bench_step_flops(const bench_net *net);

#endif
