/* layer/activation.h - the table of activations as the rest of the library sees it. */
#ifndef GML_LAYER_ACTIVATION_H
#define GML_LAYER_ACTIVATION_H

#include <stdbool.h>

#include "gemmule/entry.h"

typedef struct gml_activation_row {
    gml_entry entry;
    const char *initializer; /* what layers with it start from unless told otherwise */
    bool couples_columns;    /* an output depends on its whole row (softmax) */
    bool straight_through;   /* the backward pass is an estimator, not the derivative (step) */
} gml_activation_row;

/* Row by index; null past the last. */
const gml_activation_row *gml_activation_row_at(size_t index);

#endif
