/* network/network.h - the inside of a network: its layers over one block of parameters. */
#ifndef GML_NETWORK_NETWORK_H
#define GML_NETWORK_NETWORK_H

#include "base/slots.h"
#include "data/dataset.h"
#include "gemmule/interval.h"
#include "kernel/kernel.h"
#include "kernel/transform/target.h"
#include "loss/loss.h"
#include "network/buffers.h"
#include "network/scaling.h"
#include "network/spec.h"

enum { GML_MAX_FACTS = 64 };

/* Rows of a panel when predicting; and samples that threads share by the columns of layers, or by the members of an
 * ensemble. */
enum { GML_PREDICT_PANEL = 128, GML_PREDICT_FEW = 16 };

typedef struct gml_fact {
    char *name, *text;
    size_t room; /* bytes that text has */
} gml_fact;

/* Both null: predictions have no limits. */
typedef struct gml_limits {
    double *least, *greatest;
} gml_limits;

typedef struct gml_ensemble gml_ensemble;

struct gml_network {
    gml_context *context;
    const gml_kernels *kernels;
    gml_spec spec;
    char *description, *json; /* canonical texts of the spec */
    gml_layer *layers;        /* [spec.layer_count] */
    void *parameters;         /* all blocks, layer by layer, each on a 64-byte line */
    size_t parameter_bytes;
    size_t parameter_count; /* numbers that training changes */
    bool fresh;             /* the parameters are as they were drawn: no step, fit or file has changed them */
    void *drawn;            /* the bias of the outputs as it was drawn (gml_network_output_bias), or 0 */
    gml_schema schema;
    gml_preparation *preparation; /* of the columns of the data; null: they are the inputs */
    gml_scaling input;       /* [inputs] or null: the first layer reads (x - shift) * scale; null with a preparation */
    gml_scaling output;      /* [outputs] or null: predictions are y * scale + shift */
    gml_scaling target;      /* [outputs] or null: its inverse, training's targets are (t - shift) * scale */
    bool log_targets;        /* the targets' logarithms are learned (kernel/transform/target.h) */
    gml_limits limits;       /* [outputs] of predictions */
    gml_intervals intervals; /* its numbers are owned */
    gml_fact facts[GML_MAX_FACTS];
    size_t fact_count;
    gml_ensemble *ensemble; /* the members of an ensemble (network/ensemble.h); null: the network has layers */
    gml_slots *slots;       /* memory of predictions: buffers of [panel x widest]; layers read some and write others */
    size_t panel, widest;
    gml_value_place *places; /* [spec.layer_count + 1] */
    size_t buffer_count, buffer_bytes;
    void *arena;
    size_t arena_size;
};

/* Fails for an ensemble, in a function that is for networks of layers. Errors: argument. */
gml_status gml_refuse_ensemble(const gml_network *network, const char *function);

/* Returns the network whose layers give outputs of the same kind: the network itself, or the first member. */
const gml_network *gml_network_of_layers(const gml_network *network);

/* Returns the activation of the outputs, as gml_network_output_activation. */
const gml_call *gml_network_last_activation(const gml_network *network);

/* A copy of all facts, for undoing changes. gml_facts_restore consumes it, gml_facts_clear frees it. Errors: memory. */
typedef struct gml_facts {
    gml_fact all[GML_MAX_FACTS];
    size_t count;
} gml_facts;

gml_status gml_facts_copy(const gml_network *network, gml_facts *copy);
void gml_facts_restore(gml_network *network, gml_facts *copy);
void gml_facts_clear(gml_context *context, gml_facts *facts);

/* Gives a copy what a network knows of its data: schema, scaling, facts. Errors: memory. */
gml_status gml_network_copy_facts(const gml_network *network, gml_network *copy);

/* The bias that is added to the outputs before the last activation, [outputs] for each member, and the layer it belongs
 * to: that of the outputs (gml_spec_output_layer), or the one before where that is an activation by itself. Values
 * null: there is none. */
typedef struct gml_output_bias {
    size_t layer;
    void *values;
} gml_output_bias;

gml_output_bias gml_network_output_bias(const gml_network *network);

/* True if no step, fit or file has changed the parameters since they were drawn, and the bias of the outputs has its
 * drawn value: a caller who writes into the network's memory may have set it. */
bool gml_network_is_fresh(const gml_network *network);

/* Keeps the drawn bias of the outputs: the parameters were drawn just now. */
void gml_network_mark_fresh(gml_network *network);

/* Exchanges the parameters with `others`, which have their layout. */
void gml_network_exchange(gml_network *network, void *others);

/* Takes a copy of a schema. */
gml_status gml_network_set_schema(gml_network *network, const gml_schema *schema);

/* Checks that data with this schema has the columns that the network takes. Errors: shape, data (columns of other kinds
 * than numbers, without a preparation). */
gml_status gml_network_check_features(const gml_network *network, const gml_schema *schema);

/* Checks that data with this schema fits the network's inputs and outputs. Two outputs per target are allowed if `loss`
 * is null or uses variances. Errors: shape. */
gml_status gml_network_check_data(const gml_network *network, const gml_schema *schema, const gml_loss_row *loss);

/* Refuses data whose inputs have other names, kinds or levels than those that the network has learned, or another
 * order, where both have them. Errors: shape. */
gml_status gml_network_check_names(const gml_network *network, const gml_schema *schema);

/* Compares the kinds and levels of the data's columns with those that the network has learned, and the names with those
 * of its preparation. `schema` has as many columns. Errors: shape. */
gml_status gml_network_check_columns(const gml_network *network, const gml_schema *schema);

/* Gives a schema without names those of the network's preparation. Errors: memory. */
gml_status gml_network_name_columns(const gml_network *network, gml_schema *schema);

/* True if predictions are no shifted and scaled outputs: through the inverse of a transform, or limited. */
static inline bool gml_network_maps_targets(const gml_network *network)
{
    return network->log_targets || network->limits.least != NULL;
}

/* The map between targets and outputs, with the output scaling. */
static inline gml_target_map gml_network_target_map(const gml_network *network)
{
    return (gml_target_map){.log = network->log_targets,
                            .shift = network->output.shift,
                            .scale = network->output.scale,
                            .least = network->limits.least,
                            .greatest = network->limits.greatest};
}

/* Turns outputs of the last layer, [n x outputs] f32 or f64, into predictions. */
void gml_network_finish_outputs(const gml_network *network, gml_matrix y);

/* Memory for limits of `count` outputs, not filled. Errors: memory. */
gml_status gml_limits_create(gml_context *context, size_t count, gml_limits *limits);
void gml_limits_clear(gml_context *context, gml_limits *limits, size_t count);
void gml_limits_swap(gml_limits *a, gml_limits *b);

/* What a description of the targets' preparation says: "none", "standard", "log" or "log -> standard". */
typedef struct gml_target_chain {
    bool log, standard;
} gml_target_chain;

/* Errors: argument, name. */
gml_status gml_target_chain_read(gml_context *context, const char *text, gml_target_chain *chain);

/* What a network learns of the targets of a dataset, complete before the network is changed. */
typedef struct gml_learned_targets {
    gml_scaling output, target; /* as in gml_network */
    bool log;
    gml_limits limits;
} gml_learned_targets;

/* Makes a scaling fitted to the inputs: (x - shift) * scale; empty for GML_SCALING_NONE. It must be cleared, on failure
 * too. Errors: data (an input that is not finite, or overflows in the variance of its column), memory. */
gml_status gml_network_learn_inputs(const gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind,
                                    gml_scaling *scaling);

/* Fits it to the data; nothing without values. It must be cleared, on failure too. Errors: as gml_network_adapt_with.
 */
gml_status gml_network_learn_targets(const gml_network *network, const gml_dataset *dataset,
                                     const gml_adapt_options *options, gml_learned_targets *learned);
void gml_learned_targets_clear(gml_context *context, gml_learned_targets *learned, size_t outputs);

/* Checks that x is [n x columns], n at least 1, of a known type. Errors: argument, shape. */
gml_status gml_check_inputs(const gml_network *network, gml_matrix x);

/* Writes x as the first layer reads it: prepared, or converted and scaled; [n x inputs] of the network's type, packed.
 */
void gml_network_read_inputs(const gml_network *network, gml_matrix x, void *inputs);

/* True if the first layer reads x itself: it needs neither preparation, conversion nor scaling. */
static inline bool gml_network_reads_in_place(const gml_network *network, gml_dtype dtype)
{
    return dtype == network->kernels->dtype && network->input.shift == NULL && network->preparation == NULL;
}

/* Refuses samples of a dataset that the network cannot be trained on or measured with: inputs that are not finite after
 * the preparation, and inputs or regression targets in f64 that are not finite in f32. Errors: data. */
gml_status gml_network_check_range(const gml_network *network, const gml_dataset *dataset);

#endif
