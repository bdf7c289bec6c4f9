/* tests/explain/diagnosis.c - class selectivity, mistakes and reliability. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "effect_case.h"
#include "numbers.h"

enum { N = 1300, IN = 5, HIDDEN = 7, CLASSES = 4 };

static scene scene_with_loss(const char *description, const char *loss, gml_dtype dtype, size_t threads)
{
    scene s = set_scene(N, description, dtype, threads);
    assert_ok(s.context, gml_network_set_fact(s.network, "loss", loss));
    return s;
}

/* A sample of the data: its inputs, class and weight. The row is found by its inputs. */
typedef struct sample {
    double x[IN], target, weight;
} sample;

static sample sample_at(const scene *s, size_t index)
{
    sample found;
    assert_ok(s->context, gml_dataset_gather(s->data, &index, 1, gml_matrix_f64(found.x, 1, IN),
                                             gml_matrix_f64(&found.target, 1, 1)));
    size_t row = 0;
    while (memcmp(s->x + row * IN, found.x, sizeof found.x) != 0) {
        row++;
    }
    found.weight = s->weights[row];
    return found;
}

/* ---- units ---- */

/* The outputs of the first layer, `HIDDEN relu`, in double. */
static void naive_units(const gml_network *network, const double *x, double *y)
{
    gml_block weight, bias;
    ck_assert_int_eq(gml_network_block(network, 0, &weight), GML_OK);
    ck_assert_int_eq(gml_network_block(network, 1, &bias), GML_OK);
    for (size_t j = 0; j < HIDDEN; j++) {
        double sum = ((double *)bias.values.data)[j];
        for (size_t i = 0; i < IN; i++) {
            sum += x[i] * ((double *)weight.values.data)[i * HIDDEN + j];
        }
        y[j] = sum > 0 ? sum : 0;
    }
}

TEST(selectivity_is_that_of_its_definition)
{
    scene s = scene_with_loss("5 -> 7 relu -> dropout 0.5 -> 4 softmax", "softmax_cross_entropy", GML_F64, 2);
    double sums[CLASSES][HIDDEN] = {{0}}, totals[CLASSES] = {0};
    for (size_t i = 0; i < gml_dataset_size(s.data); i++) {
        const sample of = sample_at(&s, i);
        double y[HIDDEN];
        naive_units(s.network, of.x, y);
        for (size_t j = 0; j < HIDDEN && !isnan(of.target); j++) {
            sums[(size_t)of.target][j] += of.weight * y[j];
        }
        if (!isnan(of.target)) {
            totals[(size_t)of.target] += of.weight;
        }
    }
    gml_unit_selectivity units[HIDDEN], behind[HIDDEN];
    assert_ok(s.context, gml_class_selectivity(s.network, s.data, 0, units));
    for (size_t j = 0; j < HIDDEN; j++) {
        size_t best = 0;
        double all = 0;
        for (size_t c = 0; c < CLASSES; c++) {
            sums[c][j] /= totals[c];
            all += sums[c][j];
            best = sums[c][j] > sums[best][j] ? c : best;
        }
        const double greatest = sums[best][j], others = (all - greatest) / (CLASSES - 1);
        ck_assert_uint_eq(units[j].preferred, best);
        assert_close(units[j].greatest, greatest, 1e-12, "greatest");
        assert_close(units[j].others, others, 1e-12, "others");
        assert_close(units[j].selectivity, (greatest - others) / (greatest + others), 1e-12, "selectivity");
    }
    assert_ok(s.context, gml_class_selectivity(s.network, s.data, 1, behind)); /* dropout passes on */
    ck_assert_mem_eq(units, behind, sizeof units);
    clear_scene(&s);
}

/* A unit that responds to one class alone, one to all classes alike, one that is dead, and one below 0. */
TEST(selectivity_is_1_0_or_not_defined)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> 4 relu init=zeros -> 3 softmax", GML_F32, 1);
    gml_network *signed_units = new_network(context, "2 -> 1 init=zeros -> 3 softmax", GML_F32, 1);
    gml_block weight, bias;
    assert_ok(context, gml_network_block(network, 0, &weight));
    assert_ok(context, gml_network_block(network, 1, &bias));
    ((float *)weight.values.data)[0] = 1;
    ((float *)bias.values.data)[1] = 2;
    assert_ok(context, gml_network_block(signed_units, 1, &bias));
    ((float *)bias.values.data)[0] = -1;
    static const double x[] = {1, 0, 0, 0, 0, 0, 3, 0};
    static const uint8_t classes[] = {1, 0, 2, 1};
    gml_dataset *data;
    gml_unit_selectivity units[4];
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 4, 2), gml_matrix_u8(classes, 4, 1),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_class_selectivity(network, data, 0, units));
    ck_assert_double_eq(units[0].selectivity, 1);
    ck_assert_uint_eq(units[0].preferred, 1);
    ck_assert_double_eq(units[0].greatest, 2);
    ck_assert_double_eq(units[1].selectivity, 0);
    ck_assert(isnan(units[2].selectivity) && isnan(units[3].selectivity));
    assert_ok(context, gml_class_selectivity(signed_units, data, 0, units));
    ck_assert(isnan(units[0].selectivity));
    ck_assert_double_eq(units[0].others, -1);
    gml_dataset_destroy(data);
    gml_network_destroy(signed_units);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(selectivity_needs_samples_of_two_classes_and_a_layer)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F32), *values = new_network(context, "5 -> 1", GML_F32, 1);
    planted_data *made = make_planted(context);
    gml_unit_selectivity units[4];
    gml_dataset *plain;
    assert_refused(context, gml_class_selectivity(network, made->data, 2, units), GML_ERROR_ARGUMENT, "no layer 2",
                   NULL);
    for (size_t i = 0; i < PLANTED; i++) {
        made->targets[i] = 1;
    }
    assert_refused(context, gml_class_selectivity(network, made->data, 0, units), GML_ERROR_DATA, "1 class;", NULL);
    made->targets[4] = 7;
    assert_refused(context, gml_class_selectivity(network, made->data, 0, units), GML_ERROR_DATA, "row 5", "7", NULL);
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(made->x, PLANTED, PLANTED_INPUTS),
                                        gml_matrix_f64(made->targets, PLANTED, 1), GML_TASK_REGRESSION, &plain));
    assert_refused(context, gml_class_selectivity(values, plain, 0, units), GML_ERROR_ARGUMENT, "values", NULL);
    gml_dataset_destroy(plain);
    free_planted(made);
    gml_network_destroy(values);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- mistakes ---- */

static int compare_mistakes(const void *a, const void *b)
{
    const gml_mistake *x = a, *y = b;
    return x->predicted_score != y->predicted_score ? (x->predicted_score < y->predicted_score ? 1 : -1)
                                                    : (x->sample > y->sample) - (x->sample < y->sample);
}

/* All wrong samples, sorted. `base` of a single score: 1 or 0. */
static size_t naive_mistakes(const scene *s, double base, gml_mistake *all)
{
    const size_t outputs = gml_network_outputs(s->network), classes = outputs == 1 ? 2 : outputs;
    size_t count = 0;
    for (size_t i = 0; i < gml_dataset_size(s->data); i++) {
        const sample of = sample_at(s, i);
        double y[CLASSES], scores[CLASSES];
        assert_ok(s->context,
                  gml_network_predict(s->network, gml_matrix_f64(of.x, 1, IN), gml_matrix_f64(y, 1, outputs)));
        for (size_t j = 0; j < classes; j++) {
            scores[j] = outputs > 1 ? y[j] : j == 1 ? y[0] : base - y[0];
        }
        size_t best = 0;
        for (size_t j = 1; j < classes; j++) {
            best = scores[j] > scores[best] ? j : best;
        }
        if (!isnan(of.target) && of.weight > 0 && (size_t)of.target != best) {
            all[count++] = (gml_mistake){i, (size_t)of.target, best, scores[best], scores[(size_t)of.target]};
        }
    }
    qsort(all, count, sizeof *all, compare_mistakes);
    return count;
}

static void check_mistakes(const char *description, const char *loss, double base)
{
    scene s = scene_with_loss(description, loss, GML_F64, 2);
    gml_mistake *expected = malloc(N * sizeof *expected), *found = malloc(N * sizeof *found);
    const size_t all = naive_mistakes(&s, base, expected);
    const size_t most[] = {0, 1, 10, all, N};
    ck_assert_uint_gt(all, 300);
    for (size_t k = 0; k < sizeof most / sizeof most[0]; k++) {
        size_t count, errors;
        assert_ok(s.context, gml_find_mistakes(s.network, s.data, found, most[k], &count, &errors));
        ck_assert_uint_eq(errors, all);
        ck_assert_uint_eq(count, most[k] < all ? most[k] : all);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_eq(found[i].sample, expected[i].sample);
            ck_assert_uint_eq(found[i].actual, expected[i].actual);
            ck_assert_uint_eq(found[i].predicted, expected[i].predicted);
            assert_close(found[i].predicted_score, expected[i].predicted_score, 1e-13, "score");
            assert_close(found[i].actual_score, expected[i].actual_score, 1e-13, "score");
        }
    }
    free(expected), free(found);
    clear_scene(&s);
}

TEST(mistakes_are_the_most_confident_wrong_samples)
{
    check_mistakes("5 -> 7 tanh -> 4 softmax", "softmax_cross_entropy", 1);
    check_mistakes("5 -> 7 tanh -> 1 sigmoid", "binary_cross_entropy", 1);
    check_mistakes("5 -> 7 tanh -> 1", "hinge", 0);
}

/* Without weights all scores are equal, and class 0 is predicted. */
TEST(of_equally_confident_mistakes_the_first_samples_are_listed)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5 -> 3 softmax init=zeros", GML_F32, 1);
    planted_data *made = make_planted(context);
    gml_mistake found[7];
    size_t count, errors, next = 0;
    made->targets[0] = 2; /* the dataset was made with two classes */
    gml_dataset *data;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(made->x, PLANTED, PLANTED_INPUTS),
                                        gml_matrix_f64(made->targets, PLANTED, 1), GML_TASK_CLASSIFICATION, &data));
    assert_ok(context, gml_find_mistakes(network, data, found, 7, &count, &errors));
    ck_assert(count == 7 && errors > 50);
    for (size_t i = 0; i < count; i++, next++) {
        while (made->targets[next] == 0) {
            next++;
        }
        ck_assert_uint_eq(found[i].sample, next);
        ck_assert_uint_eq(found[i].actual, (size_t)made->targets[next]);
    }
    gml_dataset_destroy(data);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(mistakes_of_values_are_refused_and_of_a_right_network_none)
{
    gml_context *context = test_context();
    gml_network *network = planted_network(context, GML_F64);
    planted_data *made = make_planted(context);
    gml_mistake found[2];
    size_t count, errors;
    assert_ok(context, gml_find_mistakes(network, made->data, found, 2, &count, &errors));
    ck_assert(count == 0 && errors == 0);
    gml_dataset *plain;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(made->x, PLANTED, PLANTED_INPUTS),
                                        gml_matrix_f64(made->targets, PLANTED, 1), GML_TASK_REGRESSION, &plain));
    assert_refused(context, gml_find_mistakes(network, plain, found, 2, &count, NULL), GML_ERROR_ARGUMENT, "values",
                   NULL);
    gml_dataset_destroy(plain);
    free_planted(made);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- reliability ---- */

TEST(a_calibration_curve_is_that_of_a_naive_loop)
{
    enum { BINS = 10 };
    scene s = scene_with_loss("5 -> 7 tanh -> 4 softmax", "softmax_cross_entropy", GML_F64, 2);
    double weight[BINS] = {0}, right[BINS] = {0}, confidence[BINS] = {0}, error = 0, all = 0, found_error;
    for (size_t i = 0; i < gml_dataset_size(s.data); i++) {
        const sample of = sample_at(&s, i);
        double y[CLASSES];
        size_t best = 0;
        assert_ok(s.context,
                  gml_network_predict(s.network, gml_matrix_f64(of.x, 1, IN), gml_matrix_f64(y, 1, CLASSES)));
        for (size_t j = 1; j < CLASSES; j++) {
            best = y[j] > y[best] ? j : best;
        }
        const size_t bin = (size_t)ceil(y[best] * BINS) - 1;
        if (!isnan(of.target)) {
            weight[bin] += of.weight;
            right[bin] += (size_t)of.target == best ? of.weight : 0;
            confidence[bin] += of.weight * y[best];
            all += of.weight;
        }
    }
    gml_reliability_bin bins[BINS];
    assert_ok(s.context, gml_reliability(s.network, s.data, bins, BINS, &found_error));
    for (size_t i = 0; i < BINS; i++) {
        error += fabs(right[i] - confidence[i]) / all;
        assert_close(bins[i].weight, weight[i], 1e-12, "weight");
        ck_assert_int_eq(isnan(bins[i].accuracy), weight[i] == 0);
        ck_assert_int_eq(isnan(bins[i].confidence), weight[i] == 0);
        if (weight[i] > 0) {
            assert_close(bins[i].accuracy, right[i] / weight[i], 1e-12, "accuracy");
            assert_close(bins[i].confidence, confidence[i] / weight[i], 1e-12, "confidence");
        }
    }
    ck_assert(weight[2] > 0 && weight[9] == 0);
    assert_close(found_error, error, 1e-12, "error");
    clear_scene(&s);
}

TEST(a_calibration_curve_needs_probabilities_and_intervals)
{
    scene s = scene_with_loss("5 -> 7 tanh -> 1", "hinge", GML_F32, 1);
    gml_reliability_bin bins[3];
    assert_refused(s.context, gml_reliability(s.network, s.data, bins, 3, NULL), GML_ERROR_DATA, "probabilities", NULL);
    assert_refused(s.context, gml_reliability(s.network, s.data, bins, 0, NULL), GML_ERROR_ARGUMENT, "bins", NULL);
    clear_scene(&s);
}

TEST(diagnoses_have_the_same_bits_for_any_number_of_threads)
{
    enum { MOST = 20 };
    gml_unit_selectivity units[2][HIDDEN];
    gml_mistake mistakes[2][MOST];
    gml_reliability_bin bins[2][MOST];
    for (size_t threads = 1; threads <= 5; threads += 2) {
        scene s = scene_with_loss("5 -> 7 relu -> 4 softmax", "softmax_cross_entropy", GML_F32, threads);
        const size_t at = threads > 1;
        size_t count;
        memset(mistakes[at], 0, sizeof mistakes[at]);
        assert_ok(s.context, gml_class_selectivity(s.network, s.data, 0, units[at]));
        assert_ok(s.context, gml_find_mistakes(s.network, s.data, mistakes[at], MOST, &count, NULL));
        assert_ok(s.context, gml_reliability(s.network, s.data, bins[at], MOST, NULL));
        if (at == 1) {
            ck_assert_mem_eq(units[0], units[1], sizeof units[0]);
            ck_assert_mem_eq(mistakes[0], mistakes[1], sizeof mistakes[0]);
            ck_assert_mem_eq(bins[0], bins[1], sizeof bins[0]);
        }
        clear_scene(&s);
    }
}
