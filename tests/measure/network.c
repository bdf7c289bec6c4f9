/* tests/measure/network.c - metrics of a network on a dataset are those of its predictions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "measure/network_scorer.h"
#include "numbers.h"
#include "score_case.h"

enum { N = 2500, IN = 3, MOST = 4 };

/* A network with its loss, a dataset, and the samples as the caller has them. */
typedef struct scene {
    gml_context *context;
    gml_network *network;
    gml_dataset *data;
    double *x, *targets, *weights;
    size_t outputs, columns; /* of the network, and of the targets */
    bool classes;
} scene;

static scene set_scene(gml_context *context, const char *description, gml_dtype dtype, const char *loss, bool classes,
                       size_t columns)
{
    scene s = {.context = context, .classes = classes, .columns = columns};
    s.network = new_network(context, description, dtype, 3);
    s.outputs = gml_network_outputs(s.network);
    assert_ok(context, gml_network_set_fact(s.network, "loss", loss));
    s.x = random_doubles(N * IN, 1);
    s.targets = classes ? random_classes(N, s.outputs == 1 ? 2 : s.outputs, 2) : random_doubles(N * columns, 2);
    s.weights = random_doubles(N, 3);
    for (size_t i = 0; i < N; i++) {
        s.weights[i] = i % 7 == 0 ? 0 : s.weights[i] + 1.25;
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(s.x, N, IN),
                                     .targets = gml_matrix_f64(s.targets, N, columns),
                                     .task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION,
                                     .weights = gml_matrix_f64(s.weights, N, 1)};
    assert_ok(context, gml_dataset_create(context, &parts, &s.data));
    return s;
}

static void clear_scene(scene *s)
{
    gml_dataset_destroy(s->data);
    gml_network_destroy(s->network);
    free(s->x), free(s->targets), free(s->weights);
}

/* Returns the predictions; logits as probabilities. */
static double *predict(const scene *s, const char *logits)
{
    double *y = malloc(N * MOST * sizeof *y);
    float *narrow = malloc(N * MOST * sizeof *narrow);
    const bool is_float = gml_network_dtype(s->network) == GML_F32;
    assert_ok(s->context, gml_network_predict(s->network, gml_matrix_f64(s->x, N, IN),
                                              gml_matrix_view(is_float ? (void *)narrow : y,
                                                              is_float ? GML_F32 : GML_F64, N, s->outputs)));
    for (size_t i = 0; i < N * s->outputs && is_float; i++) {
        y[i] = (double)narrow[i];
    }
    for (size_t i = 0; i < N * s->outputs && logits != NULL; i += s->outputs) {
        double sum = strcmp(logits, "sigmoid") == 0 ? 1 : 0;
        for (size_t j = 0; j < s->outputs; j++) {
            y[i + j] = exp(y[i + j]);
            sum += y[i + j];
        }
        for (size_t j = 0; j < s->outputs; j++) {
            y[i + j] /= sum;
        }
    }
    free(narrow);
    return y;
}

/* Compares all metrics of the task on a dataset with those on the caller's arrays. The dataset has the samples in
 * another order. */
static void compare(gml_context *context, const char *description, gml_dtype dtype, const char *loss, bool classes,
                    size_t columns, const char *logits)
{
    scene s = set_scene(context, description, dtype, loss, classes, columns);
    double *y = predict(&s, logits);
    gml_score_data data = {.predictions = gml_matrix_f64(y, N, s.outputs),
                           .targets = gml_matrix_f64(s.targets, N, columns),
                           .weights = gml_matrix_f64(s.weights, N, 1),
                           .task = classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION,
                           .signed_scores = strcmp(loss, "hinge") == 0};
    data.predictions.cols = classes ? s.outputs : columns;
    size_t compared = 0;
    for (size_t i = 0; gml_metric_entry(i) != NULL; i++) {
        const char *metric = gml_metric_entry(i)->name;
        gml_metric_facts facts;
        assert_ok(context, gml_metric_facts_of(context, metric, &facts));
        if (facts.task == data.task) {
            gml_metric_value got, expected = score_of(context, &data, metric);
            assert_ok(context, gml_score_network(s.network, s.data, &metric, 1, &got, gml_matrix_none()));
            ck_assert_str_eq(got.reason, expected.reason);
            if (!isnan(expected.value)) {
                assert_value(got.value, expected.value, description, metric);
                compared++;
            }
        }
    }
    ck_assert_uint_ge(compared, classes ? 9 : 8);
    free(y);
    clear_scene(&s);
}

TEST(metrics_of_a_network_are_those_of_its_predictions)
{
    gml_context *context = test_context();
    for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
        compare(context, "3 -> 5 tanh -> 4 softmax", dtype, "softmax_cross_entropy", true, 1, NULL);
        compare(context, "3 -> 5 tanh -> 2 softmax", dtype, "softmax_cross_entropy", true, 1, NULL);
        compare(context, "3 -> 5 tanh -> 1 sigmoid", dtype, "binary_cross_entropy", true, 1, NULL);
        compare(context, "3 -> 5 tanh -> 1", dtype, "hinge", true, 1, NULL);
        compare(context, "3 -> 5 tanh -> 3", dtype, "mean_squared_error", false, 3, NULL);
        compare(context, "3 -> 5 tanh -> 4", dtype, "gaussian_nll", false, 2, NULL);
    }
    compare(context, "3 -> 5 tanh -> 4", GML_F64, "softmax_cross_entropy", true, 1, "softmax");
    compare(context, "3 -> 5 tanh -> 4 log_softmax", GML_F64, "softmax_cross_entropy", true, 1, "softmax");
    compare(context, "3 -> 5 tanh -> 1", GML_F64, "binary_cross_entropy", true, 1, "sigmoid");
    gml_context_destroy(context);
}

TEST(a_part_of_a_dataset_gives_the_same_as_its_samples_alone)
{
    gml_context *context = test_context();
    scene s = set_scene(context, "3 -> 5 tanh -> 4 softmax", GML_F64, "softmax_cross_entropy", true, 1);
    gml_dataset *first, *second, *alone;
    assert_ok(context, gml_dataset_split(s.data, 0.5, 1, &first, &second));
    const size_t size = gml_dataset_size(second);
    double *x = malloc(size * IN * sizeof *x), *targets = malloc(size * sizeof *targets);
    double *weights = malloc(size * sizeof *weights);
    assert_ok(context,
              gml_dataset_gather(second, NULL, size, gml_matrix_f64(x, size, IN), gml_matrix_f64(targets, size, 1)));
    for (size_t i = 0; i < size; i++) {
        weights[i] = s.weights[gml_dataset_row(second, i)];
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, size, IN),
                                     .targets = gml_matrix_f64(targets, size, 1),
                                     .task = GML_TASK_CLASSIFICATION,
                                     .weights = gml_matrix_f64(weights, size, 1)};
    assert_ok(context, gml_dataset_create(context, &parts, &alone));
    const char *const metrics[] = {"roc_auc", "log_loss", "f1"};
    gml_metric_value a[3], b[3];
    double p[16], q[16];
    assert_ok(context, gml_score_network(s.network, second, metrics, 3, a, gml_matrix_f64(p, 4, 4)));
    assert_ok(context, gml_score_network(s.network, alone, metrics, 3, b, gml_matrix_f64(q, 4, 4)));
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq(a[i].value, b[i].value);
    }
    ck_assert_mem_eq(p, q, sizeof p);
    gml_dataset_destroy(alone), gml_dataset_destroy(first), gml_dataset_destroy(second);
    free(x), free(targets), free(weights);
    clear_scene(&s);
    gml_context_destroy(context);
}

TEST(the_bits_are_the_same_for_any_number_of_threads)
{
    const char *const metrics[] = {"roc_auc", "log_loss", "f1(average=weighted)", "ece", "brier", "top_k"};
    gml_metric_value values[2][6];
    for (size_t threads = 1; threads <= 3; threads++) {
        gml_context *context = context_with((gml_context_options){.threads = threads});
        scene s = set_scene(context, "3 -> 200 tanh -> 4 softmax", GML_F32, "softmax_cross_entropy", true, 1);
        gml_metric_value *into = values[threads > 1];
        assert_ok(context, gml_score_network(s.network, s.data, metrics, 6, into, gml_matrix_none()));
        for (size_t i = 0; i < 6; i++) {
            ck_assert_mem_eq(&into[i].value, &values[0][i].value, sizeof(double));
        }
        clear_scene(&s);
        gml_context_destroy(context);
    }
}

TEST(accuracy_and_pooled_errors_are_those_of_gml_evaluate)
{
    gml_context *context = test_context();
    gml_metrics whole;
    gml_metric_value values[2];
    scene s = set_scene(context, "3 -> 5 tanh -> 4 softmax", GML_F64, "softmax_cross_entropy", true, 1);
    gml_dataset *plain;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(s.x, N, IN), gml_matrix_f64(s.targets, N, 1),
                                                 GML_TASK_CLASSIFICATION, &plain));
    const char *const of_classes[] = {"accuracy", "log_loss"};
    assert_ok(context, gml_evaluate(s.network, plain, NULL, &whole));
    assert_ok(context, gml_score_network(s.network, plain, of_classes, 2, values, gml_matrix_none()));
    ck_assert_double_eq(values[0].value, whole.accuracy);
    assert_value(values[1].value, whole.loss, "classes", "log_loss");
    gml_dataset_destroy(plain);
    clear_scene(&s);
    s = set_scene(context, "3 -> 5 tanh -> 3", GML_F64, "mean_squared_error", false, 3);
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(s.x, N, IN), gml_matrix_f64(s.targets, N, 3),
                                                 GML_TASK_REGRESSION, &plain));
    const char *const of_values[] = {"rmse(outputs=pooled)", "r2(outputs=pooled)"};
    assert_ok(context, gml_evaluate(s.network, plain, NULL, &whole));
    assert_ok(context, gml_score_network(s.network, plain, of_values, 2, values, gml_matrix_none()));
    assert_value(values[0].value, whole.rmse, "values", "rmse");
    assert_value(values[1].value, whole.r2, "values", "r2");
    gml_dataset_destroy(plain);
    clear_scene(&s);
    gml_context_destroy(context);
}

TEST(a_scorer_measures_again_without_allocating)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    scene s = set_scene(context, "3 -> 5 tanh -> 4 softmax", GML_F32, "softmax_cross_entropy", true, 1);
    const char *const metrics[] = {"roc_auc", "f1"};
    gml_network_scorer scorer;
    gml_metric_value first[2], again[2];
    assert_ok(context,
              gml_network_scorer_create(s.network, s.data, "softmax_cross_entropy", metrics, 2, false, &scorer));
    assert_ok(context, gml_network_scorer_run(&scorer, first, gml_matrix_none()));
    const size_t allocations = hooks.allocations;
    assert_ok(context, gml_network_scorer_run(&scorer, again, gml_matrix_none()));
    ck_assert_uint_eq(hooks.allocations, allocations);
    ck_assert_double_eq(first[0].value, again[0].value);
    ck_assert_double_eq(first[1].value, again[1].value);
    gml_network_scorer_destroy(&scorer);
    clear_scene(&s);
    gml_context_destroy(context);
    ck_assert_uint_eq(hooks.live_bytes, 0);
}

TEST(data_without_targets_is_refused)
{
    gml_context *context = test_context();
    scene s = set_scene(context, "3 -> 5 tanh -> 4 softmax", GML_F32, "softmax_cross_entropy", true, 1);
    gml_dataset *bare;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(s.x, N, IN), gml_matrix_none(), GML_TASK_AUTO, &bare));
    const char *const metric = "accuracy";
    gml_metric_value value;
    double confusion[16];
    assert_refused(context, gml_score_network(s.network, bare, &metric, 1, &value, gml_matrix_f64(confusion, 4, 4)),
                   GML_ERROR_ARGUMENT, "the data has no targets", NULL);
    gml_dataset_destroy(bare);
    clear_scene(&s);
    gml_context_destroy(context);
}

TEST(what_cannot_be_measured_is_named)
{
    gml_context *context = test_context();
    scene s = set_scene(context, "3 -> 5 tanh -> 3", GML_F32, "mean_squared_error", false, 3);
    const char *metric = "accuracy";
    gml_metric_value value;
    double confusion[9];
    assert_refused(context, gml_score_network(s.network, s.data, &metric, 1, &value, gml_matrix_none()),
                   GML_ERROR_ARGUMENT, "metric accuracy is for classes, and the targets are values", NULL);
    metric = "mae";
    assert_refused(context, gml_score_network(s.network, s.data, &metric, 1, &value, gml_matrix_f64(confusion, 3, 3)),
                   GML_ERROR_ARGUMENT, "a confusion matrix is for classes", NULL);
    s.targets[3 * 1500 + 1] = NAN;
    assert_refused(context, gml_score_network(s.network, s.data, &metric, 1, &value, gml_matrix_none()), GML_ERROR_DATA,
                   "row 1501: target 2 is not a number", NULL);
    s.x[3 * 1200] = INFINITY;
    assert_refused(context, gml_score_network(s.network, s.data, &metric, 1, &value, gml_matrix_none()), GML_ERROR_DATA,
                   "row 1201", NULL);
    clear_scene(&s);
    gml_context_destroy(context);
}
