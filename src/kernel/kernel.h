/* kernel/kernel.h - the kernels: every loop over elements, once for each (dtype, instruction set).
 *
 * All bodies are plain C in terms of `real` (kernel/real.h), compiled several times by Meson. The tables are all that
 * is seen from outside, one for each family of kernels, declared in the family's header: kernel/norm/norm.h has that of
 * kernels->norm. Arguments are untyped pointers to the table's dtype. Matrices are row-major; where one `stride` is
 * given, all matrices of the call share it. No kernel allocates, and all may be called from any thread. */
#ifndef GML_KERNEL_KERNEL_H
#define GML_KERNEL_KERNEL_H

#include <stddef.h>

#include "gemmule/matrix.h"

typedef struct gml_kernels {
    const char *isa; /* "baseline", "x86-64-v3", "x86-64-v4" */
    gml_dtype dtype; /* GML_F32 or GML_F64 */
    size_t size;     /* bytes of an entry */
    const struct gml_activation_kernels *activation;
    const struct gml_data_kernels *data;
    const struct gml_entry_kernels *entry;
    const struct gml_loss_kernels *loss;
    const struct gml_matrix_kernels *matrix;
    const struct gml_measure_kernels *measure;
    const struct gml_norm_kernels *norm;
    const struct gml_order_kernels *order; /* kernel/random/permutation.h; the same for both dtypes */
    const struct gml_product_kernels *product;
    const struct gml_random_kernels *random;
    const struct gml_update_kernels *update;
} gml_kernels;

/* The table of a kernel set, by name; null: the best. Null if this build or processor lacks it. */
const gml_kernels *gml_kernels_find(gml_dtype dtype, const char *isa);

/* Rows of a family that are found by name: an array for each file, ended by null. A row begins with its name; one
 * without ends its array. */
typedef const void *const *gml_kernel_rows;

/* The row by name, of `size` bytes; null if it is missing. */
const void *gml_kernels_row(gml_kernel_rows rows, size_t size, const char *name);

#endif
