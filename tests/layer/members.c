/* tests/layer/members.c - an ensemble in one network is as many networks: their predictions, losses and gradients. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/loss.h"
#include "kinds_case.h"

enum { MEMBERS = 3, INPUTS = 5, HIDDEN = 6, CLASSES = 4 };

static const char BATCH_ENSEMBLE[] = "5 -> members 3 -> scale(std=1) -> 6 bias=no -> affine -> tanh -> scale(std=1) -> "
                                     "6 prelu(per=unit) -> 4 softmax heads "
                                     "-> average";
static const char ONE[] = "5 -> 6 tanh -> 6 prelu(per=unit) -> 4 softmax";

/* ---- the members as networks ---- */

/* Returns a row of a block of the network, or of the part that belongs to a member, to doubles. */
static double *block_of(const gml_network *network, size_t index)
{
    gml_block block;
    ck_assert_int_eq(gml_network_block(network, index, &block), GML_OK);
    return block.values.data;
}

/* Copies `count` numbers of member `m` of a block. */
static void take(const gml_network *from, size_t block, size_t m, size_t count, const gml_network *to, size_t into)
{
    memcpy(block_of(to, into), block_of(from, block) + m * count, count * sizeof(double));
}

/* Makes W_m = diag(r_m) W diag(s_m); s null: 1. */
static void materialise(const double *r, const double *weight, const double *s, size_t in, size_t out, double *made)
{
    for (size_t i = 0; i < in; i++) {
        for (size_t o = 0; o < out; o++) {
            made[i * out + o] = r[i] * weight[i * out + o] * (s != NULL ? s[o] : 1);
        }
    }
}

/* Member `m` of BATCH_ENSEMBLE as a network of its own. Blocks: scale | weight | scale, bias | scale | weight, bias,
 * activation | weight, bias. */
static gml_network *member_of(gml_context *context, const gml_network *network, size_t m)
{
    gml_network *one = new_network(context, ONE, GML_F64, 4);
    materialise(block_of(network, 0) + m * INPUTS, block_of(network, 1), block_of(network, 2) + m * HIDDEN, INPUTS,
                HIDDEN, block_of(one, 0));
    take(network, 3, m, HIDDEN, one, 1);
    materialise(block_of(network, 4) + m * HIDDEN, block_of(network, 5), NULL, HIDDEN, HIDDEN, block_of(one, 2));
    take(network, 6, m, HIDDEN, one, 3);
    take(network, 7, m, HIDDEN, one, 4);
    take(network, 8, m, HIDDEN * CLASSES, one, 5);
    take(network, 9, m, CLASSES, one, 6);
    return one;
}

static gml_network *stirred(gml_context *context, const char *description)
{
    gml_network *network = new_network(context, description, GML_F64, 7);
    stir(network);
    return network;
}

TEST(the_prediction_is_the_mean_of_those_of_the_members)
{
    enum { MANY = 300 };
    gml_context *context = test_context();
    gml_network *network = stirred(context, BATCH_ENSEMBLE);
    double *x = random_doubles(MANY * INPUTS, 3), *mean = calloc(MANY * CLASSES, sizeof *mean);
    for (size_t m = 0; m < MEMBERS; m++) {
        gml_network *one = member_of(context, network, m);
        double *y = predict(context, one, x, MANY);
        for (size_t i = 0; i < MANY * CLASSES; i++) {
            mean[i] += y[i] / MEMBERS;
        }
        free(y);
        gml_network_destroy(one);
    }
    const size_t counts[] = {1, 2, 17, MANY};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        double *y = predict(context, network, x, counts[i]);
        ck_assert_double_le(worst_difference(y, mean, counts[i] * CLASSES), 1e-13);
        free(y);
    }
    free(x), free(mean);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- training ---- */

/* The loss of a step at a rate of all but nothing. */
static double loss_of(gml_context *context, gml_network *network, const gml_train_options *others, double *x, double *y,
                      double *weights)
{
    gml_train_options options = *others;
    options.optimizer = "sgd";
    options.learning_rate = 1e-300;
    options.batch = ROWS;
    gml_trainer *trainer = NULL;
    double loss = 0;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_ok(context, gml_trainer_step_weighted(trainer, gml_matrix_f64(x, ROWS, INPUTS), gml_matrix_f64(y, ROWS, 1),
                                                 gml_matrix_f64(weights, ROWS, 1), &loss));
    gml_trainer_destroy(trainer);
    return loss;
}

TEST(the_loss_in_training_is_the_mean_of_those_of_the_members)
{
    gml_context *context = test_context();
    gml_network *network = stirred(context, BATCH_ENSEMBLE);
    double *x = random_doubles(ROWS * INPUTS, 3), *y = random_classes(ROWS, CLASSES, 4), *w = random_doubles(ROWS, 5);
    for (size_t i = 0; i < ROWS; i++) {
        w[i] = fabs(w[i]);
    }
    y[2] = NAN;
    const gml_train_options options = {.missing_targets = 1, .loss = "softmax_cross_entropy(smoothing=0.1)"};
    double mean = 0;
    for (size_t m = 0; m < MEMBERS; m++) {
        gml_network *one = member_of(context, network, m);
        mean += loss_of(context, one, &options, x, y, w) / MEMBERS;
        gml_network_destroy(one);
    }
    ck_assert_double_eq_tol(loss_of(context, network, &options, x, y, w), mean, 1e-13);
    free(x), free(y), free(w);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* The gradient of r_m by the chain rule from that of W_m = diag(r_m) W diag(s_m): the sum over o of dW_m W s_m. */
TEST(gradients_of_the_members_add_up_to_those_of_what_they_share)
{
    gml_context *context = test_context();
    gml_network *network = stirred(context, BATCH_ENSEMBLE);
    gml_pass *pass = NULL;
    double *x = random_doubles(ROWS * INPUTS, 3), *dy = random_doubles(ROWS * CLASSES, 5), y[ROWS * CLASSES];
    double shared[INPUTS * HIDDEN] = {0};
    const gml_matrix inputs = gml_matrix_f64(x, ROWS, INPUTS), back = gml_matrix_f64(dy, ROWS, CLASSES),
                     outputs = gml_matrix_f64(y, ROWS, CLASSES);
    gml_block gradient;
    for (size_t m = 0; m < MEMBERS; m++) {
        gml_network *one = member_of(context, network, m);
        assert_ok(context, gml_pass_create(one, ROWS, &pass));
        assert_ok(context, gml_pass_forward(pass, inputs, outputs));
        assert_ok(context, gml_pass_backward(pass, back, gml_matrix_none()));
        assert_ok(context, gml_pass_gradient(pass, 0, &gradient));
        const double *r = block_of(network, 0) + m * INPUTS, *s = block_of(network, 2) + m * HIDDEN;
        for (size_t i = 0; i < INPUTS * HIDDEN; i++) {
            shared[i] += ((double *)gradient.values.data)[i] * r[i / HIDDEN] * s[i % HIDDEN] / MEMBERS;
        }
        gml_pass_destroy(pass);
        gml_network_destroy(one);
    }
    assert_ok(context, gml_pass_create(network, ROWS, &pass));
    assert_ok(context, gml_pass_forward(pass, inputs, outputs));
    assert_ok(context, gml_pass_backward(pass, back, gml_matrix_none()));
    assert_ok(context, gml_pass_gradient(pass, 1, &gradient));
    ck_assert_double_le(worst_difference(gradient.values.data, shared, INPUTS * HIDDEN), 1e-12);
    gml_pass_destroy(pass);
    free(x), free(dy);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- evaluation ---- */

TEST(the_loss_of_an_evaluation_is_that_of_the_mean_prediction)
{
    gml_context *context = test_context();
    gml_network *network = stirred(context, BATCH_ENSEMBLE);
    double *x = random_doubles(ROWS * INPUTS, 3), *y = random_classes(ROWS, CLASSES, 4), expected = 0;
    double *p = predict(context, network, x, ROWS);
    size_t right = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const double *row = p + i * CLASSES;
        size_t best = 0;
        for (size_t j = 1; j < CLASSES; j++) {
            best = row[j] > row[best] ? j : best;
        }
        right += best == (size_t)y[i];
        expected -= log(row[(size_t)y[i]]) / ROWS;
    }
    gml_dataset *data = NULL;
    gml_metrics metrics;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, INPUTS), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_CLASSIFICATION, &data));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.loss, expected, 1e-12);
    ck_assert_double_eq_tol(metrics.accuracy, (double)right / ROWS, 1e-15);
    free(x), free(y), free(p);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- every loss and layer ---- */

enum { MOST_BLOCKS = 64 };

static void check_gradients(gml_context *context, const char *description, const char *loss, double least, double most)
{
    gml_network *network = stirred(context, description);
    const size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    const size_t cols = strcmp(loss, "gaussian_nll") == 0 ? outputs / 2 : outputs;
    double *x = random_doubles(ROWS * inputs, 8), *y = random_doubles(ROWS * cols, 9);
    for (size_t i = 0; i < ROWS * cols; i++) {
        y[i] = strstr(loss, "hinge") != NULL ? y[i] > 0 : least + (most - least) * (y[i] + 1) / 2;
    }
    for (size_t i = 1; strstr(description, " 2 softmax heads") != NULL && i < ROWS * cols; i += 2) {
        y[i] = 1 - y[i - 1];
    }
    gml_check_block blocks[MOST_BLOCKS];
    size_t count = 0;
    assert_ok(context, gml_gradient_check(network, gml_matrix_f64(x, ROWS, inputs), gml_matrix_f64(y, ROWS, cols), loss,
                                          0, blocks, MOST_BLOCKS, &count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(blocks[i].worst <= 1e-6, "%s, %s: %s differs by %g", description, loss, blocks[i].name,
                      blocks[i].worst);
        ck_assert_msg(blocks[i].float_worst <= 1e-4, "%s, %s: %s in float differs by %g", description, loss,
                      blocks[i].name, blocks[i].float_worst);
    }
    free(x), free(y);
    gml_network_destroy(network);
}

TEST(every_loss_has_its_gradient_by_what_members_learn)
{
    gml_context *context = test_context();
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        const char *name = gml_loss_entry(i)->name;
        const bool softmax = strcmp(name, "softmax_cross_entropy") == 0 || strcmp(name, "kl_divergence") == 0;
        const bool counts = strcmp(name, "poisson") == 0 || strcmp(name, "gamma") == 0 || strcmp(name, "tweedie") == 0;
        const bool sigmoid = strcmp(name, "binary_cross_entropy") == 0 || strcmp(name, "focal") == 0;
        const char *last = softmax ? "softmax" : counts ? "exponential" : sigmoid ? "sigmoid" : "";
        char description[160];
        snprintf(description, sizeof description, "4 -> members 3 -> scale(std=1) -> 5 tanh -> 2 %s heads -> average",
                 last);
        check_gradients(context, description, name, 0.1, 0.9);
    }
    gml_context_destroy(context);
}

TEST(members_have_the_gradient_of_their_formula_through_every_layer_between)
{
    static const char *const descriptions[] = {
        "4 -> members 3 -> scale(std=1) -> 6 bias=no -> batchnorm -> relu -> dropout 0.2 -> 3 elu heads -> average",
        "4 -> 5 tanh -> members 2 -> affine(signs=yes) -> 5 silu heads -> gaussian_noise 0.1 -> 5 -> residual 3 -> "
        "softmax "
        "-> average",
        "4 -> members 4 -> 5 swish(per=unit) heads -> 6 prelu -> 3 softmax -> 2 heads -> average",
        "4 -> members 2 -> 5 tanh heads -> average -> 4 relu -> members 3 -> 2 tanh heads -> average -> 3 tanh",
        "4 -> members 2 -> 1 heads -> average -> members 2 -> average",
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof descriptions / sizeof descriptions[0]; i++) {
        check_gradients(context, descriptions[i], "mean_squared_error", -1, 1);
    }
    gml_context_destroy(context);
}

TEST(members_between_which_nothing_differs_are_one_network)
{
    gml_context *context = test_context();
    gml_network *many = new_network(context, "5 -> members 4 -> 6 tanh -> 3 softmax -> average", GML_F64, 4),
                *one = new_network(context, "5 -> 6 tanh -> 3 softmax", GML_F64, 4);
    memcpy(block_of(one, 0), block_of(many, 0), 5 * 6 * sizeof(double));
    memcpy(block_of(one, 1), block_of(many, 1), 6 * sizeof(double));
    memcpy(block_of(one, 2), block_of(many, 2), 6 * 3 * sizeof(double));
    memcpy(block_of(one, 3), block_of(many, 3), 3 * sizeof(double));
    double *x = random_doubles(ROWS * 5, 3), *a = predict(context, many, x, ROWS), *b = predict(context, one, x, ROWS);
    ck_assert_double_le(worst_difference(a, b, ROWS * 3), 1e-15);
    free(x), free(a), free(b);
    gml_network_destroy(many);
    gml_network_destroy(one);
    gml_context_destroy(context);
}

TEST(heads_begin_with_weights_of_their_own_and_shared_layers_with_equal_biases)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> members 2 -> 6 -> 4 heads -> average", GML_F64, 4);
    ck_assert_int_eq(memcmp(block_of(network, 1), block_of(network, 1) + 6, 6 * sizeof(double)), 0);
    ck_assert_int_ne(memcmp(block_of(network, 2), block_of(network, 2) + 24, 24 * sizeof(double)), 0);
    ck_assert_int_ne(memcmp(block_of(network, 3), block_of(network, 3) + 4, 4 * sizeof(double)), 0);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- descriptions ---- */

TEST(descriptions_of_members_say_the_units_of_one)
{
    gml_context *context = test_context();
    const char text[] = "5 -> members(count=3) -> 6 relu -> 4 softmax init=he_normal bias=no heads -> average";
    gml_network *network = new_network(context, text, GML_F32, 4),
                *again = new_network(context, gml_network_to_json(network), GML_F32, 4);
    ck_assert_str_eq(gml_network_description(network), text);
    ck_assert_str_eq(gml_network_description(again), text);
    ck_assert_uint_eq(gml_network_parameter_count(network), 5 * 6 + 3 * 6 + 3 * 6 * 4);
    ck_assert_uint_eq(gml_network_outputs(network), 4);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
}

TEST(members_that_do_not_fit_are_refused_at_their_place)
{
    static const struct {
        const char *description, *where, *what;
    } refusals[] = {
        {"5 -> 4 relu -> average", "layer 2", "there are none"},
        {"5 -> 4 relu heads", "layer 1", "there are no members"},
        {"5 -> members 3 -> 4 relu", "layer 2", "`-> average` must follow"},
        {"5 -> members 3", "layer 1", "`-> average` must follow"},
        {"5 -> members 3 -> members 2 -> average", "layer 2", "cannot stand between"},
        {"5 -> members 3 -> 4 -> layernorm -> average", "layer 3", "layernorm cannot stand between"},
        {"5 -> members 3 -> 4 -> glu -> average", "layer 3", "glu cannot stand between"},
        {"5 -> members 3 -> 4 bias=no -> weight_norm -> average", "layer 3", "weight_norm cannot stand between"},
        {"5 -> members 2.5 -> 4 -> average", "layer 1", "whole"},
        {"6 -> 3 -> members 2 -> residual 2 -> average", "layer 3", "those of members"},
        {"5 -> members 4096 -> 1000000 -> average", "layer 2", "1000000 units of 4096 members"},
        {"1000000 -> members 4096 -> average", "layer 1", "more numbers"},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        gml_network *network = NULL;
        assert_refused(context, gml_network_create(context, refusals[i].description, NULL, &network), GML_ERROR_SHAPE,
                       refusals[i].where, refusals[i].what, NULL);
    }
    gml_network *network = NULL;
    assert_refused(context, gml_network_create(context, "5 -> members 1 -> 4 -> average", NULL, &network),
                   GML_ERROR_ARGUMENT, "count", NULL);
    assert_refused(context, gml_network_create(context, "5 -> members 2 -> 4 heads heads -> average", NULL, &network),
                   GML_ERROR_ARGUMENT, "one heads at most", NULL);
    gml_context_destroy(context);
}
