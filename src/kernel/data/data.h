/* kernel/data/data.h - numbers coming in: gathered, and looked at. */
#ifndef GML_KERNEL_DATA_DATA_H
#define GML_KERNEL_DATA_DATA_H

#include "kernel/data/domain.h"
#include "kernel/data/gather.h"
#include "kernel/kernel.h"

typedef struct gml_data_kernels {
    void (*gather)(const gml_gather_call *call);
    /* out[i][j] = 1 where j is numbers[i], else 0; out packed */
    void (*one_hot)(size_t rows, size_t classes, const void *numbers, void *out);
    /* entries of x, packed, that are NaN become those of `from`, or 0 if that is null */
    void (*fill_unknown)(size_t rows, size_t cols, size_t from_stride, const void *from, void *x);
    /* the index of the first entry that is infinite or NaN; count if there is none */
    size_t (*first_nonfinite)(size_t count, const void *x);
    /* the first row whose class number is not a whole number below `classes`; rows if there is none */
    size_t (*first_bad_class)(size_t rows, size_t classes, const void *numbers);
    /* the index of the first entry outside of the domain; count if there is none. NaN is inside */
    size_t (*first_outside)(gml_domain domain, size_t count, const void *x);
    /* the first row of x, packed, whose sum is further than GML_SHARES_TOLERANCE from 1; rows if there is none. A row
     * with a NaN passes. `sum` is set where there is one */
    size_t (*first_bad_sum)(size_t rows, size_t cols, const void *x, double *sum);
} gml_data_kernels;

#endif
