/* kernel/kernel.h - the table of kernels: every loop over elements, once for each (dtype, instruction set).
 *
 * All bodies are plain C in terms of `real` (kernel/real.h), compiled several times by Meson. The table is all that is
 * seen from outside; arguments are untyped pointers to the table's dtype. Matrices are row-major; where one `stride` is
 * given, all matrices of the call share it. No kernel allocates, and all may be called from any thread. */
#ifndef GML_KERNEL_KERNEL_H
#define GML_KERNEL_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/random.h"
#include "gemmule/custom.h"
#include "gemmule/matrix.h"

/* ---- activations ----
 * A fixed one is a function of x = z + bias. A trainable one is a function of x and of numbers it learns, theta: for
 * its backward pass x itself is kept, and theta must still be what it was in the forward pass. The sums over rows, of
 * theta's gradient like the bias's, run in an order that the shape alone decides. */

enum { GML_MAX_THETA = 16 };

/* What a trainable activation has learned. */
typedef struct gml_theta {
    size_t count;       /* numbers, at most GML_MAX_THETA, for the layer or for each unit; 0: the activation is fixed */
    size_t units;       /* cols: each unit has its own; 1: the layer's units share them */
    const void *values; /* [count x units] packed, read */
} gml_theta;

typedef struct gml_forward_call {
    size_t rows, cols, stride;
    const void *z;            /* [rows x cols] before the bias, read */
    const void *bias;         /* [cols], added to every row of z first; or null */
    void *y;                  /* [rows x cols], written: f(z + bias); may be z */
    void *slope;              /* [rows x cols], written: f'(x), of trainable rows x; or null; may be z if y is not */
    const double *parameters; /* the values of the activation's call */
    gml_theta theta;
    const gml_custom_activation *custom; /* what the row says */
} gml_forward_call;

typedef struct gml_backward_call {
    size_t rows, cols, stride;
    void *gradient;      /* [rows x cols], in: d/dy, out: d/dz */
    const void *saved;   /* [rows x cols]: y where the row says slope_from_value, else what the forward call wrote */
    void *bias_gradient; /* [cols], written: the sums of d/dz over the rows; or null */
    const double *parameters;
    gml_theta theta;
    void *theta_gradient; /* [theta.count x theta.units], written: the sums of d/dtheta; or null */
} gml_backward_call;

typedef struct gml_activation_kernel {
    const char *name;     /* of the row in layer/activation.c it belongs to; null ends the table */
    int slope_from_value; /* backward takes y (nothing else need be kept), not the slope */
    int whole_rows;       /* an entry depends on all of its row */
    int identity;         /* y is z with the bias: forward need not be called once that is added */
    void (*forward)(const gml_forward_call *call);
    void (*backward)(const gml_backward_call *call);
    double usual; /* the default of its argument, if it has one: what it is called with in a mixture */
    const gml_custom_activation *custom; /* of one that the user gave; else null */
} gml_activation_kernel;

/* ---- losses ---- */

/* Which targets a loss takes. */
typedef enum gml_domain {
    GML_DOMAIN_UNSTATED, /* of no row */
    GML_DOMAIN_ANY,
    GML_DOMAIN_NOT_NEGATIVE, /* 0 and above */
    GML_DOMAIN_POSITIVE,     /* above 0 */
    GML_DOMAIN_UNIT,         /* from 0 to 1 */
    GML_DOMAIN_BINARY,       /* 0 or 1 */
    GML_DOMAIN_SHARES        /* from 0 to 1, and a row sums to 1 */
} gml_domain;

/* How far the sum of a row of shares may be from 1: three shares with two digits, 0.33 each, are shares. */
#define GML_SHARES_TOLERANCE 0.02

typedef struct gml_loss_call {
    size_t rows, cols, stride;     /* stride: of outputs and gradient */
    const void *outputs;           /* [rows x cols], read: logits where the row says so */
    const void *targets;           /* [rows x target_cols] packed, read */
    size_t target_cols;            /* cols, or 1 for class numbers; half of cols where the row says variances */
    void *gradient;                /* [rows x cols], written: scale * d sum / d outputs; may be outputs; or null */
    double scale;                  /* 1 / the divisor of the mean */
    const double *parameters;      /* of the loss's call; one at least can be read */
    const double *weights;         /* [rows]: by which value and gradient of each are multiplied; null: 1 */
    bool masked;                   /* of a loss that adds up by targets: one that is NaN counts for nothing */
    const gml_custom_loss *custom; /* what the row says, and with it */
    double *memory;                /* [gml_custom_loss_memory(cols)], of this call alone */
} gml_loss_call;

static inline double gml_loss_weight(const gml_loss_call *call, size_t row)
{
    return call->weights != NULL ? call->weights[row] : 1;
}

typedef struct gml_loss_kernel {
    const char *name;                         /* of the row in loss/loss.c it belongs to; null ends the table */
    double (*run)(const gml_loss_call *call); /* returns the sum, not scaled */
    const gml_custom_loss *custom;            /* of one that the user gave; else null */
} gml_loss_kernel;

/* The doubles that a loss of the user's own needs: a row of outputs, of targets and of the gradient, on lines of a
 * cache that no other thread writes to. */
static inline size_t gml_custom_loss_memory(size_t cols)
{
    enum { LINE = 64 / sizeof(double) };
    return (3 * cols + LINE - 1) / LINE * LINE;
}

/* ---- optimizers ---- */

enum { GML_UPDATE_STATES = GML_MAX_STATES, GML_UPDATE_SCALARS = 8 };

/* An optimizer of the user's own, as it is called; its scalars are rate and number of the step. */
typedef struct gml_custom_rule {
    const gml_custom_optimizer *optimizer;
    const double *arguments;
} gml_custom_rule;

typedef struct gml_update_call {
    size_t count;
    void *w;                        /* [count], updated */
    const void *g;                  /* [count], the gradient as the backward pass left it */
    void *state[GML_UPDATE_STATES]; /* [count] each, as many as the optimizer keeps; zero before the first step */
    const double *scalars;          /* [GML_UPDATE_SCALARS], of the step: optimizer/scalars.c */
    double gradient_scale;          /* g is multiplied by this: clipping by norm */
    double clip;                    /* then cut to [-clip, clip]; infinity: not */
    double l2;                      /* then l2 * w is added */
    double decay;                   /* w is first multiplied by 1 - decay */
    const gml_custom_rule *custom;  /* where the row says so */
} gml_update_call;

typedef struct gml_optimizer_kernel {
    const char *name; /* of the row in optimizer/optimizer.c it belongs to; null ends the table */
    void (*update)(const gml_update_call *call);
    const gml_custom_optimizer *custom; /* of one that the user gave; else null */
} gml_optimizer_kernel;

/* ---- data ---- */

typedef struct gml_gather_call {
    size_t rows, cols;
    const void *source; /* [* x cols] in source_dtype, row i of the result is row order[i] of it */
    gml_dtype source_dtype;
    size_t source_stride;
    const size_t *order; /* [rows]; null: 0, 1, 2, ... */
    const double *shift; /* [cols] subtracted, then */
    const double
        *scale;   /* [cols] multiplied, in double for an f64 source, else in the table's dtype; both null: as is */
    void *target; /* [rows x cols] in the table's dtype, written */
    size_t target_stride;
} gml_gather_call;

/* ---- random fills ---- */

typedef struct gml_fill_call {
    size_t count;
    void *target; /* [count], written: elements 0 .. count-1 of the stream */
    gml_stream stream;
    double a, b;  /* uniform: from a up to b; normal: mean a, standard deviation b */
    double bound; /* of the truncated normal: no number is further from the mean than so many standard deviations */
} gml_fill_call;

/* ---- noise ---- */

typedef struct gml_dropout_call {
    size_t first, count; /* elements of the stream, below 2^34; x[0] is element `first` */
    const void *x;       /* [count], read */
    void *y;             /* [count], written: `dropped` where the element's number says so, else x * scale + shift; may
                            be x */
    gml_stream stream;
    double rate; /* the share that is dropped, from 0 to below 1 */
    double dropped, scale, shift;
} gml_dropout_call;

typedef struct gml_noise_call {
    size_t first, count; /* elements of the stream, below 2^34; x[0] is element `first` */
    const void *x;       /* [count], read */
    void *y;             /* [count], written: x plus a normal number of mean 0; may be x */
    gml_stream stream;
    double deviation;
} gml_noise_call;

/* ---- matrices entry by entry ---- */

typedef struct gml_pair_call {
    size_t rows, cols;
    const void *a, *b; /* [rows x cols] each, read */
    void *out;         /* [rows x cols], written; may be a or b */
    size_t a_stride, b_stride, out_stride;
} gml_pair_call;

/* ---- normalisation ---- */

/* y = (x - mean) / sqrt(variance + eps) * gain + bias, with mean and variance of each row, or of each column. */
typedef struct gml_norm_call {
    size_t rows, cols;
    const void *x;
    size_t x_stride;
    void *y; /* forward: written; backward: d/dy, read */
    size_t y_stride;
    const void *gain, *bias; /* [cols]; bias null: rows are not centred, and the mean square stands for the variance */
    double eps;
    void *gain_sum, *bias_sum; /* [cols]: sums over the rows of d/dy times the normalised x, and of d/dy */
    void *dx;                  /* backward: [rows x cols], written */
    size_t dx_stride;
    const void *mean, *variance; /* [cols], of columns */
    double samples;              /* of columns: how many made mean and variance and the two sums; 0: they are given
                                    numbers, not found from x, and do not depend on it */
} gml_norm_call;

/* What panels of rows found out of their columns, brought together in the order of the panels. */
typedef struct gml_moments_call {
    size_t rows, panel, cols; /* `rows` in all, `panel` in each panel but the last */
    const double *moments;    /* [panels x 2 x cols]: mean, then the sum of squares about it */
    void *mean, *variance;    /* [cols], written; the variance divided by `rows` */
} gml_moments_call;

/* ---- products ---- */

struct gml_gemm;  /* kernel/product/gemm.h */
struct gml_terms; /* kernel/product/terms.h */

/* ---- orders ---- */

struct gml_permutation; /* kernel/random/permutation.h */

/* ---- the table ---- */

typedef struct gml_kernels {
    const char *isa; /* "baseline", "x86-64-v3", "x86-64-v4" */
    gml_dtype dtype; /* GML_F32 or GML_F64 */
    size_t size;     /* bytes of an entry */

    const gml_activation_kernel *activations; /* fixed */
    const gml_activation_kernel *trainables;
    const gml_activation_kernel *custom_activation; /* what one of the user's own becomes with its name and record */
    const gml_loss_kernel *losses;
    const gml_loss_kernel *custom_loss; /* likewise */
    const gml_optimizer_kernel *optimizers;
    const gml_optimizer_kernel *custom_optimizer; /* likewise */

    void (*gather)(const gml_gather_call *call);
    /* out[i] = entry first + i of the order, for i below `count`; first + count at most its length. */
    void (*fill_permutation)(const struct gml_permutation *permutation, size_t first, size_t count, size_t *out);
    void (*fill_uniform)(const gml_fill_call *call);
    void (*fill_normal)(const gml_fill_call *call);
    /* Normal numbers beyond the bound are drawn anew, from the steps of the stream that follow its own. */
    void (*fill_truncated)(const gml_fill_call *call);
    /* Makes the rows of m [rows x cols], packed, orthonormal, or its columns where there are fewer of them. */
    void (*orthonormalize)(size_t rows, size_t cols, void *m);
    /* Scales each column of m, packed, to that length. */
    void (*lengthen_columns)(size_t rows, size_t cols, double length, void *m);
    /* Forward on values and backward on their gradients alike: the same stream drops the same elements. */
    void (*dropout)(const gml_dropout_call *call);
    void (*add_noise)(const gml_noise_call *call);

    /* out = a + b, out = a b */
    void (*add)(const gml_pair_call *call);
    void (*multiply)(const gml_pair_call *call);

    void (*row_norm)(const gml_norm_call *call);
    void (*row_norm_sums)(const gml_norm_call *call); /* writes gain_sum and, unless bias is null, bias_sum */
    void (*row_norm_backward)(const gml_norm_call *call);
    void (*column_norm)(const gml_norm_call *call);
    void (*column_norm_sums)(const gml_norm_call *call);
    void (*column_norm_backward)(const gml_norm_call *call); /* reads gain_sum and bias_sum, of all samples */
    /* mean and sum of squares about it of each column: moments [2 x cols] */
    void (*column_moments)(size_t rows, size_t cols, const void *x, size_t stride, double *moments);
    void (*join_moments)(const gml_moments_call *call);
    /* old += share * (factor * fresh - old) */
    void (*drift)(size_t count, double share, double factor, const void *fresh, void *old);

    /* C = bias + op(A) op(B), or C += op(A) op(B) if the call accumulates; bias [n] or null; k at least 1. The sums run
     * over k in order. Of A nothing is packed. Terms that find_terms finds to be 0 may be left out, which changes no
     * bit. */
    void (*product)(const struct gml_gemm *call, const void *bias);

    /* False if less than a quarter of A is 0, to judge by a sample, or it has more rows than there is room for; `terms`
     * then is not to be read. */
    bool (*find_terms)(const struct gml_gemm *call, struct gml_terms *terms);

    /* out[j] = sum over i of m[i][j], rows in order; m packed */
    void (*sum_rows)(size_t rows, size_t cols, const void *m, void *out);
    /* m[i][j] *= scale[j] */
    void (*scale_columns)(size_t rows, size_t cols, size_t stride, const double *scale, void *m);
    /* m[i][j] = m[i][j] * scale[j] + shift[j] */
    void (*affine_columns)(size_t rows, size_t cols, size_t stride, const double *scale, const double *shift, void *m);
    /* draws each entry toward 0 by so much, and not beyond it */
    void (*shrink)(size_t count, double by, void *values);
    /* scales the columns of m that are longer than `most` to that length */
    void (*limit_columns)(size_t rows, size_t cols, size_t stride, double most, void *m);
    /* out[j] = the length of column j of m, or its square; sums in double */
    void (*column_lengths)(size_t rows, size_t cols, size_t stride, const void *m, bool squared, void *out);
    /* takes from each column of g what lies along that column of m, unless that is 0; both are [rows x cols] */
    void (*project_columns)(size_t rows, size_t cols, size_t stride, const void *m, size_t g_stride, void *g);
    /* out [cols x rows] = m' of m [rows x cols] */
    void (*transpose)(size_t rows, size_t cols, size_t stride, const void *m, size_t out_stride, void *out);
    /* sum of a[i] b[i], in double, in a fixed order */
    double (*dot)(size_t count, const void *a, const void *b);
    /* y = a x + b y; y may be x, and need not be set if b is 0 */
    void (*combine)(size_t count, double a, const void *x, double b, void *y);
    /* sum of x^2, in double, in a fixed order */
    double (*sum_of_squares)(size_t count, const void *x);
    /* the first row whose class number is not a whole number below `classes`; rows if there is none */
    size_t (*first_bad_class)(size_t rows, size_t classes, const void *numbers);
    /* out[i][j] = 1 where j is numbers[i], else 0; out packed */
    void (*one_hot)(size_t rows, size_t classes, const void *numbers, void *out);
    /* the index of the first entry that is infinite or NaN; count if there is none */
    size_t (*first_nonfinite)(size_t count, const void *x);
    /* entries of x, packed, that are NaN become those of `from`, or 0 if that is null */
    void (*fill_unknown)(size_t rows, size_t cols, size_t from_stride, const void *from, void *x);
    /* the index of the first entry outside of the domain; count if there is none. NaN is inside */
    size_t (*first_outside)(gml_domain domain, size_t count, const void *x);
    /* the first row of x, packed, whose sum is further than GML_SHARES_TOLERANCE from 1; rows if there is none. A row
     * with a NaN passes. `sum` is set where there is one */
    size_t (*first_bad_sum)(size_t rows, size_t cols, const void *x, double *sum);
    /* rows whose class is right: with target_cols 1 and cols > 1 the greatest output against the class number; with
     * cols 1 output > threshold against target > 0.5; else the greatest output against the greatest target */
    size_t (*count_correct)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                            size_t target_cols, double threshold);
    /* sum over all entries of ((outputs - targets) * unit[j])^2; unit null: 1. Targets packed. */
    double (*sum_squared_error)(size_t rows, size_t cols, size_t stride, const void *outputs, const void *targets,
                                const double *unit);
} gml_kernels;

/* The table of a kernel set, by name; null: the best. Null if this build or processor lacks it. */
const gml_kernels *gml_kernels_find(gml_dtype dtype, const char *isa);

/* Entry `index` of an array of the table's dtype. */
double gml_kernels_entry(const gml_kernels *kernels, const void *values, size_t index);

/* The kernel by name in a table, of activations a fixed or a trainable one; null if it is missing. */
const gml_activation_kernel *gml_kernels_activation(const gml_kernels *kernels, const char *name);
const gml_loss_kernel *gml_kernels_loss(const gml_kernels *kernels, const char *name);
const gml_optimizer_kernel *gml_kernels_optimizer(const gml_kernels *kernels, const char *name);

#endif
