/* kernel/random/random.h - random fills, dropout and noise. */
#ifndef GML_KERNEL_RANDOM_RANDOM_H
#define GML_KERNEL_RANDOM_RANDOM_H

#include "base/random.h"
#include "kernel/kernel.h"

typedef struct gml_fill_call {
    size_t count;
    void *target; /* [count], written: elements 0 .. count-1 of the stream */
    gml_stream stream;
    double a, b;  /* uniform: from a up to b; normal: mean a, standard deviation b */
    double bound; /* of the truncated normal: greatest distance from the mean, in standard deviations */
} gml_fill_call;

typedef struct gml_dropout_call {
    size_t first, count; /* elements of the stream, below 2^34; x[0] is element `first` */
    const void *x;       /* [count], read */
    void *y;             /* [count], written: `dropped` for dropped elements, else x * scale + shift; may be x */
    gml_stream stream;
    double rate; /* probability of being dropped, in [0, 1) */
    double dropped, scale, shift;
} gml_dropout_call;

typedef struct gml_noise_call {
    size_t first, count; /* elements of the stream, below 2^34; x[0] is element `first` */
    const void *x;       /* [count], read */
    void *y;             /* [count], written: x plus a normal number of mean 0; may be x */
    gml_stream stream;
    double deviation;
} gml_noise_call;

typedef struct gml_random_kernels {
    void (*fill_uniform)(const gml_fill_call *call);
    void (*fill_normal)(const gml_fill_call *call);
    /* Redraws normal numbers beyond the bound from the following steps of the stream. */
    void (*fill_truncated)(const gml_fill_call *call);
    /* For values forward and gradients backward: the same stream drops the same elements. */
    void (*dropout)(const gml_dropout_call *call);
    void (*add_noise)(const gml_noise_call *call);
} gml_random_kernels;

#endif
