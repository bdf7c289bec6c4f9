/* network/ensemble_check.h - members that can predict together. */
#ifndef GML_NETWORK_ENSEMBLE_CHECK_H
#define GML_NETWORK_ENSEMBLE_CHECK_H

#include "network/network.h"

/* Checks that networks [count], of which the first exists, can be members of one ensemble. Errors: argument, shape. */
gml_status gml_ensemble_check(gml_network *const *members, size_t count);

#endif
