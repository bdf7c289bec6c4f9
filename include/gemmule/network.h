/* gemmule/network.h - dense feed-forward networks: create, inspect, predict, and run single passes. */
#ifndef GEMMULE_NETWORK_H
#define GEMMULE_NETWORK_H

#include "gemmule/preparation.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_network gml_network;

/* Returns row `index` of the table of layer kinds; null past the last row. */
GML_API const gml_entry *gml_layer_entry(size_t index);

/* Returns row `index` of the table of initializers; null past the last row. */
GML_API const gml_entry *gml_initializer_entry(size_t index);

/* Zero-initialised means: float, seed 0. */
typedef struct gml_network_options {
    gml_dtype dtype; /* GML_F32 or GML_F64: type of the parameters and of all arithmetic */
    uint64_t seed;   /* of the initial parameters */
} gml_network_options;

/* Makes a network from a description.
 *
 *     inputs -> layer -> layer ...        "784 -> 512 relu -> dropout 0.2 -> 256 relu -> 10 softmax"
 *     layer:  units [activation] [init=initializer] [bias=no] [bias_init=initializer] [heads]
 *           | kind [number]               a row of gml_layer_entry; the number is its first argument
 *           | activation
 *
 * Activation, initializer and kind are calls such as "leaky_relu(slope=0.2)". Defaults: the activation is the identity,
 * the initializer is gml_activation_initializer's. Biases are drawn by fan_in_uniform, from -1 / sqrt(inputs) to
 * 1 / sqrt(inputs), unless `bias_init` is given; init=zeros and init=identity set them to 0, and init=nguyen_widrow
 * draws them by its own rule. A description that begins with '{' is in the JSON form of gml_network_to_json.
 *
 * A dense layer computes Y = f(X W + b) with X [batch x in], W [in x out] row-major, b [out]; gml_layer_entry has the
 * formulas of the other kinds.
 *
 * The layers between `members` and `average` are an ensemble in one network (Wen, Tran and Ba, BatchEnsemble, 2020):
 *
 *     "9 -> members 32 -> scale(signs=yes) -> 512 relu -> scale -> 512 relu -> 3 softmax heads -> average"
 *
 * Each member computes these layers on values of its own; the values of a sample's members lie side by side, and
 * `units` counts those of one member. Dense layers share W, [in x out] of one member, and have a bias for each member;
 * with `heads` each member has weights of its own, which lie one below the other, [members in x out]. Every other layer
 * acts on the columns of all members. Layers that normalise rows, gates and weight_norm cannot stand there. Where
 * `average` is the last layer, the loss of a training step is the mean of the losses of the members, each with the
 * targets of the sample; a prediction is the mean of the members' outputs, and so is what an evaluation measures. All
 * parameters are in one 64-byte aligned block, allocated here. Errors: argument (the message gives the character),
 * name, shape (invalid sizes, layers that do not fit each other), memory. */
GML_API gml_status gml_network_create(gml_context *context, const char *description, const gml_network_options *options,
                                      gml_network **network);

/* Frees a network; null is allowed. Its passes and trainers must be destroyed before. */
GML_API void gml_network_destroy(gml_network *network);

GML_API gml_context *gml_network_context(const gml_network *network);
GML_API gml_dtype gml_network_dtype(const gml_network *network);
GML_API size_t gml_network_inputs(const gml_network *network);  /* of the first layer; of an ensemble its columns */
GML_API size_t gml_network_columns(const gml_network *network); /* of the data: the inputs without a preparation */
GML_API size_t gml_network_outputs(const gml_network *network);
GML_API size_t gml_network_layers(const gml_network *network);          /* of any kind; of an ensemble 0 */
GML_API size_t gml_network_parameter_count(const gml_network *network); /* number of trainable parameters */

/* Returns the name of the activation that the outputs come from, such as "softmax" where they are probabilities: that
 * of the last layer, or of the layer before a last `average`; of an ensemble that of its members. Owned by the library
 * or the context; null for null. */
GML_API const char *gml_network_output_activation(const gml_network *network);

/* Return the description as canonical text and as JSON. The network owns the strings. Those of an ensemble list the
 * members and are for people: gml_network_create does not read them. */
GML_API const char *gml_network_description(const gml_network *network);
GML_API const char *gml_network_to_json(const gml_network *network);

/* Computes the number of trainable parameters of a network with this description, without making it; SIZE_MAX on
 * overflow. Errors: as gml_network_create. */
GML_API gml_status gml_network_measure(gml_context *context, const char *description, size_t *parameters);

/* A layer, for display. */
typedef struct gml_layer_view {
    const char *kind;       /* name in gml_layer_entry; owned by the library */
    const char *activation; /* name of its activation, or "identity"; owned by the library or the context */
    size_t inputs, outputs; /* numbers per sample */
    size_t parameters;      /* number of trainable parameters */
    char text[512];         /* as in the description: "512 relu", "dropout(rate=0.2)" */
    size_t codes, levels;   /* the last `codes` inputs are codes of levels, whole numbers from 0 to levels - 1 */
} gml_layer_view;

/* Describes layer `index`, from 0. Errors: argument (no such layer). */
GML_API gml_status gml_network_layer(const gml_network *network, size_t index, gml_layer_view *view);

/* The role of a block in its layer. */
typedef enum gml_role {
    GML_ROLE_WEIGHT,     /* [in x out]; of members as gml_network_create says */
    GML_ROLE_BIAS,       /* added: bias, or the shift of a normalisation */
    GML_ROLE_SCALE,      /* multiplied: the gain of a normalisation */
    GML_ROLE_ACTIVATION, /* parameters of a trainable activation */
    GML_ROLE_EMBEDDING,  /* parameters of an embedding of inputs: frequencies, tables of levels; not decayed */
    GML_ROLE_STATISTIC   /* running mean or variance over batches; not trained by the optimizer */
} gml_role;

/* A named block of parameters or statistics, for example the weights of a layer. */
typedef struct gml_block {
    char name[48]; /* "layers.0.weight", "layers.0.bias" */
    gml_role role;
    gml_matrix values; /* view of the network's memory: weight [in x out]; parameters of an activation [numbers x
                          units], or [numbers x 1] if the units share them; embeddings as their kind says; all others
                          [1 x n] */
} gml_block;

/* Returns the number of blocks. They are in the order of layers, the weight of a layer first; a layer with bias=no has
 * no bias block. */
GML_API size_t gml_network_block_count(const gml_network *network);

/* Returns block `index`. Its values may be read while other threads predict, but not written. Errors: argument (no such
 * block). */
GML_API gml_status gml_network_block(const gml_network *network, size_t index, gml_block *block);

/* Computes y = f(x) like gml_activation_apply, for f the activation of layer `index` with the learned parameters of
 * unit `unit`. All units give the same if they share the parameters or the activation has none. A layer without an
 * activation gives the identity.
 *
 * unit        below the layer's outputs, or SIZE_MAX for the activation with its initial parameters
 * x           [rows x cols], the network's dtype, read
 * y           [rows x cols], the network's dtype, written; may be x itself
 * derivative  gml_matrix_none(), or [rows x cols], the network's dtype, written: f'(x); for softmax and log_softmax the
 *             diagonal of each row's Jacobian
 *
 * Thread-safe beside predictions. Errors: argument (no such layer or unit, a wrong dtype), shape. */
GML_API gml_status gml_network_apply_activation(const gml_network *network, size_t index, size_t unit, gml_matrix x,
                                                gml_matrix y, gml_matrix derivative);

/* Initializes all parameters again from a seed. An ensemble stays as it is. */
GML_API void gml_network_initialize(gml_network *network, uint64_t seed);

/* Returns row `index` of the table of initialisations by data; null past the last row. */
GML_API const gml_entry *gml_data_init_entry(size_t index);

/* Sets the initial weights and biases of dense layers, first to last, by their outputs on samples. Each layer reads the
 * samples as the layers before it, which are set already, pass them on.
 *
 * x     [n x columns], u8, f32 or f64, read; some hundred samples are enough
 * call  of the table: "lsuv", "per_unit"; null: weights and biases stay, and only layers that take numbers from data,
 *       such as the edges of the bins of ple, take them, as they do with every call; some thousand samples then
 * seed  of what is drawn
 *
 * Runs on the calling thread, with memory for the values of all layers. Errors: name, shape, argument, memory, data
 * (the outputs of a layer are not finite, or constant where the call says so; the layers before it have been set). */
GML_API gml_status gml_network_initialize_to_data(gml_network *network, gml_matrix x, const char *call, uint64_t seed);

/* Scales the weights of each dense layer, first to last, so that its outputs before the activation have variance 1 on
 * the batch x: layer-sequential unit variance (Mishkin and Matas, All you need is a good init, 2015). Use it with
 * init=orthogonal, for deep networks with activations that have no initializer of their own. The same as
 * gml_network_initialize_to_data with "lsuv".
 *
 * x  [n x columns], u8, f32 or f64, read; some hundred samples are enough
 *
 * Runs on the calling thread. Errors: shape, argument, memory, data (a layer's output is constant or not finite; the
 * layers before it have been scaled). */
GML_API gml_status gml_network_scale_to_data(gml_network *network, gml_matrix x);

/* Makes a copy: same description, data schema, preparation, scaling and facts, and the parameters converted to `dtype`.
 * Errors: argument, memory. */
GML_API gml_status gml_network_copy(const gml_network *network, gml_dtype dtype, gml_network **copy);

/* Makes a copy for prediction only, equal up to rounding and faster. A batchnorm after a dense layer without
 * activation, or before a dense layer with a bias, is folded into that layer; so is a weight_norm. Dropout and noise
 * are left out. Layers that a residual needs stay. Errors: memory. */
GML_API gml_status gml_network_fold(const gml_network *network, gml_network **folded);

/* Predicts.
 *
 * x  [n x columns], u8, f32 or f64, read
 * y  [n x outputs], the network's dtype, written
 *
 * The network's preparation or input scaling is applied, and its output scaling, the inverse of the transform of its
 * targets and the limits of its predictions. Rows are independent of each other. Any number of threads may predict with
 * one network at once, as long as none changes it. An input that is not finite, or overflows in the network's dtype, is
 * no error and affects only its own row: NaN gives NaN; infinity gives NaN, infinity, or the bound of a bounded
 * activation. gml_network_check_samples finds such samples. Errors: shape, argument.
 *
 * Memory: each thread that computes samples of its own needs working memory: two buffers of 128 rows of the widest
 * layer, and one more for each nested residual; threads that share the columns of up to 16 samples share one set. The
 * network is made with one set. Further sets are allocated by the first call that needs them, at most as many as the
 * context has threads or the machine has processors, and freed with the network; other calls allocate nothing. If the
 * allocator refuses, threads wait for each other's sets and the call succeeds. */
GML_API gml_status gml_network_predict(const gml_network *network, gml_matrix x, gml_matrix y);

/* Predicts all samples of a dataset, in their order. Targets and weights are not read, and need not be there.
 *
 * dataset  its columns are those that the network has learned: numbers, kinds, levels and, where both have them, names
 *          (gml_network_data_options reads or makes such data)
 * y        [samples x outputs], the network's dtype, written; of no use after an error
 *
 * Allocates working memory of bounded size and frees it. Thread-safe beside predictions. Errors: shape (other columns),
 * data (an input that is not finite as the first layer reads it, or a prediction: place, column and value in the
 * message), argument, memory. */
GML_API gml_status gml_network_predict_dataset(const gml_network *network, const gml_dataset *dataset, gml_matrix y);

/* Checks that the inputs of samples first .. first+count-1 of a dataset are finite after conversion to the network's
 * dtype and scaling, or after the preparation.
 *
 * predictions  gml_matrix_none(), or [count x any], f32 or f64, read: the predictions or results computed from them,
 *              which must be finite too
 * sample       null, or written on the error data: the index of the first invalid sample
 *
 * Allocates nothing. Thread-safe beside predictions. Errors: data (file, line, column and value in the message), shape,
 * argument. */
GML_API gml_status gml_network_check_samples(const gml_network *network, const gml_dataset *dataset, size_t first,
                                             size_t count, gml_matrix predictions, size_t *sample);

/* ---- data schema, preparation, scaling and facts; model files save all of them ---- */

/* Gives the network a copy of a preparation, which must give as many inputs as the first layer has. From then on the
 * network takes the columns of the data, in predictions, passes, training and evaluation. The data schema gets the
 * preparation's columns, and the input scaling is removed. Null removes the preparation. Set it before
 * gml_network_adapt and before passes and trainers are made. On failure nothing changes. Errors: shape, memory. */
GML_API gml_status gml_network_set_preparation(gml_network *network, const gml_preparation *preparation);

/* Returns the preparation, in the network's memory; null: there is none. */
GML_API const gml_preparation *gml_network_preparation(const gml_network *network);

typedef enum gml_scaling_kind {
    GML_SCALING_AUTO = 0, /* unit for u8 data, standard for any other */
    GML_SCALING_NONE,     /* x unchanged */
    GML_SCALING_UNIT,     /* x / greatest value in the data: into [0, 1] for nonnegative data; a feature that is 0 in
                             all samples gets a scale of 0 */
    GML_SCALING_STANDARD  /* (x - mean) / standard deviation per feature, of more than 2^20 samples those of 2^20 drawn
                             evenly; a feature that is constant up to rounding in all samples gets a scale of 0 */
} gml_scaling_kind;

/* Adapts the network to a dataset: copies its task, columns and names, and fits the input scaling, unless the network
 * has a preparation. For regression with `kind` auto or standard the targets are scaled in training, and predictions
 * are scaled back to the unit of the targets:
 *
 *     last activation                 targets in training
 *     not bounded (identity)          mean 0, standard deviation 1
 *     bounded on one side (relu)      the same, then shifted until the extreme target is at the bound
 *     bounded on both sides (tanh)    least and greatest target at the bounds
 *     sigmoid                         the same; unchanged if all are from 0 to 1
 *     exponential                     unchanged: counts and amounts
 *     softmax, log_softmax            unchanged; an error if outside the activation's range
 *
 * A bound that is reached only in the limit, as in sigmoid, keeps a margin: 1/20 of the range between two bounds, 1/10
 * of a standard deviation at a single bound. For a piecewise constant activation its extreme values are one standard
 * deviation from the mean.
 *
 * A network with two outputs per target (gaussian_nll) predicts all means, then all logarithms of variances, also in
 * the unit of the targets. A scale of 0 removes a feature: without variation it gives its weights no gradient, so they
 * stay random, and a different value in later data must not reach them. On failure nothing changes. Errors: shape (the
 * data does not fit the network: columns of other kinds, levels or names than the preparation has), data (NaN,
 * infinity, a value that overflows in the network's dtype or in the variance of its column, with place, column and
 * value; targets outside the range of the last activation), memory. */
GML_API gml_status gml_network_adapt(gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind);

/* Zero-initialised means the default. */
typedef struct gml_adapt_options {
    gml_scaling_kind scaling;
    const char *target_preparation; /* what becomes of targets that are values, before training: "none"; "standard", as
                                       above; "log", sign(t) log(1 + |t|); "log -> standard". null: as above */
    int clamp;                      /* not 0: predictions are limited to the range of the targets in the dataset */
} gml_adapt_options;

/* Adapts the network like gml_network_adapt, which sets all but the scaling to their defaults. `options` may be null.
 *
 * The network learns prepared targets, and its loss is in their unit. Losses whose targets are probabilities, counts or
 * amounts refuse logarithms. Predictions and metrics are in the unit of the data: a prediction goes through the inverse
 * of the preparation, and after logarithms it is nearer to the median of the targets than to their mean. It never is
 * beyond a limit, and its derivative there is 0. Errors: also name, argument (a preparation that is none of these;
 * targets that are classes), shape (a network that predicts means and variances has no logarithms and no limits). */
GML_API gml_status gml_network_adapt_with(gml_network *network, const gml_dataset *dataset,
                                          const gml_adapt_options *options);

/* Sets the scaling before the first layer: x' = (x - shift[j]) * scale[j]. Both arrays [inputs] are copied; null: 0 and
 * 1. With a scale of 0 the network ignores the input. Errors: data (a number that is not finite), argument (a network
 * with a preparation has no input scaling). */
GML_API gml_status gml_network_set_input_scaling(gml_network *network, const double *shift, const double *scale);

/* Sets the scaling of predictions after the last layer, before the inverse of a transform of targets and limits:
 * y = y' * scale[k] + shift[k]. Both arrays [outputs] are copied; null: 0 and 1. Errors: data (a number that is not
 * finite, a scale of 0). */
GML_API gml_status gml_network_set_output_scaling(gml_network *network, const double *shift, const double *scale);

/* Sets what the network learns of targets, before the output scaling: their logarithms ("log"), or the targets (null or
 * "none"). Errors: name, argument (another transform). */
GML_API gml_status gml_network_set_target_transform(gml_network *network, const char *name);
GML_API const char *gml_network_target_transform(const gml_network *network); /* "log" or null */

/* Sets the limits of predictions, [outputs] each, which are copied; both null: none. Errors: data (a number that is not
 * finite, or limits that descend), argument (one of them is null), memory. */
GML_API gml_status gml_network_set_output_limits(gml_network *network, const double *least, const double *greatest);

/* In the network's memory; valid until they change. Both null: there are no limits. */
typedef struct gml_limits_view {
    const double *least, *greatest; /* [outputs] */
} gml_limits_view;

GML_API gml_limits_view gml_network_output_limits(const gml_network *network);

/* The current scaling, in the network's memory; valid until the scaling changes. Both null: no scaling. The output
 * scaling of an ensemble is the mean of its members' if all have one: the unit of its loss. */
typedef struct gml_scaling_view {
    const double *shift, *scale; /* [inputs] or [outputs] */
} gml_scaling_view;

GML_API gml_scaling_view gml_network_input_scaling(const gml_network *network);
GML_API gml_scaling_view gml_network_output_scaling(const gml_network *network);

GML_API gml_task gml_network_task(const gml_network *network); /* auto: not set */
GML_API const char *gml_network_class_name(const gml_network *network, size_t index);
GML_API const char *gml_network_feature_name(const gml_network *network, size_t index);
GML_API const char *gml_network_target_name(const gml_network *network); /* of several targets the list of names */
GML_API const char *gml_network_target_name_at(const gml_network *network, size_t index); /* null: it has no name */

/* Returns options for gml_dataset_open that read a file like the network's training data: inputs by name in the
 * network's order, target and class names, optional weights, missing targets. For predictions set `targets` to
 * GML_CHOICE_NO: target and weights are then ignored. The network owns the memory behind the pointers. */
GML_API gml_dataset_options gml_network_data_options(const gml_network *network);

/* Sets a fact: a short named text, saved in model files. Training sets "loss", "optimizer" and others. A null text
 * removes the fact. At most 64 facts. The name and text are copied. Errors: argument, memory. */
GML_API gml_status gml_network_set_fact(gml_network *network, const char *name, const char *text);
GML_API const char *gml_network_fact(const gml_network *network, const char *name); /* null: none */
GML_API const char *gml_network_fact_at(const gml_network *network, size_t index,
                                        const char **name); /* null: past the last */

/* ---- single forward and backward passes ---- */

/* Working memory for one batch: activations and gradients. One thread may use a pass at a time; several passes may
 * share a network. Layers behave as in prediction: no dropout, and batchnorm uses its running statistics as constants.
 */
typedef struct gml_pass gml_pass;

/* Makes a pass for batches of up to `batch` samples. Errors: argument, shape, memory. */
GML_API gml_status gml_pass_create(const gml_network *network, size_t batch, gml_pass **pass);
GML_API void gml_pass_destroy(gml_pass *pass);

/* Computes the forward pass: x [n x columns], any dtype, read and copied; y [n x outputs], the network's dtype,
 * written: values of the last layer before output scaling. n is at most the batch of the pass. Allocates nothing after
 * the first call. Errors: shape. */
GML_API gml_status gml_pass_forward(gml_pass *pass, gml_matrix x, gml_matrix y);

/* Computes the backward pass after gml_pass_forward with n samples, and the gradients of all blocks: dy [n x outputs] =
 * d value / d y, read; dx gml_matrix_none() or [n x columns], the network's dtype, written: d value / d x, where x is
 * the caller's, before preparation and input scaling; 0 for columns without a derivative (gml_preparation_slopes).
 * Errors: shape, argument (no forward pass before). */
GML_API gml_status gml_pass_backward(gml_pass *pass, gml_matrix dy, gml_matrix dx);

/* Returns the gradient of block `index` after gml_pass_backward, in the shape of the block. The pass owns the memory.
 * Errors: argument. */
GML_API gml_status gml_pass_gradient(const gml_pass *pass, size_t index, gml_block *gradient);

#ifdef __cplusplus
}
#endif
#endif
