/* tests/measure/intervals.c - prediction intervals equal their definition: the quantile, the bounds, what is measured.
 */
#include "intervals_case.h"

static const double levels[] = {0.1, 0.5, 0.9, 0.95, 0.99};
enum { LEVELS = sizeof levels / sizeof levels[0] };

/* Calls `visit` with each score in f32 and f64. */
static void for_each_case(void (*visit)(intervals_case *of))
{
    for (size_t i = 0; i < 2 * SCORE_KINDS; i++) {
        intervals_case of;
        set_up_intervals(&of, &score_kinds[i / 2], i % 2 == 0 ? GML_F32 : GML_F64);
        visit(&of);
        tear_down_intervals(&of);
    }
}

static size_t count_known(const intervals_case *of, size_t count, size_t j)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        known += of->weights[i] > 0 && !isnan(of->targets[i * CASE_TARGETS + j]);
    }
    return known;
}

static void compare_quantiles(intervals_case *of)
{
    gml_dataset *data = case_data(of, 0, CASE_SAMPLES);
    for (size_t i = 0; i < LEVELS; i++) {
        assert_ok(of->context, gml_fit_intervals(of->network, data, levels[i]));
        const gml_intervals made = gml_network_intervals(of->network);
        ck_assert_double_eq(made.level, levels[i]);
        ck_assert_str_eq(made.score, of->kind->name);
        ck_assert_uint_eq(made.targets, CASE_TARGETS);
        const size_t known[] = {count_known(of, CASE_SAMPLES, 0), count_known(of, CASE_SAMPLES, 1)};
        ck_assert_uint_eq(made.samples, known[0] < known[1] ? known[0] : known[1]);
        for (size_t j = 0; j < CASE_TARGETS; j++) {
            const double expected = reference_quantile(of, 0, CASE_SAMPLES, j, levels[i]);
            ck_assert_double_eq_tol(made.quantiles[j], expected, 1e-12 * expected);
        }
    }
    gml_dataset_destroy(data);
}

TEST(quantiles_are_those_of_the_definition_for_each_score_type_and_level)
{
    for_each_case(compare_quantiles);
}

/* From the fewest samples that a level needs on, where the quantile is the greatest score. */
static void compare_small(intervals_case *of)
{
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        of->weights[i] = 1;
        of->targets[i * CASE_TARGETS] = isnan(of->targets[i * CASE_TARGETS]) ? 1 : of->targets[i * CASE_TARGETS];
        of->targets[i * CASE_TARGETS + 1] = of->targets[i * CASE_TARGETS];
    }
    for (size_t count = 9; count < 40; count++) {
        gml_dataset *data = case_data(of, count, count);
        assert_ok(of->context, gml_fit_intervals(of->network, data, 0.9));
        const double expected = reference_quantile(of, count, count, 1, 0.9);
        ck_assert_double_eq_tol(gml_network_intervals(of->network).quantiles[1], expected, 1e-12 * expected);
        gml_dataset_destroy(data);
    }
}

TEST(few_samples_have_the_quantile_of_the_definition)
{
    for_each_case(compare_small);
}

/* Bounds beside predictions in one matrix, as a program prints them. */
static void compare_bounds(intervals_case *of)
{
    enum { WIDE = CASE_OUTPUTS + 2 * CASE_TARGETS };
    static double rows[CASE_SAMPLES * WIDE];
    const size_t outputs = of->kind->outputs;
    gml_dataset *data = case_data(of, 0, CASE_SAMPLES);
    assert_ok(of->context, gml_fit_intervals(of->network, data, 0.8));
    const gml_intervals made = gml_network_intervals(of->network);
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        memcpy(rows + i * WIDE, of->predictions + i * outputs, outputs * sizeof *rows);
    }
    gml_matrix predictions = gml_matrix_f64(rows, CASE_SAMPLES, outputs),
               lower = gml_matrix_f64(rows + CASE_OUTPUTS, CASE_SAMPLES, CASE_TARGETS),
               upper = gml_matrix_f64(rows + CASE_OUTPUTS + CASE_TARGETS, CASE_SAMPLES, CASE_TARGETS);
    predictions.stride = lower.stride = upper.stride = WIDE;
    assert_ok(of->context, gml_network_bounds(of->network, predictions, lower, upper));
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        const double *row = rows + i * WIDE;
        for (size_t j = 0; j < CASE_TARGETS; j++) {
            double expected[2];
            const double v = outputs > CASE_TARGETS ? row[CASE_TARGETS + j] : 0;
            gml_reference_bounds(of->kind->score, row[j], v, made.quantiles[j], expected);
            ck_assert_double_eq_tol(row[CASE_OUTPUTS + j], expected[0], 1e-12 * (1 + fabs(expected[0])));
            ck_assert_double_eq_tol(row[CASE_OUTPUTS + CASE_TARGETS + j], expected[1], 1e-12 * (1 + fabs(expected[1])));
        }
    }
    gml_dataset_destroy(data);
}

TEST(bounds_are_those_of_the_definition)
{
    for_each_case(compare_bounds);
}

/* Counts on samples that the intervals were not found with. */
static void compare_scores(intervals_case *of)
{
    enum { HALF = CASE_SAMPLES / 2 };
    gml_dataset *data = case_data(of, 0, HALF), *others = case_data(of, HALF, HALF);
    gml_interval_score scores[CASE_TARGETS];
    assert_ok(of->context, gml_fit_intervals(of->network, data, 0.9));
    assert_ok(of->context, gml_score_intervals(of->network, others, scores));
    for (size_t j = 0; j < CASE_TARGETS; j++) {
        const double quantile = reference_quantile(of, 0, HALF, j, 0.9);
        double inside = 0, width = 0, count = 0;
        for (size_t i = HALF; i < CASE_SAMPLES; i++) {
            const double *y = of->predictions + i * of->kind->outputs, t = of->targets[i * CASE_TARGETS + j];
            double bounds[2];
            gml_reference_bounds(of->kind->score, y[j], of->kind->outputs > CASE_TARGETS ? y[CASE_TARGETS + j] : 0,
                                 quantile, bounds);
            if (of->weights[i] > 0 && !isnan(t)) {
                count++;
                inside += t >= bounds[0] && t <= bounds[1];
                width += bounds[1] - bounds[0];
            }
        }
        ck_assert_uint_eq(scores[j].samples, (size_t)count);
        ck_assert_double_eq_tol(scores[j].coverage, inside / count, 1e-12);
        ck_assert_double_eq_tol(scores[j].mean_width, width / count, 1e-9 * width / count);
    }
    gml_dataset_destroy(data);
    gml_dataset_destroy(others);
}

TEST(coverage_and_width_are_counted_by_the_bounds)
{
    for_each_case(compare_scores);
}

/* The validation part of a split: its samples are scattered over the rows, and more than are predicted at once. */
TEST(many_samples_that_a_split_has_chosen_have_the_quantile_of_the_definition)
{
    enum { ROWS = 5000, PART = ROWS / 2 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> 1 init=identity", GML_F64, 1);
    double *x = random_doubles(ROWS, 1), *y = random_doubles(ROWS, 2), *ones = calloc(PART, sizeof *ones);
    double *inputs = calloc(PART, sizeof *x), *targets = calloc(PART, sizeof *y);
    size_t order[PART];
    gml_dataset *all = NULL, *training = NULL, *part = NULL;
    gml_split *split = NULL;
    gml_interval_score score;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 1), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_REGRESSION, &all));
    assert_ok(context, gml_split_create(all, &(gml_split_options){.fraction = 0.5}, &split));
    assert_ok(context, gml_split_fold(split, 0, 0, &training, &part));
    ck_assert_uint_eq(gml_dataset_size(part), PART);
    for (size_t i = 0; i < PART; i++) {
        order[i] = i;
        ones[i] = 1;
    }
    assert_ok(context,
              gml_dataset_gather(part, order, PART, gml_matrix_f64(inputs, PART, 1), gml_matrix_f64(targets, PART, 1)));
    const gml_reference_values values = {PART, targets, inputs, NULL, ones};
    assert_ok(context, gml_fit_intervals(network, part, 0.9));
    ck_assert_double_eq(gml_network_intervals(network).quantiles[0],
                        gml_reference_quantile(&values, GML_REFERENCE_RESIDUAL, 0.9));
    assert_ok(context, gml_score_intervals(network, part, &score));
    ck_assert_double_eq_tol(score.coverage, 2251.0 / PART, 1e-12); /* number ceil(2501 * 0.9) of them */
    gml_split_destroy(split);
    gml_dataset_destroy(part);
    gml_dataset_destroy(training);
    gml_dataset_destroy(all);
    gml_network_destroy(network);
    free(x);
    free(y);
    free(ones);
    free(inputs);
    free(targets);
    gml_context_destroy(context);
}

/* 1 of 10 samples has half of the weight: with it up to 1/2 + 1/20 of the weight is needed beyond its score. */
TEST(weights_move_the_quantile)
{
    intervals_case of;
    set_up_intervals(&of, &score_kinds[0], GML_F64);
    for (size_t i = 0; i < 10; i++) {
        of.targets[i * CASE_TARGETS] = of.predictions[2 * i] + (double)(i + 1);
        of.targets[i * CASE_TARGETS + 1] = of.predictions[2 * i + 1] - (double)(10 - i);
        of.weights[i] = i == 3 ? 9 : 1;
    }
    gml_dataset *data = case_data(&of, 0, 10);
    assert_ok(of.context, gml_fit_intervals(of.network, data, 0.5));
    const double *quantiles = gml_network_intervals(of.network).quantiles; /* weight 9.9 of 18 */
    ck_assert_double_eq_tol(quantiles[0], 4, 1e-12);
    ck_assert_double_eq_tol(quantiles[1], 7, 1e-12);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(a_target_at_the_very_quantile_is_inside_in_spite_of_rounding)
{
    intervals_case of;
    gml_interval_score scores[CASE_TARGETS];
    set_up_intervals(&of, &score_kinds[1], GML_F64);
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        of.weights[i] = 1;
        of.targets[i * CASE_TARGETS] = of.targets[i * CASE_TARGETS + 1] = 1e6 + (double)(i % 4);
    }
    for (size_t count = 9; count < 100; count += 10) { /* the quantile is the greatest score: all are inside */
        gml_dataset *data = case_data(&of, count, 9);
        assert_ok(of.context, gml_fit_intervals(of.network, data, 0.9));
        assert_ok(of.context, gml_score_intervals(of.network, data, scores));
        ck_assert_double_eq(scores[0].coverage, 1);
        ck_assert_double_eq(scores[1].coverage, 1);
        gml_dataset_destroy(data);
    }
    tear_down_intervals(&of);
}

TEST(bounds_keep_to_the_limits_of_predictions_and_targets_beyond_are_outside)
{
    static const double least[] = {-1, -2}, greatest[] = {1, 2};
    double lower[CASE_SAMPLES * CASE_TARGETS], upper[CASE_SAMPLES * CASE_TARGETS];
    intervals_case of;
    gml_interval_score scores[CASE_TARGETS], free_scores[CASE_TARGETS];
    set_up_intervals(&of, &score_kinds[0], GML_F64);
    gml_dataset *data = case_data(&of, 0, CASE_SAMPLES);
    assert_ok(of.context, gml_fit_intervals(of.network, data, 0.9));
    assert_ok(of.context, gml_score_intervals(of.network, data, free_scores));
    assert_ok(of.context, gml_network_set_output_limits(of.network, least, greatest));
    assert_ok(of.context, gml_score_intervals(of.network, data, scores));
    assert_ok(of.context,
              gml_network_bounds(of.network, gml_matrix_f64(of.predictions, CASE_SAMPLES, 2),
                                 gml_matrix_f64(lower, CASE_SAMPLES, 2), gml_matrix_f64(upper, CASE_SAMPLES, 2)));
    for (size_t i = 0; i < CASE_SAMPLES * CASE_TARGETS; i++) {
        ck_assert_double_ge(lower[i], least[i % 2]);
        ck_assert_double_le(upper[i], greatest[i % 2]);
    }
    for (size_t j = 0; j < CASE_TARGETS; j++) {
        ck_assert_double_lt(scores[j].coverage, free_scores[j].coverage - 0.1);
        ck_assert_double_lt(scores[j].mean_width, free_scores[j].mean_width);
    }
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(bounds_that_overflow_are_infinite_and_those_of_nan_are_nan)
{
    intervals_case of;
    float lower[2 * CASE_TARGETS], upper[2 * CASE_TARGETS];
    set_up_intervals(&of, &score_kinds[0], GML_F32);
    const gml_intervals wide = {.level = 0.5, .score = "residual", .targets = 2, .quantiles = (double[]){1, 1e39}};
    assert_ok(of.context, gml_network_set_intervals(of.network, &wide));
    const double y[] = {1, 2, NAN, 3};
    assert_ok(of.context, gml_network_bounds(of.network, gml_matrix_f64((double *)y, 2, 2), gml_matrix_f32(lower, 2, 2),
                                             gml_matrix_f32(upper, 2, 2)));
    ck_assert(lower[0] == 0 && upper[0] == 2);
    ck_assert(isinf(lower[1]) && lower[1] < 0 && isinf(upper[1]) && upper[1] > 0);
    ck_assert(isnan(lower[2]) && isnan(upper[2]) && isinf(upper[3]));
    tear_down_intervals(&of);
}

int main(void)
{
    return run_tests("intervals", 60);
}
