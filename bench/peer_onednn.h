/* bench/peer_onednn.h - dense layers of oneDNN, forward and backward, or forward only. */
#ifndef GML_BENCH_PEER_ONEDNN_H
#define GML_BENCH_PEER_ONEDNN_H

#include <dnnl.h>
#include <stdbool.h>
#include <stddef.h>

#include "peer.h"

enum { MOST_LAYERS = 8, MOST_ARGUMENTS = 5 };

/* A primitive and its arguments. */
typedef struct onednn_call {
    dnnl_primitive_t primitive; /* null: nothing to do */
    int count;
    dnnl_exec_arg_t arguments[MOST_ARGUMENTS];
} onednn_call;

typedef struct onednn_layer {
    size_t in, out;
    dnnl_memory_t weight, weight_gradient; /* in the layout of the forward product */
    dnnl_memory_t backward_weight;         /* in the layout of the backward product; may be `weight` */
    dnnl_memory_t raw_gradient;            /* in the layout of the gradient product; may be `weight_gradient` */
    dnnl_memory_t bias, bias_gradient;
    dnnl_memory_t x, y,
        gradient; /* [batch x in], [batch x out], [batch x out]; x is the y of the layer before, or the batch */
    onednn_call forward, relu_backward, turn_weight, backward, weights, turn_gradient;
} onednn_layer;

typedef struct onednn_state {
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    dnnl_prop_kind_t purpose; /* dnnl_forward_training, or dnnl_forward_inference: no gradients */
    size_t layer_count, batch, threads;
    const size_t *labels;
    onednn_layer layers[MOST_LAYERS];
} onednn_state;

/* Ends the program on failure. */
void onednn_must(dnnl_status_t status, const char *what);

dnnl_memory_desc_t onednn_layout(dnnl_format_tag_t tag, int dimensions, size_t first, size_t second);
dnnl_memory_t onednn_memory(const onednn_state *state, const dnnl_memory_desc_t *as);
float *onednn_data(const_dnnl_memory_t memory);
const dnnl_memory_desc_t *onednn_layout_of(const_dnnl_memory_t memory);

/* Wraps the caller's memory, which must outlive the result. */
dnnl_memory_t onednn_wrap(const onednn_state *state, const dnnl_memory_desc_t *as, void *data);

/* Adds an argument; creates the primitive, which completes the call. */
void onednn_add(onednn_call *call, int argument, dnnl_memory_t memory);
void onednn_finish_call(onednn_call *call, dnnl_primitive_desc_t description);

/* Runs a call if there is one. */
void onednn_run(const onednn_state *state, const onednn_call *call);

/* Copies a matrix W [in x out] to a layer's weights if `in`, otherwise back. */
void onednn_copy_weights(const onednn_state *state, const onednn_layer *layer, float *ours, bool in);

/* Makes layer `index`, with its sizes set and input x, after the layers before it. */
void onednn_layer_make(onednn_state *state, size_t index, dnnl_memory_t x);

/* Makes the layers of a net for a batch x, which must outlive them, and copies the parameters. */
onednn_state *onednn_make(const bench_net *net, const double *parameters, gml_matrix x, size_t threads,
                          dnnl_prop_kind_t purpose);
void onednn_free(onednn_state *state);

/* Computes the last layer's values before softmax. */
void onednn_forward(const onednn_state *state);

extern const bench_predictor onednn_predictor;

#endif
