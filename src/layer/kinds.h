/* layer/kinds.h - the rows of the table of kinds of layers, which stand in a file for each family. */
#ifndef GML_LAYER_KINDS_H
#define GML_LAYER_KINDS_H

#include "layer/layer.h"

/* The rows of a family, in the order of the table. */
typedef struct gml_layer_kinds {
    const gml_layer_kind *rows;
    size_t count;
} gml_layer_kinds;

extern const gml_layer_kinds gml_kinds_plain;  /* kind_plain.c: dense, activation, then noise and normalisation */
extern const gml_layer_kinds gml_kinds_inputs; /* kind_inputs.c: scales, embeddings of categories and numbers */
extern const gml_layer_kinds gml_kinds_joined; /* kind_joined.c: residual, gates, members */

#endif
