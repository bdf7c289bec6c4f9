/* tests/layer/weight_norm.c - weight norm begins as the plain layer, and decay and bounds reach its weights alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds_case.h"

/* The first block of a role; fails the test if there is none. */
static gml_block block_of(gml_context *context, const gml_network *network, gml_role role)
{
    gml_block block;
    for (size_t i = 0; gml_network_block(network, i, &block) == GML_OK; i++) {
        if (block.role == role) {
            return block;
        }
    }
    ck_abort_msg("no such block: %s", gml_context_message(context));
}

static double *predict_plain(gml_context *context, const gml_network *from, const char *description, const double *x)
{
    gml_network *plain = new_network(context, description, GML_F64, 4);
    gml_block weights = block_of(context, from, GML_ROLE_WEIGHT), to = block_of(context, plain, GML_ROLE_WEIGHT);
    memcpy(to.values.data, weights.values.data, weights.values.rows * weights.values.cols * sizeof(double));
    double *y = predict(context, plain, x, ROWS);
    gml_network_destroy(plain);
    return y;
}

TEST(weight_norm_begins_as_the_plain_layer_also_once_it_is_scaled_to_data)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "6 -> 8 bias=no -> weight_norm -> tanh", GML_F64, 4);
    double *x = random_doubles(ROWS * 6, 3);
    for (int scaled = 0; scaled < 2; scaled++) {
        double *y = predict(context, network, x, ROWS),
               *plain = predict_plain(context, network, "6 -> 8 tanh bias_init=zeros", x);
        for (size_t i = 0; i < (size_t)ROWS * 8; i++) {
            ck_assert_double_eq_tol(y[i], plain[i], 1e-14);
        }
        free(y), free(plain);
        assert_ok(context, gml_network_scale_to_data(network, gml_matrix_f64(x, ROWS, 6)));
    }
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(decay_and_bounds_reach_the_weights_before_weight_norm_and_change_no_output)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "6 -> 8 bias=no -> weight_norm", GML_F64, 4);
    double *x = random_doubles(ROWS * 6, 3), *y = predict(context, network, x, ROWS), before[48], gains[8];
    gml_block weights = block_of(context, network, GML_ROLE_WEIGHT), gain = block_of(context, network, GML_ROLE_SCALE);
    memcpy(before, weights.values.data, sizeof before);
    memcpy(gains, gain.values.data, sizeof gains);
    gml_train_options options = {.optimizer = "sgd(lr=0.5)", .l2 = 0.25, .max_norm = 0.5, .batch = ROWS};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, 6), gml_matrix_f64(y, ROWS, 8), NULL));
    double *after = predict(context, network, x, ROWS), most = 0;
    for (size_t i = 0; i < 48; i++) {
        most = fmax(most, fabs(((const double *)weights.values.data)[i] / before[i]));
    }
    ck_assert_double_le(most, 0.875 + 1e-9);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq_tol(((const double *)gain.values.data)[i], gains[i], 1e-12);
    }
    for (size_t i = 0; i < (size_t)ROWS * 8; i++) {
        ck_assert_double_eq_tol(after[i], y[i], 1e-12);
    }
    free(x), free(y), free(after);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(units_without_weights_give_their_bias_and_finite_gradients)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "6 -> 8 bias=no init=zeros -> weight_norm -> 3", GML_F32, 4);
    double x[ROWS * 6], y[ROWS * 3] = {0}, loss = 0;
    for (size_t i = 0; i < (size_t)ROWS * 6; i++) {
        x[i] = (double)i;
    }
    gml_train_options options = {.optimizer = "sgd(lr=0.5)", .batch = ROWS};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    for (int step = 0; step < 3; step++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, 6), gml_matrix_f64(y, ROWS, 3), &loss));
    }
    ck_assert_double_finite(loss);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}
