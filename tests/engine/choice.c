/* tests/engine/choice.c - which products of a network are native with AVX2, where OpenBLAS is faster unless many terms
 * are 0. */
#include "engine/plan.h"
#include "harness.h"
#include "kernel/kernel.h"
#include "network/network.h"

enum { ROWS = 256 };

/* The products of the dense layer `layer`. */
static void assert_native(const char *description, size_t layer, bool forward, bool backward, bool weights)
{
    if (gml_kernels_find(GML_F32, "x86-64-v3") == NULL) {
        return; /* a processor without AVX2 */
    }
    gml_context *context = context_with((gml_context_options){.isa = "x86-64-v3", .products = "auto"});
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    ck_assert_int_eq(gml_plan_native_forward(network, layer, ROWS), forward);
    ck_assert_int_eq(gml_plan_native_backward(network, layer, ROWS), backward);
    ck_assert_int_eq(gml_plan_native_weights(network, layer, 2 * ROWS), weights);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_layer_behind_relu_is_native_and_the_gradient_through_relu_is)
{
    assert_native("512 -> 512 relu -> 512 tanh", 0, false, true, false);
    assert_native("512 -> 512 relu -> 512 tanh", 1, true, false, true);
    assert_native("512 -> 512 relu6 -> 512 squared_relu", 1, true, true, true);
}

TEST(dropout_keeps_the_zeros_of_relu)
{
    assert_native("512 -> 512 relu -> dropout -> 512 tanh", 2, true, false, true);
    assert_native("512 -> 512 -> relu -> 512 tanh", 2, true, false, true);
    assert_native("512 -> 512 tanh -> 512 -> relu", 1, false, true, false);
}

TEST(large_products_of_other_layers_are_openblas)
{
    assert_native("512 -> 512 tanh -> 512 gelu", 0, false, false, false);
    assert_native("512 -> 512 tanh -> 512 gelu", 1, false, false, false);
    assert_native("512 -> 512 relu -> layernorm -> 512 tanh", 2, false, false, false);
    assert_native("512 -> dropout -> 512 tanh", 1, false, false, false);
}

TEST(products_that_are_too_deep_to_look_for_zeros_are_openblas)
{
    assert_native("512 -> 8192 relu -> 512 tanh", 1, false, false, true);
}

TEST(narrow_products_are_chosen_by_their_size_behind_relu_too)
{
    assert_native("4096 -> 4096 relu -> 16 tanh", 1, false, false, false);
}

int main(void)
{
    return run_tests("choice", 60);
}
