/* tests/measure/custom.c - custom metrics are computed as the library's own, found by name, and checked. */
#include <math.h>
#include <stdlib.h>

#include "faults.h"
#include "score_case.h"

/* mean of |t - y|^p: sum of weights, sum of terms */
static size_t power_size(void *user, const double *arguments, const gml_metric_shape *shape)
{
    (void)user, (void)arguments, (void)shape;
    return 2;
}

static void power_add(void *user, const double *arguments, const gml_metric_shape *shape, const gml_metric_block *block,
                      double *state)
{
    (void)shape;
    for (size_t i = 0; i < block->samples * block->columns; i++) {
        const double weight = block->weights[i / block->columns];
        if (!isnan(block->targets[i])) {
            state[0] += weight;
            state[1] += weight * pow(fabs(block->targets[i] - block->predictions[i]), arguments[0]);
        }
    }
    ++*(size_t *)user;
}

static double power_value(void *user, const double *arguments, const gml_metric_shape *shape, double *state)
{
    (void)user, (void)arguments, (void)shape;
    return state[1] / state[0];
}

static double no_value(void *user, const double *arguments, const gml_metric_shape *shape, double *state)
{
    (void)user, (void)arguments, (void)shape, (void)state;
    return NAN;
}

static size_t blocks;

static const gml_custom_metric power = {
    .entry = {.name = "power", .parameters = {{"p", 2, 1, 4, "exponent", NULL}}, .parameter_count = 1},
    .user = &blocks,
    .task = GML_TASK_REGRESSION,
    .size = power_size,
    .add = power_add,
    .value = power_value};

TEST(custom_metrics_equal_the_librarys_own_in_one_list_with_them)
{
    gml_context *context = test_context();
    assert_ok(context, gml_register_metric(context, &power));
    for (int weighted = 0; weighted < 2; weighted++) {
        score_case of = random_case(false, 3000, 2, weighted != 0, 4);
        const gml_score_data data = data_of(&of);
        const char *const metrics[] = {"power", "mse", "power(p=1)", "mae"};
        gml_metric_value values[4];
        blocks = 0;
        assert_ok(context, gml_score(context, &data, metrics, 4, values, gml_matrix_none()));
        assert_value(values[0].value, values[1].value, "custom", "power");
        assert_value(values[2].value, values[3].value, "custom", "power(p=1)");
        ck_assert_uint_eq(blocks, 2 * 3); /* of 1024 samples */
        free_case(&of);
    }
    gml_metric_facts facts;
    assert_ok(context, gml_metric_facts_of(context, "power(p=3)", &facts));
    ck_assert_int_eq(facts.task, GML_TASK_REGRESSION);
    ck_assert_int_eq(facts.higher_is_better, 0);
    gml_context_destroy(context);
}

TEST(a_custom_metric_may_be_for_any_task_need_probabilities_and_have_no_value)
{
    gml_context *context = test_context();
    gml_custom_metric any = power;
    any.entry.name = "any";
    any.task = GML_TASK_AUTO;
    any.needs_probability = 1;
    assert_ok(context, gml_register_metric(context, &any));
    any.entry.name = "none";
    any.needs_probability = 0;
    any.value = no_value;
    assert_ok(context, gml_register_metric(context, &any));
    const double x[] = {0.25, 0.75}, doubled[] = {0.5, 1.5};
    const uint8_t t[] = {1};
    gml_score_data data = {.predictions = gml_matrix_f64(x, 1, 2), .targets = gml_matrix_u8(t, 1, 1)};
    ck_assert_double_eq(score_of(context, &data, "any").value, 0.75 * 0.75);
    ck_assert_str_eq(score_of(context, &data, "none").reason, "it is not defined for these samples");
    data.predictions = gml_matrix_f64(doubled, 1, 2);
    ck_assert_str_eq(score_of(context, &data, "any").reason,
                     "it needs probabilities, and the scores of sample 1 are none");
    data.targets = gml_matrix_f64(x, 1, 2);
    data.task = GML_TASK_REGRESSION;
    ck_assert_str_eq(score_of(context, &data, "any").reason, ""); /* values are no scores */
    gml_context_destroy(context);
}

TEST(records_that_are_not_whole_and_names_that_are_taken_are_refused)
{
    gml_context *context = test_context(), *other = test_context();
    gml_custom_metric bad = power;
    bad.add = NULL;
    assert_refused(context, gml_register_metric(context, &bad), GML_ERROR_ARGUMENT, "three functions are needed", NULL);
    bad = power;
    bad.task = (gml_task)7;
    assert_refused(context, gml_register_metric(context, &bad), GML_ERROR_ARGUMENT, "task 7", NULL);
    bad = power;
    bad.entry.name = "f1";
    assert_refused(context, gml_register_metric(context, &bad), GML_ERROR_NAME, "metric \"f1\"",
                   "name is already in use", NULL);
    assert_ok(context, gml_register_metric(context, &power));
    assert_refused(context, gml_register_metric(context, &power), GML_ERROR_NAME, "name is already in use", NULL);
    assert_ok(context, gml_call_check(context, "metric", "power(p=3)"));
    assert_refused(context, gml_call_check(context, "metric", "powr"), GML_ERROR_NAME, "did you mean \"power\"", NULL);
    assert_refused(other, gml_call_check(other, "metric", "power"), GML_ERROR_NAME, "power", NULL);
    gml_context_destroy(context);
    gml_context_destroy(other);
}

static size_t too_large(void *user, const double *arguments, const gml_metric_shape *shape)
{
    (void)user, (void)arguments, (void)shape;
    return SIZE_MAX / 4;
}

TEST(a_state_that_is_too_large_is_refused)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    gml_custom_metric large = power;
    large.size = too_large;
    assert_ok(context, gml_register_metric(context, &large));
    score_case of = random_case(false, 10, 2, false, 4);
    const gml_score_data data = data_of(&of);
    const char *const metric = "power";
    gml_metric_value value;
    const size_t live = hooks.live_bytes;
    assert_refused(context, gml_score(context, &data, &metric, 1, &value, gml_matrix_none()), GML_ERROR_SHAPE,
                   "metrics", NULL);
    ck_assert_uint_eq(hooks.live_bytes, live);
    free_case(&of);
    gml_context_destroy(context);
}
