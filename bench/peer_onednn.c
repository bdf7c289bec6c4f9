/* bench/peer_onednn.c - oneDNN: inner products with ReLU fused into the forward pass, ReLU backward, and gradients.
 *
 * Softmax cross-entropy and SGD are loops here, since oneDNN has no primitives for them. It uses OpenMP threads. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "peer.h"
#include "peer_onednn.h"

/* ---- the step ---- */

/* dz = (softmax(z) - t) / n, row by row */
static void differentiate_loss(const onednn_state *state)
{
    const onednn_layer *last = &state->layers[state->layer_count - 1];
    const float *z = onednn_data(last->y);
    float *dz = onednn_data(last->gradient), scale = 1 / (float)state->batch;
    for (size_t s = 0; s < state->batch; s++, z += last->out, dz += last->out) {
        float most = z[0], sum = 0;
        for (size_t j = 1; j < last->out; j++) {
            most = z[j] > most ? z[j] : most;
        }
        for (size_t j = 0; j < last->out; j++) {
            dz[j] = expf(z[j] - most);
            sum += dz[j];
        }
        for (size_t j = 0; j < last->out; j++) {
            dz[j] = (dz[j] / sum - (float)(j == state->labels[s])) * scale;
        }
    }
}

static void update(dnnl_memory_t parameters, dnnl_memory_t gradients, float rate)
{
    size_t count = dnnl_memory_desc_get_size(onednn_layout_of(parameters)) / sizeof(float);
    float *restrict w = onednn_data(parameters);
    const float *restrict g = onednn_data(gradients);
#pragma omp parallel for simd if (count > 1 << 16)
    for (size_t i = 0; i < count; i++) {
        w[i] -= rate * g[i];
    }
}

void onednn_forward(const onednn_state *state)
{
    for (size_t l = 0; l < state->layer_count; l++) {
        onednn_run(state, &state->layers[l].forward);
    }
    onednn_must(dnnl_stream_wait(state->stream), "a forward pass");
}

static void step(void *peer, float rate)
{
    const onednn_state *state = peer;
    onednn_forward(state);
    differentiate_loss(state);
    for (size_t l = state->layer_count; l-- > 0;) {
        const onednn_layer *layer = &state->layers[l];
        onednn_run(state, &layer->relu_backward);
        onednn_run(state, &layer->weights);
        onednn_run(state, &layer->turn_gradient);
        onednn_run(state, &layer->turn_weight);
        onednn_run(state, &layer->backward);
    }
    onednn_must(dnnl_stream_wait(state->stream), "a backward pass");
    for (size_t l = 0; l < state->layer_count; l++) {
        const onednn_layer *layer = &state->layers[l];
        update(layer->weight, layer->weight_gradient, rate);
        update(layer->bias, layer->bias_gradient, rate);
    }
}

/* ---- making and freeing ---- */

static void copy_parameters(const onednn_state *state, const onednn_layer *layer, const double *parameters)
{
    size_t count = (layer->in + 1) * layer->out;
    float *numbers = bench_allocate(count, sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (float)parameters[i];
    }
    onednn_copy_weights(state, layer, numbers, true);
    memcpy(onednn_data(layer->bias), numbers + layer->in * layer->out, layer->out * sizeof *numbers);
    free(numbers);
}

onednn_state *onednn_make(const bench_net *net, const double *parameters, gml_matrix x, size_t threads,
                          dnnl_prop_kind_t purpose)
{
    onednn_state *state = bench_allocate(1, sizeof *state);
    omp_set_num_threads((int)threads);
    onednn_must(dnnl_engine_create(&state->engine, dnnl_cpu, 0), "the engine");
    onednn_must(dnnl_stream_create(&state->stream, state->engine, dnnl_stream_default_flags), "the stream");
    state->purpose = purpose;
    state->layer_count = bench_layer_count(net);
    state->batch = x.rows;
    state->threads = threads;
    dnnl_memory_desc_t plain = onednn_layout(dnnl_ab, 2, x.rows, x.cols);
    dnnl_memory_t input = onednn_wrap(state, &plain, x.data);
    for (size_t l = 0; l < state->layer_count; l++) {
        onednn_layer *layer = &state->layers[l];
        layer->in = net->sizes[l];
        layer->out = net->sizes[l + 1];
        onednn_layer_make(state, l, input);
        copy_parameters(state, layer, parameters);
        parameters += (layer->in + 1) * layer->out;
        input = layer->y;
    }
    return state;
}

static void destroy_calls(const onednn_layer *layer)
{
    const onednn_call *calls[] = {&layer->forward,  &layer->relu_backward, &layer->turn_weight,
                                  &layer->backward, &layer->weights,       &layer->turn_gradient};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        dnnl_primitive_destroy(calls[i]->primitive);
    }
}

void onednn_free(onednn_state *state)
{
    for (size_t l = 0; l < state->layer_count; l++) {
        const onednn_layer *layer = &state->layers[l];
        destroy_calls(layer);
        dnnl_memory_destroy(layer->backward_weight != layer->weight ? layer->backward_weight : NULL);
        dnnl_memory_destroy(layer->raw_gradient != layer->weight_gradient ? layer->raw_gradient : NULL);
        dnnl_memory_t owned[] = {layer->weight,   layer->weight_gradient,  layer->bias, layer->bias_gradient, layer->y,
                                 layer->gradient, l == 0 ? layer->x : NULL};
        for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
            dnnl_memory_destroy(owned[i]);
        }
    }
    dnnl_stream_destroy(state->stream);
    dnnl_engine_destroy(state->engine);
    free(state);
}

/* ---- the adapter ---- */

static void *create(const bench_net *net, const bench_batch *batch, const double *parameters, size_t threads)
{
    onednn_state *state = onednn_make(net, parameters, batch->x, threads, dnnl_forward_training);
    state->labels = batch->labels;
    return state;
}

static void outputs(void *peer, double *found)
{
    const onednn_state *state = peer;
    const onednn_layer *last = &state->layers[state->layer_count - 1];
    onednn_forward(state);
    for (size_t i = 0; i < state->batch * last->out; i++) {
        found[i] = (double)onednn_data(last->y)[i];
    }
}

static void parameters(void *peer, double *found)
{
    const onednn_state *state = peer;
    for (size_t l = 0; l < state->layer_count; l++) {
        const onednn_layer *layer = &state->layers[l];
        float *numbers = bench_allocate((layer->in + 1) * layer->out, sizeof *numbers);
        onednn_copy_weights(state, layer, numbers, false);
        memcpy(numbers + layer->in * layer->out, onednn_data(layer->bias), layer->out * sizeof *numbers);
        for (size_t i = 0; i < (layer->in + 1) * layer->out; i++) {
            *found++ = (double)numbers[i];
        }
        free(numbers);
    }
}

static void destroy(void *peer)
{
    onednn_free(peer);
}

const bench_peer bench_peer_onednn = {
    .name = "oneDNN",
    .create = create,
    .step = step,
    .outputs = outputs,
    .parameters = parameters,
    .destroy = destroy,
    .predictor = &onednn_predictor,
};
