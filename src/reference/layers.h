/* reference/layers.h - the kinds of layers by their textbook formulas, in double, for a whole batch. */
#ifndef GML_REFERENCE_LAYERS_H
#define GML_REFERENCE_LAYERS_H

#include <stdbool.h>

#include "base/random.h"
#include "gemmule/custom.h"
#include "reference/functions.h"

enum { GML_REFERENCE_VECTORS = 11 };

typedef struct gml_reference_layer {
    const struct gml_reference_kind *kind;
    const double *arguments; /* of the kind's call */
    size_t in, out;
    size_t members;       /* of an ensemble, side by side in each row; 0 or 1: one network */
    bool heads;           /* each member has weights of its own */
    const double *weight; /* of dense: [in x out] of a member, with heads one below the other; else null */
    const double *bias;   /* [out], of dense; or null */
    const gml_reference_activation *activation;
    const gml_custom_activation *custom;          /* a custom activation, instead of it */
    const double *parameters;                     /* of the activation's call */
    const gml_reference_trainable *trainable;     /* instead of `activation`, with */
    const double *theta;                          /* [theta_count x theta_units] */
    size_t theta_count, theta_units;              /* units: out, or 1 */
    const double *vectors[GML_REFERENCE_VECTORS]; /* of norms: gain, bias */
    size_t vector_counts[GML_REFERENCE_VECTORS];  /* the entries of each */
    const struct gml_reference_layer *scaled;     /* of weight_norm: the dense layer before it */
    /* Written by backward, each with the shape of its parameter; may be null: */
    double *weight_gradient, *bias_gradient, *theta_gradient, *vector_gradients[GML_REFERENCE_VECTORS];
    size_t source;    /* of residual: the value it adds; 0: the inputs, l + 1: outputs of layer l */
    gml_stream noise; /* of dropout and noise, for this batch */
    bool predicts;    /* as in prediction: running statistics, no dropout and no noise */
} gml_reference_layer;

/* A batch at one layer. Gradients are accumulated. */
typedef struct gml_reference_place {
    const gml_reference_layer *layer;
    size_t rows;
    const double *x;       /* [rows x in] */
    const double *earlier; /* [rows x out], of residual */
    double *z, *y;         /* [rows x out] */
    double *dy;            /* [rows x out]; dense and activation turn it into d/dz */
    double *dx;            /* [rows x in] */
    double *earlier_gradient;
    bool linked; /* the loss is fused with the activation: dy is already dL/dz */
} gml_reference_place;

typedef struct gml_reference_kind {
    const char *name;
    const char *gate; /* of gated layers: the activation g */
    void (*forward)(const gml_reference_place *place);
    void (*backward)(const gml_reference_place *place);
    void (*predict)(
        const gml_reference_place *place); /* forward and backward of a layer that predicts; null: the same */
    void (*predict_back)(const gml_reference_place *place);
    /* Of a kind with kinks and no activation: the number of the smooth piece that z of a unit is in; null: none. */
    unsigned (*piece)(const gml_reference_layer *layer, size_t unit, double z);
} gml_reference_kind;

/* norms.c, for the table */
void gml_reference_batchnorm_forward(const gml_reference_place *place);
void gml_reference_batchnorm_backward(const gml_reference_place *place);
void gml_reference_batchnorm_predict(const gml_reference_place *place);
void gml_reference_batchnorm_predict_back(const gml_reference_place *place);
void gml_reference_layernorm_forward(const gml_reference_place *place);
void gml_reference_layernorm_backward(const gml_reference_place *place);
void gml_reference_rmsnorm_forward(const gml_reference_place *place);
void gml_reference_rmsnorm_backward(const gml_reference_place *place);
void gml_reference_weight_norm_forward(const gml_reference_place *place);
void gml_reference_weight_norm_backward(const gml_reference_place *place);

/* inputs.c, for the table */
void gml_reference_scale_forward(const gml_reference_place *place);
void gml_reference_scale_backward(const gml_reference_place *place);
void gml_reference_embedding_forward(const gml_reference_place *place);
void gml_reference_embedding_backward(const gml_reference_place *place);
void gml_reference_pbld_forward(const gml_reference_place *place);
void gml_reference_pbld_backward(const gml_reference_place *place);
void gml_reference_plr_forward(const gml_reference_place *place);
void gml_reference_plr_backward(const gml_reference_place *place);
void gml_reference_ple_forward(const gml_reference_place *place);
void gml_reference_ple_backward(const gml_reference_place *place);

/* The number of the smooth piece of an entry z: of plr its sum before relu, of ple the number itself. */
unsigned gml_reference_plr_piece(const gml_reference_layer *layer, size_t unit, double z);
unsigned gml_reference_ple_piece(const gml_reference_layer *layer, size_t unit, double z);

/* members.c, for the table */
void gml_reference_members_forward(const gml_reference_place *place);
void gml_reference_members_backward(const gml_reference_place *place);
void gml_reference_average_forward(const gml_reference_place *place);
void gml_reference_average_backward(const gml_reference_place *place);

/* Of dense: the first input of the member that has output `o`, and the index of the weight from input `i` of that
 * member to this output. */
size_t gml_reference_first_input(const gml_reference_layer *layer, size_t o);
size_t gml_reference_weight_at(const gml_reference_layer *layer, size_t i, size_t o);

/* Returns the number of members, at least 1. */
static inline size_t gml_reference_members(const gml_reference_layer *layer)
{
    return layer->members > 1 ? layer->members : 1;
}

/* Returns the number of the smooth piece of the layer's activation that `z` is in, for one unit. */
unsigned gml_reference_layer_piece(const gml_reference_layer *layer, size_t unit, double z);

/* Returns the row of that name; null if there is none. */
const gml_reference_kind *gml_reference_find_kind(const char *name);

#endif
