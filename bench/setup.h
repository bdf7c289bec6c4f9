/* bench/setup.h - the nets that are timed, and common setup functions. A failure ends the program. */
#ifndef GML_BENCH_SETUP_H
#define GML_BENCH_SETUP_H

#include <stdbool.h>

#include "gemmule/gemmule.h"
#include "kernel/kernel.h"

/* A ReLU network with softmax output, and its batch size. */
typedef struct bench_net {
    size_t sizes[6]; /* inputs, then the units of each layer, terminated by 0 */
    size_t batch;
    bool quick; /* small enough for a quick run */
} bench_net;

/* The nets whose steps are timed; the last element has no sizes. */
extern const bench_net bench_nets[];

enum { BENCH_DESCRIPTION = 128 };

/* Return the number of layers of a net, and its description: "784 -> 128 relu -> 10 softmax". */
size_t bench_layer_count(const bench_net *net);
void bench_describe(const bench_net *net, char text[BENCH_DESCRIPTION]);

/* Allocates zeroed, cache-line aligned memory, to be freed with free. */
void *bench_allocate(size_t count, size_t size);

/* The same from calloc, as in a plain program. */
void *bench_allocate_plainly(size_t count, size_t size);

/* Returns `count` normal numbers of the table's type, determined by the seed; to be freed. */
void *bench_random(const gml_kernels *kernels, size_t count, uint64_t seed);

/* Get and set an entry of an array of f32, f64 or u8. */
double bench_get(gml_dtype dtype, const void *array, size_t index);
void bench_put(gml_dtype dtype, void *array, size_t index, double value);

/* Returns the entries of a matrix as doubles, row after row; to be freed. */
double *bench_to_doubles(gml_matrix m);

/* Returns the greatest difference over the greatest expected entry; NaN if there is a NaN. */
double bench_apart(const double *found, const double *wanted, size_t count);

/* On failure, prints the context's message and ends the program. */
void bench_must(const gml_context *context, gml_status status);

/* Returns the name of the kernel set that contexts use: the best of this processor, or that of GEMMULE_ISA. */
const char *bench_isa(void);

/* Makes a context; threads 0: one for each processor. */
gml_context *bench_context(size_t threads);

/* The same with gml_context_options.products. */
gml_context *bench_context_with(size_t threads, const char *products);

/* Makes a network with seed 0 and nonzero biases. */
gml_network *bench_network(gml_context *context, const bench_net *net, gml_dtype dtype);

#endif
