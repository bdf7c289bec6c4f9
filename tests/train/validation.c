/* tests/train/validation.c - validation in a fit: a loss that is not finite ends it, data of which nothing counts is
 * refused, and so are other classes; equal targets are not. */
#include <math.h>
#include <string.h>

#include "csv_case.h"

/* y = a + b, and a validation row for which the outputs overflow or whose input is not finite. */
typedef struct fixture {
    gml_network *network;
    gml_dataset *data, *validation;
    float x[16][2], y[16], vx[4][2], vy[4];
} fixture;

static fixture *set_up(float bad)
{
    static fixture made;
    for (size_t i = 0; i < 16; i++) {
        made.x[i][0] = (float)(i % 4);
        made.x[i][1] = (float)(i / 4);
        made.y[i] = made.x[i][0] + made.x[i][1];
    }
    memcpy(made.vx, made.x, sizeof made.vx);
    memcpy(made.vy, made.y, sizeof made.vy);
    made.vx[2][1] = bad;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &made.network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(made.x[0], 16, 2),
                                                 gml_matrix_f32(made.y, 16, 1), GML_TASK_REGRESSION, &made.data));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(made.vx[0], 4, 2),
                                                 gml_matrix_f32(made.vy, 4, 1), GML_TASK_REGRESSION, &made.validation));
    return &made;
}

static void tear_down(fixture *made)
{
    gml_dataset_destroy(made->validation);
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
}

/* Counts the epochs that are told. */
static int count_epoch(void *user, const gml_progress *progress)
{
    (void)progress;
    ++*(size_t *)user;
    return 0;
}

TEST(a_validation_input_that_is_not_finite_ends_the_fit_and_is_named)
{
    const float bad[] = {NAN, INFINITY};
    for (size_t i = 0; i < 2; i++) {
        fixture *t = set_up(bad[i]);
        size_t told = 0;
        const gml_fit_callbacks callbacks = {.user = &told, .on_epoch = count_epoch};
        const gml_train_options options = {.epochs = 5};
        assert_refused(context, gml_fit(t->network, t->data, t->validation, &options, &callbacks, NULL), GML_ERROR_DATA,
                       "epoch 1: the validation loss is ", "input 2 of row 3 is not finite", NULL);
        ck_assert_uint_eq(told, 0);
        tear_down(t);
    }
}

TEST(a_validation_loss_that_overflows_ends_the_fit_with_the_weights_before_the_epoch)
{
    for (size_t averages = 0; averages < 2; averages++) {
        fixture *t = set_up(3e30f);
        float before[2], after[2];
        gml_block block;
        gml_fit_report report;
        gml_train_options options = {.epochs = 5, .average = averages ? "ema(decay=0.5)" : NULL};
        assert_ok(context, gml_network_block(t->network, 0, &block));
        memcpy(before, block.values.data, sizeof before);
        assert_refused(context, gml_fit(t->network, t->data, t->validation, &options, NULL, &report),
                       GML_ERROR_DIVERGED, "epoch 1: the validation loss is inf", NULL);
        memcpy(after, block.values.data, sizeof after);
        ck_assert_mem_eq(before, after, sizeof before);
        ck_assert_uint_eq(report.validation.samples, 0);
        tear_down(t);
    }
}

TEST(a_layer_that_overflows_in_validation_is_named_with_the_row)
{
    fixture *t = set_up(3e38f);
    gml_block block;
    assert_ok(context, gml_network_block(t->network, 0, &block));
    ((float *)block.values.data)[1] = 100;
    const gml_train_options options = {.epochs = 1};
    assert_refused(context, gml_fit(t->network, t->data, t->validation, &options, NULL, NULL), GML_ERROR_DIVERGED,
                   "epoch 1: the validation loss is inf", "layer 1 of 1 (1 identity) for row 3", NULL);
    tear_down(t);
}

/* ---- nothing to measure ---- */

TEST(validation_of_which_nothing_counts_is_refused_before_the_fit)
{
    fixture *t = set_up(1);
    const gml_dataset_options weighted = {.weights = "w", .target = "y"};
    const gml_dataset_options masked = {.task = GML_TASK_REGRESSION, .missing_targets = 1};
    const struct {
        const char *text;
        const gml_dataset_options *options;
    } cases[] = {{"a,b,y,w\n0,0,0,0\n1,1,2,0\n2,1,3,0\n7,7,14,1\n", &weighted},
                 {"a,b,y\n0,0,\n1,1,\n2,1,nan\n7,7,14\n", &masked}};
    for (size_t i = 0; i < 2; i++) {
        gml_dataset *whole = open_text(cases[i].text, cases[i].options), *first = NULL, *second = NULL;
        gml_metrics metrics;
        /* Some seed puts the only row that counts into the smaller part. */
        for (uint64_t seed = 0;; seed++) {
            double row[2];
            size_t sample = 0;
            assert_ok(context, gml_dataset_split(whole, 0.25, seed, &first, &second));
            assert_ok(context, gml_dataset_gather(second, &sample, 1, gml_matrix_f64(row, 1, 2), gml_matrix_none()));
            if (row[0] == 7) {
                break;
            }
            gml_dataset_destroy(first);
            gml_dataset_destroy(second);
        }
        const gml_train_options options = {.epochs = 2};
        gml_fit_report report;
        assert_refused(context, gml_fit(t->network, second, first, &options, NULL, &report), GML_ERROR_DATA,
                       "validation: there is nothing to measure: of 3 samples", NULL);
        ck_assert_uint_eq(report.steps, 0);
        assert_refused(context, gml_evaluate(t->network, first, NULL, &metrics), GML_ERROR_DATA, "nothing to measure",
                       NULL);
        assert_ok(context, gml_fit(t->network, second, second, &options, NULL, &report));
        ck_assert(isfinite(report.validation.loss));
        gml_dataset_destroy(first);
        gml_dataset_destroy(second);
        gml_dataset_destroy(whole);
    }
    tear_down(t);
}

/* ---- classes and values without variety ---- */

static gml_dataset *dataset_of(const fixture *t, const float *y, gml_task task)
{
    gml_dataset *made = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(t->x[0], 16, 2), gml_matrix_f32(y, 16, 1),
                                                 task, &made));
    return made;
}

TEST(a_class_in_validation_that_the_network_does_not_have_is_refused_before_the_first_step)
{
    fixture *t = set_up(0);
    float two[16], three[16];
    for (size_t i = 0; i < 16; i++) {
        two[i] = (float)(i % 2);
        three[i] = i == 10 ? 2 : two[i];
    }
    gml_network *network = new_network(context, "2 -> 2 softmax", GML_F32, 1);
    gml_dataset *data = dataset_of(t, two, GML_TASK_CLASSIFICATION),
                *other = dataset_of(t, three, GML_TASK_CLASSIFICATION);
    gml_fit_report report = {.steps = 7};
    gml_metrics metrics;
    const gml_train_options options = {.epochs = 2};
    assert_refused(context, gml_fit(network, data, other, &options, NULL, &report), GML_ERROR_SHAPE, "3 classes", NULL);
    ck_assert_uint_eq(report.steps, 0);
    assert_refused(context, gml_evaluate(network, other, NULL, &metrics), GML_ERROR_SHAPE, "3 classes", NULL);
    assert_refused(context, gml_calibrate(network, other, NULL), GML_ERROR_SHAPE, "3 classes", NULL);
    gml_dataset_destroy(other);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    tear_down(t);
}

TEST(equal_targets_are_learned_as_a_constant_and_have_no_r2)
{
    fixture *t = set_up(0);
    float y[16];
    for (size_t i = 0; i < 16; i++) {
        y[i] = 3.5F;
    }
    gml_dataset *data = dataset_of(t, y, GML_TASK_REGRESSION);
    gml_fit_report report;
    const gml_train_options options = {.epochs = 300, .learning_rate = 0.01};
    assert_ok(context, gml_network_adapt(t->network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(t->network, data, data, &options, NULL, &report));
    ck_assert_double_lt(report.validation.rmse, 0.1);
    ck_assert(isnan(report.validation.r2));
    gml_dataset_destroy(data);
    tear_down(t);
}

int main(void)
{
    return run_file_tests("validation", 60);
}
