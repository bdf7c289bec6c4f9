/* bench/kernel_case.h - the kernels of a table as cases: a call on the benchmark's memory, its memory streams, and a
 * comparison with the reference. */
#ifndef GML_BENCH_KERNEL_CASE_H
#define GML_BENCH_KERNEL_CASE_H

#include "kernel/activation/activation.h"
#include "kernel/data/gather.h"
#include "kernel/loss/loss.h"
#include "kernel/random/random.h"
#include "kernel/update/update.h"
#include "peak.h"
#include "setup.h"

/* Columns of matrices: of a hidden layer; and of an output layer, for losses and kernels that couple a row. */
enum { BENCH_WIDTH = 256, BENCH_CLASSES = 10 };

enum { BENCH_ARRAYS = 5, BENCH_SOURCE = 3 };

/* Memory for cases, in the table's type. */
typedef struct bench_arrays {
    const gml_kernels *kernels;
    void *array[BENCH_ARRAYS]; /* BENCH_SOURCE is large enough for doubles */
    void *normals;             /* normal numbers to fill the arrays with */
    void *column;              /* [BENCH_WIDTH]: a bias, or its gradient */
    size_t *order;             /* of rows */
} bench_arrays;

/* `count` is at least BENCH_WIDTH. */
bench_arrays bench_arrays_make(const gml_kernels *kernels, size_t count);
void bench_arrays_free(bench_arrays *arrays);

/* A shuffle of `count` places, drawn from a stream. */
typedef struct bench_shuffle_call {
    size_t *order;
    size_t count;
    gml_stream stream;
} bench_shuffle_call;

typedef struct bench_kernel_case {
    char name[48];
    size_t count; /* entries */
    bench_arrays *arrays;
    union {
        const gml_activation_kernel *activation;
        const gml_loss_kernel *loss;
        const gml_optimizer_kernel *optimizer;
        void (*fill)(const gml_fill_call *call);
    } kernel;
    union {
        gml_forward_call forward;
        gml_backward_call backward;
        gml_loss_call loss;
        gml_update_call update;
        gml_gather_call gather;
        gml_fill_call fill;
        gml_dropout_call dropout;
        gml_noise_call noise;
        bench_shuffle_call shuffle;
    } call;
    double parameters[GML_MAX_PARAMETERS];
    gml_update_scalars scalars;                                     /* of an update */
    gml_theta theta;                                                /* of trainable activations, with the values */
    double learned[GML_MAX_THETA], learned_gradient[GML_MAX_THETA]; /* memory for them in either type */
    bench_streams streams;
} bench_kernel_case;

/* Cases of one kind, one for each row of a table. */
typedef struct bench_family {
    /* Makes the case of a row with about `count` entries; returns false past the last row. Repeated runs must not
     * produce denormal or infinite numbers, which would slow down arithmetic. */
    bool (*make)(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made);
    /* A contender; takes a bench_kernel_case. */
    void (*run)(void *made);
    /* Runs a new case once; returns the greatest difference from the reference, over the greatest value. */
    double (*worst)(bench_kernel_case *made);
} bench_family;

/* Each ends with an element without functions. */
extern const bench_family bench_activation_families[], bench_trainable_families[], bench_training_families[],
    bench_data_families[];

/* For families: return an array as doubles, to be freed; fill arrays with normal numbers; return the greatest
 * difference over the greatest expected value. */
double *bench_doubles(const bench_arrays *arrays, const void *array, size_t count);
void bench_fill_normals(const bench_arrays *arrays, void *array, size_t count);
double bench_worst(const bench_arrays *arrays, const void *found, const double *wanted, size_t count);

#endif
