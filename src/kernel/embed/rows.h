/* kernel/embed/rows.h - the tables of the files of kernel/embed. */
#ifndef GML_KERNEL_EMBED_ROWS_H
#define GML_KERNEL_EMBED_ROWS_H

#include "kernel/embed/embed.h"
#include "kernel/real.h"

extern const gml_bins_kernels GML_VARIANT(gml_bins_kernels);
extern const gml_levels_kernels GML_VARIANT(gml_levels_kernels);
extern const gml_periodic_kernels GML_VARIANT(gml_periodic_kernels);

#endif
