/* reference/network.c - forward, loss and backward in triple loops.
 *
 * The memory of a batch of n samples, in doubles:
 *
 *     x' [n x in] | z [n x out] y [n x out] of layer 0 | of layer 1 | ... | gradient [n x widest] | its successor
 */
#include "reference/network.h"

#include <string.h>

static size_t inputs_of(const gml_reference_network *network)
{
    return network->layers[0].in;
}

static const gml_reference_layer *last_layer(const gml_reference_network *network)
{
    return &network->layers[network->layer_count - 1];
}

static size_t widest_layer(const gml_reference_network *network)
{
    size_t widest = inputs_of(network);
    for (size_t l = 0; l < network->layer_count; l++) {
        widest = network->layers[l].out > widest ? network->layers[l].out : widest;
    }
    return widest;
}

/* Where the z of layer `l` begins; past the last layer, where the gradients do. */
static size_t layer_offset(const gml_reference_network *network, size_t rows, size_t l)
{
    size_t columns = inputs_of(network);
    for (size_t k = 0; k < l; k++) {
        columns += 2 * network->layers[k].out;
    }
    return rows * columns;
}

bool gml_reference_memory(const gml_reference_network *network, size_t rows, size_t *count)
{
    size_t columns = inputs_of(network), twice;
    for (size_t l = 0; l <= network->layer_count; l++) {
        size_t width = l < network->layer_count ? network->layers[l].out : widest_layer(network);
        if (__builtin_mul_overflow(width, (size_t)2, &twice) || __builtin_add_overflow(columns, twice, &columns)) {
            return false;
        }
    }
    return !__builtin_mul_overflow(rows, columns, count);
}

/* Z [n x out] = X [n x in] W [in x out] + b */
static void multiply(const gml_reference_layer *layer, size_t rows, const double *x, double *z)
{
    for (size_t s = 0; s < rows; s++) {
        for (size_t o = 0; o < layer->out; o++) {
            double sum = layer->bias == NULL ? 0 : layer->bias[o];
            for (size_t i = 0; i < layer->in; i++) {
                sum += x[s * layer->in + i] * layer->weight[i * layer->out + o];
            }
            z[s * layer->out + o] = sum;
        }
    }
}

void gml_reference_forward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory)
{
    size_t rows = batch->rows, in = inputs_of(network);
    for (size_t i = 0; i < rows * in; i++) {
        bool scaled = network->scale != NULL;
        memory[i] = scaled ? (batch->x[i] - network->shift[i % in]) * network->scale[i % in] : batch->x[i];
    }
    const double *x = memory;
    for (size_t l = 0; l < network->layer_count; l++) {
        const gml_reference_layer *layer = &network->layers[l];
        double *z = memory + layer_offset(network, rows, l), *y = z + rows * layer->out;
        multiply(layer, rows, x, z);
        for (size_t s = 0; s < rows; s++) {
            gml_reference_activate(layer->activation, layer->parameters, layer->out, z + s * layer->out,
                                   y + s * layer->out);
        }
        x = y;
    }
}

const double *gml_reference_outputs(const gml_reference_network *network, size_t rows, const double *memory)
{
    return memory + layer_offset(network, rows, network->layer_count) - rows * last_layer(network)->out;
}

/* Has the loss taken the last layer's activation into itself? */
static bool is_linked(const gml_reference_network *network)
{
    const char *link = network->loss->link;
    return link != NULL && strcmp(link, last_layer(network)->activation->name) == 0;
}

static double run_loss(const gml_reference_network *network, const gml_reference_batch *batch, const double *memory,
                       double *gradient)
{
    const double *z = memory + layer_offset(network, batch->rows, network->layer_count - 1);
    const double *y = gml_reference_outputs(network, batch->rows, memory);
    gml_reference_loss_call call = {.rows = batch->rows,
                                    .cols = last_layer(network)->out,
                                    .outputs = is_linked(network) ? z : y,
                                    .targets = batch->targets,
                                    .target_cols = batch->target_cols,
                                    .gradient = gradient};
    return network->loss->run(&call);
}

double gml_reference_evaluate(const gml_reference_network *network, const gml_reference_batch *batch,
                              const double *memory)
{
    return run_loss(network, batch, memory, NULL);
}

/* dW [in x out] = X^T [in x n] dZ [n x out], db [out] = the sums of dZ over the rows */
static void layer_gradients(const gml_reference_layer *layer, size_t rows, const double *x, const double *dz)
{
    for (size_t i = 0; layer->weight_gradient != NULL && i < layer->in; i++) {
        for (size_t o = 0; o < layer->out; o++) {
            double sum = 0;
            for (size_t s = 0; s < rows; s++) {
                sum += x[s * layer->in + i] * dz[s * layer->out + o];
            }
            layer->weight_gradient[i * layer->out + o] = sum;
        }
    }
    for (size_t o = 0; layer->bias_gradient != NULL && o < layer->out; o++) {
        double sum = 0;
        for (size_t s = 0; s < rows; s++) {
            sum += dz[s * layer->out + o];
        }
        layer->bias_gradient[o] = sum;
    }
}

/* dX [n x in] = dZ [n x out] W^T [out x in] */
static void input_gradients(const gml_reference_layer *layer, size_t rows, const double *dz, double *dx)
{
    for (size_t s = 0; s < rows; s++) {
        for (size_t i = 0; i < layer->in; i++) {
            double sum = 0;
            for (size_t o = 0; o < layer->out; o++) {
                sum += dz[s * layer->out + o] * layer->weight[i * layer->out + o];
            }
            dx[s * layer->in + i] = sum;
        }
    }
}

void gml_reference_backward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory,
                            double *dx)
{
    size_t rows = batch->rows, in = inputs_of(network);
    double *gradient = memory + layer_offset(network, rows, network->layer_count);
    double *next = gradient + rows * widest_layer(network);
    run_loss(network, batch, memory, gradient);
    for (size_t l = network->layer_count; l-- > 0;) {
        const gml_reference_layer *layer = &network->layers[l];
        const double *z = memory + layer_offset(network, rows, l);
        const double *x = l == 0 ? memory : z - rows * layer->in;
        for (size_t s = 0; (l + 1 < network->layer_count || !is_linked(network)) && s < rows; s++) {
            double *row = gradient + s * layer->out;
            gml_reference_differentiate(layer->activation, layer->parameters, layer->out, z + s * layer->out, row, row);
        }
        layer_gradients(layer, rows, x, gradient);
        input_gradients(layer, rows, gradient, next);
        double *used = gradient;
        gradient = next;
        next = used;
    }
    for (size_t i = 0; dx != NULL && i < rows * in; i++) {
        dx[i] = network->scale == NULL ? gradient[i] : gradient[i] * network->scale[i % in];
    }
}

uint64_t gml_reference_signature(const gml_reference_network *network, size_t rows, const double *memory)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t l = 0; l < network->layer_count; l++) {
        const gml_reference_layer *layer = &network->layers[l];
        const double *z = memory + layer_offset(network, rows, l);
        for (size_t i = 0; i < rows * layer->out; i++) {
            hash = (hash ^ gml_reference_piece(layer->activation, z[i])) * 1099511628211u;
        }
    }
    return hash;
}
