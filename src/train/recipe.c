/* train/recipe.c - recipes: the description of a network for a dataset, the network, the options of its fit. */
#include "gemmule/recipe.h"

#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "data/dataset.h"
#include "network/data_init.h"
#include "train/recipe_layers.h"

enum { DEFAULT_BATCH = 32, LEAST_EPOCHS = 10, MOST_EPOCHS = 300, ENOUGH_BATCHES = 3000 };
/* Of initialisation by data. */
enum { FIT_SAMPLES = 2048, LEAST_SAMPLES = 64, MOST_ENTRIES = 1 << 24 };

/* ---- the description ---- */

typedef struct description {
    char *text;
    size_t size; /* bytes, with the terminating null */
} description;

/* The units and the activation of the output layer: a unit for each class or target, or one for two classes. */
static size_t output_units(const char *loss, const gml_dataset *dataset, const char **activation)
{
    const gml_loss_facts facts = gml_loss_facts_of(loss);
    if (gml_dataset_task(dataset) == GML_TASK_CLASSIFICATION) {
        const size_t classes = gml_dataset_classes(dataset);
        *activation = facts.class_activation;
        return facts.shared_output && classes == 2 ? 1 : classes;
    }
    const bool variances = loss != NULL && gml_loss_targets(loss, 2) == 1;
    *activation = facts.value_activation;
    return (variances ? 2 : 1) * gml_dataset_targets(dataset);
}

/* Prints the description, cut at its size; returns its length. `hidden` has the hidden layers, or the whole network if
 * the recipe has one. */
static size_t print_description(const gml_recipe *recipe, const gml_dataset *dataset, size_t inputs, const char *hidden,
                                description *to)
{
    const char *activation = NULL;
    char *text = to->text;
    const size_t size = to->text != NULL ? to->size : 0;
    const size_t units = output_units(recipe->fit.loss, dataset, &activation);
    const bool empty = hidden[strspn(hidden, " ")] == '\0';
    const int length =
        recipe->network != NULL
            ? snprintf(text, size, "%s", hidden)
            : snprintf(text, size, "%zu%s%s -> %zu%s%s%s%s%s%s", inputs, empty ? "" : " -> ", empty ? "" : hidden,
                       units, activation != NULL ? " " : "", activation != NULL ? activation : "",
                       recipe->output_initializer != NULL ? " init=" : "",
                       recipe->output_initializer != NULL ? recipe->output_initializer : "",
                       recipe->output != NULL ? " " : "", recipe->output != NULL ? recipe->output : "");
    return length < 0 ? 0 : (size_t)length;
}

/* Gives the layers the arguments that the recipe leaves to the data. Without a preparation all inputs are numbers. The
 * JSON form of a whole network stays as it is. */
static gml_status settle(const gml_recipe *recipe, const gml_dataset *dataset, const gml_preparation *preparation,
                         description *layers)
{
    const char *text = recipe->network != NULL ? recipe->network : recipe->hidden != NULL ? recipe->hidden : "128 relu";
    gml_context *context = gml_dataset_context(dataset);
    const gml_preparation_layout plain = {.numbers = gml_dataset_features(dataset)};
    const gml_preparation_layout layout = preparation != NULL ? gml_preparation_layout_of(preparation) : plain;
    if (text[strspn(text, " \t\n\r")] != '{') {
        return gml_recipe_settle_layers(context, text, &layout, &layers->text, &layers->size);
    }
    layers->size = strlen(text) + 1;
    layers->text = gml_allocate(context, layers->size, 1, "the description of a network");
    return layers->text != NULL ? (memcpy(layers->text, text, layers->size), GML_OK) : GML_ERROR_MEMORY;
}

/* Describes the network for a dataset; `preparation` may be null. */
static gml_status describe(const gml_recipe *recipe, const gml_dataset *dataset, const gml_preparation *preparation,
                           description *made)
{
    const size_t inputs = preparation != NULL ? gml_preparation_inputs(preparation) : gml_dataset_features(dataset);
    gml_context *context = gml_dataset_context(dataset);
    const char *beside = recipe->hidden != NULL               ? "hidden"
                         : recipe->output_initializer != NULL ? "output_initializer"
                         : recipe->output != NULL             ? "output"
                                                              : NULL;
    if (recipe->network != NULL && beside != NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "a recipe with `network`, the whole description, has no `%s` beside it", beside);
    }
    if (recipe->network == NULL && gml_dataset_targets(dataset) == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the dataset has no targets, which the output layer depends on");
    }
    description layers = {0};
    gml_status status = settle(recipe, dataset, preparation, &layers);
    if (status == GML_OK) {
        made->text = NULL;
        made->size = print_description(recipe, dataset, inputs, layers.text, made) + 1;
        made->text = gml_allocate(context, made->size, 1, "the description of a network");
        status = made->text != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        print_description(recipe, dataset, inputs, layers.text, made);
    }
    gml_release(context, layers.text, layers.size, 1);
    return status;
}

/* ---- the preparation ---- */

/* Fits the preparation of a recipe; null if the dataset needs none. */
static gml_status prepare(const gml_recipe *recipe, const gml_dataset *dataset, gml_preparation **preparation)
{
    *preparation = NULL;
    return recipe->preparation != NULL || dataset->schema.columns != NULL
               ? gml_preparation_fit(gml_dataset_context(dataset), dataset, recipe->preparation, preparation)
               : GML_OK;
}

gml_status gml_recipe_measure(const gml_recipe *recipe, const gml_dataset *dataset, size_t *parameters)
{
    const gml_recipe plain = {0};
    gml_context *context = gml_dataset_context(dataset);
    description made;
    gml_preparation *preparation = NULL;
    recipe = recipe != NULL ? recipe : &plain;
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"dataset", dataset}, {"parameters", parameters}, {0}});
    if (status == GML_OK) {
        status = prepare(recipe, dataset, &preparation);
    }
    if (status == GML_OK) {
        status = describe(recipe, dataset, preparation, &made);
    }
    if (status == GML_OK) {
        status = gml_network_measure(context, made.text, parameters);
        gml_release(context, made.text, made.size, 1);
    }
    gml_preparation_destroy(preparation);
    return status;
}

/* ---- the network ---- */

/* Samples that initialisation by data takes, so many that their inputs stay within some 128 MB. */
static size_t samples_for(const gml_data_init_row *row, const gml_dataset *dataset)
{
    const size_t size = gml_dataset_size(dataset), features = gml_dataset_features(dataset);
    const size_t wanted = row != NULL ? row->samples : FIT_SAMPLES,
                 room = MOST_ENTRIES / (features + 1) + LEAST_SAMPLES;
    return gml_least(gml_least(wanted, room), size);
}

/* Gathers samples that are evenly spaced in the dataset; the caller releases them. */
static gml_status gather_evenly(const gml_dataset *dataset, size_t count, gml_matrix *x)
{
    gml_context *context = gml_dataset_context(dataset);
    const size_t size = gml_dataset_size(dataset), features = gml_dataset_features(dataset);
    size_t *order = gml_allocate(context, count, sizeof *order, "samples to initialize by");
    double *values =
        order != NULL ? gml_allocate(context, count * sizeof *values, features, "samples to initialize by") : NULL;
    gml_status status = values != NULL ? GML_OK : GML_ERROR_MEMORY;
    *x = gml_matrix_f64(values, count, features);
    if (status == GML_OK) {
        for (size_t i = 0; i < count; i++) {
            order[i] = i * size / count;
        }
        status = gml_dataset_gather(dataset, order, count, *x, gml_matrix_none());
    }
    gml_release(context, order, count, sizeof *order);
    return status;
}

static gml_status run_data_init(const gml_recipe *recipe, gml_network *network, const gml_dataset *dataset,
                                const gml_data_init_row *row)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_matrix x;
    gml_status status = gather_evenly(dataset, samples_for(row, dataset), &x);
    if (status == GML_OK) {
        status = gml_network_initialize_to_data(network, x, recipe->data_init, recipe->options.seed);
    }
    gml_release(context, (void *)(uintptr_t)x.data, x.rows * sizeof(double), x.cols);
    return status;
}

/* Initializes the network by data if the recipe says so, or if a layer takes numbers from data. */
static gml_status initialize_to_data(const gml_recipe *recipe, gml_network *network, const gml_dataset *dataset)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_call call;
    char text[GML_CALL_SIZE];
    if (recipe->data_init == NULL) {
        return gml_network_fits_to_data(network) ? run_data_init(recipe, network, dataset, NULL) : GML_OK;
    }
    gml_status status = gml_data_init_read(context, recipe->data_init, &call);
    if (status == GML_OK) {
        status = run_data_init(recipe, network, dataset, gml_call_row(&call));
    }
    if (status == GML_OK) {
        gml_call_print(&call, text);
        status = gml_network_set_fact(network, "data_init", text);
    }
    return status;
}

static gml_status make_network(const gml_recipe *recipe, const gml_dataset *dataset, gml_network **network)
{
    gml_context *context = gml_dataset_context(dataset);
    description made;
    gml_preparation *preparation = NULL;
    gml_status status = prepare(recipe, dataset, &preparation);
    if (status == GML_OK) {
        status = describe(recipe, dataset, preparation, &made);
    }
    if (status == GML_OK) {
        status = gml_network_create(context, made.text, &recipe->options, network);
        gml_release(context, made.text, made.size, 1);
    }
    if (status == GML_OK && preparation != NULL) {
        status = gml_network_set_preparation(*network, preparation);
    }
    gml_preparation_destroy(preparation);
    if (status == GML_OK) {
        const gml_adapt_options options = {
            .scaling = recipe->scaling, .target_preparation = recipe->target_preparation, .clamp = recipe->clamp};
        status = gml_network_adapt_with(*network, dataset, &options);
    }
    if (status == GML_OK && recipe->name != NULL) {
        status = gml_network_set_fact(*network, "recipe", recipe->name);
    }
    if (status == GML_OK) {
        status = initialize_to_data(recipe, *network, dataset);
    }
    return status;
}

gml_status gml_recipe_network(const gml_recipe *recipe, const gml_dataset *dataset, gml_network **network)
{
    const gml_recipe plain = {0};
    gml_network *made = NULL;
    gml_status status = gml_refuse_null(gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"dataset", dataset}, {"network", network}, {0}});
    if (status == GML_OK) {
        status = make_network(recipe != NULL ? recipe : &plain, dataset, &made);
    }
    if (status == GML_OK) {
        *network = made;
    } else {
        gml_network_destroy(made);
    }
    return status;
}

/* ---- the options of the fit ---- */

gml_train_options gml_recipe_fit_options(const gml_recipe *recipe, size_t samples)
{
    gml_train_options options = recipe != NULL ? recipe->fit : (gml_train_options){0};
    const size_t most = samples > 0 ? samples : 1;
    options.batch = options.batch == 0 ? DEFAULT_BATCH : options.batch;
    options.batch = options.batch < most ? options.batch : most;
    if (options.epochs == 0) {
        const size_t batches = (most - 1) / options.batch + 1, epochs = (ENOUGH_BATCHES - 1) / batches + 1;
        options.epochs = epochs < LEAST_EPOCHS ? LEAST_EPOCHS : epochs > MOST_EPOCHS ? MOST_EPOCHS : epochs;
    }
    return options;
}
