/* tests/explain/importance.c - permutation importance: scikit-learn's figures, a naive loop's, and a planted truth. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/rows.h"
#include "effect_case.h"
#include "kernel/kernel.h"
#include "numbers.h"

enum { REPEATS = 4, MOST = 64 };

/* ---- scikit-learn's ---- */

static void check_metric(const effect_case *of, const char *metric, const json_t *expected)
{
    const gml_importance_options options = {.metric = metric, .repeats = REPEATS, .seed = 7};
    gml_importance found[MOST];
    double drops[MOST * REPEATS], base;
    assert_ok(of->context, gml_permutation_importance(of->network, of->data, &options, &base, found,
                                                      gml_matrix_f64(drops, of->inputs, REPEATS)));
    double *all = json_numbers(json_object_get(expected, "drops"), NULL);
    double *mean = json_numbers(json_object_get(expected, "mean"), NULL);
    double *deviation = json_numbers(json_object_get(expected, "deviation"), NULL);
    assert_close(base, json_number_value(json_object_get(expected, "base")), 1e-12, metric);
    for (size_t i = 0; i < of->inputs; i++) {
        assert_close(found[i].mean, mean[i], 1e-12, metric);
        assert_close(found[i].deviation, deviation[i], 1e-12, metric);
        for (size_t j = 0; j < REPEATS; j++) {
            assert_close(drops[i * REPEATS + j], all[i * REPEATS + j], 1e-12, metric);
        }
    }
    free(all), free(mean), free(deviation);
}

static void check_case(const effect_case *of)
{
    const char *metric;
    json_t *expected;
    json_object_foreach(json_object_get(of->json, "importances"), metric, expected)
    {
        check_metric(of, metric, expected);
    }
}

TEST(importances_are_those_of_scikit_learn_for_the_same_permutations)
{
    for_each_case(check_case);
}

/* The second half of the file's promise: the permutations that it was made with are the library's. */
static void check_permutations(const effect_case *of)
{
    const json_t *all = json_object_get(of->json, "permutations");
    gml_epoch epoch;
    assert_ok(of->context, gml_epoch_create(of->context, (const gml_dataset *)of->data, of->samples, &epoch));
    for (size_t repeat = 0; repeat < json_array_size(all); repeat++) {
        double *expected = json_numbers(json_array_get(all, repeat), NULL);
        gml_epoch_draw_from(&epoch, &(gml_stream){.seed = 7, .purpose = GML_RANDOM_COLUMNS, .step = repeat});
        const gml_batch batch = gml_epoch_batch(&epoch, 0, of->samples);
        for (size_t i = 0; i < of->samples; i++) {
            ck_assert_uint_eq(batch.order[i], (size_t)expected[i]);
        }
        free(expected);
    }
    gml_epoch_destroy(&epoch);
}

TEST(the_files_permutations_are_the_librarys)
{
    for_each_case(check_permutations);
}

/* ---- a naive loop ---- */

/* A dataset of more samples than a block and than an order that is stored, with weights, targets that are missing, and
 * its samples in another order. */
enum { N = 5000, IN = 6 };

static scene scaled_scene(size_t threads, gml_dtype dtype)
{
    scene s = set_scene(N, "6 -> 8 tanh -> 3 softmax", dtype, threads);
    assert_ok(s.context, gml_network_adapt(s.network, s.data, GML_SCALING_STANDARD));
    return s;
}

/* The score of the samples of `data` where `columns` come from other samples: a dataset of copies is scored. */
static double naive_score(const scene *s, const char *metric, const size_t *order, const size_t *columns, size_t count)
{
    const size_t n = gml_dataset_size(s->data);
    double *x = malloc(n * IN * sizeof *x), *t = malloc(n * sizeof *t), *w = malloc(n * sizeof *w);
    for (size_t i = 0; i < n; i++) {
        const size_t row = gml_dataset_row(s->data, i);
        memcpy(x + i * IN, s->x + row * IN, IN * sizeof *x);
        t[i] = s->targets[row];
        w[i] = s->weights[row];
        for (size_t j = 0; j < count; j++) {
            x[i * IN + columns[j]] = s->x[gml_dataset_row(s->data, order[i]) * IN + columns[j]];
        }
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, n, IN),
                                     .targets = gml_matrix_f64(t, n, 1),
                                     .task = GML_TASK_CLASSIFICATION,
                                     .weights = gml_matrix_f64(w, n, 1),
                                     .missing_targets = 1};
    gml_dataset *copy;
    gml_metric_value value;
    gml_metrics metrics;
    assert_ok(s->context, gml_dataset_create(s->context, &parts, &copy));
    if (strcmp(metric, "loss") == 0) {
        assert_ok(s->context, gml_evaluate(s->network, copy, NULL, &metrics));
        value.value = metrics.loss;
    } else {
        assert_ok(s->context, gml_score_network(s->network, copy, &metric, 1, &value, gml_matrix_none()));
    }
    gml_dataset_destroy(copy);
    free(x), free(t), free(w);
    return value.value;
}

static void check_naive(const scene *s, const char *metric, bool higher)
{
    static const size_t pair[] = {4, 1}, single[] = {2};
    static const gml_column_group groups[] = {{pair, 2}, {single, 1}};
    const gml_importance_options options = {
        .metric = metric, .repeats = 2, .seed = 3, .groups = groups, .group_count = 2};
    gml_importance found[2];
    double drops[4], base;
    assert_ok(s->context,
              gml_permutation_importance(s->network, s->data, &options, &base, found, gml_matrix_f64(drops, 2, 2)));
    const size_t n = gml_dataset_size(s->data);
    size_t *order = malloc(n * sizeof *order);
    assert_close(base, naive_score(s, metric, NULL, NULL, 0), 1e-12, metric);
    for (size_t task = 0; task < 4; task++) {
        const gml_column_group *group = &groups[task / 2];
        const gml_stream stream = {
            .seed = 3, .purpose = GML_RANDOM_COLUMNS, .step = group->columns[0] * 65536 + task % 2};
        const gml_permutation drawn = gml_permutation_draw(n, &stream);
        gml_kernels_find(GML_F32, NULL)->order->fill(&drawn, 0, n, order);
        const double score = naive_score(s, metric, order, group->columns, group->count);
        assert_close(drops[task], higher ? base - score : score - base, 1e-12, metric);
    }
    free(order);
}

TEST(groups_weights_and_missing_targets_count_as_in_a_naive_loop)
{
    scene s = scaled_scene(2, GML_F64);
    check_naive(&s, "loss", false);
    check_naive(&s, "balanced_accuracy", true);
    check_naive(&s, "brier", false);
    check_naive(&s, "roc_auc", true);
    clear_scene(&s);
}

TEST(importances_have_the_same_bits_for_any_number_of_threads)
{
    static const char *const metrics[] = {"loss", "accuracy", "roc_auc"};
    for (size_t m = 0; m < 3; m++) {
        const gml_importance_options options = {.metric = metrics[m], .repeats = 2};
        gml_importance first[IN], found[IN];
        for (size_t threads = 1; threads <= 5; threads += 2) {
            scene s = scaled_scene(threads, GML_F32);
            assert_ok(s.context,
                      gml_permutation_importance(s.network, s.data, &options, NULL, found, gml_matrix_none()));
            if (threads == 1) {
                memcpy(first, found, sizeof first);
            }
            ck_assert_mem_eq(first, found, sizeof first);
            clear_scene(&s);
        }
    }
}

/* The same whole numbers as bytes, floats and doubles. */
TEST(importances_do_not_depend_on_the_type_of_the_data)
{
    enum { FEW = 1500 };
    gml_context *context = test_context();
    uint8_t bytes[FEW * 3], classes[FEW];
    float floats[FEW * 3];
    double doubles[FEW * 3];
    for (size_t i = 0; i < FEW * 3; i++) {
        floats[i] = bytes[i] = (uint8_t)(100 * (scattered(i) + 1));
        doubles[i] = bytes[i];
        classes[i / 3] = (uint8_t)(bytes[i / 3 * 3] > 100);
    }
    const gml_matrix views[] = {gml_matrix_u8(bytes, FEW, 3), gml_matrix_f32(floats, FEW, 3),
                                gml_matrix_f64(doubles, FEW, 3)};
    static const char *const metrics[] = {"loss", "log_loss"};
    for (size_t m = 0; m < 2; m++) {
        gml_importance first[3], found[3];
        for (size_t i = 0; i < 3; i++) {
            gml_network *network = new_network(context, "3 -> 6 tanh -> 2 softmax", GML_F32, 6);
            const gml_importance_options options = {.metric = metrics[m], .repeats = 2};
            gml_dataset *data;
            assert_ok(context, gml_dataset_from_matrices(context, views[i], gml_matrix_u8(classes, FEW, 1),
                                                         GML_TASK_CLASSIFICATION, &data));
            assert_ok(context, gml_permutation_importance(network, data, &options, NULL, i == 0 ? first : found,
                                                          gml_matrix_none()));
            ck_assert(i == 0 || memcmp(first, found, sizeof first) == 0);
            gml_dataset_destroy(data);
            gml_network_destroy(network);
        }
        ck_assert_double_gt(fabs(first[0].mean), 1e-6);
    }
    gml_context_destroy(context);
}

/* ---- what the figures say ---- */

TEST(columns_that_matter_rank_first_and_others_get_exactly_0)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32);
    planted_data *made = make_planted(context);
    static const char *const metrics[] = {NULL, "loss", "log_loss", "roc_auc"};
    for (size_t m = 0; m < 4; m++) {
        const gml_importance_options options = {.metric = metrics[m]};
        gml_importance found[PLANTED_INPUTS];
        assert_ok(context, gml_permutation_importance(network, made->data, &options, NULL, found, gml_matrix_none()));
        ck_assert_double_gt(found[0].low, found[1].high);
        ck_assert_double_gt(found[1].low, 0);
        for (size_t j = 2; j < PLANTED_INPUTS; j++) {
            ck_assert_double_eq(found[j].mean, 0);
            ck_assert_double_eq(found[j].high, 0);
        }
    }
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Of 95 %: many intervals of few repeats cover the mean of all repeats. */
TEST(intervals_cover_the_mean_as_often_as_they_say)
{
    enum { ROUNDS = 200, FEW = 4 };
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F64);
    planted_data *made = make_planted(context);
    double sum = 0;
    gml_importance found[ROUNDS];
    static const size_t first = 0;
    static const gml_column_group group = {&first, 1};
    for (size_t i = 0; i < ROUNDS; i++) {
        const gml_importance_options options = {
            .metric = "loss", .repeats = FEW, .seed = i, .groups = &group, .group_count = 1};
        assert_ok(context,
                  gml_permutation_importance(network, made->data, &options, NULL, &found[i], gml_matrix_none()));
        sum += found[i].mean;
    }
    size_t covered = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        covered += found[i].low <= sum / ROUNDS && sum / ROUNDS <= found[i].high;
    }
    ck_assert_uint_ge(covered, ROUNDS * 90 / 100);
    ck_assert_uint_lt(covered, ROUNDS);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_single_repeat_has_no_interval)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32);
    planted_data *made = make_planted(context);
    const gml_importance_options options = {.repeats = 1};
    gml_importance found[PLANTED_INPUTS];
    assert_ok(context, gml_permutation_importance(network, made->data, &options, NULL, found, gml_matrix_none()));
    ck_assert_double_gt(found[0].mean, 0);
    ck_assert_double_eq(found[0].deviation, 0);
    ck_assert(isnan(found[0].low) && isnan(found[0].high));
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- refusals ---- */

TEST(data_that_a_score_is_not_defined_for_is_refused_with_the_reason)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32);
    planted_data *made = make_planted(context);
    gml_importance found[PLANTED_INPUTS];
    for (size_t i = 0; i < PLANTED; i++) {
        made->targets[i] = 0;
    }
    assert_refused(context,
                   gml_permutation_importance(network, made->data, &(gml_importance_options){.metric = "roc_auc"}, NULL,
                                              found, gml_matrix_none()),
                   GML_ERROR_DATA, "roc_auc", "not defined", NULL);
    assert_ok(context, gml_permutation_importance(network, made->data, NULL, NULL, found, gml_matrix_none()));
    made->x[7] = (double)INFINITY;
    assert_refused(context, gml_permutation_importance(network, made->data, NULL, NULL, found, gml_matrix_none()),
                   GML_ERROR_DATA, "inf", NULL);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(options_out_of_range_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32), *other = new_network(context, "3 -> 1", GML_F32, 1);
    planted_data *made = make_planted(context);
    gml_importance found[PLANTED_INPUTS];
    double drops[PLANTED_INPUTS];
    static const size_t past[] = {5}, twice[] = {1, 2, 1};
    static const gml_column_group groups[] = {{past, 1}, {twice, 3}, {past, 0}};
    const struct {
        gml_importance_options options;
        gml_status status;
        const char *word;
    } wrong[] = {
        {{.repeats = 65536}, GML_ERROR_ARGUMENT, "65536"},
        {{.level = 1}, GML_ERROR_ARGUMENT, "level"},
        {{.level = -0.5}, GML_ERROR_ARGUMENT, "level"},
        {{.metric = "accurate"}, GML_ERROR_NAME, "accuracy"},
        {{.metric = "r2"}, GML_ERROR_ARGUMENT, "r2"},
        {{.groups = &groups[0], .group_count = 1}, GML_ERROR_ARGUMENT, "no input 5"},
        {{.groups = &groups[1], .group_count = 1}, GML_ERROR_ARGUMENT, "twice"},
        {{.groups = &groups[2], .group_count = 1}, GML_ERROR_ARGUMENT, "no columns"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_refused(
            context, gml_permutation_importance(network, made->data, &wrong[i].options, NULL, found, gml_matrix_none()),
            wrong[i].status, wrong[i].word, NULL);
    }
    assert_refused(
        context,
        gml_permutation_importance(network, made->data, NULL, NULL, found, gml_matrix_f64(drops, PLANTED_INPUTS, 1)),
        GML_ERROR_SHAPE, "drops", NULL);
    assert_refused(context, gml_permutation_importance(other, made->data, NULL, NULL, found, gml_matrix_none()),
                   GML_ERROR_SHAPE, NULL);
    free_planted(made);
    gml_network_destroy(other);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("effects", 120);
}
