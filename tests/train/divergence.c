/* tests/train/divergence.c - a fit that diverges is an error that names step and layer and leaves good weights. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "xor_case.h"

TEST(a_fit_that_diverges_names_step_and_layer_and_puts_the_last_good_weights_back)
{
    fixture f = set_up_xor("2 -> 6 relu -> 2");
    float before[12];
    memcpy(before, weights_of(f.network), sizeof before);
    gml_train_options options = {.loss = "mean_squared_error", .optimizer = "sgd(lr=1e6)", .batch = 4, .epochs = 20};
    gml_fit_report report;
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report), GML_ERROR_DIVERGED, "step ",
                   "layer ", "learning rate", NULL);
    ck_assert_uint_ge(report.steps, 1);
    for (size_t i = 0; i < 12; i++) {
        ck_assert(isfinite(((float *)weights_of(f.network))[i]));
    }
    gml_metrics metrics;
    assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &metrics));
    tear_down(&f);
}

/* The second epoch begins with a loss that is not finite, where the first ended with a finite one: the weights that led
 * there are not good, although their epoch was finished. */
TEST(a_fit_says_how_many_epochs_the_weights_it_leaves_have_behind_them)
{
    static const float x[2] = {1, 0}, y[2] = {1e15f, 0};
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    assert_ok(context, gml_network_create(context, "1 -> 1 bias=no", NULL, &network));
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32((float *)(uintptr_t)x, 2, 1),
                                        gml_matrix_f32((float *)(uintptr_t)y, 2, 1), GML_TASK_REGRESSION, &data));
    gml_train_options options = {.optimizer = "sgd(lr=1e6)", .batch = 1, .epochs = 4};
    float before = *(float *)weights_of(network);
    gml_fit_report report;
    bool found = false;
    for (options.seed = 1; options.seed < 50 && !found; options.seed++) {
        assert_refused(context, gml_fit(network, data, data, &options, NULL, &report), GML_ERROR_DIVERGED, NULL);
        ck_assert_str_eq(gml_network_fact(network, "epochs"), report.kept_epochs == 0 ? "0" : "1");
        ck_assert((*(float *)weights_of(network) == before) == (report.kept_epochs == 0));
        ck_assert((report.validation.samples > 0) == (report.kept_epochs > 0));
        *(float *)weights_of(network) = before;
        found = report.epochs == 1 && report.kept_epochs == 0;
    }
    ck_assert(found);
    options.optimizer = "sgd(lr=1e-3)";
    assert_ok(context, gml_fit(network, data, data, &options, NULL, &report));
    ck_assert_uint_eq(report.kept_epochs, 4);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_fit_whose_last_step_diverges_is_found_out_and_puts_the_weights_back)
{
    fixture f = set_up_xor("2 -> 6 relu -> 2");
    float before[12];
    memcpy(before, weights_of(f.network), sizeof before);
    gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e6, .l2 = 1e35, .batch = 4, .epochs = 1};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED, "layer ",
                   NULL);
    ck_assert_mem_eq(before, weights_of(f.network), sizeof before);
    tear_down(&f);
}

TEST(a_target_that_is_not_finite_is_named_and_not_taken_for_divergence)
{
    fixture f = set_up_xor("2 -> 1");
    const float y[4] = {0, 1, NAN, 1};
    gml_trainer *trainer = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, NULL, &trainer));
    assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(XOR_X, 4, 2), gml_matrix_f32(y, 4, 1), NULL),
                   GML_ERROR_DATA, "sample 3", "not finite", NULL);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(a_step_that_would_diverge_leaves_the_weights_as_they_are)
{
    fixture f = set_up_xor("2 -> 6 relu -> 2");
    float before[12], x[2] = {INFINITY, 0}, y = 1;
    memcpy(before, weights_of(f.network), sizeof before);
    for (size_t i = 0; i < 2; i++) {
        gml_trainer *trainer = NULL;
        gml_train_options options = {.clip_norm = (double)i};
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        assert_refused(f.context, gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(&y, 1, 1), NULL),
                       GML_ERROR_DIVERGED, "step 1", "input 1 of sample 1", NULL);
        gml_trainer_destroy(trainer);
        ck_assert_mem_eq(before, weights_of(f.network), sizeof before);
    }
    tear_down(&f);
}
