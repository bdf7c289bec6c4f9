/* step/orthogonal.h - the second half of a step with an optimizer of matrices (optimizer/matrix.c): orthogonalises the
 * directions that the update left and subtracts them from the weights. */
#ifndef GML_STEP_ORTHOGONAL_H
#define GML_STEP_ORTHOGONAL_H

#include "kernel/product/gemm.h"
#include "step/trainer.h"

/* Allocates the working memory if the trainer's optimizer steps matrices. Errors: shape, memory. */
gml_status gml_orthogonal_create(gml_trainer *trainer);
void gml_orthogonal_destroy(gml_trainer *trainer);

/* Returns the number of phases; 0 with elementwise optimizers. */
size_t gml_orthogonal_most_phases(const gml_trainer *trainer);

/* Lists the phases that orthogonalise the directions; returns their number. */
size_t gml_orthogonal_phases(const gml_trainer *trainer, gml_phase *phases);

/* Returns the direction of a layer's weights at byte `offset` of the network's parameters, valid after the phases. The
 * step is rate * scale * direction. */
const void *gml_orthogonal_direction(const gml_trainer *trainer, size_t layer, size_t offset, double *scale);

/* The rows of one matrix that a task computes, and their product; product.k is 0 if the phase has none. */
typedef struct gml_orthogonal_piece {
    size_t layer, first, count;
    gml_gemm product; /* sizes and transposes only */
} gml_orthogonal_piece;

gml_orthogonal_piece gml_orthogonal_piece_at(const gml_trainer *trainer, size_t part, size_t index);

#endif
