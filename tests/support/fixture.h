/* tests/support/fixture.h - a small network with a context of its own and data to train on. */
#ifndef GML_TESTS_FIXTURE_H
#define GML_TESTS_FIXTURE_H

#include "harness.h"

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    gml_dataset *data; /* of x and y, which it looks at */
    size_t rows, inputs, outputs;
    double *x, *y; /* [rows x inputs], [rows x outputs] */
} fixture;

/* Random inputs and targets. */
fixture set_up(const char *description, gml_dtype dtype, size_t threads, size_t rows);

/* Two inputs and a target that waves with them, which can be learned. */
fixture set_up_waves(const char *description, gml_dtype dtype, size_t threads, size_t rows);

void tear_down(fixture *made);

#endif
