/* bench/setup.c - nets, memory, contexts. */
#include "setup.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "kernel/random/random.h"

const bench_net bench_nets[] = {
    {{2, 4, 2}, 4, true},
    {{64, 64, 10}, 32, true},
    {{784, 128, 10}, 32, true},
    {{784, 128, 10}, 128, false},
    {{784, 512, 256, 10}, 128, false},
    {{1024, 1024, 1024, 1024, 10}, 512, false},
    {{0}, 0, false},
};

size_t bench_layer_count(const bench_net *net)
{
    size_t count = 0;
    while (net->sizes[count + 1] != 0) {
        count++;
    }
    return count;
}

void bench_describe(const bench_net *net, char text[BENCH_DESCRIPTION])
{
    size_t layers = bench_layer_count(net);
    size_t length = (size_t)snprintf(text, BENCH_DESCRIPTION, "%zu", net->sizes[0]);
    for (size_t i = 1; i <= layers; i++) {
        length += (size_t)snprintf(text + length, BENCH_DESCRIPTION - length, " -> %zu%s", net->sizes[i],
                                   i < layers ? " relu" : " softmax");
    }
}

void *bench_allocate(size_t count, size_t size)
{
    void *memory = NULL;
    if (posix_memalign(&memory, 64, count * size + 64) != 0) {
        bench_fail("no memory for %zu times %zu bytes", count, size);
    }
    memset(memory, 0, count * size + 64);
    return memory;
}

void *bench_allocate_plainly(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        bench_fail("no memory for %zu times %zu bytes", count, size);
    }
    return memory;
}

void *bench_random(const gml_kernels *kernels, size_t count, uint64_t seed)
{
    void *array = bench_allocate(count, kernels->size);
    gml_fill_call call = {.count = count, .target = array, .stream = {seed, GML_RANDOM_CHECK, 0, 0}, .a = 0, .b = 1};
    kernels->random->fill_normal(&call);
    return array;
}

double bench_get(gml_dtype dtype, const void *array, size_t index)
{
    switch (dtype) {
    case GML_F32:
        return (double)((const float *)array)[index];
    case GML_F64:
        return ((const double *)array)[index];
    default:
        return (double)((const uint8_t *)array)[index];
    }
}

void bench_put(gml_dtype dtype, void *array, size_t index, double value)
{
    switch (dtype) {
    case GML_F32:
        ((float *)array)[index] = (float)value;
        break;
    case GML_F64:
        ((double *)array)[index] = value;
        break;
    default:
        ((uint8_t *)array)[index] = (uint8_t)value;
    }
}

double *bench_to_doubles(gml_matrix m)
{
    double *copy = bench_allocate(m.rows * m.cols, sizeof *copy);
    for (size_t i = 0; i < m.rows; i++) {
        for (size_t j = 0; j < m.cols; j++) {
            copy[i * m.cols + j] = bench_get(m.dtype, m.data, i * m.stride + j);
        }
    }
    return copy;
}

double bench_apart(const double *found, const double *wanted, size_t count)
{
    double largest = 0, apart = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs(found[i] - wanted[i]);
        largest = fmax(largest, fabs(wanted[i]));
        apart = difference <= apart ? apart : difference; /* NaN counts as worse */
    }
    return apart / fmax(largest, 1e-12);
}

void bench_must(const gml_context *context, gml_status status)
{
    if (status != GML_OK) {
        bench_fail("%s", gml_context_message(context));
    }
}

const char *bench_isa(void)
{
    gml_context *context = bench_context(1);
    const char *isa = gml_context_isa(context); /* static */
    gml_context_destroy(context);
    return isa;
}

gml_context *bench_context(size_t threads)
{
    return bench_context_with(threads, NULL);
}

gml_context *bench_context_with(size_t threads, const char *products)
{
    gml_context_options options = {.threads = threads, .products = products};
    gml_context *context;
    char message[256];
    if (gml_context_create(&options, &context, message, sizeof message) != GML_OK) {
        bench_fail("%s", message);
    }
    return context;
}

/* Sets biases to values that are not 0, so that a missing bias is detected. */
static void set_biases(gml_network *network)
{
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        for (size_t j = 0; strstr(block.name, ".bias") != NULL && j < block.values.cols; j++) {
            bench_put(block.values.dtype, block.values.data, j, (double)(j * 7 % 10) / 20 - 0.2);
        }
    }
}

gml_network *bench_network(gml_context *context, const bench_net *net, gml_dtype dtype)
{
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    gml_network_options options = {.dtype = dtype};
    gml_network *network;
    bench_must(context, gml_network_create(context, description, &options, &network));
    set_biases(network);
    return network;
}
