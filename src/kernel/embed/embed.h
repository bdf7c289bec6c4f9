/* kernel/embed/embed.h - layers on the inputs of a network: scales of columns, embeddings of levels and of numbers.
 *
 * An embedding takes `numbers` or `columns` adjacent inputs and gives `size` outputs for each. Its parameters are
 * arrays for each number, one after another. Functions whose names end in _sums write sums over the rows of gradients;
 * those that end in _backward write dx. Both read d/dy in `gradient`. */
#ifndef GML_KERNEL_EMBED_EMBED_H
#define GML_KERNEL_EMBED_EMBED_H

#include <stdbool.h>

#include "kernel/kernel.h"

/* y = x scale + bias, with a scale and a bias for each column. */
typedef struct gml_affine_call {
    size_t rows, cols;
    const void *x; /* [rows x cols] */
    size_t x_stride;
    void *y; /* forward: [rows x cols], written; may be x. Backward: d/dy, read */
    size_t y_stride;
    const void *scale, *bias;   /* [cols]; bias null: 0 */
    void *scale_sum, *bias_sum; /* [cols], written: sums over the rows of d/dy x and of d/dy; bias_sum may be null */
    void *dx;                   /* [rows x cols], written; may be y */
    size_t dx_stride;
} gml_affine_call;

/* levels.c: y = table[code] for each code. A code is a whole number from 0 to levels - 1; x may differ from it by 1/4.
 * Any other x gives NaN, and no gradient. */
typedef struct gml_levels_call {
    size_t rows, columns, levels, size;
    const void *x; /* [rows x columns]: codes */
    size_t x_stride;
    void *y; /* [rows x columns size] */
    const void *gradient;
    size_t y_stride;   /* of y and gradient */
    const void *table; /* [levels x size] */
    void *table_sum;
} gml_levels_call;

typedef struct gml_levels_kernels {
    void (*forward)(const gml_levels_call *call);
    void (*sums)(const gml_levels_call *call);
} gml_levels_kernels;

enum { GML_MOST_FREQUENCIES = 256 };

/* periodic.c: with p [features] the periodic functions of a number x, features = frequencies, or twice as many if
 * `both`:
 *
 *     p = cos(2 pi frequency x + phase), or cos(2 pi frequency x) and then sin(2 pi frequency x) if `both`
 *     y = x and mix p + bias, or relu(mix p + bias) if `both`
 *
 * From 2^22 turns on in float, 2^51 in double, frequency x counts as whole. Infinite x gives NaN. */
typedef struct gml_periodic_call {
    size_t rows, numbers, size, frequencies;
    bool both;
    const void *x; /* [rows x numbers] */
    size_t x_stride;
    void *y; /* [rows x numbers size]; backward of relu: read */
    const void *gradient;
    size_t y_stride;                            /* of y and gradient */
    const void *frequency, *phase, *mix, *bias; /* of a number: [frequencies], [frequencies] or null if `both`,
                                                   [learned x features], [learned]; learned = size, or size - 1 beside
                                                   x */
    void *frequency_sum, *phase_sum, *mix_sum, *bias_sum;
    void *dx; /* [rows x numbers] */
    size_t dx_stride;
} gml_periodic_call;

typedef struct gml_periodic_kernels {
    void (*forward)(const gml_periodic_call *call);
    void (*sums)(const gml_periodic_call *call);
    void (*backward)(const gml_periodic_call *call);
} gml_periodic_kernels;

/* bins.c: y = scale x + bias + sum over the bins t of table[t] share[t], where share[t] = (x - edge[t]) / (edge[t + 1]
 * - edge[t]), not below 0 but in the first bin, not above 1 but in the last. The last bin ends where edges ascend no
 * more.
 */
typedef struct gml_bins_call {
    size_t rows, numbers, size, bins;
    const void *x; /* [rows x numbers] */
    size_t x_stride;
    void *y; /* [rows x numbers size] */
    const void *gradient;
    size_t y_stride;                          /* of y and gradient */
    const void *scale, *bias, *table, *edges; /* of a number: [size], [size], [bins x size], [bins + 1] */
    void *scale_sum, *bias_sum, *table_sum;
    void *dx; /* [rows x numbers] */
    size_t dx_stride;
} gml_bins_call;

typedef struct gml_bins_kernels {
    void (*forward)(const gml_bins_call *call);
    void (*sums)(const gml_bins_call *call);
    void (*backward)(const gml_bins_call *call);
} gml_bins_kernels;

typedef struct gml_embed_kernels {
    const gml_levels_kernels *levels;
    const gml_periodic_kernels *periodic;
    const gml_bins_kernels *bins;
    void (*affine)(const gml_affine_call *call);
    void (*affine_sums)(const gml_affine_call *call);     /* writes scale_sum and bias_sum */
    void (*affine_backward)(const gml_affine_call *call); /* dx = d/dy scale */
    /* values[i] = values[i / group] for each of `count`, or 1 or -1 by its sign if `signs`. */
    void (*spread)(size_t count, size_t group, bool signs, void *values);
} gml_embed_kernels;

#endif
