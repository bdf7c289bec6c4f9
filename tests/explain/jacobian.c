/* tests/explain/jacobian.c - the Jacobian of a batch equals that of the naive reference. */
#include "explain_case.h"

static void compare(const char *description, gml_dtype dtype, gml_task task, size_t rows)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, description, dtype, task, 0);
    const size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    const size_t count = rows * outputs * inputs;
    double *x = random_doubles(rows * inputs, 1), *wide = calloc(count, sizeof *wide);
    double *expected = calloc(count, sizeof *expected);
    float *narrow = calloc(count, sizeof *narrow);
    const void *memory = dtype == GML_F64 ? (void *)wide : (void *)narrow;
    assert_ok(context, gml_network_jacobian(network, gml_matrix_f64(x, rows, inputs),
                                            gml_matrix_view(memory, dtype, rows * outputs, inputs)));
    oracle *naive = reference_of(network);
    for (size_t i = 0; i < rows * outputs; i++) {
        const gml_attribution_report report = {.output = i % outputs, .which = GML_EXPLAINED_OUTPUT};
        const gml_reference_explained of = explained_by(network, naive, &report);
        gml_reference_explain_gradient(&of, x + i / outputs * inputs, expected + i * inputs);
    }
    for (size_t i = 0; dtype == GML_F32 && i < count; i++) {
        wide[i] = (double)narrow[i];
    }
    ck_assert_double_le(worst_difference(wide, expected, count), dtype == GML_F64 ? 1e-6 : 1e-4);
    for (size_t i = 0; i < rows * outputs; i++) {
        ck_assert_double_eq(wide[i * inputs + 1], 0); /* an input with a scale of 0 */
    }
    oracle_destroy(naive);
    free(x);
    free(wide);
    free(expected);
    free(narrow);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_jacobian_has_a_row_for_each_sample_and_output_and_equals_the_reference)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        compare("4 -> 9 tanh -> 3", (gml_dtype)dtype, GML_TASK_REGRESSION, 5);
        compare("4 -> 9 relu -> batchnorm -> 3 softmax", (gml_dtype)dtype, GML_TASK_CLASSIFICATION, 300);
        compare("4 -> 4 -> swiglu -> layernorm -> 2 -> residual 1 -> 3", (gml_dtype)dtype, GML_TASK_REGRESSION, 7);
        compare("3 -> 8 tanh -> 40", (gml_dtype)dtype, GML_TASK_REGRESSION, 2);
    }
}

TEST(the_jacobian_of_more_samples_than_a_block_is_the_same_sample_by_sample)
{
    enum { ROWS = 2500 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 8 tanh -> 2", GML_F64, 6);
    double *x = random_doubles(ROWS * 5, 1), *all = calloc(ROWS * 2 * 5, sizeof *all), one[2 * 5];
    assert_ok(context, gml_network_jacobian(network, gml_matrix_f64(x, ROWS, 5), gml_matrix_f64(all, ROWS * 2, 5)));
    for (size_t i = 0; i < ROWS; i += 311) {
        assert_ok(context, gml_network_jacobian(network, gml_matrix_f64(x + i * 5, 1, 5), gml_matrix_f64(one, 2, 5)));
        ck_assert_double_le(worst_difference(all + i * 10, one, 10), 1e-12);
    }
    free(x);
    free(all);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_jacobian_of_a_wrong_shape_or_type_is_refused)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "3 -> 2", GML_F64, 6);
    double x[6] = {0}, j[12];
    const gml_matrix samples = gml_matrix_f64(x, 2, 3);
    assert_refused(context, gml_network_jacobian(network, samples, gml_matrix_f64(j, 2, 3)), GML_ERROR_SHAPE,
                   "Jacobian", NULL);
    assert_refused(context, gml_network_jacobian(network, samples, gml_matrix_view(j, GML_F32, 4, 3)),
                   GML_ERROR_ARGUMENT, "Jacobian", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("explain jacobian", 60);
}
