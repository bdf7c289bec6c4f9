/* network/intervals.h - the prediction intervals of a network: how they are computed, and copies. */
#ifndef GML_NETWORK_INTERVALS_H
#define GML_NETWORK_INTERVALS_H

#include "kernel/measure/interval.h"
#include "network/network.h"

/* Returns the name of the score that suits a network with so many targets. */
const char *gml_network_interval_score(const gml_network *network, size_t targets);

/* Returns how a target's intervals are computed by these intervals, which may be others than the network's. */
gml_interval_rule gml_network_interval_rule(const gml_network *network, const gml_intervals *intervals, size_t target);

/* Refuses a level that is not above 0 and below 1. Errors: argument. */
gml_status gml_interval_check_level(gml_context *context, double level);

/* Gives a copy the intervals of a network. Errors: memory. */
gml_status gml_network_copy_intervals(const gml_network *network, gml_network *copy);

/* Fails for a network without intervals. Errors: argument. */
gml_status gml_network_need_intervals(const gml_network *network, const char *function);

#endif
