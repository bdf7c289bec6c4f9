/* tests/support/reference_net.h - a naive reference network made from a description, with the memory it needs. */
#ifndef GML_TESTS_REFERENCE_NET_H
#define GML_TESTS_REFERENCE_NET_H

#include "network/spec.h"
#include "reference/network.h"

enum { MAX_LAYERS = 12, MAX_BLOCKS = 32, MAX_PARAMETERS = 512, MAX_MEMORY = 8192 };

typedef struct reference_block {
    gml_role role;
    size_t first, rows, cols; /* first: among the parameters */
} reference_block;

/* Parameters and gradients lie block after block, as the library orders them. Large: keep it static. */
typedef struct reference_net {
    gml_context *context;
    gml_spec spec;
    gml_call loss;
    gml_reference_layer layers[MAX_LAYERS];
    gml_reference_network network;
    reference_block blocks[MAX_BLOCKS]; /* what is learned, as the library orders it */
    size_t block_count;
    size_t parameter_count;
    double parameters[MAX_PARAMETERS], gradients[MAX_PARAMETERS];
    double memory[MAX_MEMORY];
} reference_net;

/* A network with all parameters 0. */
void make_reference_net(reference_net *net, const char *description, const char *loss);
void clear_reference_net(reference_net *net);

/* Runs a batch forward and returns its loss. */
double run_reference_net(reference_net *net, const gml_reference_batch *batch);

/* Number `i` of a sequence in [-1, 1] that looks random and is the same each time. */
double scattered(size_t i);

#endif
