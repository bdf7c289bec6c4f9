/* tests/support/amounts.h - positive amounts to learn from one input, and a network adapted to them. */
#ifndef GML_TESTS_AMOUNTS_H
#define GML_TESTS_AMOUNTS_H

#include "fixture.h"

enum { ROWS = 12 };

static const double X[ROWS] = {-1, 1, -1, 1, 1, -1, -1, 1, 1, -1, 1, -1};
static const double AMOUNTS[ROWS] = {0.5, 8, 1, 9.5, 4, 2, 0.25, 11, 7, 1.75, 12.5, 3};

/* A network in double adapted to values y of X. */
static inline fixture set_up_amounts(const char *description, const double *y)
{
    fixture made = {.context = test_context(), .rows = ROWS, .inputs = 1, .outputs = 1};
    made.network = new_network(made.context, description, GML_F64, 4);
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f64((void *)X, ROWS, 1),
                                        gml_matrix_f64((void *)y, ROWS, 1), GML_TASK_REGRESSION, &made.data));
    assert_ok(made.context, gml_network_adapt(made.network, made.data, GML_SCALING_AUTO));
    return made;
}

#endif
