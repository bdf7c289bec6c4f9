/* tests/library/null_measure.c - null pointers: metrics, the gradient check, and health. */
#include "null_case.h"

/* ---- metrics ---- */

static void evaluate(const objects *o)
{
    gml_metrics metrics;
    refused_as(o, "network", gml_evaluate(NULL, o->dataset, NULL, &metrics));
    refused_as(o, "dataset", gml_evaluate(o->network, NULL, NULL, &metrics));
    refused_as(o, "metrics", gml_evaluate(o->network, o->dataset, NULL, NULL));
}

static void metric_facts_of(const objects *o)
{
    gml_metric_facts facts;
    refused(gml_metric_facts_of(NULL, "mse", &facts));
    refused_as(o, "metric", gml_metric_facts_of(o->context, NULL, &facts));
    refused_as(o, "facts", gml_metric_facts_of(o->context, "mse", NULL));
}

static void score(const objects *o)
{
    const char *const metrics[] = {"mse", NULL};
    const gml_score_data data = {.predictions = o->y, .targets = o->y};
    gml_score_data bad = data;
    gml_metric_value values[2];
    refused(gml_score(NULL, &data, metrics, 1, values, o->none));
    refused_as(o, "data", gml_score(o->context, NULL, metrics, 1, values, o->none));
    refused_as(o, "metrics", gml_score(o->context, &data, NULL, 1, values, o->none));
    refused_as(o, "values", gml_score(o->context, &data, metrics, 1, NULL, o->none));
    assert_refused(o->context, gml_score(o->context, &data, metrics, 2, values, o->none), GML_ERROR_ARGUMENT,
                   "metric 2 of 2 is a null pointer", NULL);
    bad.predictions = o->wild;
    refused_view(o, gml_score(o->context, &bad, metrics, 1, values, o->none));
    bad = data;
    bad.targets.data = NULL;
    refused_view(o, gml_score(o->context, &bad, metrics, 1, values, o->none));
    assert_ok(o->context, gml_score(o->context, &data, metrics, 1, values, o->none));
    assert_ok(o->context, gml_score(o->context, &data, metrics, 0, values, o->none));
}

static void score_targets(const objects *o)
{
    const char *metrics[] = {"rmse"};
    gml_metric_value values[4];
    refused_as(o, "network", gml_score_targets(NULL, o->dataset, metrics, 1, values));
    refused_as(o, "dataset", gml_score_targets(o->network, NULL, metrics, 1, values));
    refused_as(o, "metrics", gml_score_targets(o->network, o->dataset, NULL, 1, values));
    refused_as(o, "values", gml_score_targets(o->network, o->dataset, metrics, 1, NULL));
}

static void score_network(const objects *o)
{
    const char *const metrics[] = {"mse", NULL};
    gml_metric_value values[2];
    refused_as(o, "network", gml_score_network(NULL, o->dataset, metrics, 1, values, o->none));
    refused_as(o, "dataset", gml_score_network(o->network, NULL, metrics, 1, values, o->none));
    refused_as(o, "metrics", gml_score_network(o->network, o->dataset, NULL, 1, values, o->none));
    refused_as(o, "values", gml_score_network(o->network, o->dataset, metrics, 1, NULL, o->none));
    assert_refused(o->context, gml_score_network(o->network, o->dataset, metrics, 2, values, o->none),
                   GML_ERROR_ARGUMENT, "metric 2 of 2 is a null pointer", NULL);
    assert_ok(o->context, gml_score_network(o->network, o->dataset, metrics, 1, values, o->none));
}

static void calibrate(const objects *o)
{
    gml_calibration report;
    refused_as(o, "network", gml_calibrate(NULL, o->dataset, &report));
    refused_as(o, "dataset", gml_calibrate(o->network, NULL, &report));
}

static const gml_intervals intervals = {
    .level = 0.9, .score = "residual", .targets = OUTPUTS, .quantiles = (const double[OUTPUTS]){1, 2}};

static void fit_intervals(const objects *o)
{
    refused_as(o, "network", gml_fit_intervals(NULL, o->dataset, 0.5));
    refused_as(o, "dataset", gml_fit_intervals(o->network, NULL, 0.5));
}

static void network_intervals(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_network_intervals(NULL).quantiles);
}

static void network_set_intervals(const objects *o)
{
    gml_intervals without = intervals;
    refused(gml_network_set_intervals(NULL, &intervals));
    assert_ok(o->context, gml_network_set_intervals(o->network, NULL));
    without.score = NULL;
    refused_as(o, "score", gml_network_set_intervals(o->network, &without));
    without = (gml_intervals){.level = 0.9, .score = "residual", .targets = OUTPUTS};
    refused_as(o, "quantiles", gml_network_set_intervals(o->network, &without));
}

static void network_bounds(const objects *o)
{
    assert_ok(o->context, gml_network_set_intervals(o->network, &intervals));
    refused(gml_network_bounds(NULL, o->y, o->y, o->y));
    refused_view(o, gml_network_bounds(o->network, o->wild, o->y, o->y));
    refused_view(o, gml_network_bounds(o->network, o->y, o->wild, o->y));
    refused_view(o, gml_network_bounds(o->network, o->y, o->y, o->wild));
}

static void score_intervals(const objects *o)
{
    gml_interval_score scores[OUTPUTS];
    assert_ok(o->context, gml_network_set_intervals(o->network, &intervals));
    refused_as(o, "network", gml_score_intervals(NULL, o->dataset, scores));
    refused_as(o, "dataset", gml_score_intervals(o->network, NULL, scores));
    refused_as(o, "scores", gml_score_intervals(o->network, o->dataset, NULL));
}

static void confusion_class(const objects *o)
{
    ck_assert(isnan(gml_confusion_class(o->none, 0).support));
    ck_assert(isnan(gml_confusion_class(o->wild, 0).support));
}

static void gradient_check(const objects *o)
{
    gml_check_block blocks[8];
    size_t count;
    refused(gml_gradient_check(NULL, o->x, o->y, NULL, 1, blocks, 8, &count));
    refused_as(o, "blocks", gml_gradient_check(o->network, o->x, o->y, NULL, 1, NULL, 8, &count));
    refused_as(o, "count", gml_gradient_check(o->network, o->x, o->y, NULL, 1, blocks, 8, NULL));
    refused_view(o, gml_gradient_check(o->network, o->wild, o->y, NULL, 1, blocks, 8, &count));
    refused_view(o, gml_gradient_check(o->network, o->x, o->wild, NULL, 1, blocks, 8, &count));
}

/* ---- health ---- */

static void health_create(const objects *o)
{
    gml_health *health = NULL;
    refused(gml_health_create(NULL, NULL, &health));
    refused_as(o, "health", gml_health_create(o->network, NULL, NULL));
}

static void health_destroy(const objects *o)
{
    (void)o;
    gml_health_destroy(NULL);
}

/* A health of the network, which the case destroys. */
static gml_health *new_health(const objects *o)
{
    gml_health *health = NULL;
    assert_ok(o->context, gml_health_create(o->network, NULL, &health));
    return health;
}

static void health_measure(const objects *o)
{
    gml_health *health = new_health(o);
    refused_as(o, "health", gml_health_measure(NULL, o->dataset));
    refused_as(o, "dataset", gml_health_measure(health, NULL));
    gml_health_destroy(health);
}

static void health_observer(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_health_observer(NULL));
}

static void health_finish(const objects *o)
{
    (void)o;
    refused(gml_health_finish(NULL));
}

static void health_edge(const objects *o)
{
    (void)o;
    ck_assert_double_eq(gml_health_edge(GML_HEALTH_BINS / 2), 0);
}

static void health_summarize(const objects *o)
{
    gml_health *health = new_health(o);
    gml_health_summary summary;
    refused(gml_health_summarize(NULL, &summary));
    refused_as(o, "summary", gml_health_summarize(health, NULL));
    gml_health_destroy(health);
}

static void health_layer(const objects *o)
{
    gml_health *health = new_health(o);
    gml_layer_health layer;
    refused(gml_health_layer(NULL, 0, &layer));
    refused_as(o, "view", gml_health_layer(health, 0, NULL));
    gml_health_destroy(health);
}

static void health_unit(const objects *o)
{
    gml_health *health = new_health(o);
    gml_unit_health unit;
    refused(gml_health_unit(NULL, 0, 0, &unit));
    refused_as(o, "view", gml_health_unit(health, 0, 0, NULL));
    gml_health_destroy(health);
}

static void health_alarm(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_health_alarm(NULL, 0));
}

static void alarm_entry(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_alarm_entry(SIZE_MAX));
}

const null_case null_cases_measure[] = {
    {"evaluate", evaluate},
    {"metric_facts_of", metric_facts_of},
    {"score", score},
    {"score_network", score_network},
    {"score_targets", score_targets},
    {"calibrate", calibrate},
    {"fit_intervals", fit_intervals},
    {"network_intervals", network_intervals},
    {"network_set_intervals", network_set_intervals},
    {"network_bounds", network_bounds},
    {"score_intervals", score_intervals},
    {"confusion_class", confusion_class},
    {"gradient_check", gradient_check},
    {"health_create", health_create},
    {"health_destroy", health_destroy},
    {"health_measure", health_measure},
    {"health_observer", health_observer},
    {"health_finish", health_finish},
    {"health_edge", health_edge},
    {"health_summarize", health_summarize},
    {"health_layer", health_layer},
    {"health_unit", health_unit},
    {"health_alarm", health_alarm},
    {"alarm_entry", alarm_entry},
    {NULL, NULL},
};
