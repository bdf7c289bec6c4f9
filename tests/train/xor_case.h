/* tests/train/xor_case.h - a network and the exclusive or of two inputs to train it on. */
#ifndef GML_TESTS_XOR_CASE_H
#define GML_TESTS_XOR_CASE_H
#include "fixture.h"

static const float XOR_X[8] = {0, 0, 0, 1, 1, 0, 1, 1};
static const float XOR_Y[4] = {0, 1, 1, 0};

static inline fixture set_up_xor(const char *description)
{
    fixture made = {.context = test_context()};
    made.network = new_network(made.context, description, GML_F32, 4);
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(XOR_Y, 4, 1),
                                        GML_TASK_CLASSIFICATION, &made.data));
    return made;
}

/* The weights of the first layer. */
static inline void *weights_of(const gml_network *network)
{
    gml_block block;
    gml_network_block(network, 0, &block);
    return block.values.data;
}

#endif
