/* tests/library/operations_training.c - operations of trainers, fits and checkpoints. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char net[] = "4 -> 6 relu -> batchnorm -> 5 tanh -> 3 softmax";
static const char plain[] = "4 -> 6 tanh -> 3"; /* for optimizers that take the whole data set */

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
    } else if (strcmp(s->variant, "factors") == 0) {
        ATTEMPT(s, network, gml_trainer_set_factors(trainer, 0.5, 0.25));
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
    {"schedule",
     {.epochs = 2, .batch = 5, .schedule = "one_cycle", .noise_schedule = "linear", .decay_schedule = "linear"}},
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

const operation training_operations[] = {
    {"gml_trainer_create", EVERY_OPTIMIZER, trainer_create},
    {"gml_trainer_step", EVERY_OPTIMIZER, trainer_step},
    {"gml_trainer_step_weighted", NULL, trainer_step_weighted},
    {"gml_trainer_set_learning_rate", "rate", trainer_between},
    {"gml_trainer_set_factors", "factors", trainer_between},
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
    {NULL},
};
