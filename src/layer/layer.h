/* layer/layer.h - a layer: its spec, its memory and its operations.
 *
 * The kinds of layers are rows of a table (layer/kind.c). A kind processes one panel of a batch at a time, in memory of
 * the caller: the network's for predictions, the workspace's for training. */
#ifndef GML_LAYER_LAYER_H
#define GML_LAYER_LAYER_H

#include <limits.h>

#include "base/call.h"
#include "base/random.h"
#include "gemmule/network.h"
#include "kernel/activation/activation.h"

/* ---- spec, without memory ---- */

enum { GML_MAX_UNITS = INT_MAX }; /* CBLAS counts in int */

typedef struct gml_layer_spec {
    gml_call kind;
    size_t in, units;          /* inputs and outputs per sample */
    gml_call activation;       /* of dense and activation; else identity */
    gml_call initializer;      /* of dense */
    gml_call bias_initializer; /* of dense with biases */
    bool bias;                 /* of dense */
    size_t members;            /* networks whose values stand side by side in a row (layer/members.c); 1: one network */
    bool heads;                /* of dense: each member has weights of its own; else all share them */
} gml_layer_spec;

enum { GML_MAX_BLOCKS = 12, GML_MAX_VECTORS = GML_MAX_BLOCKS - 1 };

/* An array that a layer owns: first the weights, if it has any, then vectors. */
typedef struct gml_block_spec {
    const char *name;
    gml_role role;
    size_t rows, cols;
    double initial; /* of a vector; not of trainable activations */
} gml_block_spec;

/* Lists the arrays that a layer owns; returns their number. */
size_t gml_layer_blocks(const gml_layer_spec *spec, gml_block_spec blocks[GML_MAX_BLOCKS]);

/* Returns the number of trainable parameters; SIZE_MAX if it overflows. */
size_t gml_layer_parameters(const gml_layer_spec *spec);

/* ---- layers ---- */

typedef struct gml_layer_kind gml_layer_kind;
struct gml_layer;

typedef struct gml_vector {
    gml_role role;
    size_t count;  /* entries */
    size_t offset; /* entries from the start of the layer's vectors */
    void *values;  /* 64-byte aligned */
} gml_vector;

typedef struct gml_layer {
    const gml_layer_kind *kind;
    const gml_layer_spec *spec;
    gml_context *context; /* products allocate from it */
    const gml_kernels *kernels;
    size_t in, out;
    size_t members;  /* networks whose values stand side by side in each row of x, y or both */
    size_t shares;   /* of dense: members that share a matrix of weights; a sample is so many rows of a product */
    size_t matrices; /* of dense: members with weights of their own; members = shares * matrices */
    size_t weight_rows, weight_cols;         /* of `weight`: all matrices, one below the other */
    const gml_activation_kernel *activation; /* its own, or the identity */
    const gml_activation_kernel *gate;       /* of gates: g in y = a g(b); else null */
    void *weight;                            /* [weight_rows x weight_cols], 64-byte aligned; or null */
    void *bias;                              /* [out], the first of the vectors; or null */
    bool directions;                         /* of dense: a weight_norm follows; the weights are its directions v */
    const struct gml_layer *scaled;          /* of weight_norm: the dense layer before it */
    size_t earlier;                          /* of a kind that reads_earlier: 0: the inputs, i + 1: y of layer i */
    gml_theta theta;                         /* parameters of its activation: the last vector */
    size_t vector_count, vector_entries;     /* entries with padding for alignment */
    gml_vector vectors[GML_MAX_VECTORS];
} gml_layer;

/* Rows of the batch statistics [GML_STATISTICS x out]. The layer copies the running statistics if the step is accepted.
 * The sums are for the backward pass. */
typedef enum gml_statistic {
    GML_BATCH_MEAN,
    GML_BATCH_VARIANCE,
    GML_RUNNING_MEAN,
    GML_RUNNING_VARIANCE,
    GML_GAIN_SUM,
    GML_BIAS_SUM,
    GML_STATISTICS
} gml_statistic;

/* A range of rows and columns of a batch to process. Matrices start at its first row and at column 0. */
typedef struct gml_layer_call {
    const gml_layer *layer;
    const gml_activation_kernel *activation; /* the layer's, or its replacement */
    bool native;                             /* computes the product natively, not by OpenBLAS */
    size_t rows;
    size_t first_row;    /* of the batch */
    size_t batch;        /* rows of the whole batch */
    size_t col, cols;    /* forward and derive: of y; propagate: of x */
    const void *x;       /* [rows x in] */
    const void *earlier; /* [rows x out]: second input of a residual layer */
    void *y;             /* [rows x out] */
    void *saved;         /* [rows x gml_layer_saved_cols()], from forward to derive and propagate; null: not saved */
    void *gradient;      /* [rows x out]: dL/dy; derive may replace it by dL/dz */
    void *dx;            /* [rows x in] */
    size_t x_stride, earlier_stride, y_stride, saved_stride, dx_stride; /* y_stride: of y and gradient */
    void *partial;           /* [vector_entries]: gradients of the vectors, summed over these rows by derive */
    void *statistics;        /* [GML_STATISTICS x out] of the batch; null: use the running statistics */
    const gml_stream *noise; /* in training; null: none */
    double noise_factor;     /* of the rate or the deviation of a noise layer, if there is noise */
} gml_layer_call;

/* A row of the table: everything the rest of the library knows about a kind. */
struct gml_layer_kind {
    gml_entry entry;
    bool dense;            /* has weights; its description gives the number of units, of each member */
    bool activates;        /* applies the activation of its description and owns its parameters */
    bool reads_earlier;    /* also reads the input of an earlier layer; its first argument is the distance */
    bool scales_dense;     /* divides by the column norms of the weights of the dense layer before it */
    bool batch_statistics; /* in training, each row of y depends on the whole batch */
    bool whole_rows;       /* an entry of y depends on all columns of its row */
    bool trains_only;      /* when predicting, y is x */
    bool keeps_zeros;      /* where x is 0, y is 0 */
    bool by_members;       /* may stand in a network with members: treats each member, or each column, by itself */
    bool averages;    /* y is the mean of the members' values; of a last layer the loss reads the inputs, in training */
    const char *gate; /* of gates: the name of g in y = a g(b) */
    bool sines;       /* of periodic embeddings: cosines and sines, and relu after them */
    bool reads_codes; /* its last inputs, by the argument `columns`, are codes of levels, which have no derivative */
    const char *nonfinite; /* what else gives outputs that are not finite, for a message; null: nothing */
    size_t gives_one_for;  /* out = in / this; of dense and of kinds with `settle_outputs` 0 */
    size_t vector_count;   /* [out] each; without the bias of dense and the activation's parameters */
    gml_block_spec vectors[4];
    /* Of kinds whose outputs or vectors follow from their arguments. Sets spec->units from spec->in and the arguments.
     * Returns null, or what is wrong with them, for a sentence after the name of the layer. */
    const char *(*settle_outputs)(gml_layer_spec *spec);
    /* Lists the vectors, with their shapes, instead of `vectors`; returns their number. */
    size_t (*list_vectors)(const gml_layer_spec *spec, gml_block_spec *blocks);
    /* Draws the initial values of vectors, after they were set to `initial`; null: they stay. */
    void (*start)(const struct gml_layer *layer, gml_stream stream);
    /* Before training: sets what the layer takes from data, such as edges of bins, from x [rows x in]; null: nothing.
     * Errors: data, memory. */
    gml_status (*fit)(const struct gml_layer *layer, size_t rows, const void *x);
    void (*forward)(const gml_layer_call *call);   /* writes y and saved */
    void (*derive)(const gml_layer_call *call);    /* dL/dy to dL/dz, and partial; null: nothing to do */
    void (*propagate)(const gml_layer_call *call); /* writes dx, after derive */
    /* With batch statistics, before forward: computes the moments [2 x in] of a panel. */
    void (*measure)(const gml_layer_call *call, double *moments);
    /* On one thread, between measure and forward: computes the batch and running statistics from the moments of all
     * panels [panels x 2 x in]. */
    void (*settle)(const gml_layer_call *call, const double *moments, size_t panel);
    /* On one thread, between derive and propagate: adds up the partial sums of all panels. */
    void (*settle_back)(const gml_layer_call *call, const void *partials, size_t panels);
    /* After an accepted step: copies the running statistics to the layer. */
    void (*learn)(const gml_layer_call *call);
};

/* True if the forward pass of a layer with this activation, its own or a replacement, needs all columns of a row. */
static inline bool gml_layer_takes_whole_rows(const gml_layer *layer, const gml_activation_kernel *activation)
{
    return layer->kind->whole_rows || activation->whole_rows || layer->theta.count > 0;
}

static inline const gml_layer_kind *gml_layer_kind_of(const gml_layer_spec *spec)
{
    return gml_call_row(&spec->kind);
}

/* The table of words that can begin a layer in a description, besides a number: kinds written by name, then
 * activations. */
const gml_entry *gml_layer_word_entry(size_t index);

/* True if the call is a kind; false if it is an activation. Sets call->row to the index in its own table. */
bool gml_layer_word_is_kind(gml_call *call);

/* Returns the columns that a layer saves for the backward pass: 0, out, or in of a gate. */
size_t gml_layer_saved_cols(const gml_layer *layer, const gml_activation_kernel *activation);

/* ---- the kinds' functions, for the table ---- */

/* dense.c: Y = f(X W + b) */
void gml_dense_forward(const gml_layer_call *call);
void gml_dense_derive(const gml_layer_call *call);
void gml_dense_propagate(const gml_layer_call *call);
struct gml_gemm;
void gml_dense_multiply(const gml_layer *layer, const struct gml_gemm *product, bool native);

/* y = f(z + bias), and f' if it is saved. z [rows x out] has the stride of y and may be y; bias may be null. */
void gml_activate(const gml_layer_call *call, const void *z, const void *bias);

/* entrywise.c: activations, residuals, noise */
void gml_activation_layer_forward(const gml_layer_call *call);
void gml_copy_gradient(const gml_layer_call *call);
void gml_residual_forward(const gml_layer_call *call);
void gml_dropout_forward(const gml_layer_call *call);
void gml_dropout_propagate(const gml_layer_call *call);
void gml_alpha_dropout_forward(const gml_layer_call *call);
void gml_alpha_dropout_propagate(const gml_layer_call *call);
void gml_gaussian_noise_forward(const gml_layer_call *call);

/* norm.c */
void gml_row_norm_forward(const gml_layer_call *call);
void gml_row_norm_derive(const gml_layer_call *call);
void gml_row_norm_propagate(const gml_layer_call *call);
void gml_batchnorm_forward(const gml_layer_call *call);
void gml_batchnorm_derive(const gml_layer_call *call);
void gml_batchnorm_propagate(const gml_layer_call *call);
void gml_batchnorm_measure(const gml_layer_call *call, double *moments);
void gml_batchnorm_settle(const gml_layer_call *call, const double *moments, size_t panel);
void gml_batchnorm_settle_back(const gml_layer_call *call, const void *partials, size_t panels);
void gml_batchnorm_learn(const gml_layer_call *call);

/* weight_norm.c: y = x gain / |v| + bias, with v the weights of the dense layer before it. The effect of |v|
 * on the gradient of v needs whole columns: the caller that computes X' dZ then calls gml_weight_norm_project. */
void gml_weight_norm_forward(const gml_layer_call *call);
void gml_weight_norm_derive(const gml_layer_call *call);
void gml_weight_norm_propagate(const gml_layer_call *call);

/* Sets the gains to |v|, so that the layer begins as the identity. */
void gml_weight_norm_start(const gml_layer *layer);

/* Projects X' dZ of columns [col, col + cols), [in x cols], in place: the gradient with respect to the directions. */
void gml_weight_norm_project(const gml_layer *dense, size_t col, size_t cols, void *gradient, size_t stride);

/* scale.c */
const char *gml_scale_settle(gml_layer_spec *spec);
void gml_scale_start(const gml_layer *layer, gml_stream stream);
void gml_scale_forward(const gml_layer_call *call);
void gml_scale_derive(const gml_layer_call *call);
void gml_scale_propagate(const gml_layer_call *call);
/* members.c */
void gml_members_forward(const gml_layer_call *call);
void gml_members_propagate(const gml_layer_call *call);
void gml_average_forward(const gml_layer_call *call);
void gml_average_propagate(const gml_layer_call *call);
const char *gml_members_settle(gml_layer_spec *spec);
const char *gml_average_settle(gml_layer_spec *spec);

/* embedding.c */
const char *gml_embedding_settle(gml_layer_spec *spec);
size_t gml_embedding_vectors(const gml_layer_spec *spec, gml_block_spec *blocks);
void gml_embedding_start(const gml_layer *layer, gml_stream stream);
void gml_embedding_forward(const gml_layer_call *call);
void gml_embedding_derive(const gml_layer_call *call);
void gml_embedding_propagate(const gml_layer_call *call);

/* periodic.c */
const char *gml_periodic_settle(gml_layer_spec *spec);
size_t gml_periodic_vectors(const gml_layer_spec *spec, gml_block_spec *blocks);
void gml_periodic_start(const gml_layer *layer, gml_stream stream);
void gml_periodic_forward(const gml_layer_call *call);
void gml_periodic_derive(const gml_layer_call *call);
void gml_periodic_propagate(const gml_layer_call *call);

/* bins.c */
const char *gml_bins_settle(gml_layer_spec *spec);
size_t gml_bins_vectors(const gml_layer_spec *spec, gml_block_spec *blocks);
void gml_bins_start(const gml_layer *layer, gml_stream stream);
void gml_bins_forward(const gml_layer_call *call);
void gml_bins_derive(const gml_layer_call *call);
void gml_bins_propagate(const gml_layer_call *call);
gml_status gml_bins_fit(const gml_layer *layer, size_t rows, const void *x);

/* gate.c */
void gml_gate_forward(const gml_layer_call *call);
void gml_gate_propagate(const gml_layer_call *call);

#endif
