/* kernel/kernel.h - the kernels: every loop over elements, compiled for each (dtype, instruction set).
 *
 * The bodies are plain C on the type `real` (kernel/real.h). Outside code sees only the tables. Each family of kernels
 * declares its table in its own header: kernel/norm/norm.h that of kernels->norm. Arguments are untyped pointers to the
 * table's dtype. Matrices are row-major. If a call has one `stride`, all its matrices share it. No kernel allocates.
 * All are thread-safe. */
#ifndef GML_KERNEL_KERNEL_H
#define GML_KERNEL_KERNEL_H

#include <stddef.h>

#include "gemmule/matrix.h"

typedef struct gml_kernels {
    const char *isa; /* "baseline", "x86-64-v3", "x86-64-v4", "neon" */
    gml_dtype dtype; /* GML_F32 or GML_F64 */
    size_t size;     /* bytes of an entry */
    const struct gml_activation_kernels *activation;
    const struct gml_data_kernels *data;
    const struct gml_embed_kernels *embed;
    const struct gml_entry_kernels *entry;
    const struct gml_explain_kernels *explain;
    const struct gml_loss_kernels *loss;
    const struct gml_matrix_kernels *matrix;
    const struct gml_measure_kernels *measure;
    const struct gml_norm_kernels *norm;
    const struct gml_observe_kernels *observe;
    const struct gml_order_kernels *order; /* kernel/random/permutation.h; the same for both dtypes */
    const struct gml_product_kernels *product;
    const struct gml_random_kernels *random;
    const struct gml_update_kernels *update;
} gml_kernels;

/* Returns the table of the kernel set `isa`, or of the best one if isa is null; null if this build or processor lacks
 * it. */
const gml_kernels *gml_kernels_find(gml_dtype dtype, const char *isa);

/* Rows of a family that are looked up by name: arrays, one for each file; null ends the list. A row begins with its
 * name. A row whose name is null ends its array. */
typedef const void *const *gml_kernel_rows;

/* Returns the row called `name`, or null. A row has `size` bytes. */
const void *gml_kernels_row(gml_kernel_rows rows, size_t size, const char *name);

#endif
