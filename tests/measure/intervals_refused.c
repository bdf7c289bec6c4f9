/* tests/measure/intervals_refused.c - what keeps and what removes prediction intervals, and what is refused. */
#include "ensemble_case.h"
#include "intervals_case.h"

static const double two[] = {0.5, 2};
static const gml_intervals good = {.level = 0.9, .score = "residual", .targets = 2, .samples = 7, .quantiles = two};

static void assert_good(const gml_network *network)
{
    const gml_intervals has = gml_network_intervals(network);
    ck_assert(has.level == good.level && has.targets == 2 && has.samples == 7);
    ck_assert_str_eq(has.score, good.score);
    ck_assert_mem_eq(has.quantiles, two, sizeof two);
}

TEST(copies_and_folded_networks_keep_the_intervals)
{
    intervals_case of;
    gml_network *copy = NULL, *folded = NULL;
    set_up_intervals(&of, &score_kinds[0], GML_F32);
    ck_assert_double_eq(gml_network_intervals(of.network).level, 0);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    assert_ok(of.context, gml_network_copy(of.network, GML_F64, &copy));
    assert_ok(of.context, gml_network_fold(of.network, &folded));
    assert_good(of.network);
    assert_good(copy);
    assert_good(folded);
    assert_ok(of.context, gml_network_set_intervals(copy, NULL));
    ck_assert_ptr_null(gml_network_intervals(copy).quantiles);
    gml_network_destroy(copy);
    gml_network_destroy(folded);
    tear_down_intervals(&of);
}

TEST(training_and_a_new_scaling_remove_the_intervals)
{
    intervals_case of;
    set_up_intervals(&of, &score_kinds[0], GML_F32);
    gml_dataset *data = case_data(&of, 0, 100);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    assert_ok(of.context, gml_fit(of.network, data, NULL, &(gml_train_options){.epochs = 1}, NULL, NULL));
    ck_assert_double_eq(gml_network_intervals(of.network).level, 0);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    assert_ok(of.context, gml_network_adapt(of.network, data, GML_SCALING_AUTO));
    ck_assert_double_eq(gml_network_intervals(of.network).level, 0);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(a_fit_that_is_refused_leaves_the_intervals)
{
    intervals_case of;
    set_up_intervals(&of, &score_kinds[0], GML_F32);
    gml_dataset *data = case_data(&of, 0, 100);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    assert_refused(of.context, gml_fit(of.network, data, NULL, &(gml_train_options){.loss = "nonsense"}, NULL, NULL),
                   GML_ERROR_NAME, "nonsense", NULL);
    assert_good(of.network);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

/* The bounds of one prediction. */
static void bound(const gml_network *network, double y, double bounds[2])
{
    assert_ok(gml_network_context(network),
              gml_network_bounds(network, gml_matrix_f64(&y, 1, 1), gml_matrix_f64(bounds, 1, 1),
                                 gml_matrix_f64(bounds + 1, 1, 1)));
}

TEST(an_ensemble_has_intervals_of_its_own_with_the_mean_of_its_members_limits)
{
    gml_context *context = test_context();
    ensemble_case of = set_up_ensemble(context, GML_F32, 0);
    gml_network *copy = NULL;
    gml_interval_score score;
    double low[2], high[2];
    assert_ok(context, gml_fit_intervals(of.ensemble, of.data, 0.9));
    assert_ok(context, gml_score_intervals(of.ensemble, of.data, &score));
    ck_assert_double_eq_tol(score.coverage, 0.9, 0.02);
    ck_assert_double_eq(gml_network_intervals(gml_network_member(of.ensemble, 0)).level, 0);
    assert_ok(context, gml_network_copy(of.ensemble, GML_F64, &copy));
    ck_assert_double_eq(gml_network_intervals(copy).quantiles[0], gml_network_intervals(of.ensemble).quantiles[0]);
    for (size_t i = 0; i < CASE_MEMBERS; i++) {
        const double least = 10 * (double)i, greatest = 1e6 * (double)(i + 1);
        bound(copy, -1e7, low);
        ck_assert_double_lt(low[0], -1e6); /* one member without limits: there are none */
        assert_ok(context,
                  gml_network_set_output_limits((gml_network *)gml_network_member(copy, i), &least, &greatest));
    }
    bound(copy, -1e7, low);
    bound(copy, 1e7, high);
    ck_assert_double_eq_tol(low[0], 10, 1e-9);
    ck_assert_double_eq_tol(low[1], 10, 1e-9);
    ck_assert_double_eq_tol(high[0], 2e6, 1e-3);
    ck_assert_double_eq_tol(high[1], 2e6, 1e-3);
    gml_network_destroy(copy);
    tear_down_ensemble(&of);
}

TEST(levels_out_of_range_and_too_few_samples_are_refused_in_words)
{
    static const double levels[] = {0, 1, -0.5, 1.5, (double)NAN, (double)INFINITY};
    intervals_case of;
    set_up_intervals(&of, &score_kinds[0], GML_F64);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    gml_dataset *data = case_data(&of, 0, CASE_SAMPLES), *few = case_data(&of, 20, 9);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        assert_refused(of.context, gml_fit_intervals(of.network, data, levels[i]), GML_ERROR_ARGUMENT,
                       "; a number above 0 and below 1 is needed", NULL);
    }
    assert_refused(of.context, gml_fit_intervals(of.network, few, 0.9), GML_ERROR_DATA,
                   "level 0.9 needs at least 9 samples, and target 1 has 7 known values", NULL);
    assert_refused(of.context, gml_fit_intervals(of.network, data, 0.999), GML_ERROR_DATA, "needs at least 999 samples",
                   NULL);
    assert_good(of.network);
    gml_dataset_destroy(few);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(networks_and_data_without_values_are_refused)
{
    intervals_case of;
    gml_interval_score scores[CASE_TARGETS];
    gml_dataset *classes = NULL;
    double lower[CASE_TARGETS], upper[CASE_TARGETS];
    set_up_intervals(&of, &score_kinds[0], GML_F64);
    gml_dataset *data = case_data(&of, 0, 20);
    const double kinds[] = {0, 1, 0, 1};
    assert_ok(of.context,
              gml_dataset_from_matrices(of.context, gml_matrix_f64(of.inputs, 4, 2),
                                        gml_matrix_f64((double *)kinds, 4, 1), GML_TASK_CLASSIFICATION, &classes));
    assert_refused(of.context, gml_fit_intervals(of.network, classes, 0.5), GML_ERROR_ARGUMENT, "these are classes",
                   NULL);
    assert_refused(of.context, gml_score_intervals(of.network, data, scores), GML_ERROR_ARGUMENT,
                   "has no prediction intervals", NULL);
    const gml_matrix y = gml_matrix_f64(of.predictions, 1, 2), low = gml_matrix_f64(lower, 1, 2),
                     high = gml_matrix_f64(upper, 1, 2);
    assert_refused(of.context, gml_network_bounds(of.network, y, low, high), GML_ERROR_ARGUMENT,
                   "has no prediction intervals", NULL);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    assert_refused(of.context, gml_score_intervals(of.network, classes, scores), GML_ERROR_ARGUMENT,
                   "these are classes", NULL);
    assert_refused(of.context, gml_network_bounds(of.network, gml_matrix_f64(of.predictions, 1, 1), low, high),
                   GML_ERROR_SHAPE, "predictions: [1 x 1] was given, [1 x 2] is needed", NULL);
    assert_refused(of.context, gml_network_bounds(of.network, y, gml_matrix_f64(lower, 2, 1), high), GML_ERROR_SHAPE,
                   "lower bounds: [2 x 1]", NULL);
    assert_refused(of.context, gml_network_bounds(of.network, y, low, gml_matrix_u8((uint8_t *)upper, 1, 2)),
                   GML_ERROR_ARGUMENT, "upper bounds: f32 or f64, not u8", NULL);
    gml_dataset_destroy(classes);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(intervals_that_no_network_has_are_refused_and_change_nothing)
{
    static const double negative[] = {1, -0.1}, infinite[] = {(double)INFINITY, 1}, four[] = {1, 1, 1, 1};
    static const struct {
        gml_intervals intervals;
        gml_status status;
        const char *words;
    } cases[] = {
        {{.level = 1, .score = "residual", .targets = 2, .quantiles = two}, GML_ERROR_ARGUMENT, "level 1; a number"},
        {{.level = 0.5, .score = "distance", .targets = 2, .quantiles = two},
         GML_ERROR_NAME,
         "score \"distance\" is unknown"},
        {{.level = 0.5, .score = "residual", .targets = 4, .quantiles = four}, GML_ERROR_SHAPE, "2 outputs, 1 for"},
        {{.level = 0.5, .score = "scaled_residual", .targets = 2, .quantiles = two}, GML_ERROR_SHAPE, "2 for each"},
        {{.level = 0.5, .score = "residual", .targets = 2, .quantiles = negative}, GML_ERROR_DATA, "target 2 is -0.1"},
        {{.level = 0.5, .score = "residual", .targets = 2, .quantiles = infinite}, GML_ERROR_DATA, "target 1 is inf"},
        {{.level = 0.5, .targets = 2, .quantiles = two}, GML_ERROR_ARGUMENT, "`score`"},
        {{.level = 0.5, .score = "residual", .targets = 2}, GML_ERROR_ARGUMENT, "`quantiles`"},
    };
    intervals_case of;
    set_up_intervals(&of, &score_kinds[0], GML_F64);
    assert_ok(of.context, gml_network_set_intervals(of.network, &good));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(of.context, gml_network_set_intervals(of.network, &cases[i].intervals), cases[i].status,
                       cases[i].words, NULL);
        assert_good(of.network);
    }
    tear_down_intervals(&of);
}

TEST(data_with_other_targets_than_the_intervals_is_refused)
{
    intervals_case of;
    gml_interval_score scores[CASE_OUTPUTS];
    set_up_intervals(&of, &score_kinds[2], GML_F64);
    gml_dataset *data = case_data(&of, 0, 20);
    const gml_intervals four = {.level = 0.5, .score = "residual", .targets = 4, .quantiles = (double[]){1, 1, 1, 1}};
    assert_ok(of.context, gml_network_set_intervals(of.network, &four));
    assert_refused(of.context, gml_score_intervals(of.network, data, scores), GML_ERROR_SHAPE,
                   "the data has 2 targets, and the network has prediction intervals of 4", NULL);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(data_with_fewer_targets_than_a_network_of_logarithms_is_refused)
{
    intervals_case of;
    gml_dataset *data = NULL;
    set_up_intervals(&of, &score_kinds[1], GML_F64);
    assert_ok(of.context,
              gml_dataset_from_matrices(of.context, gml_matrix_f64(of.inputs, CASE_SAMPLES, 2),
                                        gml_matrix_f64(of.targets, CASE_SAMPLES, 1), GML_TASK_REGRESSION, &data));
    assert_refused(of.context, gml_fit_intervals(of.network, data, 0.9), GML_ERROR_SHAPE, "target", NULL);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}

TEST(scores_that_overflow_are_refused_in_words)
{
    intervals_case of;
    set_up_intervals(&of, &score_kinds[2], GML_F64);
    for (size_t i = 0; i < CASE_SAMPLES; i++) {
        of.inputs[i * CASE_OUTPUTS + 2] = -3000; /* a standard deviation of 0 in double */
    }
    gml_dataset *data = case_data(&of, 0, CASE_SAMPLES);
    assert_refused(of.context, gml_fit_intervals(of.network, data, 0.9), GML_ERROR_DATA,
                   "those of target 1 would be infinite", "scaled_residual", NULL);
    gml_dataset_destroy(data);
    tear_down_intervals(&of);
}
