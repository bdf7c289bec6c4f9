/* tests/step/batch_of_one.c - batches of one sample and overflowing variances, which batch statistics cannot take. */
#include <stdlib.h>

#include "harness.h"

TEST(a_running_variance_that_overflows_is_seen_and_named)
{
    const struct {
        const char *net, *words;
        float x;
    } cases[] = {
        {"2 -> batchnorm -> 1", "the variance over the batch of column 2 of layer 1 of 2 (2 batchnorm) is inf", 2e19f},
        {"2 -> batchnorm(momentum=1) -> 1", "the running variance of column 2 of layer 1 of 2 (2 batchnorm) is inf",
         1.7e19f},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < 2; i++) {
        gml_network *network = NULL;
        gml_trainer *trainer = NULL;
        const float x[4] = {0, cases[i].x, 1, -cases[i].x}, y[2] = {0, 1};
        float before, after;
        assert_ok(context, gml_network_create(context, cases[i].net, NULL, &network));
        assert_ok(context, gml_trainer_create(network, NULL, &trainer));
        assert_ok(context, gml_network_predict(network, gml_matrix_f32(y, 1, 2), gml_matrix_f32(&before, 1, 1)));
        assert_refused(context, gml_trainer_step(trainer, gml_matrix_f32(x, 2, 2), gml_matrix_f32(y, 2, 1), NULL),
                       GML_ERROR_DIVERGED, "step 1: ", cases[i].words, NULL);
        assert_ok(context, gml_network_predict(network, gml_matrix_f32(y, 1, 2), gml_matrix_f32(&after, 1, 1)));
        ck_assert_float_eq(before, after);
        gml_trainer_destroy(trainer);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

typedef struct fitted {
    gml_status status;
    gml_fit_report report;
} fitted;

static fitted fit(gml_context *context, const char *net, size_t samples, size_t batch)
{
    fitted made = {0};
    float *x = malloc(2 * samples * sizeof *x), *y = malloc(samples * sizeof *y);
    for (size_t i = 0; i < samples; i++) {
        x[2 * i] = sinf((float)i);
        x[2 * i + 1] = cosf((float)i);
        y[i] = x[2 * i] * x[2 * i + 1];
    }
    gml_network *network = NULL;
    gml_dataset *dataset = NULL;
    const gml_train_options options = {.batch = batch, .epochs = 2};
    assert_ok(context, gml_network_create(context, net, NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, samples, 2), gml_matrix_f32(y, samples, 1),
                                                 GML_TASK_REGRESSION, &dataset));
    made.status = gml_fit(network, dataset, NULL, &options, NULL, &made.report);
    gml_dataset_destroy(dataset);
    gml_network_destroy(network);
    free(x);
    free(y);
    return made;
}

TEST(a_last_batch_of_one_joins_the_batch_before_it)
{
    const struct {
        size_t samples, batch, steps;
    } cases[] = {{33, 32, 1}, {65, 32, 2}, {66, 32, 3}, {64, 32, 2}, {5, 2, 2}, {4101, 100, 41}, {4200, 100, 42}};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fitted made = fit(context, "2 -> 4 -> batchnorm -> relu -> 1", cases[i].samples, cases[i].batch);
        assert_ok(context, made.status);
        ck_assert_uint_eq(made.report.steps, 2 * cases[i].steps);
        ck_assert_uint_eq(made.report.samples, 2 * cases[i].samples);
    }
    ck_assert_uint_eq(fit(context, "2 -> 4 relu -> 1", 65, 32).report.steps, 6); /* without batchnorm it stays alone */
    gml_context_destroy(context);
}

TEST(a_batch_of_one_is_refused_where_there_is_none_to_join)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    const float x[2] = {1, 2}, y[1] = {1};
    assert_refused(context, fit(context, "2 -> 4 -> batchnorm -> 1", 1, 32).status, GML_ERROR_SHAPE,
                   "at least 2 samples", NULL);
    assert_refused(context, fit(context, "2 -> 4 -> batchnorm -> 1", 10, 1).status, GML_ERROR_SHAPE,
                   "layer 2 of 3 (4 batchnorm)", NULL);
    assert_ok(context, fit(context, "2 -> 4 relu -> 1", 10, 1).status);
    assert_ok(context, gml_network_create(context, "2 -> 4 -> batchnorm -> 1", NULL, &network));
    assert_ok(context, gml_trainer_create(network, NULL, &trainer));
    assert_refused(context, gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(y, 1, 1), NULL),
                   GML_ERROR_SHAPE, "a batch of 1 sample", NULL);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}
