/* tests/library/operations_training.c - operations that train and measure. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char net[] = "4 -> 6 relu -> batchnorm -> 5 tanh -> 3 softmax";
static const char plain[] = "4 -> 6 tanh -> 3"; /* for optimizers that take the whole data set */

/* ---- recipes ---- */

static void recipe_network(stage *s)
{
    gml_dataset *data = make_classes(s);
    const gml_recipe recipe = {.hidden = "6 relu -> 5 tanh", .unit_variance = 1};
    gml_network *network = NULL;
    ATTEMPT(s, NULL, gml_recipe_network(&recipe, data, &network));
    note_network(s, network);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void recipe_measure(stage *s)
{
    gml_dataset *data = make_classes(s);
    size_t parameters = 0;
    ATTEMPT(s, NULL, gml_recipe_measure(NULL, data, &parameters));
    note_bytes(s, &parameters, sizeof parameters);
    gml_dataset_destroy(data);
}

/* ---- a trainer ---- */

static void trainer_create(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    const gml_train_options options = {.optimizer = s->variant,
                                       .groups = "weights(last=1, rate=0.1)",
                                       .class_weights = "1,2,1",
                                       .clip_norm = 1,
                                       .accumulate = 2};
    gml_trainer *trainer = NULL;
    ATTEMPT(s, network, gml_trainer_create(network, &options, &trainer));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

/* The first step, which may allocate, and one after it. */
static void trainer_step(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    const gml_train_options options = {.optimizer = s->variant};
    gml_trainer *trainer = NULL;
    double loss = 0;
    assert_ok(s->context, gml_trainer_create(network, &options, &trainer));
    ATTEMPT(s, network, gml_trainer_step(trainer, sample_inputs(), sample_classes(), &loss));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), &loss));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

static void trainer_step_weighted(stage *s)
{
    static const double weights[SAMPLES] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3};
    gml_network *network = make_network(s, net, GML_F32);
    gml_trainer *trainer = NULL;
    gml_matrix w = gml_matrix_f64(weights, SAMPLES, 1);
    assert_ok(s->context, gml_trainer_create(network, NULL, &trainer));
    ATTEMPT(s, network, gml_trainer_step_weighted(trainer, sample_inputs(), sample_classes(), w, NULL));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

/* What may be done with a trainer between steps. */
static void trainer_between(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    const gml_train_options options = {.average = "ema(decay=0.5)", .keep_gradients = 1};
    gml_trainer *trainer = NULL;
    gml_block gradient;
    assert_ok(s->context, gml_trainer_create(network, &options, &trainer));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    if (strcmp(s->variant, "rate") == 0) {
        ATTEMPT(s, network, gml_trainer_set_learning_rate(trainer, 0.5));
    } else if (strcmp(s->variant, "average") == 0) {
        ATTEMPT(s, network, gml_trainer_use_average(trainer, 1));
        assert_ok(s->context, gml_trainer_use_average(trainer, 0));
    } else {
        ATTEMPT(s, network, gml_trainer_gradient(trainer, 0, &gradient));
    }
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

/* ---- fits ---- */

/* What a fit is told, by the name of its variant. */
static const struct {
    const char *name;
    gml_train_options options;
} fits[] = {
    {"adam", {.epochs = 2, .batch = 5}},
    {"muon", {.epochs = 2, .batch = 5, .optimizer = "muon"}},
    {"lbfgs", {.epochs = 3, .optimizer = "lbfgs"}},
    {"levenberg_marquardt", {.epochs = 3, .optimizer = "levenberg_marquardt"}},
    {"average", {.epochs = 2, .batch = 5, .average = "swa(start=0.5)"}},
    {"schedule", {.epochs = 2, .batch = 5, .schedule = "one_cycle"}},
    {"accumulate", {.epochs = 2, .batch = 4, .accumulate = 2}},
    {"groups", {.epochs = 2, .batch = 5, .groups = "weights(last=1, rate=0); all(first=2, decay=0)", .l2 = 0.1}},
    {"class weights", {.epochs = 2, .batch = 5, .class_weights = "balanced"}},
    {"noise",
     {.epochs = 2, .batch = 5, .gradient_noise = 0.1, .clip_norm = 1, .clip_value = 0.5, .l1 = 1e-3, .max_norm = 1}},
};

static gml_train_options fit_options(const char *name, int *whole)
{
    size_t i = 0;
    while (strcmp(fits[i].name, name) != 0) {
        i++;
        ck_assert_uint_lt(i, sizeof fits / sizeof fits[0]);
    }
    *whole = strcmp(name, "lbfgs") == 0 || strcmp(name, "levenberg_marquardt") == 0;
    return fits[i].options;
}

static void fit(stage *s)
{
    int whole = 0;
    gml_train_options options = fit_options(s->variant, &whole);
    const char *description = whole ? plain : net;
    gml_network *network = make_network(s, description, GML_F32);
    gml_dataset *data = whole ? make_values(s) : make_classes(s);
    ATTEMPT(s, network, gml_fit(network, data, data, &options, NULL, NULL));
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void fit_many(stage *s)
{
    gml_network *first = make_network(s, net, GML_F32), *second = make_network(s, net, GML_F64);
    gml_dataset *data = make_classes(s);
    gml_fit_job jobs[] = {{.network = first, .dataset = data, .options = {.epochs = 1}},
                          {.network = second, .dataset = data, .validation = data, .options = {.epochs = 2}}};
    /* Jobs that do not fail are trained all the same: both networks start anew for the second try. */
    begin_attempt(s, NULL);
    end_attempt(s, gml_fit_many(s->context, jobs, 2), s->context, NULL);
    for (size_t i = 0; i < 2 && s->status != GML_OK; i++) {
        ck_assert_int_eq(jobs[i].status == GML_OK, jobs[i].message[0] == '\0');
    }
    s->again = s->status;
    if (s->status != GML_OK) {
        gml_network_destroy(first);
        gml_network_destroy(second);
        jobs[0].network = first = make_network(s, net, GML_F32);
        jobs[1].network = second = make_network(s, net, GML_F64);
        s->again = gml_fit_many(s->context, jobs, 2);
    }
    note_network(s, first);
    note_network(s, second);
    gml_dataset_destroy(data);
    gml_network_destroy(second);
    gml_network_destroy(first);
}

/* ---- checkpoints ---- */

static void checkpoint_save(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    const gml_train_options options = {.average = "ema(decay=0.5)", .accumulate = 2};
    gml_trainer *trainer = NULL;
    assert_ok(s->context, gml_trainer_create(network, &options, &trainer));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    ATTEMPT(s, network, gml_checkpoint_save(trainer, in_folder("run")));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

static void checkpoint_load(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    const gml_train_options options = {.groups = "weights(last=1, rate=0.1)"};
    gml_trainer *trainer = NULL;
    assert_ok(s->context, gml_trainer_create(network, &options, &trainer));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    assert_ok(s->context, gml_checkpoint_save(trainer, in_folder("run")));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    ATTEMPT(s, network, gml_checkpoint_load(trainer, in_folder("run"), 0));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    gml_trainer_destroy(trainer);
    note_network(s, network);
    gml_network_destroy(network);
}

static int save_once(void *user, const gml_progress *progress)
{
    stage *s = user;
    ATTEMPT(s, NULL, gml_checkpoint_save_fit(progress, in_folder("run")));
    return 1;
}

static void checkpoint_save_fit(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    const gml_fit_callbacks callbacks = {.user = s, .on_epoch = save_once};
    assert_ok(s->context, gml_fit(network, data, data, &fits[0].options, &callbacks, NULL));
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void find_rate(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    const gml_train_options fit_options = {.epochs = 2, .batch = 5};
    const gml_rate_options options = {.steps = 10, .least = 1e-3, .most = 0.1, .trial_steps = 3};
    gml_rate_result result = {0};
    ATTEMPT(s, network, gml_find_rate(network, data, NULL, &fit_options, &options, NULL, &result));
    note_bytes(s, &result.rate, sizeof result.rate);
    note_bytes(s, &result.steps, sizeof result.steps);
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void cross_validate(stage *s)
{
    static const char *const metrics[] = {"accuracy", "log_loss"};
    gml_dataset *data = make_classes(s);
    const gml_recipe recipe = {.hidden = "5 tanh", .fit = {.epochs = 2, .batch = 5}, .unit_variance = 1};
    const gml_split_options folds = {.folds = 2, .repeats = 2};
    const gml_cv_options options = {.validation = 0.3};
    gml_split *split = NULL;
    gml_cv_result *result = NULL;
    assert_ok(s->context, gml_split_create(data, &folds, &split));
    ATTEMPT(s, NULL, gml_cross_validate(&recipe, data, split, metrics, 2, &options, &result));
    note_bytes(s, result->predictions.data, SAMPLES * CLASSES * sizeof(double));
    note_bytes(s, &result->metric[1].mean, sizeof result->metric[1].mean);
    gml_cv_destroy(result);
    gml_split_destroy(split);
    gml_dataset_destroy(data);
}

static const gml_search_options small_search = {
    .space = "lr=log(0.01, 0.1); hidden=choice(4, 3x2); epochs=1", .trials = 3, .folds = 2};

static void find_recipe(stage *s)
{
    gml_dataset *data = make_classes(s);
    gml_network *network = NULL;
    static gml_search_result result;
    ATTEMPT(s, NULL, gml_find_recipe(s->context, data, NULL, NULL, &small_search, &network, &result));
    note_network(s, network);
    note_bytes(s, &result.best.score, sizeof result.best.score);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

static void search_key(stage *s)
{
    gml_dataset *data = make_classes(s);
    gml_search_key key;
    ATTEMPT(s, NULL, gml_search_key_of(s->context, data, NULL, NULL, &small_search, &key));
    note_bytes(s, &key, sizeof key);
    gml_dataset_destroy(data);
}

static void recipe_assign(stage *s)
{
    static gml_assigned_recipe made;
    ATTEMPT(s, NULL, gml_recipe_assign(s->context, NULL, "hidden=8x2; lr=0.1", SAMPLES, &made));
    note_bytes(s, made.recipe.hidden, strlen(made.recipe.hidden));
}

static int stop_at_once(void *user, const gml_progress *progress)
{
    (void)user;
    (void)progress;
    return 1;
}

static void resume(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32), *again = NULL;
    gml_dataset *data = make_classes(s);
    gml_train_options options = {.epochs = 2, .batch = 5, .checkpoint = in_folder("run")};
    const gml_fit_callbacks callbacks = {.on_batch = stop_at_once};
    assert_ok(s->context, gml_fit(network, data, NULL, &options, &callbacks, NULL));
    assert_ok(s->context, gml_model_load(s->context, in_folder("run"), &again));
    options.resume = options.checkpoint;
    options.checkpoint = NULL;
    ATTEMPT(s, again, gml_fit(again, data, NULL, &options, NULL, NULL));
    note_network(s, again);
    gml_dataset_destroy(data);
    gml_network_destroy(again);
    gml_network_destroy(network);
}

/* ---- measuring ---- */

static void evaluate(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_metrics metrics = {0};
    ATTEMPT(s, network, gml_evaluate(network, data, NULL, &metrics));
    note_bytes(s, &metrics.loss, sizeof metrics.loss);
    note_bytes(s, &metrics.accuracy, sizeof metrics.accuracy);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static const char *const metric_names[] = {"accuracy", "roc_auc", "f1", "ece"};
enum { METRICS = sizeof metric_names / sizeof metric_names[0] };

static void note_values(stage *s, const gml_metric_value *values)
{
    for (size_t i = 0; i < METRICS; i++) {
        note_bytes(s, &values[i].value, sizeof values[i].value);
    }
}

static void score(stage *s)
{
    static const float predictions[SAMPLES] = {0.5F, 1, 0, 0.25F, 0.75F, 1, 0, 0, 1, 0.125F, 0.5F, 0};
    static const uint8_t targets[SAMPLES] = {1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1};
    const gml_score_data data = {.predictions = gml_matrix_f32(predictions, SAMPLES, 1),
                                 .targets = gml_matrix_u8(targets, SAMPLES, 1)};
    gml_metric_value values[METRICS];
    memset(values, 0, sizeof values);
    ATTEMPT(s, NULL, gml_score(s->context, &data, metric_names, METRICS, values, gml_matrix_none()));
    note_values(s, values);
}

static void score_network(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_metric_value values[METRICS];
    double confusion[9] = {0};
    memset(values, 0, sizeof values);
    ATTEMPT(s, network,
            gml_score_network(network, data, metric_names, METRICS, values, gml_matrix_f64(confusion, 3, 3)));
    note_values(s, values);
    note_bytes(s, confusion, sizeof confusion);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void calibrate(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_calibration report = {.temperature = 0};
    ATTEMPT(s, network, gml_calibrate(network, data, &report));
    note_bytes(s, &report.temperature, sizeof report.temperature);
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void metric_facts(stage *s)
{
    gml_metric_facts facts = {0};
    ATTEMPT(s, NULL, gml_metric_facts_of(s->context, "f1(average=micro)", &facts));
    note_bytes(s, &facts.higher_is_better, sizeof facts.higher_is_better);
}

static void gradient_check(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_check_block blocks[16];
    size_t count = 0;
    ATTEMPT(s, network, gml_gradient_check(network, sample_inputs(), sample_classes(), NULL, 2, blocks, 16, &count));
    note_bytes(s, &blocks[0].worst, sizeof blocks[0].worst);
    gml_network_destroy(network);
}

/* ---- health ---- */

/* Figures of a layer, which the digest holds. */
static void note_health(stage *s, const gml_health *health)
{
    gml_layer_health layer;
    assert_ok(s->context, gml_health_layer(health, 0, &layer));
    layer.singular_values = NULL;
    note_bytes(s, &layer, sizeof layer);
}

static void health_create(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_health *health = NULL;
    ATTEMPT(s, network, gml_health_create(network, NULL, &health));
    gml_health_destroy(health);
    gml_network_destroy(network);
}

static void health_measure(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_health *health = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    ATTEMPT(s, network, gml_health_measure(health, data));
    note_health(s, health);
    gml_health_destroy(health);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

/* The observer allocates as the trainer is made. */
static void health_observe(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    const gml_train_options options = {.observer = gml_health_observer(health)};
    ATTEMPT(s, network, gml_trainer_create(network, &options, &trainer));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    gml_trainer_destroy(trainer);
    assert_ok(s->context, gml_health_finish(health));
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

static void health_finish(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    ATTEMPT(s, network, gml_health_finish(health));
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

/* Figures, which allocate nothing. */
static void health_view(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    gml_health_summary summary;
    gml_layer_health layer;
    gml_unit_health unit;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    assert_ok(s->context, gml_health_finish(health));
    if (strcmp(s->variant, "summary") == 0) {
        ATTEMPT(s, network, gml_health_summarize(health, &summary));
    } else if (strcmp(s->variant, "layer") == 0) {
        ATTEMPT(s, network, gml_health_layer(health, 0, &layer));
    } else {
        ATTEMPT(s, network, gml_health_unit(health, 0, 0, &unit));
    }
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

const operation training_operations[] = {
    {"gml_recipe_network", NULL, recipe_network},
    {"gml_recipe_measure", NULL, recipe_measure},
    {"gml_trainer_create", EVERY_OPTIMIZER, trainer_create},
    {"gml_trainer_step", EVERY_OPTIMIZER, trainer_step},
    {"gml_trainer_step_weighted", NULL, trainer_step_weighted},
    {"gml_trainer_set_learning_rate", "rate", trainer_between},
    {"gml_trainer_use_average", "average", trainer_between},
    {"gml_trainer_gradient", "gradient", trainer_between},
    {"gml_fit", "adam", fit},
    {"gml_fit", "muon", fit},
    {"gml_fit", "lbfgs", fit},
    {"gml_fit", "levenberg_marquardt", fit},
    {"gml_fit", "average", fit},
    {"gml_fit", "schedule", fit},
    {"gml_fit", "accumulate", fit},
    {"gml_fit", "groups", fit},
    {"gml_fit", "class weights", fit},
    {"gml_fit", "noise", fit},
    {"gml_fit", "resume", resume},
    {"gml_fit_many", NULL, fit_many},
    {"gml_checkpoint_save", NULL, checkpoint_save},
    {"gml_checkpoint_load", NULL, checkpoint_load},
    {"gml_checkpoint_save_fit", NULL, checkpoint_save_fit},
    {"gml_find_rate", NULL, find_rate},
    {"gml_cross_validate", NULL, cross_validate},
    {"gml_find_recipe", NULL, find_recipe},
    {"gml_search_key_of", NULL, search_key},
    {"gml_recipe_assign", NULL, recipe_assign},
    {"gml_evaluate", NULL, evaluate},
    {"gml_score", NULL, score},
    {"gml_score_network", NULL, score_network},
    {"gml_calibrate", NULL, calibrate},
    {"gml_metric_facts_of", NULL, metric_facts},
    {"gml_gradient_check", NULL, gradient_check},
    {"gml_health_create", NULL, health_create},
    {"gml_health_measure", NULL, health_measure},
    {"gml_trainer_create", "observer", health_observe},
    {"gml_health_finish", NULL, health_finish},
    {"gml_health_summarize", "summary", health_view},
    {"gml_health_layer", "layer", health_view},
    {"gml_health_unit", "unit", health_view},
    {NULL},
};
