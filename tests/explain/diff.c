/* tests/explain/diff.c - where two networks part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "numbers.h"

enum { N = 700, IN = 5, STAGES = 6 };

static const char deep[] = "5 -> 8 tanh -> batchnorm -> 6 relu -> dropout 0.5 -> 3 softmax";

typedef struct pair {
    gml_context *context;
    gml_network *a, *b;
    double *x;
    gml_dataset *data;
    gml_difference stages[STAGES];
    gml_diff_report report;
} pair;

static pair set_pair(const char *a, const char *b, gml_dtype dtype, size_t threads)
{
    pair made = {.context = context_with((gml_context_options){.threads = threads})};
    made.a = new_network(made.context, a, dtype, 4);
    made.b = new_network(made.context, b, dtype, 4);
    made.x = random_doubles(N * IN, 1);
    assert_ok(made.context, gml_dataset_from_matrices(made.context, gml_matrix_f64(made.x, N, IN), gml_matrix_none(),
                                                      GML_TASK_AUTO, &made.data));
    return made;
}

static void clear_pair(pair *of)
{
    gml_dataset_destroy(of->data);
    gml_network_destroy(of->a);
    gml_network_destroy(of->b);
    gml_context_destroy(of->context);
    free(of->x);
}

static void diff(pair *of, double tolerance)
{
    assert_ok(of->context, gml_diff(of->a, of->b, of->data, tolerance, of->stages, &of->report));
}

static double *entry(gml_network *network, size_t block, size_t index)
{
    gml_block of;
    ck_assert_int_eq(gml_network_block(network, block, &of), GML_OK);
    ck_assert_int_eq(of.values.dtype, GML_F64);
    return (double *)of.values.data + index;
}

TEST(equal_networks_differ_nowhere)
{
    pair of = set_pair(deep, deep, GML_F64, 2);
    diff(&of, 0);
    ck_assert_uint_eq(of.report.compared, 5);
    ck_assert_uint_eq(of.report.first, SIZE_MAX);
    ck_assert_str_eq(of.report.mismatch, "");
    for (size_t i = 0; i < STAGES; i++) {
        ck_assert(of.stages[i].greatest == 0 && of.stages[i].relative == 0 && of.stages[i].count == 0);
        ck_assert_uint_eq(of.stages[i].first_sample, SIZE_MAX);
    }
    ck_assert_int_eq(of.report.outputs_compared, 1);
    ck_assert_double_eq(of.report.outputs.greatest, 0);
    clear_pair(&of);
}

/* The third layer is the second dense one. A changed bias moves one unit of all samples where relu lets it. */
TEST(a_changed_weight_is_found_in_its_layer_and_unit)
{
    pair of = set_pair(deep, deep, GML_F64, 2);
    size_t bias = 0;
    gml_block block;
    while (assert_ok(of.context, gml_network_block(of.b, bias, &block)), strcmp(block.name, "layers.2.bias") != 0) {
        bias++;
    }
    *entry(of.b, bias, 4) += 0.25;
    diff(&of, 0);
    ck_assert_uint_eq(of.report.first, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(of.stages[i].count, 0);
    }
    ck_assert_uint_eq(of.stages[3].unit, 4);
    ck_assert_uint_eq(of.stages[3].first_unit, 4);
    assert_close(of.stages[3].greatest, 0.25, 1e-12, "greatest");
    assert_close(of.stages[3].b - of.stages[3].a, 0.25, 1e-12, "values");
    ck_assert_double_gt(of.report.outputs.greatest, 0);
    diff(&of, 0.5);
    ck_assert_uint_eq(of.report.first, SIZE_MAX); /* below the tolerance */
    assert_close(of.stages[3].greatest, 0.25, 1e-12, "greatest");
    clear_pair(&of);
}

/* Both hidden layers by naive loops. */
TEST(differences_are_those_of_a_naive_loop)
{
    pair of = set_pair("5 -> 4 tanh", "5 -> 4 tanh", GML_F64, 3);
    *entry(of.b, 0, 6) += 0.125; /* from input 1 to unit 2 */
    double *a = malloc(N * 4 * sizeof *a), *b = malloc(N * 4 * sizeof *b), greatest = 0, relative = 0;
    size_t sample = 0, count = 0, first = SIZE_MAX;
    assert_ok(of.context, gml_network_predict(of.a, gml_matrix_f64(of.x, N, IN), gml_matrix_f64(a, N, 4)));
    assert_ok(of.context, gml_network_predict(of.b, gml_matrix_f64(of.x, N, IN), gml_matrix_f64(b, N, 4)));
    for (size_t i = 0; i < N * 4; i++) {
        const double apart = fabs(a[i] - b[i]);
        ck_assert(apart == 0 || i % 4 == 2);
        sample = apart > greatest ? i / 4 : sample;
        greatest = fmax(greatest, apart);
        relative = apart > 0 ? fmax(relative, apart / fmax(fabs(a[i]), fabs(b[i]))) : relative;
        count += apart > 0.05;
        first = apart > 0.05 && first == SIZE_MAX ? i / 4 : first;
    }
    diff(&of, 0.05);
    const gml_difference found[] = {of.stages[1], of.report.outputs};
    for (size_t i = 0; i < 2; i++) {
        assert_close(found[i].greatest, greatest, 1e-13, "greatest");
        assert_close(found[i].relative, relative, 1e-10, "relative");
        ck_assert_uint_eq(found[i].sample, sample);
        ck_assert_uint_eq(found[i].unit, 2);
        ck_assert_uint_eq(found[i].count, count);
        ck_assert_uint_eq(found[i].first_sample, first);
        ck_assert_uint_eq(found[i].first_unit, 2);
    }
    free(a), free(b);
    clear_pair(&of);
}

TEST(other_architectures_are_compared_up_to_the_first_other_layer)
{
    pair of = set_pair("5 -> 8 tanh -> 6 relu -> 3", "5 -> 8 tanh -> 6 gelu -> 3", GML_F32, 1);
    diff(&of, 0);
    ck_assert_uint_eq(of.report.compared, 1);
    ck_assert_uint_eq(of.report.first, SIZE_MAX);
    ck_assert_ptr_nonnull(strstr(of.report.mismatch, "layer 2 is \"6 relu\""));
    ck_assert_ptr_nonnull(strstr(of.report.mismatch, "\"6 gelu\""));
    ck_assert_int_eq(of.report.outputs_compared, 1);
    ck_assert_double_gt(of.report.outputs.greatest, 0);
    clear_pair(&of);
    of = set_pair("5 -> 8 tanh", "5 -> 8 tanh -> 3", GML_F32, 1);
    diff(&of, 0);
    ck_assert_str_eq(of.report.mismatch, "the first network has 1 layers, the other 2");
    ck_assert_int_eq(of.report.outputs_compared, 0);
    clear_pair(&of);
}

TEST(scaling_of_inputs_and_outputs_is_seen)
{
    pair of = set_pair("5 -> 2", "5 -> 2", GML_F64, 1);
    static const double shift[] = {0, 0, 1, 0, 0}, scale[] = {1, 1, 1, 1, 1}, out[] = {3, 3}, none[] = {0, 0};
    assert_ok(of.context, gml_network_set_output_scaling(of.b, none, out));
    diff(&of, 0);
    ck_assert_uint_eq(of.report.first, SIZE_MAX);
    ck_assert_double_gt(of.report.outputs.greatest, 0.1);
    assert_close(of.report.outputs.b, 3 * of.report.outputs.a, 1e-12, "output");
    assert_ok(of.context, gml_network_set_input_scaling(of.b, shift, scale));
    diff(&of, 0);
    ck_assert_uint_eq(of.report.first, 0);
    ck_assert_uint_eq(of.stages[0].first_unit, 2);
    assert_close(of.stages[0].greatest, 1, 1e-12, "input");
    clear_pair(&of);
}

TEST(a_float_copy_is_within_the_tolerance_and_a_diverged_one_is_not)
{
    pair of = set_pair(deep, deep, GML_F64, 2);
    gml_network *copy;
    assert_ok(of.context, gml_network_copy(of.a, GML_F32, &copy));
    gml_network_destroy(of.b);
    of.b = copy;
    diff(&of, 0);
    ck_assert_uint_eq(of.report.first, SIZE_MAX);
    ck_assert_double_gt(of.stages[1].greatest, 0);
    gml_block block;
    assert_ok(of.context, gml_network_block(of.b, 0, &block));
    ((float *)block.values.data)[0] = NAN;
    diff(&of, 0);
    ck_assert_uint_eq(of.report.first, 1);
    ck_assert(isinf(of.stages[1].greatest) && isnan(of.stages[1].b) && of.stages[1].count == N);
    clear_pair(&of);
}

TEST(a_diff_has_the_same_bits_for_any_number_of_threads)
{
    gml_difference first[STAGES];
    for (size_t threads = 1; threads <= 5; threads += 2) {
        pair of = set_pair(deep, deep, GML_F32, threads);
        gml_network_initialize(of.b, 9);
        diff(&of, 0);
        if (threads == 1) {
            memcpy(first, of.stages, sizeof first);
        }
        ck_assert_mem_eq(first, of.stages, sizeof first);
        clear_pair(&of);
    }
}

TEST(networks_and_data_that_do_not_fit_are_refused)
{
    pair of = set_pair("5 -> 2", "4 -> 2", GML_F32, 1);
    assert_refused(of.context, gml_diff(of.a, of.b, of.data, 0, of.stages, &of.report), GML_ERROR_SHAPE,
                   "the first network takes 5 inputs, the other 4", NULL);
    assert_refused(of.context, gml_diff(of.a, of.a, of.data, -1, of.stages, &of.report), GML_ERROR_ARGUMENT,
                   "tolerance", NULL);
    assert_refused(of.context, gml_diff(of.b, of.b, of.data, 0, of.stages, &of.report), GML_ERROR_SHAPE, NULL);
    gml_context *other = test_context();
    gml_network *foreign = new_network(other, "5 -> 2", GML_F32, 1);
    static const double huge[] = {1e300, 1, 1, 1, 1};
    assert_ok(other, gml_network_set_input_scaling(foreign, NULL, huge));
    assert_refused(of.context, gml_diff(of.a, foreign, of.data, 0, of.stages, &of.report), GML_ERROR_DATA,
                   "the second network", NULL);
    gml_network_destroy(foreign);
    gml_context_destroy(other);
    clear_pair(&of);
}
