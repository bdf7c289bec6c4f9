/* tune/dimension.c - the table of dimensions: what each value sets in a recipe. */
#include <stdio.h>
#include <string.h>

#include "layer/activation.h"
#include "optimizer/optimizer.h"
#include "tune/space.h"

/* ---- setting ---- */

static void set_lr(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.learning_rate = value->number;
}

static void set_batch(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.batch = (size_t)value->number;
}

static void set_hidden(gml_draft *draft, const gml_value *value)
{
    const char *reason = NULL;
    draft->listed = true;
    draft->depth = gml_layers_read(value->text, strlen(value->text), draft->widths, &reason);
}

static void set_width(gml_draft *draft, const gml_value *value)
{
    draft->width = (size_t)value->number;
}

static void set_depth(gml_draft *draft, const gml_value *value)
{
    draft->depth = (size_t)value->number;
}

static void set_activation(gml_draft *draft, const gml_value *value)
{
    draft->activation = value->text;
}

static void set_norm(gml_draft *draft, const gml_value *value)
{
    draft->norm = value->text;
}

static void set_dropout(gml_draft *draft, const gml_value *value)
{
    draft->dropout = value->number;
}

static void set_optimizer(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.optimizer = value->text;
}

static void set_decay(gml_draft *draft, const gml_value *value)
{
    draft->decay = value->number;
}

static void set_schedule(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.schedule = value->text;
}

static void set_average(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.average = value->text;
}

static void set_loss(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.loss = value->text;
}

static void set_l2(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.l2 = value->number;
}

static void set_l1(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.l1 = value->number;
}

static void set_clip_norm(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.clip_norm = value->number;
}

static void set_epochs(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.epochs = (size_t)value->number;
}

static void set_length(gml_draft *draft, const gml_value *value)
{
    draft->length = value->number;
}

static void set_rate_factor(gml_draft *draft, const gml_value *value)
{
    draft->rate_factor = value->number;
}

static void set_recipe(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.name = value->text;
}

static void set_layers(gml_draft *draft, const gml_value *value)
{
    draft->layers = value->text;
}

static void set_output(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.output = value->text;
}

static void set_noise_schedule(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.noise_schedule = value->text;
}

static void set_decay_schedule(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.decay_schedule = value->text;
}

static void set_data_init(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.data_init = value->text;
}

static void set_drop_last(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.drop_last = value->number != 0;
}

static void set_prepare(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.preparation = value->text;
}

static void set_prepare_target(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.target_preparation = value->text;
}

static void set_clamp(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.clamp = value->number != 0;
}

static void set_groups(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.fit.groups = value->text;
}

static void set_folds(gml_draft *draft, const gml_value *value)
{
    draft->assigned->recipe.folds = (size_t)value->number;
}

/* ---- the table ---- */

/* In and out of the default space. */
#define DEFAULT(called, means, values)                                                                                 \
    .entry = {.name = (called),                                                                                        \
              .summary = (means),                                                                                      \
              .formula = "default: " values,                                                                           \
              .derivative = "",                                                                                        \
              .pitfall = "",                                                                                           \
              .source = ""},                                                                                           \
    .initial = (values)
#define OPTIONAL(called, means)                                                                                        \
    .entry = {.name = (called), .summary = (means), .formula = "", .derivative = "", .pitfall = "", .source = ""}

/* The index of a row is part of the key of its random numbers: new rows go to the end. */
static const gml_dimension dimensions[] = {
    {DEFAULT("lr", "learning rate: above 0, at most 1e6", "log(5e-4, 0.01)"), .kind = GML_VALUE_NUMBER, GML_ABOVE_0,
     GML_MAX_RATE, .set = set_lr},
    {DEFAULT("batch", "samples of a batch: whole, from 1", "choice(16, 32, 64)"), .kind = GML_VALUE_WHOLE, 1, 1e9,
     .set = set_batch},
    {DEFAULT("hidden", "the hidden layers, in place of width and depth: layers, as 64, 256x2-64 or none",
             "choice(64, 128, 256, 64x2, 128x2, 256x2, 128x3)"),
     .kind = GML_VALUE_LAYERS, .network = true, .set = set_hidden},
    {OPTIONAL("width", "units of each hidden layer: whole, from 1"), .kind = GML_VALUE_WHOLE, 1, 1e6, .network = true,
     .set = set_width},
    {OPTIONAL("depth", "number of hidden layers: whole, from 0 to 64"), .kind = GML_VALUE_WHOLE, 0, GML_MOST_HIDDEN,
     .network = true, .set = set_depth},
    {DEFAULT("activation", "activation of the hidden layers: a call", "choice(relu, silu, tanh)"),
     .kind = GML_VALUE_CALL, .what = "activation", .table = gml_any_activation_entry, .network = true,
     .set = set_activation},
    {DEFAULT("dropout", "rate of dropout after each hidden layer: from 0 to below 1", "choice(0, 0.1, 0.3, 0.5)"),
     .kind = GML_VALUE_NUMBER, 0, GML_BELOW_1, .network = true, .set = set_dropout},
    {OPTIONAL("norm", "kind of layer between each hidden layer and its activation: a call such as batchnorm, or none"),
     .kind = GML_VALUE_CALL_OR_NONE, .what = "kind of layer", .table = gml_layer_entry, .network = true,
     .set = set_norm},
    {DEFAULT("optimizer", "optimizer: a call", "choice(adamw, adamw(beta2=0.95))"), .kind = GML_VALUE_CALL,
     .what = "optimizer", .table = gml_optimizer_entry, .set = set_optimizer},
    {DEFAULT("decay", "weight_decay of the optimizer, which must have this argument unless it is 0: from 0 to 1e6",
             "log(0.01, 2)"),
     .kind = GML_VALUE_NUMBER, 0, 1e6, .set = set_decay},
    {DEFAULT("schedule", "schedule of the learning rate: a call", "cosine(warmup=0.05)"), .kind = GML_VALUE_CALL,
     .what = "schedule", .table = gml_schedule_entry, .set = set_schedule},
    {OPTIONAL("average", "average of the weights: a call, or none"), .kind = GML_VALUE_CALL_OR_NONE, .what = "average",
     .table = gml_average_entry, .set = set_average},
    {OPTIONAL("loss", "loss to minimise: a call"), .kind = GML_VALUE_CALL, .what = "loss", .table = gml_loss_entry,
     .set = set_loss},
    {OPTIONAL("l2", "L2 decay of the weights: from 0 to 1e6"), .kind = GML_VALUE_NUMBER, 0, 1e6, .set = set_l2},
    {OPTIONAL("l1", "L1 decay of the weights: from 0 to 1e6"), .kind = GML_VALUE_NUMBER, 0, 1e6, .set = set_l1},
    {OPTIONAL("clip_norm", "limit of the norm of the gradient: from 0, for none, to 1e6"), .kind = GML_VALUE_NUMBER, 0,
     1e6, .set = set_clip_norm},
    {OPTIONAL("epochs", "passes over the data: whole, from 1"), .kind = GML_VALUE_WHOLE, 1, 1e9, .set = set_epochs},
    {DEFAULT("length", "length of the fit, as a multiple of the recipe's epochs: above 0, at most 1000",
             "choice(1, 3)"),
     .kind = GML_VALUE_NUMBER, GML_ABOVE_0, 1000, .set = set_length},
    {OPTIONAL("rate_factor", "factor of the learning rate that the other values give: above 0, at most 1000"),
     .kind = GML_VALUE_NUMBER, GML_ABOVE_0, 1000, .set = set_rate_factor},
    {OPTIONAL("recipe", "a row of the table of recipes, whose settings the other values overrule"),
     .kind = GML_VALUE_CALL, .what = "recipe", .table = gml_recipe_entry, .set = set_recipe},
    {OPTIONAL("layers", "the hidden layers as a description, in place of all dimensions about them: a text, as "
                        "64 selu -> alpha_dropout 0.1"),
     .kind = GML_VALUE_TEXT, .network = true, .set = set_layers},
    {OPTIONAL("prepare", "preparation of the columns: a text in braces, as {number -> robust; category -> one_hot}"),
     .kind = GML_VALUE_TEXT, .set = set_prepare},
    {OPTIONAL("prepare_target", "preparation of targets that are values: a text, as log -> standard"),
     .kind = GML_VALUE_TEXT, .set = set_prepare_target},
    {OPTIONAL("clamp", "limit predictions to the range of the targets in training: yes or no"),
     .kind = GML_VALUE_SWITCH, .set = set_clamp},
    {OPTIONAL("groups", "rates and decays of some parameters: a text in braces, as {biases(rate=0.1); weights(last=2, "
                        "rate=0.5)}"),
     .kind = GML_VALUE_TEXT, .set = set_groups},
    {OPTIONAL("output",
              "what follows the units and the activation of the output layer: a text, as bias=no; it goes with "
              "layers"),
     .kind = GML_VALUE_TEXT, .network = true, .set = set_output},
    {OPTIONAL("noise_schedule", "factor of the rates of noise layers over a fit: a call"), .kind = GML_VALUE_CALL,
     .what = "schedule", .table = gml_schedule_entry, .set = set_noise_schedule},
    {OPTIONAL("decay_schedule", "factor of every decay over a fit: a call"), .kind = GML_VALUE_CALL, .what = "schedule",
     .table = gml_schedule_entry, .set = set_decay_schedule},
    {OPTIONAL("data_init", "initialisation of the network by data: a call, or none"), .kind = GML_VALUE_CALL_OR_NONE,
     .what = "data_init", .table = gml_data_init_entry, .set = set_data_init},
    {OPTIONAL("drop_last", "leave out the last partial batch of an epoch: yes or no"), .kind = GML_VALUE_SWITCH,
     .set = set_drop_last},
    {OPTIONAL("folds", "networks of an ensemble, each trained without one fold: whole, from 2, or 0: one network"),
     .kind = GML_VALUE_WHOLE, 0, 1024, .set = set_folds},
};

enum { DIMENSIONS = sizeof dimensions / sizeof dimensions[0] };

_Static_assert(sizeof dimensions / sizeof dimensions[0] <= GML_MOST_DIMENSIONS, "a space has room for all dimensions");

const gml_dimension *gml_dimension_at(size_t index)
{
    return index < DIMENSIONS ? &dimensions[index] : NULL;
}

const gml_entry *gml_space_entry(size_t index)
{
    return index < DIMENSIONS ? &dimensions[index].entry : NULL;
}

/* ---- the recipe's own settings ---- */

bool gml_dimension_is_set(const gml_dimension *dimension, const gml_recipe *recipe)
{
    const gml_train_options *fit = &recipe->fit;
    const struct {
        void (*set)(gml_draft *draft, const gml_value *value);
        bool given;
    } rows[] = {
        {set_lr, fit->learning_rate != 0},
        {set_batch, fit->batch != 0},
        {set_optimizer, fit->optimizer != NULL},
        {set_decay, fit->optimizer != NULL || fit->l2 != 0},
        {set_schedule, fit->schedule != NULL},
        {set_average, fit->average != NULL},
        {set_loss, fit->loss != NULL},
        {set_l2, fit->l2 != 0},
        {set_l1, fit->l1 != 0},
        {set_clip_norm, fit->clip_norm != 0},
        {set_epochs, fit->epochs != 0},
        {set_length, fit->epochs != 0},
        {set_recipe, recipe->name != NULL},
        {set_prepare, recipe->preparation != NULL || recipe->scaling != GML_SCALING_AUTO},
        {set_prepare_target, recipe->target_preparation != NULL},
        {set_clamp, recipe->clamp != 0},
        {set_groups, fit->groups != NULL},
        {set_noise_schedule, fit->noise_schedule != NULL},
        {set_decay_schedule, fit->decay_schedule != NULL},
        {set_data_init, recipe->data_init != NULL},
        {set_drop_last, fit->drop_last != 0},
        {set_folds, recipe->folds != 0},
    };
    if (dimension->network) {
        return recipe->network != NULL || recipe->hidden != NULL;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].set == dimension->set) {
            return rows[i].given;
        }
    }
    return false;
}
