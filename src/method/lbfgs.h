/* method/lbfgs.h - the history of L-BFGS and its approximation of the inverse Hessian. */
#ifndef GML_METHOD_LBFGS_H
#define GML_METHOD_LBFGS_H

#include "kernel/kernel.h"

/* The last steps s and gradient changes y, in ring buffers. */
typedef struct gml_lbfgs_memory {
    const gml_kernels *kernels;
    size_t count;      /* entries of a vector */
    size_t most, kept; /* largest and current number of pairs */
    size_t next;       /* index of the next pair */
    char *s, *y;       /* [most x count] */
    double *rho;       /* [most]: 1 / y's */
    double *alpha;     /* [most]: scratch of gml_lbfgs_direction */
    double scale;      /* s'y / y'y of the newest pair: (7.20) */
} gml_lbfgs_memory;

/* Return where to write the next pair; gml_lbfgs_keep() then appends it to the history, unless y's is too small for H
 * to remain positive definite. */
void *gml_lbfgs_next_s(const gml_lbfgs_memory *memory);
void *gml_lbfgs_next_y(const gml_lbfgs_memory *memory);
void gml_lbfgs_keep(gml_lbfgs_memory *memory);

/* direction = -H gradient, by algorithm 7.4. */
void gml_lbfgs_direction(gml_lbfgs_memory *memory, const void *gradient, void *direction);

#endif
