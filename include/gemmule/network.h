/* gemmule/network.h - dense feed-forward networks: make, ask, and go through forward and backward by hand. */
#ifndef GEMMULE_NETWORK_H
#define GEMMULE_NETWORK_H

#include "gemmule/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_network gml_network;

/* The table of kinds of layers, row by row; null past the last. */
GML_API const gml_entry *gml_layer_entry(size_t index);

/* The table of initializers, row by row; null past the last. */
GML_API const gml_entry *gml_initializer_entry(size_t index);

/* Zero-initialised means: float, seed 0. */
typedef struct gml_network_options {
    gml_dtype dtype; /* GML_F32 or GML_F64: of the parameters and all arithmetic */
    uint64_t seed;   /* of the initial weights */
} gml_network_options;

/* Makes a network from its description.
 *
 *     inputs -> layer -> layer ...        "784 -> 512 relu -> dropout 0.2 -> 256 relu -> 10 softmax"
 *     layer:  units [activation] [init=initializer] [bias=no] [bias_init=initializer]
 *           | kind [number]               a row of gml_layer_entry; the number is its first argument
 *           | activation
 *
 * Activation, initializer and kind are calls as in "leaky_relu(slope=0.2)"; without one a layer is the identity and its
 * initializer the one its activation's entry names. Biases are drawn by fan_in_uniform, between -1 / sqrt(inputs) and
 * 1 / sqrt(inputs), unless `bias_init` says otherwise; under init=zeros and init=identity they are 0, under
 * init=nguyen_widrow its own. A description that begins with '{' is the JSON form, which
 * gml_network_to_json writes.
 *
 * A dense layer computes Y = f(X W + b) with X [batch x in], W [in x out] row-major, b [out]; the formulas of the
 * others stand in their table. All parameters lie in one 64-byte aligned block made here. Errors: argument (the message
 * points at the character), name, shape (sizes that cannot be, layers that do not fit each other), memory. */
GML_API gml_status gml_network_create(gml_context *context, const char *description, const gml_network_options *options,
                                      gml_network **network);

/* Gives back what the network took. Null is fine. Passes and trainers made for it must be gone. */
GML_API void gml_network_destroy(gml_network *network);

GML_API gml_context *gml_network_context(const gml_network *network);
GML_API gml_dtype gml_network_dtype(const gml_network *network);
GML_API size_t gml_network_inputs(const gml_network *network);
GML_API size_t gml_network_outputs(const gml_network *network);
GML_API size_t gml_network_layers(const gml_network *network);          /* of any kind */
GML_API size_t gml_network_parameter_count(const gml_network *network); /* numbers learned */

/* The description in canonical text, and in JSON; the network's own strings. */
GML_API const char *gml_network_description(const gml_network *network);
GML_API const char *gml_network_to_json(const gml_network *network);

/* How many numbers a network of this description would learn, though nothing is made; SIZE_MAX if they are too many to
 * be counted. Errors as of gml_network_create. */
GML_API gml_status gml_network_measure(gml_context *context, const char *description, size_t *parameters);

/* A layer, for people to read. */
typedef struct gml_layer_view {
    const char *kind;       /* the name in its table; the library's */
    const char *activation; /* the name of its activation, "identity" if it has none; the library's */
    size_t inputs, outputs; /* numbers a sample */
    size_t parameters;      /* that are learned */
    char text[512];         /* as in the description: "512 relu", "dropout(rate=0.2)" */
} gml_layer_view;

/* Layer `index`, from 0. Errors: argument. */
GML_API gml_status gml_network_layer(const gml_network *network, size_t index, gml_layer_view *view);

/* What a block of numbers is to its layer. */
typedef enum gml_role {
    GML_ROLE_WEIGHT,     /* [in x out] */
    GML_ROLE_BIAS,       /* added */
    GML_ROLE_SCALE,      /* multiplied: the gain of a norm */
    GML_ROLE_ACTIVATION, /* the shape of an activation that is learned */
    GML_ROLE_STATISTIC   /* found by looking at batches, not by an optimizer: running mean and variance */
} gml_role;

/* One block of a network's numbers: the weights or the biases of a layer, say. */
typedef struct gml_block {
    char name[48]; /* "layers.0.weight", "layers.0.bias" */
    gml_role role;
    gml_matrix values; /* the network's memory: weight [in x out]; what an activation learns [numbers x units], or
                          [numbers x 1] where the layer's units share it; all others [1 x n] */
} gml_block;

/* The blocks layer by layer, the weight of each first; layers made with bias=no have no bias block. */
GML_API size_t gml_network_block_count(const gml_network *network);

/* The block at `index`. Reading its values is safe beside predictions; writing them is not. Errors: argument. */
GML_API gml_status gml_network_block(const gml_network *network, size_t index, gml_block *block);

/* y = f(x), entry by entry (row by row for softmax and log_softmax, whose derivative here is the diagonal), with f the
 * activation of layer `index` as unit `unit` of it has learned it, and the
 * derivative where one is wanted: gml_activation_apply for what is in the network, to look at or to draw. Of an
 * activation that the layer's units share, or that learns nothing, all units have the same; of a layer that is no
 * activation and has none it is the identity.
 *
 * unit        below the layer's outputs, or SIZE_MAX for the activation that training started from
 * x           [rows x cols] of the network's dtype, read
 * y           [rows x cols] of that dtype, written; may be x itself
 * derivative  gml_matrix_none(), or the same, written: f'(x)
 *
 * Safe beside predictions. Errors: argument (no such layer or unit, dtype), shape. */
GML_API gml_status gml_network_apply_activation(const gml_network *network, size_t index, size_t unit, gml_matrix x,
                                                gml_matrix y, gml_matrix derivative);

/* Draws all parameters anew from a seed. */
GML_API void gml_network_initialize(gml_network *network, uint64_t seed);

/* Scales the weights of each dense layer, front to back, so that what it computes of a batch before its activation has
 * variance 1: layer-sequential unit variance (Mishkin and Matas, All you need is a good init, 2015), for networks that
 * start with init=orthogonal. For deep stacks of activations that no initializer was made for.
 *
 * x  [n x inputs], u8, f32 or f64, read: some hundred samples do
 *
 * One thread. Errors: shape, argument, memory, data (a layer's output is constant or not finite; the layers before it
 * have been scaled). */
GML_API gml_status gml_network_scale_to_data(gml_network *network, gml_matrix x);

/* A second network with the same description, data facts and scaling, and the parameters converted to `dtype`. */
GML_API gml_status gml_network_copy(const gml_network *network, gml_dtype dtype, gml_network **copy);

/* A second network that predicts the same, up to rounding, and faster: each batchnorm that stands behind a dense layer
 * without activation, or before a dense layer with a bias, and each weight_norm becomes part of that layer, and what is
 * there for training alone (dropout, noise) is left out. What a residual needs stays. Errors: memory. */
GML_API gml_status gml_network_fold(const gml_network *network, gml_network **folded);

/* Asks the network.
 *
 * x  [n x inputs], u8, f32 or f64, read
 * y  [n x outputs], the dtype of the network, written, in the caller's memory
 *
 * Inputs are scaled as the network has been told to, and so are outputs. Any number of threads may predict with one
 * network at once, as long as none changes it. Rows do not touch each other. An input that is not
 * finite, or becomes infinite in the network's dtype, spoils its row and is no error: NaN gives NaN, and infinity gives
 * NaN, infinity or what a bounded activation makes of it. gml_network_check_samples finds such samples.
 * Errors: shape, argument.
 *
 * Memory: each thread that computes uses a working memory of 128 rows of the widest layer, two times, and once more for
 * each residual under way. A network is made with one. The others come from the allocator at the first call that needs
 * them, at most as many as the context has threads or the machine processors, and stay until the network goes; a call
 * that needs no further one allocates nothing. Where the allocator refuses one, threads take turns and the call
 * succeeds. */
GML_API gml_status gml_network_predict(const gml_network *network, gml_matrix x, gml_matrix y);

/* Checks that the network can answer the samples first .. first+count-1 of a dataset. Their inputs must be finite as
 * the first layer reads them: converted to the network's dtype, and scaled.
 *
 * answers  gml_matrix_none(), or [count x any] f32 or f64, read: what was made of the predictions; must be finite too
 * sample   null, or the number of the first sample that is refused, written with the error data
 *
 * Allocates nothing; safe beside predictions. Errors: data (file, line, column and value in the message), shape,
 * argument. */
GML_API gml_status gml_network_check_samples(const gml_network *network, const gml_dataset *dataset, size_t first,
                                             size_t count, gml_matrix answers, size_t *sample);

/* ---- what a network knows of its data; all of it is kept in model files ---- */

typedef enum gml_scaling_kind {
    GML_SCALING_AUTO = 0, /* unit for u8 data, standard for all other */
    GML_SCALING_NONE,     /* x as it is */
    GML_SCALING_UNIT,     /* x / greatest value in the data: into [0, 1] for data not below 0; a feature that is 0
                             in all samples gets a scale of 0 */
    GML_SCALING_STANDARD  /* (x - mean) / standard deviation, feature by feature; a feature that is constant, but for
                             rounding, gets a scale of 0 */
} gml_scaling_kind;

/* Lets the network know its data: takes over task and names, and fits the scaling of inputs to it. For regression with
 * a scaling of auto or standard, targets are scaled too, and predictions are given back in the targets' own unit:
 *
 *     last activation                 targets in training
 *     not bounded (identity)          mean 0, standard deviation 1
 *     bounded on one side (relu)      the same, moved until the outermost target lies at the bound
 *     bounded on both sides (tanh)    least and greatest target lie at the bounds
 *     sigmoid                         the same, but as they are where all lie from 0 to 1
 *     exponential                     as they are: counts and amounts
 *     softmax, log_softmax            as they are; others than the activation can give are refused
 *
 * A bound that is only neared, as sigmoid's, is kept away from: by 1/20 of the range between two bounds, by 1/10 of a
 * standard deviation beside a single one. For an activation of steps the outermost values are one standard deviation
 * from the mean.
 *
 * A network with two outputs for each target gives the means of all, then the logarithms of their variances
 * (gaussian_nll), likewise in the targets' own unit. A scale of 0 takes a feature away: the data has no gradient for
 * its weights, so that they stay random, and another value in later data must not reach them. Errors: shape (data that
 * does not fit the network), data (place, column and value of NaN, infinity, a value that the network's dtype
 * cannot hold, or one so large that the variance of its column overflows; targets that the last activation cannot
 * give), memory; on failure nothing changes. */
GML_API gml_status gml_network_adapt(gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind);

/* x' = (x - shift[j]) * scale[j] before the first layer; arrays of `inputs` numbers, copied; null: 0 and 1. With a
 * scale of 0 the network ignores the input. Errors: data (a number that is not finite). */
GML_API gml_status gml_network_set_input_scaling(gml_network *network, const double *shift, const double *scale);

/* y = y' * scale[k] + shift[k] after the last layer, for predictions; arrays of `outputs` numbers, copied; null: 0 and
 * 1. Errors: data (a number that is not finite, a scale of 0). */
GML_API gml_status gml_network_set_output_scaling(gml_network *network, const double *shift, const double *scale);

/* The scaling in force: the network's own arrays, there until its scaling is set or fitted anew; both null: none. */
typedef struct gml_scaling_view {
    const double *shift, *scale; /* of `inputs` or `outputs` numbers */
} gml_scaling_view;

GML_API gml_scaling_view gml_network_input_scaling(const gml_network *network);
GML_API gml_scaling_view gml_network_output_scaling(const gml_network *network);

GML_API gml_task gml_network_task(const gml_network *network); /* auto: not told yet */
GML_API const char *gml_network_class_name(const gml_network *network, size_t index);
GML_API const char *gml_network_feature_name(const gml_network *network, size_t index);
GML_API const char *gml_network_target_name(const gml_network *network);

/* Options that make gml_dataset_open read data as the network learned it from a file: inputs by name in the network's
 * order, target and class names, weights where they are there, missing targets. For predictions set `targets` to
 * GML_CHOICE_NO: target and weights are then not looked at. The pointers are the network's. */
GML_API gml_dataset_options gml_network_data_options(const gml_network *network);

/* Short texts that travel with the network and into its file, such as "loss" or "optimizer", which training sets.
 * Setting a null text takes the fact away. At most 64 facts. Errors: argument, memory. */
GML_API gml_status gml_network_set_fact(gml_network *network, const char *name, const char *text);
GML_API const char *gml_network_fact(const gml_network *network, const char *name);                   /* null: none */
GML_API const char *gml_network_fact_at(const gml_network *network, size_t index, const char **name); /* null: past */

/* ---- forward and backward by hand ---- */

/* The memory for one batch on its way through a network: activations and gradients. One thread uses it at a time;
 * several passes may share a network. Layers behave as when predicting: nothing is dropped, and batchnorm takes the
 * statistics it has learned for constants. */
typedef struct gml_pass gml_pass;

/* Makes a pass for batches of up to `batch` samples. Errors: argument, shape, memory. */
GML_API gml_status gml_pass_create(const gml_network *network, size_t batch, gml_pass **pass);
GML_API void gml_pass_destroy(gml_pass *pass);

/* x [n x inputs] any dtype, read and copied; y [n x outputs] of the network's dtype, written: the last layer's values
 * before any output scaling. n at most the batch of the pass. Allocates nothing after the first call. Errors: shape. */
GML_API gml_status gml_pass_forward(gml_pass *pass, gml_matrix x, gml_matrix y);

/* After gml_pass_forward with n samples: dy [n x outputs] = d value / d y, read; dx gml_matrix_none() or [n x inputs]
 * of the network's dtype, written: d value / d x, with respect to x as it was given, before scaling. Fills the
 * gradients of all blocks. Errors: shape, argument (no forward before). */
GML_API gml_status gml_pass_backward(gml_pass *pass, gml_matrix dy, gml_matrix dx);

/* The gradient of block `index` after gml_pass_backward; the pass's memory, in the shape of the block. */
GML_API gml_status gml_pass_gradient(const gml_pass *pass, size_t index, gml_block *gradient);

#ifdef __cplusplus
}
#endif
#endif
