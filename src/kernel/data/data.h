/* kernel/data/data.h - gathers and checks rows of a dataset. */
#ifndef GML_KERNEL_DATA_DATA_H
#define GML_KERNEL_DATA_DATA_H

#include "kernel/data/domain.h"
#include "kernel/data/gather.h"
#include "kernel/kernel.h"

typedef struct gml_data_kernels {
    void (*gather)(const gml_gather_call *call);
    /* out[i][j] = 1 if j is numbers[i], else 0; out packed */
    void (*one_hot)(size_t rows, size_t classes, const void *numbers, void *out);
    /* replaces NaN entries of x, packed, by those of `from`, or by 0 if `from` is null */
    void (*fill_unknown)(size_t rows, size_t cols, size_t from_stride, const void *from, void *x);
    /* returns the index of the first entry that is infinite or NaN; count if there is none */
    size_t (*first_nonfinite)(size_t count, const void *x);
    /* returns the first row whose class number is not an integer below `classes`; rows if there is none */
    size_t (*first_bad_class)(size_t rows, size_t classes, const void *numbers);
    /* returns the index of the first entry outside the domain; count if there is none. NaN is inside */
    size_t (*first_outside)(gml_domain domain, size_t count, const void *x);
    /* returns the first row of x, packed, whose sum differs from 1 by more than GML_SHARES_TOLERANCE, and writes `sum`;
     * rows if there is none. Rows with NaN pass */
    size_t (*first_bad_sum)(size_t rows, size_t cols, const void *x, double *sum);
} gml_data_kernels;

#endif
