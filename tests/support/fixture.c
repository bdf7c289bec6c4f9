/* tests/support/fixture.c - makes and destroys a network with its data. */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>

#include "numbers.h"

static fixture begin(const char *description, gml_dtype dtype, size_t threads, size_t rows, uint64_t seed)
{
    fixture made = {.context = context_with((gml_context_options){.threads = threads}), .rows = rows};
    made.network = new_network(made.context, description, dtype, seed);
    made.inputs = gml_network_inputs(made.network);
    made.outputs = gml_network_outputs(made.network);
    made.x = random_doubles(rows * made.inputs, 1);
    made.y = random_doubles(rows * made.outputs, 2);
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f64(made.x, rows, made.inputs),
                                        gml_matrix_f64(made.y, rows, made.outputs), GML_TASK_REGRESSION, &made.data));
    return made;
}

fixture set_up(const char *description, gml_dtype dtype, size_t threads, size_t rows)
{
    return begin(description, dtype, threads, rows, 1);
}

fixture set_up_waves(const char *description, gml_dtype dtype, size_t threads, size_t rows)
{
    fixture made = begin(description, dtype, threads, rows, 3);
    ck_assert(made.inputs == 2 && made.outputs == 1);
    for (size_t i = 0; i < rows; i++) {
        double *x = made.x + 2 * i;
        x[0] = sin((double)i);
        x[1] = cos(3.0 * (double)i);
        made.y[i] = x[0] * x[1] + 0.3 * sin(50.0 * (double)i);
    }
    return made;
}

void tear_down(fixture *made)
{
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
    free(made->x);
    free(made->y);
}
