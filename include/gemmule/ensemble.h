/* gemmule/ensemble.h - ensembles: several networks that predict together.
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

#include "gemmule/network.h"

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

#ifdef __cplusplus
}
#endif
#endif
