/* bench/peer_fann.c - FANN: plain loops, one sample at a time, on one thread.
 *
 * It has neither ReLU nor softmax. Hidden units are its cheapest function similar to ReLU (linear from 0 to 1), the
 * last layer is linear, and the loss is its mean squared error on targets 0 and 1. A step is one epoch of its batch
 * training on the batch. */
#include <floatfann.h>
#include <stdlib.h>

#include "harness.h"
#include "peer.h"

typedef struct fann_state {
    struct fann *network;
    struct fann_train_data *data;
    size_t inputs, outputs;
} fann_state;

/* Copies the parameters: W [in x out] and b [out] per layer to FANN's [in + 1] per unit, bias last. */
static void set_weights(struct fann *network, const bench_net *net, const double *parameters)
{
    fann_type *next = network->weights;
    for (size_t l = 0; l < bench_layer_count(net); l++) {
        size_t in = net->sizes[l], out = net->sizes[l + 1];
        for (size_t o = 0; o < out; o++) {
            for (size_t i = 0; i <= in; i++) {
                *next++ = (fann_type)parameters[i * out + o]; /* row `in` is the bias */
            }
        }
        parameters += (in + 1) * out;
    }
}

static struct fann_train_data *copy_batch(const bench_net *net, const bench_batch *batch)
{
    unsigned inputs = (unsigned)net->sizes[0], outputs = (unsigned)net->sizes[bench_layer_count(net)];
    struct fann_train_data *data = fann_create_train((unsigned)net->batch, inputs, outputs);
    for (size_t s = 0; data != NULL && s < net->batch; s++) {
        for (size_t i = 0; i < inputs; i++) {
            data->input[s][i] = (fann_type)bench_get(GML_F32, batch->x.data, s * inputs + i);
        }
        for (size_t o = 0; o < outputs; o++) {
            data->output[s][o] = o == batch->labels[s];
        }
    }
    return data;
}

static void *create(const bench_net *net, const bench_batch *batch, const double *parameters, size_t threads)
{
    (void)threads;
    unsigned sizes[8], layers = (unsigned)bench_layer_count(net) + 1;
    for (unsigned i = 0; i < layers; i++) {
        sizes[i] = (unsigned)net->sizes[i];
    }
    fann_state *state = bench_allocate(1, sizeof *state);
    state->network = fann_create_standard_array(layers, sizes);
    state->data = copy_batch(net, batch);
    if (state->network == NULL || state->data == NULL) {
        bench_fail("FANN: no memory for the network");
    }
    state->inputs = net->sizes[0];
    state->outputs = net->sizes[layers - 1];
    fann_set_activation_function_hidden(state->network, FANN_LINEAR_PIECE);
    fann_set_activation_function_output(state->network, FANN_LINEAR);
    fann_set_activation_steepness_hidden(state->network, 1);
    fann_set_activation_steepness_output(state->network, 1);
    fann_set_training_algorithm(state->network, FANN_TRAIN_BATCH);
    fann_set_train_error_function(state->network, FANN_ERRORFUNC_LINEAR);
    set_weights(state->network, net, parameters);
    return state;
}

static void step(void *peer, float rate)
{
    fann_state *state = peer;
    fann_set_learning_rate(state->network, rate);
    fann_train_epoch(state->network, state->data);
}

static void outputs(void *peer, double *found)
{
    const fann_state *state = peer;
    for (size_t s = 0; s < state->data->num_data; s++) {
        const fann_type *answer = fann_run(state->network, state->data->input[s]);
        for (size_t o = 0; o < state->outputs; o++) {
            *found++ = (double)answer[o];
        }
    }
}

static void destroy(void *peer)
{
    fann_state *state = peer;
    fann_destroy_train(state->data);
    fann_destroy(state->network);
    free(state);
}

const bench_peer bench_peer_fann = {
    .name = "FANN",
    .threads = 1,
    .note = "its own mean squared error and piece-linear units; its outputs are compared, not its gradients",
    .create = create,
    .step = step,
    .outputs = outputs,
    .destroy = destroy,
};
