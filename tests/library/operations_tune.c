/* tests/library/operations_tune.c - recipes, cross-validation and the choice of rates and recipes. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char net[] = "4 -> 6 relu -> batchnorm -> 5 tanh -> 3 softmax";

/* ---- recipes ---- */

static void recipe_network(stage *s)
{
    gml_dataset *data = make_classes(s);
    const gml_recipe recipe = {.hidden = "6 relu -> 5 tanh", .data_init = "lsuv"};
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

static void recipe_assign(stage *s)
{
    static gml_assigned_recipe made;
    gml_dataset *data = make_classes(s);
    ATTEMPT(s, NULL, gml_recipe_assign(s->context, NULL, "recipe=mlp_light; hidden=8x2; lr=0.1", data, &made));
    note_bytes(s, made.recipe.hidden, strlen(made.recipe.hidden));
    gml_dataset_destroy(data);
}

/* ---- tuning ---- */

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
    const gml_recipe recipe = {.hidden = "5 tanh", .fit = {.epochs = 2, .batch = 5}, .data_init = "lsuv"};
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

const operation tune_operations[] = {
    {"gml_recipe_network", NULL, recipe_network}, {"gml_recipe_measure", NULL, recipe_measure},
    {"gml_find_rate", NULL, find_rate},           {"gml_cross_validate", NULL, cross_validate},
    {"gml_find_recipe", NULL, find_recipe},       {"gml_search_key_of", NULL, search_key},
    {"gml_recipe_assign", NULL, recipe_assign},   {NULL},
};
