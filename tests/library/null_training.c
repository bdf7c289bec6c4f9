/* tests/library/null_training.c - null pointers: models, checkpoints and training. */
#include "null_case.h"

/* ---- files ---- */

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

static void trainer_set_factors(const objects *o)
{
    (void)o;
    refused(gml_trainer_set_factors(NULL, 1, 1));
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

const null_case null_cases_training[] = {
    {"model_save", model_save},
    {"model_load", model_load},
    {"checkpoint_save", checkpoint_save},
    {"checkpoint_load", checkpoint_load},
    {"checkpoint_save_fit", checkpoint_save_fit},
    {"trainer_create", trainer_create},
    {"trainer_destroy", trainer_destroy},
    {"trainer_step", trainer_step},
    {"trainer_step_weighted", trainer_step_weighted},
    {"trainer_set_learning_rate", trainer_set_learning_rate},
    {"trainer_set_factors", trainer_set_factors},
    {"trainer_use_average", trainer_use_average},
    {"trainer_gradient", trainer_gradient},
    {"fit", fit},
    {"fit_many", fit_many},
    {NULL, NULL},
};
