/* gemmule/recipe.h - how to make and train a network for a dataset: its layers, its scaling and the options of its fit.
 *
 * A recipe makes one network for each dataset, and each is adapted to that dataset alone. Cross-validation and searches
 * train many networks by one recipe. */
#ifndef GEMMULE_RECIPE_H
#define GEMMULE_RECIPE_H

#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Zero-initialised means the default. The caller owns all texts. */
typedef struct gml_recipe {
    const char *name;    /* null, or where the settings are from: sets the fact "recipe" of the network */
    const char *network; /* the whole description; null: the inputs of the dataset or of its preparation, `hidden`, and
                            an output layer for the targets and the loss, such as "4 -> 128 relu -> 3 softmax" */
    const char *hidden;  /* layers between the inputs and the output layer, as in "128 relu -> dropout 0.2 -> 64 relu";
                            null: "128 relu"; "": none. Here and in `network` the arguments `numbers`, `columns` and
                            `levels` of a layer, if 0, are those of the dataset's preparation (gml_preparation_layout);
                            a layer for which it has no number or no code is left out */
    const char *output_initializer; /* call: initializer of the output layer; null: that of its activation */
    const char *output; /* null, or what follows the units and the activation of the output layer in the description:
                           options of the layer, and layers after it, as in "bias=no" */
    gml_network_options options;
    gml_scaling_kind scaling; /* of gml_network_adapt; with a preparation of the targets alone */
    const char *data_init; /* call of gml_data_init_entry: gml_network_initialize_to_data on evenly spaced samples, for
                              lsuv up to 512, else up to 2048; sets the fact "data_init". null: only for layers
                              that take numbers from data */
    gml_train_options fit; /* see gml_recipe_fit_options */
    const char *preparation; /* description of a preparation (gemmule/preparation.h), fitted to the dataset. null: none
                                for a dataset of numbers alone, the default one for a dataset with `columns` */
    const char *target_preparation; /* as in gml_adapt_options */
    int clamp;                      /* likewise */
    size_t folds; /* networks of an ensemble by folds that the recipe is meant for, for callers of gml_ensemble_fit: a
                     split of so many folds. Other functions train one network. 0: one network */
} gml_recipe;

/* Makes a network for a dataset by a recipe, with its preparation if there is one, and adapts it to the dataset
 * (gml_network_adapt_with). The caller owns it.
 *
 * recipe   null: the default
 * dataset  with targets; usually the training part
 *
 * Errors: those of gml_preparation_fit, gml_network_create, gml_network_adapt and gml_network_initialize_to_data;
 * argument (a dataset without targets; `network` together with `hidden`, `output_initializer` or `output`), name (no
 * such loss), memory.
 */
GML_API gml_status gml_recipe_network(const gml_recipe *recipe, const gml_dataset *dataset, gml_network **network);

/* Computes the number of trainable parameters of that network, without making it; SIZE_MAX on overflow. Errors: those
 * of gml_network_measure and gml_recipe_network. */
GML_API gml_status gml_recipe_measure(const gml_recipe *recipe, const gml_dataset *dataset, size_t *parameters);

/* Returns the options of a fit on `samples` samples: recipe->fit with a batch of at most `samples` (0: 32), and with
 * epochs (0: as many as make 3000 batches, but from 10 to 300). Texts are those of the recipe. Thread-safe. */
GML_API gml_train_options gml_recipe_fit_options(const gml_recipe *recipe, size_t samples);

/* Returns row `index` of the table of named recipes; null past the last. The formula is its settings, in the grammar of
 * gemmule/search.h. gml_recipe_assign makes a gml_recipe from a row: the assignment "recipe=snn", alone or with values
 * that overrule the row's. A row that is a choice among recipes is made by gml_find_recipe: its option `choice`. */
GML_API const gml_entry *gml_recipe_entry(size_t index);

#ifdef __cplusplus
}
#endif
#endif
