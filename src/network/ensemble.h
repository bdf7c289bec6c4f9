/* network/ensemble.h - the inside of an ensemble: a network that predicts by its members.
 *
 * The network itself is "outputs -> identity", without parameters. Its inputs are the mean outputs of the members, so a
 * loss can be computed as for a network of layers. Its output scaling is the mean of its members', which gives the loss
 * the unit that it has in training. */
#ifndef GML_NETWORK_ENSEMBLE_H
#define GML_NETWORK_ENSEMBLE_H

#include "network/network.h"

enum { GML_MOST_MEMBERS = 1024 };

struct gml_ensemble {
    size_t count;
    gml_network **members; /* [count], owned */
    gml_slots *slots;      /* memory of a panel of predictions: gml_ensemble_sums and gml_ensemble_outputs */
    size_t arena_size;     /* of the whole, which begins with this struct */
};

/* Makes an ensemble of what `make` makes of each member, with the facts of this one. Errors: those of `make`, memory.
 */
gml_status gml_ensemble_convert(const gml_network *network,
                                gml_status make(const gml_network *member, gml_dtype dtype, gml_network **made),
                                gml_dtype dtype, gml_network **converted);

/* Destroys an ensemble without its members, which are the caller's again. */
void gml_ensemble_dissolve(gml_network *network);

/* Frees the members too; null is allowed. */
void gml_ensemble_destroy(gml_context *context, gml_ensemble *ensemble);

/* The parts of a slot: sums of a panel [GML_PREDICT_PANEL x outputs] f64, and in the network's dtype the outputs of one
 * member for a panel, or those of all members for at most GML_PREDICT_FEW samples. */
double *gml_ensemble_sums(const gml_slot *slot);
void *gml_ensemble_outputs(const gml_network *network, const gml_slot *slot);

#endif
