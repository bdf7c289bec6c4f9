/* tests/library/null_training.c - null pointers: files, measures and training. */
#include "null_case.h"

/* ---- files and metrics ---- */

static void model_save(const objects *o)
{
    refused(gml_model_save(NULL, "model.gml"));
    refused_as(o, "path", gml_model_save(o->network, NULL));
}

static void model_load(const objects *o)
{
    gml_network *made = NULL;
    refused(gml_model_load(NULL, "model.gml", &made));
    refused_as(o, "path", gml_model_load(o->context, NULL, &made));
    refused_as(o, "network", gml_model_load(o->context, "model.gml", NULL));
}

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

static void confusion_class(const objects *o)
{
    ck_assert(isnan(gml_confusion_class(o->none, 0).support));
    ck_assert(isnan(gml_confusion_class(o->wild, 0).support));
}

static void checkpoint_save(const objects *o)
{
    refused(gml_checkpoint_save(NULL, "run.checkpoint"));
    refused_as(o, "path", gml_checkpoint_save(o->trainer, NULL));
}

static void checkpoint_load(const objects *o)
{
    refused(gml_checkpoint_load(NULL, "run.checkpoint", 0));
    refused_as(o, "path", gml_checkpoint_load(o->trainer, NULL, 0));
}

static int save_nowhere(void *user, const gml_progress *progress)
{
    refused_as(user, "path", gml_checkpoint_save_fit(progress, NULL));
    return 1;
}

static void checkpoint_save_fit(const objects *o)
{
    const gml_progress outside = {.epoch = 1};
    const gml_fit_callbacks callbacks = {.user = (void *)o, .on_batch = save_nowhere};
    refused(gml_checkpoint_save_fit(NULL, "run.checkpoint"));
    refused(gml_checkpoint_save_fit(&outside, "run.checkpoint"));
    assert_ok(o->context, gml_fit(o->network, o->dataset, NULL, NULL, &callbacks, NULL));
}

/* ---- training ---- */

static void trainer_create(const objects *o)
{
    gml_trainer *made = NULL;
    refused(gml_trainer_create(NULL, NULL, &made));
    refused_as(o, "trainer", gml_trainer_create(o->network, NULL, NULL));
}

static void trainer_destroy(const objects *o)
{
    (void)o;
    gml_trainer_destroy(NULL);
}

static void trainer_step(const objects *o)
{
    gml_matrix bare = gml_matrix_f32(NULL, ROWS, OUTPUTS);
    refused(gml_trainer_step(NULL, o->x, o->y, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->wild, o->y, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->x, bare, NULL));
    refused_view(o, gml_trainer_step(o->trainer, o->x, o->wild, NULL));
    assert_ok(o->context, gml_trainer_step(o->trainer, o->x, o->y, NULL));
}

static void trainer_step_weighted(const objects *o)
{
    const double weights[ROWS] = {1, 1, 1, 1};
    gml_matrix good = gml_matrix_f64(weights, ROWS, 1);
    refused(gml_trainer_step_weighted(NULL, o->x, o->y, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->wild, o->y, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->x, o->wild, good, NULL));
    refused_view(o, gml_trainer_step_weighted(o->trainer, o->x, o->y, o->none, NULL));
    assert_ok(o->context, gml_trainer_step_weighted(o->trainer, o->x, o->y, good, NULL));
}

static void trainer_set_learning_rate(const objects *o)
{
    (void)o;
    refused(gml_trainer_set_learning_rate(NULL, 0.1));
}

static void trainer_use_average(const objects *o)
{
    (void)o;
    refused(gml_trainer_use_average(NULL, 1));
}

static void trainer_gradient(const objects *o)
{
    gml_block block;
    refused(gml_trainer_gradient(NULL, 0, &block));
    refused_as(o, "gradient", gml_trainer_gradient(o->trainer, 0, NULL));
}

static void fit(const objects *o)
{
    refused_as(o, "network", gml_fit(NULL, o->dataset, NULL, NULL, NULL, NULL));
    refused_as(o, "dataset", gml_fit(o->network, NULL, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_fit(o->network, o->dataset, NULL, NULL, NULL, NULL));
}

static void fit_many(const objects *o)
{
    gml_fit_job empty = {0};
    refused(gml_fit_many(NULL, &empty, 1));
    refused(gml_fit_many(NULL, NULL, 0));
    assert_refused(o->context, gml_fit_many(o->context, NULL, 1), GML_ERROR_ARGUMENT, "array", NULL);
    assert_refused(o->context, gml_fit_many(o->context, &empty, 1), GML_ERROR_ARGUMENT, "network", NULL);
    empty.network = o->network;
    assert_refused(o->context, gml_fit_many(o->context, &empty, 1), GML_ERROR_ARGUMENT, "dataset", NULL);
    assert_ok(o->context, gml_fit_many(o->context, NULL, 0));
}

static void find_rate(const objects *o)
{
    gml_rate_result result;
    refused_as(o, "network", gml_find_rate(NULL, o->dataset, NULL, NULL, NULL, NULL, &result));
    refused_as(o, "train", gml_find_rate(o->network, NULL, NULL, NULL, NULL, NULL, &result));
    refused_as(o, "result", gml_find_rate(o->network, o->dataset, NULL, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_find_rate(o->network, o->dataset, NULL, NULL, NULL, NULL, &result));
}

static void recipe_assign(const objects *o)
{
    static gml_assigned_recipe made;
    refused(gml_recipe_assign(NULL, NULL, "lr=1", 4, &made));
    refused_as(o, "assignment", gml_recipe_assign(o->context, NULL, NULL, 4, &made));
    refused_as(o, "assigned", gml_recipe_assign(o->context, NULL, "lr=1", 4, NULL));
    assert_ok(o->context, gml_recipe_assign(o->context, NULL, "lr=1", 4, &made));
}

static void find_recipe(const objects *o)
{
    static gml_search_result result;
    const gml_search_options options = {.space = "lr=0.1; epochs=1", .trials = 1};
    refused(gml_find_recipe(NULL, o->dataset, NULL, NULL, &options, NULL, &result));
    refused_as(o, "data", gml_find_recipe(o->context, NULL, NULL, NULL, &options, NULL, &result));
    refused_as(o, "result", gml_find_recipe(o->context, o->dataset, NULL, NULL, &options, NULL, NULL));
    assert_ok(o->context, gml_find_recipe(o->context, o->dataset, NULL, NULL, &options, NULL, &result));
}

static void search_key_of(const objects *o)
{
    gml_search_key key;
    refused(gml_search_key_of(NULL, o->dataset, NULL, NULL, NULL, &key));
    refused_as(o, "data", gml_search_key_of(o->context, NULL, NULL, NULL, NULL, &key));
    refused_as(o, "key", gml_search_key_of(o->context, o->dataset, NULL, NULL, NULL, NULL));
    assert_ok(o->context, gml_search_key_of(o->context, o->dataset, NULL, NULL, NULL, &key));
}

static void recipe_network(const objects *o)
{
    const gml_recipe recipe = {0};
    gml_network *made = NULL;
    refused(gml_recipe_network(&recipe, NULL, &made));
    refused_as(o, "network", gml_recipe_network(&recipe, o->dataset, NULL));
    ck_assert_ptr_null(made);
}

static void recipe_measure(const objects *o)
{
    const gml_recipe recipe = {0};
    size_t parameters = 0;
    refused(gml_recipe_measure(&recipe, NULL, &parameters));
    refused_as(o, "parameters", gml_recipe_measure(&recipe, o->dataset, NULL));
    assert_ok(o->context, gml_recipe_measure(NULL, o->dataset, &parameters));
}

static void recipe_fit_options(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_recipe_fit_options(NULL, 0).batch, 1);
}

static void cross_validate(const objects *o)
{
    const gml_split_options two = {.folds = 2};
    gml_split *split = NULL;
    gml_cv_result *result = NULL;
    assert_ok(o->context, gml_split_create(o->dataset, &two, &split));
    refused(gml_cross_validate(NULL, NULL, split, NULL, 0, NULL, &result));
    refused_as(o, "result", gml_cross_validate(NULL, o->dataset, split, NULL, 0, NULL, NULL));
    assert_refused(o->context, gml_cross_validate(NULL, o->dataset, split, NULL, 2, NULL, &result), GML_ERROR_ARGUMENT,
                   "2 metrics, but no array", NULL);
    assert_ok(o->context, gml_cross_validate(NULL, o->dataset, split, NULL, 0, NULL, &result));
    gml_cv_destroy(result);
    gml_split_destroy(split);
}

static void cv_destroy(const objects *o)
{
    (void)o;
    gml_cv_destroy(NULL);
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

/* ---- the table ---- */

const null_case null_cases_training[] = {
    {"model_save", model_save},
    {"model_load", model_load},
    {"checkpoint_save", checkpoint_save},
    {"checkpoint_load", checkpoint_load},
    {"checkpoint_save_fit", checkpoint_save_fit},
    {"evaluate", evaluate},
    {"metric_facts_of", metric_facts_of},
    {"score", score},
    {"score_network", score_network},
    {"calibrate", calibrate},
    {"confusion_class", confusion_class},
    {"trainer_create", trainer_create},
    {"trainer_destroy", trainer_destroy},
    {"trainer_step", trainer_step},
    {"trainer_step_weighted", trainer_step_weighted},
    {"trainer_set_learning_rate", trainer_set_learning_rate},
    {"trainer_use_average", trainer_use_average},
    {"trainer_gradient", trainer_gradient},
    {"fit", fit},
    {"fit_many", fit_many},
    {"find_rate", find_rate},
    {"cross_validate", cross_validate},
    {"cv_destroy", cv_destroy},
    {"recipe_assign", recipe_assign},
    {"find_recipe", find_recipe},
    {"search_key_of", search_key_of},
    {"recipe_network", recipe_network},
    {"recipe_measure", recipe_measure},
    {"recipe_fit_options", recipe_fit_options},
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
