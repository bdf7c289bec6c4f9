/* bench/setup.h - the nets that are timed, and what every bench needs to set one up. What fails ends the program. */
#ifndef GML_BENCH_SETUP_H
#define GML_BENCH_SETUP_H

#include <stdbool.h>

#include "gemmule/gemmule.h"
#include "kernel/kernel.h"

/* A ReLU network with softmax at its end, and how many samples it takes at once. */
typedef struct bench_net {
    size_t sizes[6]; /* inputs, then the units of each layer, ended by 0 */
    size_t batch;
    bool quick; /* small enough for a quick run */
} bench_net;

/* The nets whose steps are timed; ended by one without sizes. */
extern const bench_net bench_nets[];

enum { BENCH_DESCRIPTION = 128 };

/* Layers of a net, and its description: "784 -> 128 relu -> 10 softmax". */
size_t bench_layer_count(const bench_net *net);
void bench_describe(const bench_net *net, char text[BENCH_DESCRIPTION]);

/* Memory of zeros on a cache line of its own; free gives it back. */
void *bench_allocate(size_t count, size_t size);

/* The same number of bytes as a plain program gets them. */
void *bench_allocate_plainly(size_t count, size_t size);

/* `count` normal numbers of the table's type, the same for the same seed; free gives them back. */
void *bench_random(const gml_kernels *kernels, size_t count, uint64_t seed);

/* The entry at an index of an array of f32, f64 or u8. */
double bench_get(gml_dtype dtype, const void *array, size_t index);
void bench_put(gml_dtype dtype, void *array, size_t index, double value);

/* The entries of a matrix in double, row after row; free gives them back. */
double *bench_to_doubles(gml_matrix m);

/* The greatest difference, over the greatest entry wanted; NaN if there is one. */
double bench_apart(const double *found, const double *wanted, size_t count);

/* Ends the program with the context's message unless all is well. */
void bench_must(const gml_context *context, gml_status status);

/* threads 0: as many as there are processors */
gml_context *bench_context(size_t threads);

/* The same with a way of multiplying, see gml_context_options. */
gml_context *bench_context_with(size_t threads, const char *products);

/* A network from the seed 0, with biases that are not zero. */
gml_network *bench_network(gml_context *context, const bench_net *net, gml_dtype dtype);

#endif
