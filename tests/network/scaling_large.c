/* tests/network/scaling_large.c - the scaling of inputs of more samples than statistics are taken of: those of samples
 * drawn evenly. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/rows.h"
#include "harness.h"

enum { DRAWN = GML_EVEN_SAMPLES, LARGE = 2 * GML_EVEN_SAMPLES + 5, COLS = 2, LEFT_OUT = 100 };

static float *numbers; /* [LARGE x COLS] */

static gml_context *begin(void)
{
    numbers = malloc(LARGE * COLS * sizeof *numbers);
    for (size_t i = 0; i < LARGE; i++) {
        numbers[i * COLS] = (float)(i * 2654435761u % 1000);
        numbers[i * COLS + 1] = 3;
    }
    return test_context();
}

static void end(gml_context *context)
{
    free(numbers);
    gml_context_destroy(context);
}

/* Adapts a network to the numbers; `shift` and `scale` become those of both columns. */
static gml_status adapt(gml_context *context, gml_dtype dtype, double *shift, double *scale)
{
    gml_dataset *data = NULL;
    gml_network *network = new_network(context, "2 -> 1", dtype, 12);
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32(numbers, LARGE, COLS), gml_matrix_none(), 0, &data));
    const gml_status status = gml_network_adapt(network, data, GML_SCALING_STANDARD);
    const gml_scaling_view found = gml_network_input_scaling(network);
    for (size_t j = 0; status == GML_OK && j < COLS; j++) {
        shift[j] = found.shift[j];
        scale[j] = found.scale[j];
    }
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    return status;
}

TEST(means_and_deviations_are_those_of_samples_drawn_evenly)
{
    gml_context *context = begin();
    double shift[COLS], scale[COLS], mean = 0, square = 0;
    for (size_t i = 0; i < DRAWN; i++) {
        const double x = (double)numbers[((size_t)((double)(i / 64) / (DRAWN / 64) * LARGE) + i % 64) * COLS];
        mean += x / DRAWN;
        square += x * x / DRAWN;
    }
    assert_ok(context, adapt(context, GML_F32, shift, scale));
    ck_assert_double_eq_tol(shift[0], mean, 1e-9);
    ck_assert_double_eq_tol(1 / scale[0], sqrt(square - mean * mean), 1e-6);
    ck_assert_double_eq(scale[1], 0);
    end(context);
}

TEST(a_column_that_varies_in_samples_alone_that_are_not_drawn_is_not_constant)
{
    gml_context *context = begin();
    double shift[COLS], scale[COLS];
    numbers[LEFT_OUT * COLS + 1] = 4;
    assert_ok(context, adapt(context, GML_F32, shift, scale));
    ck_assert_double_eq_tol(shift[1], 3 + 1.0 / LARGE, 1e-9);
    ck_assert_double_eq_tol(scale[1], sqrt(LARGE), 1);
    end(context);
}

TEST(inputs_that_are_not_finite_are_refused_in_all_samples)
{
    gml_context *context = begin();
    double shift[COLS], scale[COLS];
    for (size_t k = 0; k < 4; k++) {
        const size_t row = k < 2 ? LEFT_OUT : LARGE - 1;
        float *number = &numbers[row * COLS + k % 2], kept = *number;
        *number = k < 2 ? NAN : INFINITY;
        ck_assert_int_eq(adapt(context, k % 2 == 0 ? GML_F32 : GML_F64, shift, scale), GML_ERROR_DATA);
        char expected[64];
        snprintf(expected, sizeof expected, "row %zu: input %zu is", row + 1, k % 2 + 1);
        ck_assert_msg(strstr(gml_context_message(context), expected) != NULL, "%s", gml_context_message(context));
        *number = kept;
    }
    end(context);
}

int main(void)
{
    return run_tests("scaling_large", 60);
}
