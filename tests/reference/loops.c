/* tests/reference/loops.c - the bench's plain loops against the naive reference. */
#include "reference/loops.h"
#include "harness.h"
#include "naive.h"
#include "numbers.h"

#include <stdlib.h>

enum { LOOP_ROWS = 5, LOOP_INPUTS = LOOP_ROWS * 6, LOOP_PARAMETERS = 6 * 37 + 37 + 37 * 4 + 4 };

typedef float loop_step(const gml_reference_loops *loops, size_t rows, const float *x, const size_t *labels,
                        float rate);

/* One step of 6 -> 37 relu -> 4 (37: not a whole number of vectors); the loss, the parameters and the gradients. */
static float run_loops(loop_step *step, float parameters[LOOP_PARAMETERS], float gradients[LOOP_PARAMETERS])
{
    gml_reference_loops loops = {
        .layer_count = 2, .sizes = {6, 37, 4}, .parameters = parameters, .gradients = gradients};
    ck_assert_uint_eq(gml_reference_loops_parameters(&loops), LOOP_PARAMETERS);
    loops.memory = malloc(gml_reference_loops_memory(&loops, LOOP_ROWS) * sizeof *loops.memory);
    ck_assert_ptr_nonnull(loops.memory);
    float x[LOOP_INPUTS];
    const size_t labels[LOOP_ROWS] = {0, 3, 1, 2, 3};
    for (size_t i = 0; i < LOOP_PARAMETERS; i++) {
        parameters[i] = (float)scattered(i);
    }
    for (size_t i = 0; i < LOOP_INPUTS; i++) {
        x[i] = (float)scattered(1000 + i);
    }
    float loss = step(&loops, LOOP_ROWS, x, labels, 0.5f);
    free(loops.memory);
    return loss;
}

TEST(loops_in_both_layouts_take_the_reference_s_step)
{
    loop_step *const steps[] = {gml_reference_textbook_step, gml_reference_vectorized_step};
    oracle *net = naive("6 -> 37 relu -> 4", "softmax_cross_entropy");
    double x[LOOP_INPUTS];
    const double labels[LOOP_ROWS] = {0, 3, 1, 2, 3};
    for (size_t i = 0; i < LOOP_PARAMETERS; i++) {
        *oracle_parameter(net, i) = (float)scattered(i);
    }
    for (size_t i = 0; i < LOOP_INPUTS; i++) {
        x[i] = (float)scattered(1000 + i);
    }
    gml_reference_batch batch = {.rows = LOOP_ROWS, .x = x, .targets = labels, .target_cols = 1};
    double expected = oracle_run(net, &batch);
    oracle_differentiate(net, &batch, NULL);
    for (size_t s = 0; s < 2; s++) {
        float parameters[LOOP_PARAMETERS], gradients[LOOP_PARAMETERS];
        double loss = run_loops(steps[s], parameters, gradients);
        ck_assert_double_eq_tol(loss, expected, 1e-5);
        for (size_t i = 0; i < LOOP_PARAMETERS; i++) {
            ck_assert_double_eq_tol(gradients[i], net->gradients[i], 1e-6);
            ck_assert_double_eq_tol(parameters[i], *oracle_parameter(net, i) - 0.5 * net->gradients[i], 1e-6);
        }
    }
    clear_naive(net);
}

int main(void)
{
    return run_tests("reference_loops", 60);
}
