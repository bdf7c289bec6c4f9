/* optimizer/optimizer.h - the table of optimizers as the rest of the library sees it. */
#ifndef GML_OPTIMIZER_OPTIMIZER_H
#define GML_OPTIMIZER_OPTIMIZER_H

#include "base/call.h"

typedef struct gml_optimizer_row {
    gml_entry entry;      /* its first parameter is `lr` */
    size_t states;        /* arrays of state the size of the parameters: 0, 1 or 2 */
    size_t correction[2]; /* index of the parameter whose 1 - p^t the update wants; 0: none */
    size_t decay;         /* index of the parameter that is the decoupled decay of weights; 0: none */
} gml_optimizer_row;

/* Row by index; null past the last. */
const gml_optimizer_row *gml_optimizer_row_at(size_t index);

#endif
