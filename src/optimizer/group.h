/* optimizer/group.h - groups of parameters that take other rates and decays, as a table. */
#ifndef GML_OPTIMIZER_GROUP_H
#define GML_OPTIMIZER_GROUP_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/network.h"

typedef struct gml_group_row {
    gml_entry entry;
    unsigned roles; /* bits: 1 << gml_role */
    bool by_inputs; /* the factors depend on the inputs of each layer (NTK parametrisation) */
} gml_group_row;

/* What a call of a row says. */
typedef struct gml_group_call {
    size_t first, last; /* layers, from 0; last + 1 is the first that is outside */
    unsigned roles;
    double rate, decay; /* factors */
    bool by_inputs;     /* as in the row */
} gml_group_call;

/* Reads the call that begins at *at in a text of calls parted by ";", for a network of so many layers, and moves *at
 * behind it. Errors: name, argument. */
gml_status gml_group_read(gml_context *context, const char *text, size_t layers, size_t *at, gml_group_call *group);

#endif
