/* gemmule/ensemble.h - ensembles: several networks that predict together, and their training.
 *
 * An ensemble is a gml_network with members. Its prediction for a sample is the mean of its members' predictions: of
 * probabilities where the members end with softmax or sigmoid, of values in the unit of the targets for regression, of
 * scores where the last activation is the identity. The two outputs of gaussian_nll are averaged as they are, means and
 * logarithms of variances; the result is no variance of the mixture.
 *
 * Functions that take a `const gml_network *` to predict, evaluate, explain by predictions, name columns, copy, fold
 * and save work for an ensemble as for a single network. Its loss is that of the mean prediction, with probabilities
 * at least the smallest normal number of the type. Functions about layers, parameters, scaling or training are for
 * single networks, and refuse an ensemble (argument): gml_network_member gives the networks they work on. */
#ifndef GEMMULE_ENSEMBLE_H
#define GEMMULE_ENSEMBLE_H

#include "gemmule/recipe.h"
#include "gemmule/split.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes an ensemble of `members` [count], 1 to 1024 networks of one context. Their layers, preparations and scalings
 * may differ. Their type, columns, outputs, task, targets, classes, last activation and fact "loss" must agree, and
 * none may be an ensemble or occur twice.
 *
 * On success the ensemble owns the members and frees them; their passes and trainers must be destroyed before. The
 * array stays the caller's. On failure the caller keeps the members. Facts that all members have alike become facts of
 * the ensemble. Errors: argument (no members, too many, one twice, null, of another context or an ensemble), shape
 * (members that disagree: the message has the member, from 1, and both values), memory. */
GML_API gml_status gml_ensemble_create(gml_network *const *members, size_t count, gml_network **network);

/* Returns the number of members; 0: the network is no ensemble. */
GML_API size_t gml_network_members(const gml_network *network);

/* Returns member `index`, from 0; null: there is none. The ensemble owns it. */
GML_API const gml_network *gml_network_member(const gml_network *network, size_t index);

/* Zero-initialised means: 5 members that differ in their seed. */
typedef struct gml_ensemble_options {
    size_t members;         /* without `split`: networks, at most 1024, each trained on the whole dataset; 0: 5 */
    const gml_split *split; /* of the dataset, for bagging by folds: a member for each fold of each repeat is trained on
                               the training part and validated on the validation part. null: none */
    void *user;
    /* Null, or called after each batch and each epoch of a member, from 0. Called from several threads. A nonzero
     * return value stops all members. */
    int (*on_batch)(void *user, size_t member, const gml_progress *progress);
    int (*on_epoch)(void *user, size_t member, const gml_progress *progress);
} gml_ensemble_options;

/* Returns the number of members that gml_ensemble_fit trains with these options, which may be null. */
GML_API size_t gml_ensemble_size(const gml_ensemble_options *options);

/* Makes an ensemble by a recipe: makes networks for the dataset and trains them side by side, as gml_fit_many does.
 *
 * recipe      null: the default. Member k has the seeds recipe->options.seed + k and recipe->fit.seed + k. An observer
 *             is ignored
 * dataset     with targets
 * validation  null, or data that validates every member; null with options->split
 * options     null: defaults
 * network     written: the ensemble, owned by the caller. It has the fact "ensemble": "seeds", or "folds" and the kind
 *             of the split. If a callback has stopped the members, those that had ended are the ensemble; null: none
 * reports     null, or [gml_ensemble_size], written: the fit of each member; all 0 for one that has not begun
 *
 * The bits are the same for any number of threads. Errors: argument (a recipe with `checkpoint` or `resume`, members
 * beside a split, a split of another dataset), those of gml_recipe_network, gml_split_fold and gml_fit: the message
 * begins with the member, from 1. Then there is no ensemble. */
GML_API gml_status gml_ensemble_fit(const gml_recipe *recipe, const gml_dataset *dataset, const gml_dataset *validation,
                                    const gml_ensemble_options *options, gml_network **network,
                                    gml_fit_report *reports);

#ifdef __cplusplus
}
#endif
#endif
