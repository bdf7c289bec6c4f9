/* tests/network/network.c - blocks, seeds, facts, copies and activations of a network are as documented. */
#include <stdio.h>
#include <string.h>

#include "harness.h"

TEST(blocks_are_64_byte_aligned_and_named_by_layer)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "3 -> 5 relu -> 2 bias=no", GML_F32, 12);
    const char *const names[] = {"layers.0.weight", "layers.0.bias", "layers.1.weight"};
    ck_assert_uint_eq(gml_network_block_count(network), 3);
    ck_assert_uint_eq(gml_network_parameter_count(network), 15 + 5 + 10);
    gml_block block;
    for (size_t i = 0; i < 3; i++) {
        assert_ok(context, gml_network_block(network, i, &block));
        ck_assert_str_eq(block.name, names[i]);
        ck_assert_uint_eq((uintptr_t)block.values.data % 64, 0);
    }
    assert_refused(context, gml_network_block(network, 3, &block), GML_ERROR_ARGUMENT, "block 3", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_seed_gives_the_same_weights_and_another_seed_others)
{
    gml_context *context = test_context();
    gml_network *a = new_network(context, "5 -> 8 relu -> 3", GML_F32, 12),
                *b = new_network(context, "5 -> 8 relu -> 3", GML_F32, 12);
    gml_block first, second;
    assert_ok(context, gml_network_block(a, 0, &first));
    assert_ok(context, gml_network_block(b, 0, &second));
    ck_assert_mem_eq(first.values.data, second.values.data, 40 * sizeof(float));
    gml_network_initialize(b, 13);
    ck_assert_mem_ne(first.values.data, second.values.data, 40 * sizeof(float));
    gml_network_destroy(a);
    gml_network_destroy(b);
    gml_context_destroy(context);
}

TEST(facts_are_kept_replaced_and_taken_away)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> 1", GML_F32, 12);
    assert_ok(context, gml_network_set_fact(network, "who", "a"));
    assert_ok(context, gml_network_set_fact(network, "what", "b"));
    assert_ok(context, gml_network_set_fact(network, "who", "c"));
    ck_assert_str_eq(gml_network_fact(network, "who"), "c");
    assert_ok(context, gml_network_set_fact(network, "who", NULL));
    ck_assert_ptr_null(gml_network_fact(network, "who"));
    const char *name = NULL;
    ck_assert_str_eq(gml_network_fact_at(network, 0, &name), "b");
    ck_assert_str_eq(name, "what");
    ck_assert_ptr_null(gml_network_fact_at(network, 1, &name));
    for (int i = 0; i < 63; i++) {
        char text[8];
        snprintf(text, sizeof text, "f%d", i);
        assert_ok(context, gml_network_set_fact(network, text, "x"));
    }
    assert_refused(context, gml_network_set_fact(network, "more", "x"), GML_ERROR_ARGUMENT, "at most 64", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_copy_predicts_the_same_in_its_own_type)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "3 -> 7 tanh -> 2", GML_F32, 12);
    const double shift[3] = {1, 2, 3};
    assert_ok(context, gml_network_set_input_scaling(network, shift, NULL));
    assert_ok(context, gml_network_set_fact(network, "loss", "mean_squared_error"));
    gml_network *same = NULL, *wide = NULL;
    assert_ok(context, gml_network_copy(network, GML_F32, &same));
    assert_ok(context, gml_network_copy(network, GML_F64, &wide));
    float x[3] = {0.5f, 1.5f, -2}, y[2], z[2];
    double exact[2];
    assert_ok(context, gml_network_predict(network, gml_matrix_f32(x, 1, 3), gml_matrix_f32(y, 1, 2)));
    assert_ok(context, gml_network_predict(same, gml_matrix_f32(x, 1, 3), gml_matrix_f32(z, 1, 2)));
    assert_ok(context, gml_network_predict(wide, gml_matrix_f32(x, 1, 3), gml_matrix_f64(exact, 1, 2)));
    ck_assert_mem_eq(y, z, sizeof y);
    ck_assert_double_eq_tol(exact[0], (double)y[0], 1e-5);
    ck_assert_str_eq(gml_network_fact(wide, "loss"), "mean_squared_error");
    gml_network_destroy(network);
    gml_network_destroy(same);
    gml_network_destroy(wide);
    gml_context_destroy(context);
}

/* f(x) of a unit of layer 0, and its derivative, through the network's own type. */
static double apply_unit(const gml_network *network, size_t unit, double x, double *slope)
{
    gml_dtype dtype = gml_network_dtype(network);
    double wide[3] = {x};
    float narrow[3] = {(float)x};
    char *data = dtype == GML_F32 ? (char *)narrow : (char *)wide;
    size_t size = gml_dtype_size(dtype);
    assert_ok(gml_network_context(network),
              gml_network_apply_activation(network, 0, unit, gml_matrix_view(data, dtype, 1, 1),
                                           gml_matrix_view(data + size, dtype, 1, 1),
                                           gml_matrix_view(data + 2 * size, dtype, 1, 1)));
    *slope = dtype == GML_F32 ? (double)narrow[2] : wide[2];
    return dtype == GML_F32 ? (double)narrow[1] : wide[1];
}

/* prelu of unit j has learned the slope j / 8: f(x) = x above 0, else j x / 8. */
TEST(an_activation_in_a_network_is_applied_as_each_unit_has_learned_it)
{
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = NULL;
        gml_network_options options = {.dtype = (gml_dtype)dtype};
        gml_block block;
        double slope;
        assert_ok(context, gml_network_create(context, "2 -> 3 prelu(per=unit, slope=0.5) -> 1", &options, &network));
        assert_ok(context, gml_network_block(network, 2, &block));
        ck_assert_int_eq(block.role, GML_ROLE_ACTIVATION);
        for (size_t j = 0; j < 3; j++) {
            if (dtype == GML_F32) {
                ((float *)block.values.data)[j] = (float)j / 8;
            } else {
                ((double *)block.values.data)[j] = (double)j / 8;
            }
        }
        for (size_t j = 0; j < 3; j++) {
            ck_assert(apply_unit(network, j, -2, &slope) == -2 * (double)j / 8 && slope == (double)j / 8);
            ck_assert(apply_unit(network, j, 3, &slope) == 3 && slope == 1);
        }
        ck_assert(apply_unit(network, SIZE_MAX, -2, &slope) == -1 && slope == 0.5);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(an_activation_of_no_layer_or_unit_or_another_type_is_not_applied)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    float x[1] = {1};
    double wide[1] = {1};
    gml_matrix fits = gml_matrix_f32(x, 1, 1), other = gml_matrix_f64(wide, 1, 1), none = gml_matrix_none();
    assert_ok(context, gml_network_create(context, "2 -> 3 prelu -> 1", NULL, &network));
    ck_assert_int_eq(gml_network_apply_activation(network, 2, 0, fits, fits, none), GML_ERROR_ARGUMENT);
    ck_assert_int_eq(gml_network_apply_activation(network, 0, 3, fits, fits, none), GML_ERROR_ARGUMENT);
    ck_assert_int_eq(gml_network_apply_activation(network, 0, 0, other, other, none), GML_ERROR_ARGUMENT);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_activation_of_the_outputs_is_that_of_the_layer_that_makes_them)
{
    static const char *const cases[][2] = {{"3 -> 4 relu -> 2 softmax", "softmax"},
                                           {"3 -> 4 relu -> 1", "identity"},
                                           {"3 -> members 2 -> 4 relu -> 2 softmax heads -> average", "softmax"},
                                           {"3 -> members 2 -> 4 relu -> average -> 1 sigmoid", "sigmoid"},
                                           {"3 -> members 2 -> 4 relu -> 2 heads -> average", "identity"}};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_network *members[2], *ensemble = NULL;
        for (size_t m = 0; m < 2; m++) {
            members[m] = new_network(context, cases[i][0], GML_F32, m + 1);
            ck_assert_str_eq(gml_network_output_activation(members[m]), cases[i][1]);
        }
        assert_ok(context, gml_ensemble_create(members, 2, &ensemble));
        ck_assert_str_eq(gml_network_output_activation(ensemble), cases[i][1]);
        gml_network_destroy(ensemble);
    }
    gml_context_destroy(context);
}

TEST(networks_too_large_for_memory_or_counting_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_refused(context, gml_network_create(context, "784 -> 1000000000 relu -> 10", NULL, &network),
                   GML_ERROR_MEMORY, "no memory for", NULL);
    assert_refused(context, gml_network_create(context, "2147483647 -> 2147483647 -> 2147483647", NULL, &network),
                   GML_ERROR_SHAPE, "more than can be counted", NULL);
    gml_network_options bytes = {.dtype = GML_U8};
    assert_refused(context, gml_network_create(context, "1 -> 1", &bytes, &network), GML_ERROR_ARGUMENT, "f32 or f64",
                   "u8", NULL);
    ck_assert_ptr_null(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("network", 120);
}
