/* kernel/entry/entry.h - vectors and matrices entry by entry. */
#ifndef GML_KERNEL_ENTRY_ENTRY_H
#define GML_KERNEL_ENTRY_ENTRY_H

#include "kernel/kernel.h"

typedef struct gml_pair_call {
    size_t rows, cols;
    const void *a, *b; /* [rows x cols] each, read */
    void *out;         /* [rows x cols], written; may be a or b */
    size_t a_stride, b_stride, out_stride;
} gml_pair_call;

typedef struct gml_entry_kernels {
    /* out = a + b, out = a b */
    void (*add)(const gml_pair_call *call);
    void (*multiply)(const gml_pair_call *call);
    /* sum of a[i] b[i], in double, in a fixed order */
    double (*dot)(size_t count, const void *a, const void *b);
    /* y = a x + b y; y may be x; y is not read if b is 0 */
    void (*combine)(size_t count, double a, const void *x, double b, void *y);
    /* moves each entry towards 0 by `by`, at most to 0 */
    void (*shrink)(size_t count, double by, void *values);
    /* old += share * (factor * fresh - old) */
    void (*drift)(size_t count, double share, double factor, const void *fresh, void *old);
} gml_entry_kernels;

#endif
