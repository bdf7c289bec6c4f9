/* loss/loss.h - the table of losses as the rest of the library sees it. */
#ifndef GML_LOSS_LOSS_H
#define GML_LOSS_LOSS_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/dataset.h"

typedef struct gml_loss_row {
    gml_entry entry;
    const char *link;       /* the activation that is fused into it: the loss takes logits, the network's last layer may
                               be this; null: none */
    bool class_numbers;     /* takes targets [n x 1] of class numbers */
    bool scores;            /* an output above 0 is yes; else, without a link, one above 1/2 */
    bool mean_over_outputs; /* the divisor is n * outputs, else n */
} gml_loss_row;

/* Row by index; null past the last. */
const gml_loss_row *gml_loss_row_at(size_t index);

#endif
