/* reference/network.c - forward pass, loss and backward pass of a batch.
 *
 * The memory of a batch of n samples, in doubles:
 *
 *     x' [n x in] | z [n x out] y [n x out] of layer 0 | of layer 1 | ... | the gradients of x' and of every y
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

/* Returns the offset of layer l's z; past the last layer, that of the gradients. */
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
    size_t columns, thrice;
    if (__builtin_mul_overflow(inputs_of(network), (size_t)2, &columns)) {
        return false;
    }
    for (size_t l = 0; l < network->layer_count; l++) {
        if (__builtin_mul_overflow(network->layers[l].out, (size_t)3, &thrice) ||
            __builtin_add_overflow(columns, thrice, &columns)) {
            return false;
        }
    }
    return !__builtin_mul_overflow(rows, columns, count);
}

/* Returns value `value`: 0 is x', l + 1 is y of layer l. */
static double *value_of(const gml_reference_network *network, size_t rows, double *memory, size_t value)
{
    return value == 0 ? memory : memory + layer_offset(network, rows, value) - rows * network->layers[value - 1].out;
}

static double *gradient_of(const gml_reference_network *network, size_t rows, double *memory, size_t value)
{
    double *gradient = memory + layer_offset(network, rows, network->layer_count);
    for (size_t k = 0; k < value; k++) {
        gradient += rows * (k == 0 ? inputs_of(network) : network->layers[k - 1].out);
    }
    return gradient;
}

gml_reference_place gml_reference_place_of(const gml_reference_network *network, size_t rows, double *memory, size_t l)
{
    const gml_reference_layer *layer = &network->layers[l];
    double *z = memory + layer_offset(network, rows, l);
    return (gml_reference_place){.layer = layer,
                                 .rows = rows,
                                 .x = value_of(network, rows, memory, l),
                                 .earlier = value_of(network, rows, memory, layer->source),
                                 .z = z,
                                 .y = z + rows * layer->out};
}

void gml_reference_forward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory)
{
    size_t rows = batch->rows, in = inputs_of(network);
    for (size_t i = 0; i < rows * in; i++) {
        bool scaled = network->scale != NULL;
        memory[i] = scaled ? (batch->x[i] - network->shift[i % in]) * network->scale[i % in] : batch->x[i];
    }
    for (size_t l = 0; l < network->layer_count; l++) {
        gml_reference_place place = gml_reference_place_of(network, rows, memory, l);
        bool predicts = place.layer->predicts && place.layer->kind->predict != NULL;
        (predicts ? place.layer->kind->predict : place.layer->kind->forward)(&place);
    }
}

const double *gml_reference_outputs(const gml_reference_network *network, size_t rows, const double *memory)
{
    return memory + layer_offset(network, rows, network->layer_count) - rows * last_layer(network)->out;
}

/* The layer whose outputs the loss reads: the last, or the one before it where the last averages members. */
static size_t loss_layer(const gml_reference_network *network)
{
    const size_t last = network->layer_count - 1;
    return strcmp(network->layers[last].kind->name, "average") == 0 ? last - 1 : last;
}

/* True if the loss is fused with the activation of that layer. */
static bool is_linked(const gml_reference_network *network)
{
    const char *link = network->loss->link;
    const gml_reference_activation *last = network->layers[loss_layer(network)].activation;
    return link != NULL && last != NULL && strcmp(link, last->name) == 0;
}

/* The loss, or the mean of those of the members. */
static double run_loss(const gml_reference_network *network, const gml_reference_batch *batch, double *memory,
                       bool differentiates)
{
    const size_t rows = batch->rows, l = loss_layer(network), cols = last_layer(network)->out;
    const size_t width = network->layers[l].out, members = width / cols;
    const gml_reference_place place = gml_reference_place_of(network, rows, memory, l);
    double *gradient = gradient_of(network, rows, memory, l + 1), sum = 0;
    for (size_t m = 0; m < members; m++) {
        gml_reference_loss_call call = {.rows = rows,
                                        .cols = cols,
                                        .stride = width,
                                        .outputs = (is_linked(network) ? place.z : place.y) + m * cols,
                                        .targets = batch->targets,
                                        .target_cols = batch->target_cols,
                                        .gradient = differentiates ? gradient + m * cols : NULL,
                                        .parameters = network->loss_parameters,
                                        .weights = batch->weights,
                                        .masked = batch->masked};
        sum += gml_reference_run_loss(network->loss, &call);
    }
    for (size_t i = 0; differentiates && i < rows * width; i++) {
        gradient[i] /= (double)members;
    }
    return sum / (double)members;
}

double gml_reference_evaluate(const gml_reference_network *network, const gml_reference_batch *batch,
                              const double *memory)
{
    return run_loss(network, batch, (double *)memory, false);
}

static void clear(double *gradient, size_t count)
{
    if (gradient != NULL) {
        memset(gradient, 0, count * sizeof *gradient);
    }
}

static void clear_gradients(const gml_reference_layer *layer)
{
    const size_t members = gml_reference_members(layer), matrices = layer->heads ? members : 1;
    clear(layer->weight_gradient, layer->in / members * (layer->out / members) * matrices);
    clear(layer->bias_gradient, layer->out);
    clear(layer->theta_gradient, layer->theta_count * layer->theta_units);
    for (size_t i = 0; i < GML_REFERENCE_VECTORS; i++) {
        clear(layer->vector_gradients[i], layer->vector_counts[i]);
    }
}

/* Clears all gradients; returns where those of the outputs go. */
static double *begin_backward(const gml_reference_network *network, size_t rows, double *memory)
{
    size_t layers = network->layer_count;
    double *first = gradient_of(network, rows, memory, 0), *last = gradient_of(network, rows, memory, layers);
    memset(first, 0, (size_t)((char *)(last + rows * last_layer(network)->out) - (char *)first));
    for (size_t l = 0; l < layers; l++) {
        clear_gradients(&network->layers[l]);
    }
    return last;
}

/* From the gradients of the outputs to those of the inputs; if `linked`, those of the layer that the loss reads are of
 * its z. */
static void go_back(const gml_reference_network *network, size_t rows, double *memory, bool linked, double *dx)
{
    size_t in = inputs_of(network), layers = network->layer_count;
    for (size_t l = layers; l-- > 0;) {
        gml_reference_place place = gml_reference_place_of(network, rows, memory, l);
        place.dy = gradient_of(network, rows, memory, l + 1);
        place.dx = gradient_of(network, rows, memory, l);
        place.earlier_gradient = gradient_of(network, rows, memory, place.layer->source);
        place.linked = l == loss_layer(network) && linked;
        bool predicts = place.layer->predicts && place.layer->kind->predict_back != NULL;
        (predicts ? place.layer->kind->predict_back : place.layer->kind->backward)(&place);
    }
    const double *first = gradient_of(network, rows, memory, 0);
    for (size_t i = 0; dx != NULL && i < rows * in; i++) {
        dx[i] = network->scale == NULL ? first[i] : first[i] * network->scale[i % in];
    }
}

void gml_reference_backward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory,
                            double *dx)
{
    begin_backward(network, batch->rows, memory);
    run_loss(network, batch, memory, true);
    go_back(network, batch->rows, memory, is_linked(network), dx);
}

void gml_reference_input_gradient(const gml_reference_network *network, size_t rows, double *memory, size_t column,
                                  bool score, double *dx)
{
    double *last = begin_backward(network, rows, memory);
    for (size_t i = 0; i < rows; i++) {
        last[i * last_layer(network)->out + column] = 1;
    }
    go_back(network, rows, memory, score, dx);
}

uint64_t gml_reference_signature(const gml_reference_network *network, const gml_reference_batch *batch,
                                 const double *memory)
{
    size_t rows = batch->rows;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t l = 0; l < network->layer_count; l++) {
        const gml_reference_layer *layer = &network->layers[l];
        const double *z = memory + layer_offset(network, rows, l);
        bool bends = layer->activation != NULL || layer->trainable != NULL || layer->kind->gate != NULL ||
                     layer->kind->piece != NULL;
        for (size_t i = 0; bends && i < rows * layer->out; i++) {
            hash = (hash ^ gml_reference_layer_piece(layer, i % layer->out, z[i])) * 1099511628211u;
        }
    }
    const double *y = value_of(network, rows, (double *)memory, loss_layer(network) + 1);
    const size_t cols = last_layer(network)->out, width = network->layers[loss_layer(network)].out;
    for (size_t i = 0; network->loss->bend != NULL && i < rows * width; i++) {
        const double target = batch->targets[i / width * cols + i % cols];
        hash = (hash ^ (network->loss->bend(y[i], target) > 0)) * 1099511628211u;
    }
    return hash;
}
