/* tests/reference/naive.h - a reference network made from a description. */
#ifndef GML_TESTS_NAIVE_H
#define GML_TESTS_NAIVE_H

#include "harness.h"
#include "oracle.h"

/* With a context of its own, and parameters to be set. */
static inline oracle *naive(const char *description, const char *loss)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    oracle *made = oracle_create(network, loss);
    gml_network_destroy(network);
    return made;
}

static inline void clear_naive(oracle *made)
{
    gml_context *context = gml_network_context(made->copy);
    oracle_destroy(made);
    gml_context_destroy(context);
}

#endif
