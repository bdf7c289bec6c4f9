/* tests/train/refused.c - options, batches and learning rates out of their range are refused by name. */
#include <math.h>

#include "xor_case.h"

TEST(options_out_of_their_range_are_refused_by_name)
{
    fixture f = set_up_xor("2 -> 2 softmax");
    const struct {
        gml_train_options options;
        gml_status status;
        const char *text;
    } cases[] = {
        {{.learning_rate = -1}, GML_ERROR_ARGUMENT, "learning_rate"},
        {{.learning_rate = NAN}, GML_ERROR_ARGUMENT, "learning_rate"},
        {{.l2 = -0.1}, GML_ERROR_ARGUMENT, "l2"},
        {{.l1 = -1}, GML_ERROR_ARGUMENT, "l1"},
        {{.max_norm = NAN}, GML_ERROR_ARGUMENT, "max_norm"},
        {{.gradient_noise = -1}, GML_ERROR_ARGUMENT, "gradient_noise"},
        {{.optimizer = "schedule_free_adamw", .l1 = 1}, GML_ERROR_ARGUMENT, "l1"},
        {{.clip_norm = INFINITY}, GML_ERROR_ARGUMENT, "clip_norm"},
        {{.clip_value = -3}, GML_ERROR_ARGUMENT, "clip_value"},
        {{.loss = "softmax"}, GML_ERROR_NAME, "softmax_cross_entropy"},
        {{.optimizer = "adan"}, GML_ERROR_NAME, "adam"},
        {{.optimizer = "adam(beta1=1)"}, GML_ERROR_ARGUMENT, "beta1"},
        {{.output_bias = (gml_choice)3}, GML_ERROR_ARGUMENT, "output_bias"},
        {{.output_bias = (gml_choice)-1}, GML_ERROR_ARGUMENT, "output_bias"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_trainer *trainer = NULL;
        assert_refused(f.context, gml_trainer_create(f.network, &cases[i].options, &trainer), cases[i].status,
                       cases[i].text, NULL);
        ck_assert_ptr_null(trainer);
    }
    tear_down(&f);
}

TEST(a_step_refuses_batches_and_targets_that_do_not_fit)
{
    fixture f = set_up_xor("2 -> 3 softmax");
    gml_trainer *trainer = NULL;
    gml_train_options options = {.batch = 2};
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    gml_matrix x = gml_matrix_f32(XOR_X, 2, 2);
    const float bad[2] = {1, 3}, half[2] = {0, 0.5f};
    assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(XOR_Y, 4, 1), NULL),
                   GML_ERROR_SHAPE, "4 samples", "at most 2", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(XOR_Y, 1, 1), NULL), GML_ERROR_SHAPE,
                   "2 samples and 1 targets", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(XOR_Y, 2, 2), NULL), GML_ERROR_SHAPE,
                   "3 columns", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(bad, 2, 1), NULL), GML_ERROR_DATA, "sample 2",
                   "0 to 2", NULL);
    assert_refused(f.context, gml_trainer_step(trainer, x, gml_matrix_f32(half, 2, 1), NULL), GML_ERROR_DATA,
                   "sample 2", NULL);
    gml_matrix odd = gml_matrix_f32(XOR_Y, 2, 1);
    odd.dtype = (gml_dtype)99;
    assert_refused(f.context, gml_trainer_step(trainer, x, odd, NULL), GML_ERROR_ARGUMENT, "unknown dtype", NULL);
    assert_refused(f.context, gml_trainer_set_learning_rate(trainer, 0), GML_ERROR_ARGUMENT, "learning rate", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(data_that_does_not_fit_the_network_or_the_loss_is_refused)
{
    fixture f = set_up_xor("3 -> 2 softmax");
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, NULL, NULL, NULL), GML_ERROR_SHAPE, "2 inputs",
                   "takes 3", NULL);
    gml_network *single = NULL;
    assert_ok(f.context, gml_network_create(f.context, "2 -> 1", NULL, &single));
    gml_train_options options = {.loss = "softmax_cross_entropy"};
    assert_refused(f.context, gml_fit(single, f.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE,
                   "binary_cross_entropy", NULL);
    gml_network_destroy(single);
    tear_down(&f);
}

TEST(one_bound_holds_for_learning_rates_wherever_they_are_given)
{
    fixture f = set_up_xor("2 -> 2");
    const double beyond[] = {1.0000001e6, 1e38, 1e300, INFINITY, NAN};
    const gml_train_options good = {.optimizer = "sgd(lr=1e6)"};
    gml_train_options grouped = {.learning_rate = 10, .groups = "weights(rate=1e5); biases(rate=1.1e5)"};
    gml_trainer *trainer = NULL;
    double rate;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        const gml_train_options options = {.optimizer = "sgd", .learning_rate = beyond[i]};
        assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), GML_ERROR_ARGUMENT,
                       "learning_rate", NULL);
        ck_assert_int_eq(gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_ARGUMENT);
        assert_refused(f.context, gml_schedule_rate(f.context, NULL, beyond[i], 0, 1, 1, &rate), GML_ERROR_ARGUMENT,
                       "base rate", NULL);
    }
    assert_refused(f.context, gml_trainer_create(f.network, &grouped, &trainer), GML_ERROR_ARGUMENT, "group 2",
                   "1.1e+06", NULL);
    ck_assert_ptr_null(trainer);

    assert_ok(f.context, gml_trainer_create(f.network, &good, &trainer));
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        assert_refused(f.context, gml_trainer_set_learning_rate(trainer, beyond[i]), GML_ERROR_ARGUMENT,
                       "learning rate", NULL);
    }
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 1e6));
    gml_trainer_destroy(trainer);
    grouped.learning_rate = 1;
    assert_ok(f.context, gml_trainer_create(f.network, &grouped, &trainer));
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 9));
    assert_refused(f.context, gml_trainer_set_learning_rate(trainer, 10), GML_ERROR_ARGUMENT, "group 2", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(the_learning_rate_can_be_changed_between_steps)
{
    fixture f = set_up_xor("2 -> 1 init=zeros bias=no");
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "sgd", .learning_rate = 1};
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    const float x[2] = {1, 0}, y = 1;
    const float *w = weights_of(f.network);
    double loss = 0;
    assert_ok(f.context, gml_trainer_set_learning_rate(trainer, 0.25));
    assert_ok(f.context, gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(&y, 1, 1), &loss));
    ck_assert_double_eq(loss, 1);
    ck_assert_float_eq(w[0], 0.5f);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}
