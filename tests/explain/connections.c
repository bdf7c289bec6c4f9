/* tests/explain/connections.c - connection weights and Garson's shares. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "numbers.h"

enum { IN = 4, OUT = 2 };

/* Weights of dense layer `index` of a network of dense layers with biases, as double. */
static double weight_at(const gml_network *network, size_t index, size_t i, size_t j)
{
    gml_block block;
    ck_assert_int_eq(gml_network_block(network, 2 * index, &block), GML_OK);
    ck_assert_int_eq(block.role, GML_ROLE_WEIGHT);
    const size_t at = i * block.values.stride + j;
    return block.values.dtype == GML_F64 ? ((double *)block.values.data)[at] : (double)((float *)block.values.data)[at];
}

/* Sums over all paths through two hidden layers. */
static double naive_product(const gml_network *network, size_t input, size_t output)
{
    double sum = 0;
    for (size_t j = 0; j < 5; j++) {
        for (size_t k = 0; k < 3; k++) {
            sum += weight_at(network, 0, input, j) * weight_at(network, 1, j, k) * weight_at(network, 2, k, output);
        }
    }
    return sum;
}

TEST(connection_weights_sum_the_products_along_all_paths)
{
    gml_context *context = test_context();
    for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = new_network(context, "4 -> 5 tanh -> 3 relu -> 2", dtype, 3);
        double found[IN * OUT];
        assert_ok(context, gml_connection_weights(network, gml_matrix_f64(found, IN, OUT)));
        for (size_t i = 0; i < IN * OUT; i++) {
            assert_close(found[i], naive_product(network, i / OUT, i % OUT), 1e-14, "product");
        }
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

/* Garson's own formula for one hidden layer: Q = sum over j of |w_ij v_jk| / sum over r of |w_rj|, divided by its sum
 * over i. */
static double naive_garson(const gml_network *network, size_t input, size_t output)
{
    double all = 0, own = 0;
    for (size_t i = 0; i < IN; i++) {
        double sum = 0;
        for (size_t j = 0; j < 5; j++) {
            double into = 0;
            for (size_t r = 0; r < IN; r++) {
                into += fabs(weight_at(network, 0, r, j));
            }
            sum += fabs(weight_at(network, 0, i, j) * weight_at(network, 1, j, output)) / into;
        }
        all += sum;
        own = i == input ? sum : own;
    }
    return own / all;
}

TEST(shares_are_those_of_garsons_formula)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "4 -> 5 sigmoid -> 2", GML_F64, 3);
    double found[IN * OUT];
    assert_ok(context, gml_garson_shares(network, gml_matrix_f64(found, IN, OUT)));
    for (size_t i = 0; i < IN * OUT; i++) {
        assert_close(found[i], naive_garson(network, i / OUT, i % OUT), 1e-14, "share");
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(shares_of_deep_networks_sum_to_1)
{
    gml_context *context = test_context();
    gml_network *network =
        new_network(context, "4 -> 7 relu -> dropout 0.2 -> 6 -> tanh -> 5 -> 2 softmax", GML_F32, 8);
    double found[IN * OUT];
    assert_ok(context, gml_garson_shares(network, gml_matrix_f64(found, IN, OUT)));
    for (size_t k = 0; k < OUT; k++) {
        double sum = 0;
        for (size_t i = 0; i < IN; i++) {
            ck_assert_double_gt(found[i * OUT + k], 0);
            sum += found[i * OUT + k];
        }
        assert_close(sum, 1, 1e-13, "sum");
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Without activations a network is a matrix: its predictions differ by its weights. */
static void check_linear(gml_context *context, const char *description)
{
    gml_network *network = new_network(context, description, GML_F64, 8);
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        assert_ok(context, gml_network_block(network, b, &block));
        for (size_t i = 0; i < block.values.cols && block.role != GML_ROLE_WEIGHT; i++) {
            ((double *)block.values.data)[i] = 0.5 + 0.25 * (double)i;
        }
    }
    double x[5 * IN] = {0}, y[5 * OUT], found[IN * OUT];
    for (size_t i = 0; i < IN; i++) {
        x[(i + 1) * IN + i] = 1;
    }
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, 5, IN), gml_matrix_f64(y, 5, OUT)));
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(found, IN, OUT)));
    for (size_t i = 0; i < IN * OUT; i++) {
        assert_close(found[i], y[OUT + i] - y[i % OUT], 1e-12, "weight");
    }
    gml_network_destroy(network);
}

TEST(normalisations_that_can_be_folded_count)
{
    gml_context *context = test_context();
    check_linear(context, "4 -> 6 -> batchnorm -> 2");
    check_linear(context, "4 -> 6 bias=no -> weight_norm -> 2");
    gml_context_destroy(context);
}

TEST(inputs_that_the_scaling_removes_have_no_weight)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "4 -> 5 tanh -> 2", GML_F32, 8);
    static const double scale[] = {2, 0, 1e-6, 1};
    double found[IN * OUT], before[IN * OUT];
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(before, IN, OUT)));
    assert_ok(context, gml_network_set_input_scaling(network, NULL, scale));
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(found, IN, OUT)));
    for (size_t i = 0; i < IN * OUT; i++) {
        ck_assert_double_eq(found[i], i / OUT == 1 ? 0 : before[i]);
    }
    assert_ok(context, gml_garson_shares(network, gml_matrix_f64(found, IN, OUT)));
    ck_assert(found[2] == 0 && found[3] == 0);
    assert_close(found[0] + found[4] + found[6], 1, 1e-14, "sum");
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(weights_rank_the_inputs_that_matter_first)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 8 tanh -> 1 sigmoid", GML_F32, 2);
    planted_data *made = make_planted(context);
    const gml_train_options options = {.epochs = 200, .batch = 30, .seed = 1, .optimizer = "adam(lr=0.02)"};
    assert_ok(context, gml_network_adapt(network, made->data, GML_SCALING_STANDARD));
    assert_ok(context, gml_fit(network, made->data, NULL, &options, NULL, NULL));
    double weights[PLANTED_INPUTS], shares[PLANTED_INPUTS];
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(weights, PLANTED_INPUTS, 1)));
    assert_ok(context, gml_garson_shares(network, gml_matrix_f64(shares, PLANTED_INPUTS, 1)));
    ck_assert(weights[0] > 0 && weights[1] < 0 && fabs(weights[0]) > fabs(weights[1]));
    ck_assert_double_gt(shares[0], shares[1]);
    for (size_t j = 2; j < PLANTED_INPUTS; j++) {
        ck_assert_double_gt(fabs(weights[1]), 3 * fabs(weights[j]));
        ck_assert_double_gt(shares[1], shares[j]);
    }
    ck_assert(weights[3] == 0 && shares[3] == 0);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- refusals ---- */

static void refuse(gml_context *context, const char *description, const char *word)
{
    gml_network *network = new_network(context, description, GML_F32, 1);
    double found[IN * OUT];
    assert_refused(context, gml_connection_weights(network, gml_matrix_f64(found, IN, OUT)), GML_ERROR_ARGUMENT, word,
                   NULL);
    assert_refused(context, gml_garson_shares(network, gml_matrix_f64(found, IN, OUT)), GML_ERROR_ARGUMENT, word, NULL);
    gml_network_destroy(network);
}

TEST(layers_without_a_matrix_of_weights_are_refused_by_number)
{
    gml_context *context = test_context();
    refuse(context, "4 -> 4 relu -> residual 1 -> 2", "layer 2 is residual");
    refuse(context, "4 -> 6 relu -> layernorm -> 2", "layer 2 is layernorm");
    refuse(context, "4 -> 6 relu -> rmsnorm -> 2", "layer 2 is rmsnorm");
    refuse(context, "4 -> 6 -> geglu -> 2", "layer 2 is geglu");
    refuse(context, "4 -> 2 -> relu -> batchnorm", "batchnorm cannot be folded");
    gml_context_destroy(context);
}

TEST(shares_of_a_unit_without_weights_are_not_defined)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "4 -> 5 relu -> 2 init=zeros", GML_F32, 1);
    double found[IN * OUT];
    assert_refused(context, gml_garson_shares(network, gml_matrix_f64(found, IN, OUT)), GML_ERROR_DATA,
                   "unit 1 of dense layer 2", NULL);
    assert_ok(context, gml_connection_weights(network, gml_matrix_f64(found, IN, OUT)));
    for (size_t i = 0; i < IN * OUT; i++) {
        ck_assert_double_eq(found[i], 0);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}
