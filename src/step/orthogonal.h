/* step/orthogonal.h - the half of a step that optimizers of whole matrices (optimizer/matrix.c) take after the update:
 * directions made orthogonal, and taken from the weights. */
#ifndef GML_STEP_ORTHOGONAL_H
#define GML_STEP_ORTHOGONAL_H

#include "kernel/product/gemm.h"
#include "step/trainer.h"

/* Allocates what the trainer's optimizer needs, if it is such a one. Errors: shape, memory. */
gml_status gml_orthogonal_create(gml_trainer *trainer);
void gml_orthogonal_destroy(gml_trainer *trainer);

/* How many phases they are at most, of which the trainer's list has room for. */
size_t gml_orthogonal_most_phases(const gml_trainer *trainer);

/* Lists them, up to the directions that are orthogonal; 0 if there is nothing to do. */
size_t gml_orthogonal_phases(const gml_trainer *trainer, gml_phase *phases);

/* What a layer's weights at this place of the network's parameters go by, once the phases have run: scale times so
 * much.
 */
const void *gml_orthogonal_direction(const gml_trainer *trainer, size_t layer, size_t offset, double *scale);

/* Which rows of which layer's matrix a task of a phase takes, and its product; of no depth: there is none. */
typedef struct gml_orthogonal_piece {
    size_t layer, first, count;
    gml_gemm product; /* its sizes and forms */
} gml_orthogonal_piece;

gml_orthogonal_piece gml_orthogonal_piece_at(const gml_trainer *trainer, size_t part, size_t index);

#endif
