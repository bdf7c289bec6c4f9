/* tests/loss/last_activation.c - targets are scaled into the range of the last activation. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "layer/activation.h"
#include "network/network.h"

TEST(bounds_of_activations_hold_for_all_inputs_and_are_neared)
{
    enum { COUNT = 4001 };
    static double x[COUNT], y[COUNT];
    gml_context *context = test_context();
    for (size_t i = 0; i < COUNT; i++) {
        double far = ((double)i - COUNT / 2) / (COUNT / 2);
        x[i] = i % 2 == 0 ? 40 * far : 1e5 * far * fabs(far);
    }
    for (size_t i = 0; gml_any_activation_entry(i) != NULL; i++) {
        const gml_activation_row *row = (const void *)gml_any_activation_entry(i);
        gml_call call;
        ck_assert(gml_call_default(gml_any_activation_entry, row->entry.name, &call));
        gml_bounds bounds = gml_activation_bounds(row, call.values);
        ck_assert_msg(bounds.low < bounds.high, "%s states no bounds", row->entry.name);
        if (row->couples_columns || (row->learned.count != NULL && isinf(bounds.low) && isinf(bounds.high))) {
            continue; /* of a row; and of what may be learned, which is more than what is there at the start */
        }
        double low = INFINITY, high = -INFINITY;
        gml_matrix in = gml_matrix_f64(x, COUNT, 1), out = gml_matrix_f64(y, COUNT, 1);
        assert_ok(context, gml_activation_apply(context, row->entry.name, in, out, gml_matrix_none()));
        for (size_t k = 0; k < COUNT; k++) {
            low = fmin(low, y[k]);
            high = fmax(high, y[k]);
        }
        ck_assert_msg(low >= bounds.low - 1e-9 && high <= bounds.high + 1e-9, "%s: %.17g to %.17g", row->entry.name,
                      low, high);
        ck_assert_msg(isinf(bounds.low) ? low < -500 : low < bounds.low + 1e-3, "%s: %g", row->entry.name, low);
        ck_assert_msg(isinf(bounds.high) ? high > 500 : high > bounds.high - 1e-3, "%s: %g", row->entry.name, high);
    }
    gml_context_destroy(context);
}

enum { VALUES = 40 };

static double value_x[VALUES], value_y[VALUES];

static gml_dataset *values_from(gml_context *context, double low, double high)
{
    gml_dataset *made = NULL;
    for (size_t i = 0; i < VALUES; i++) {
        value_x[i] = (double)i / (VALUES - 1);
        value_y[i] = low + (high - low) * value_x[i];
    }
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(value_x, VALUES, 1),
                                                 gml_matrix_f64(value_y, VALUES, 1), GML_TASK_REGRESSION, &made));
    return made;
}

static gml_network *network(gml_context *context, const char *last)
{
    char description[128];
    gml_network *made = NULL;
    snprintf(description, sizeof description, "1 -> 4 tanh -> 1 %s", last);
    assert_ok(context,
              gml_network_create(context, description, &(gml_network_options){.dtype = GML_F64, .seed = 1}, &made));
    return made;
}

TEST(values_are_scaled_into_what_the_last_activation_gives)
{
    gml_context *context = test_context();
    gml_dataset *data = values_from(context, 950, 1050);
    for (size_t i = 0; gml_any_activation_entry(i) != NULL; i++) {
        const gml_activation_row *row = (const void *)gml_any_activation_entry(i);
        const char *name = row->entry.name;
        gml_call call;
        ck_assert(gml_call_default(gml_any_activation_entry, name, &call));
        gml_bounds bounds = gml_activation_bounds(row, call.values);
        gml_network *net = network(context, name);
        if (row->couples_columns) {
            assert_refused(context, gml_network_adapt(net, data, GML_SCALING_AUTO), GML_ERROR_DATA, "column 1", "950",
                           "1050", name, NULL);
            gml_network_destroy(net);
            continue;
        }
        assert_ok(context, gml_network_adapt(net, data, GML_SCALING_AUTO));
        gml_scaling_view scaling = gml_network_output_scaling(net);
        if (strcmp(name, "exponential") != 0 && !row->straight_through) {
            double low = (950 - scaling.shift[0]) / scaling.scale[0],
                   high = (1050 - scaling.shift[0]) / scaling.scale[0];
            ck_assert_msg(low >= bounds.low - 1e-9 && high <= bounds.high + 1e-9, "%s: %g to %g", name, low, high);
            ck_assert_msg(!bounds.open_low || low > bounds.low + 0.01, "%s: at its bound", name);
            ck_assert_msg(!bounds.open_high || high < bounds.high - 0.01, "%s: at its bound", name);
        }
        gml_train_options options = {.epochs = 1};
        assert_ok(context, gml_fit(net, data, data, &options, NULL, NULL));
        ck_assert_str_eq(gml_network_fact(net, "loss"),
                         strcmp(name, "exponential") == 0 ? "poisson" : "mean_squared_error");
        gml_network_destroy(net);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(bounded_outputs_learn_values_in_their_own_unit)
{
    static const char *const bounded[] = {"sigmoid",  "tanh",  "softsign", "hard_tanh", "hard_sigmoid", "sine",
                                          "gaussian", "relu6", "relu",     "softplus",  "log_sigmoid"};
    gml_context *context = test_context();
    gml_dataset *data = values_from(context, 950, 1050);
    for (size_t i = 0; i < sizeof bounded / sizeof bounded[0]; i++) {
        gml_network *net = network(context, bounded[i]);
        gml_train_options options = {.optimizer = "lbfgs", .epochs = 100};
        gml_metrics metrics;
        assert_ok(context, gml_network_adapt(net, data, GML_SCALING_AUTO));
        assert_ok(context, gml_fit(net, data, NULL, &options, NULL, NULL));
        assert_ok(context, gml_evaluate(net, data, NULL, &metrics));
        ck_assert_msg(metrics.r2 > 0.9, "%s: R2 %g", bounded[i], metrics.r2);
        gml_network_destroy(net);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(shares_from_0_to_1_stay_as_they_are_under_sigmoid)
{
    gml_context *context = test_context();
    gml_dataset *data = values_from(context, 0, 1), *other = values_from(context, 0, 1);
    gml_network *net = network(context, "sigmoid");
    gml_train_options options = {.epochs = 1};
    assert_ok(context, gml_network_adapt(net, data, GML_SCALING_AUTO));
    ck_assert_ptr_null(gml_network_output_scaling(net).scale);
    assert_ok(context, gml_fit(net, data, NULL, &options, NULL, NULL));
    ck_assert_str_eq(gml_network_fact(net, "loss"), "binary_cross_entropy");

    value_y[3] = 1.5; /* the datasets look at these values */
    assert_ok(context, gml_network_adapt(net, other, GML_SCALING_AUTO));
    options.loss = "binary_cross_entropy";
    assert_refused(context, gml_fit(net, other, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT, "as they are",
                   "from 0 to 1", "sigmoid", NULL);
    assert_ok(context, gml_network_adapt(net, other, GML_SCALING_NONE));
    assert_refused(context, gml_fit(net, other, NULL, &options, NULL, NULL), GML_ERROR_DATA, "row 4: target 1 is 1.5",
                   NULL);
    gml_network_destroy(net);
    gml_dataset_destroy(other);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}
