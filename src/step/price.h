/* step/price.h - what the tasks of a training step should cost, by the shapes that the trainer gives them. */
#ifndef GML_STEP_PRICE_H
#define GML_STEP_PRICE_H

#include "step/trainer.h"

typedef struct gml_price {
    double flops, bytes, seconds; /* seconds: on one core */
} gml_price;

gml_price gml_price_add(gml_price a, gml_price b);

/* What a phase does to one layer. */
typedef struct gml_piece {
    const gml_trainer *trainer;
    const gml_phase *phase;
    size_t layer;
} gml_piece;

/* What that costs for the tasks of one share: one function for each gml_work. */
gml_price gml_price_gather(const gml_piece *piece, gml_share share);
gml_price gml_price_forward(const gml_piece *piece, gml_share share);
gml_price gml_price_measure(const gml_piece *piece, gml_share share);
gml_price gml_price_loss(const gml_piece *piece, gml_share share);
gml_price gml_price_backward(const gml_piece *piece, gml_share share);
gml_price gml_price_gradient(const gml_piece *piece, gml_share share);
gml_price gml_price_update(const gml_piece *piece, gml_share share);
gml_price gml_price_orthogonal(const gml_piece *piece, gml_share share);

#endif
