/* tests/layer/members_use.c - what can be done with a network whose members share weights: it is trained by every
 * optimizer, bounded, folded, scaled to data and watched. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/gradients.h"
#include "gemmule/health.h"
#include "kinds_case.h"
#include "method/jacobian.h"

enum { INPUTS = 5, SAMPLES = 60, MEMBERS = 3, UNITS = 7 };

typedef struct members_data {
    gml_context *context;
    double *x, *y;
    gml_dataset *data;
} members_data;

/* Two targets above 0 that depend on the inputs. */
static members_data begin(void)
{
    members_data made = {.context = test_context(), .x = random_doubles(SAMPLES * INPUTS, 3)};
    made.y = calloc(SAMPLES * 2, sizeof *made.y);
    for (size_t i = 0; i < SAMPLES * 2; i++) {
        const double *x = made.x + i / 2 * INPUTS;
        made.y[i] = 2 + x[i % 2] + 0.5 * x[2] * x[3];
    }
    assert_ok(made.context,
              gml_dataset_from_matrices(made.context, gml_matrix_f64(made.x, SAMPLES, INPUTS),
                                        gml_matrix_f64(made.y, SAMPLES, 2), GML_TASK_REGRESSION, &made.data));
    return made;
}

static void end(members_data *of)
{
    gml_dataset_destroy(of->data);
    free(of->x), free(of->y);
    gml_context_destroy(of->context);
}

static const char NET[] =
    "5 -> members 3 -> scale(std=1) -> 7 bias=no -> affine -> tanh -> 7 silu heads -> 2 heads -> average";

static double loss_of(const members_data *of, const gml_network *network)
{
    gml_metrics metrics;
    assert_ok(of->context, gml_evaluate(network, of->data, "mean_squared_error", &metrics));
    return metrics.loss;
}

TEST(every_kind_of_optimizer_trains_members)
{
    const char *const optimizers[] = {"sgd(lr=0.1)", "adamw(lr=0.01)", "muon(lr=0.05)", "lbfgs"};
    members_data of = begin();
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
        gml_network *network = new_network(of.context, NET, GML_F64, 4);
        const double before = loss_of(&of, network);
        const gml_train_options options = {
            .optimizer = optimizers[i], .epochs = 60, .batch = 20, .accumulate = i == 1 ? 2 : 0};
        assert_ok(of.context, gml_fit(network, of.data, NULL, &options, NULL, NULL));
        ck_assert_msg(loss_of(&of, network) < before / 10, "%s: %g from %g", optimizers[i], loss_of(&of, network),
                      before);
        gml_network_destroy(network);
    }
    end(&of);
}

TEST(levenberg_marquardt_refuses_losses_of_members)
{
    members_data of = begin();
    const gml_train_options options = {.optimizer = "levenberg_marquardt", .epochs = 20};
    gml_network *network = new_network(of.context, NET, GML_F64, 4);
    assert_refused(of.context, gml_fit(network, of.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "one for each of 3 members", NULL);
    gml_network_destroy(network);
    end(&of);
}

/* J'e is the gradient of half the sum of squared errors. */
TEST(the_jacobian_of_members_inside_a_network_gives_the_gradient)
{
    members_data of = begin();
    gml_network *network =
        new_network(of.context, "5 -> members 3 -> scale(std=1) -> 4 tanh -> 3 tanh heads -> average -> 2", GML_F64, 4);
    gml_jacobian jacobian;
    gml_gradients gradients;
    double squares = 0;
    assert_ok(of.context, gml_jacobian_create(network, of.data, "mean_squared_error", &jacobian));
    assert_ok(of.context, gml_jacobian_run(&jacobian, true, &squares));
    assert_ok(of.context, gml_gradients_create(network, GML_F64, gml_matrix_f64(of.x, SAMPLES, INPUTS),
                                               gml_matrix_f64(of.y, SAMPLES, 2), "mean_squared_error", &gradients));
    ck_assert_double_eq_tol(squares / (SAMPLES * 2), gradients.loss, 1e-12);
    const double *made = jacobian.gradient;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        const gml_block block = gml_gradients_block(&gradients, i);
        const double *expected = block.values.data;
        for (size_t k = 0; k < block.values.rows * block.values.cols; k++) {
            ck_assert_double_eq_tol(*made++ / SAMPLES, expected[k], 1e-12);
        }
    }
    gml_gradients_destroy(&gradients);
    gml_jacobian_destroy(&jacobian);
    gml_network_destroy(network);
    end(&of);
}

TEST(max_norm_bounds_the_weights_of_each_unit_of_each_head)
{
    enum { HEADS = 4 }; /* the block of the second dense layer: scale | weight | scale, bias | weight */
    const double bound = 0.5;
    members_data of = begin();
    gml_network *network = new_network(of.context, NET, GML_F64, 4);
    const gml_train_options options = {.optimizer = "sgd(lr=0.1)", .epochs = 20, .batch = 20, .max_norm = bound};
    assert_ok(of.context, gml_fit(network, of.data, NULL, &options, NULL, NULL));
    gml_block block;
    assert_ok(of.context, gml_network_block(network, HEADS, &block));
    ck_assert_uint_eq(block.values.rows, MEMBERS * UNITS);
    const double *weight = block.values.data;
    size_t at_bound = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        for (size_t o = 0; o < UNITS; o++) {
            double square = 0;
            for (size_t i = 0; i < UNITS; i++) {
                const double w = weight[(m * UNITS + i) * UNITS + o];
                square += w * w;
            }
            ck_assert_double_le(sqrt(square), bound * (1 + 1e-12));
            at_bound += sqrt(square) > bound * (1 - 1e-12);
        }
    }
    ck_assert_uint_gt(at_bound, 0);
    gml_network_destroy(network);
    end(&of);
}

TEST(the_bias_of_the_outputs_of_every_member_starts_at_the_mean_of_the_targets)
{
    members_data of = begin();
    gml_network *network =
        new_network(of.context, "5 -> members 3 -> 2 exponential init=zeros heads -> average", GML_F64, 4);
    const gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e-300, .epochs = 1, .loss = "poisson"};
    assert_ok(of.context, gml_fit(network, of.data, NULL, &options, NULL, NULL));
    gml_block bias;
    assert_ok(of.context, gml_network_block(network, 1, &bias));
    for (size_t i = 0; i < MEMBERS * 2; i++) {
        double mean = 0;
        for (size_t s = 0; s < SAMPLES; s++) {
            mean += of.y[s * 2 + i % 2] / SAMPLES;
        }
        ck_assert_double_eq_tol(((double *)bias.values.data)[i], log(mean), 1e-12);
    }
    gml_network_destroy(network);
    end(&of);
}

TEST(a_fold_keeps_the_norms_of_members_and_drops_noise)
{
    members_data of = begin();
    gml_network *network = new_network(of.context,
                                       "5 -> 4 -> batchnorm -> members 3 -> scale(std=1) -> 6 -> batchnorm -> tanh -> "
                                       "dropout 0.5 -> 2 heads -> average",
                                       GML_F64, 4),
                *folded = NULL;
    stir(network);
    assert_ok(of.context, gml_network_fold(network, &folded));
    ck_assert_str_eq(gml_network_description(folded),
                     "5 -> 4 -> members(count=3) -> scale(std=1) -> 6 -> batchnorm -> tanh -> 2 "
                     "heads -> average");
    double *a = predict(of.context, network, of.x, SAMPLES), *b = predict(of.context, folded, of.x, SAMPLES);
    ck_assert_double_le(worst_difference(b, a, SAMPLES * 2), 1e-13);
    free(a), free(b);
    gml_network_destroy(network);
    gml_network_destroy(folded);
    end(&of);
}

TEST(weights_of_members_are_scaled_to_data_and_their_health_is_measured)
{
    enum { SHARED = 2, HEADS = 5 }; /* layers of NET */
    members_data of = begin();
    gml_network *network = new_network(of.context, NET, GML_F64, 4);
    assert_ok(of.context, gml_network_scale_to_data(network, gml_matrix_f64(of.x, SAMPLES, INPUTS)));
    gml_health *health = NULL;
    assert_ok(of.context, gml_health_create(network, NULL, &health));
    assert_ok(of.context, gml_health_measure(health, of.data));
    gml_unit_health units[MEMBERS];
    for (size_t m = 0; m < MEMBERS; m++) {
        assert_ok(of.context, gml_health_unit(health, SHARED, m * UNITS + 2, &units[m]));
    }
    ck_assert_double_eq(units[0].gradient_norm, units[1].gradient_norm);
    double squares = 0;
    gml_layer_health layer;
    for (size_t i = 0; i < MEMBERS * UNITS; i++) {
        assert_ok(of.context, gml_health_unit(health, HEADS, i, &units[0]));
        ck_assert_double_gt(units[0].gradient_norm, 0);
        squares += units[0].gradient_norm * units[0].gradient_norm;
    }
    assert_ok(of.context, gml_health_layer(health, HEADS, &layer));
    ck_assert_double_eq_tol(sqrt(squares), layer.gradient_norm, 1e-12);
    gml_health_destroy(health);
    gml_network_destroy(network);
    end(&of);
}
