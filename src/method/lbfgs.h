/* method/lbfgs.h - the memory of L-BFGS. */
#ifndef GML_METHOD_LBFGS_H
#define GML_METHOD_LBFGS_H

#include "kernel/kernel.h"

/* The last steps s and changes of the gradient y, in a ring. */
typedef struct gml_lbfgs_memory {
    const gml_kernels *kernels;
    size_t count;      /* entries of a vector */
    size_t most, kept; /* pairs */
    size_t next;       /* where the next goes */
    char *s, *y;       /* [most x count] */
    double *rho;       /* [most]: 1 / y's */
    double *alpha;     /* [most], for the time of a product */
    double scale;      /* s'y / y'y of the newest: (7.20) */
} gml_lbfgs_memory;

/* Takes in the pair that was written to the place of the next one, unless y's is too small for H to stay positive. */
void *gml_lbfgs_next_s(const gml_lbfgs_memory *memory);
void *gml_lbfgs_next_y(const gml_lbfgs_memory *memory);
void gml_lbfgs_keep(gml_lbfgs_memory *memory);

/* direction = -H gradient: algorithm 7.4. */
void gml_lbfgs_direction(gml_lbfgs_memory *memory, const void *gradient, void *direction);

#endif
