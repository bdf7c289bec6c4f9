/* network/data_init.c - initialisation by data: the table, and the walk through the layers.
 *
 * Runs once before training: on one thread, with memory for all values of the batch. */
#include "network/data_init.h"

#include <string.h>

#include "kernel/product/gemm.h"

static const gml_data_init_row rows[] = {
    {
        .entry = {.name = "lsuv",
                  .summary = "layer-sequential unit variance: scales the weights of each layer as a whole",
                  .formula = "W = W / s, s^2 the variance of all outputs of the layer before the activation, biases "
                             "added; repeated until s^2 is within 1 % of 1, at most 10 times",
                  .derivative = "",
                  .pitfall = "Refused where the outputs of a layer are constant. For weights of init=orthogonal.",
                  .source = "Mishkin and Matas, All you need is a good init, 2015"},
        .samples = 512,
        .set = gml_lsuv_set,
    },
    {
        .entry = {.name = "per_unit",
                  .summary = "scales the weights of each unit, and places its zero among the samples",
                  .formula = "W_j = W_j / s_j, s_j the standard deviation of x W_j; b_j = -sum of c_i x_i W_j over "
                             "`points` random samples x_i, c_i ~ Exp(1) over their sum",
                  .derivative = "",
                  .pitfall =
                      "Replaces all biases, but not those of the members of an ensemble in one network. A unit with "
                      "constant outputs keeps its weights.",
                  .source =
                      "Holzmueller, Grinsztajn and Steinwart, Better by Default, 2024; biases: Steinwart, A Sober "
                      "Look at Neural Network Initializations, 2019",
                  .parameters = {{"points", 5, 1, 64, "samples that a bias is drawn from"}},
                  .parameter_count = 1},
        .samples = 2048,
        .room = gml_per_unit_room,
        .set = gml_per_unit_set,
    },
};

const gml_entry *gml_data_init_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

gml_status gml_data_init_read(gml_context *context, const char *text, gml_call *call)
{
    return gml_call_parse(context, "data_init", gml_data_init_entry, text, strlen(text), call);
}

bool gml_network_fits_to_data(const gml_network *network)
{
    size_t i = 0;
    while (i < network->spec.layer_count && network->layers[i].kind->fit == NULL) {
        i++;
    }
    return i < network->spec.layer_count;
}

/* ---- the walk ---- */

static size_t cols_of(const gml_network *network, size_t value)
{
    return value == 0 ? network->spec.inputs : network->layers[value - 1].out;
}

/* `layer` is the one at `index`, or that without its biases. */
static void run_layer(const gml_data_walk *walk, size_t index, const gml_layer *layer,
                      const gml_activation_kernel *activation)
{
    gml_layer_call call = {.layer = layer, .activation = activation, .rows = walk->rows, .batch = walk->rows};
    call.cols = call.y_stride = layer->out;
    call.x_stride = layer->in;
    call.x = walk->values[index];
    call.y = walk->values[index + 1];
    if (layer->kind->reads_earlier) {
        call.earlier = walk->values[layer->earlier];
        call.earlier_stride = layer->out;
    }
    layer->kind->forward(&call);
}

void gml_data_walk_multiply(const gml_data_walk *walk, size_t index, bool biased)
{
    gml_layer bare = walk->network->layers[index];
    bare.bias = biased ? bare.bias : NULL;
    run_layer(walk, index, &bare, walk->identity);
}

static const gml_data_init_row *row_of(const gml_data_walk *walk)
{
    return walk->call.entry != NULL ? gml_call_row(&walk->call) : NULL;
}

static gml_status set_layer(const gml_data_walk *walk, size_t index)
{
    const gml_layer *layer = &walk->network->layers[index];
    gml_status status = GML_OK;
    if (layer->kind->fit != NULL) {
        status = layer->kind->fit(layer, walk->rows, walk->values[index]);
    } else if (layer->weight != NULL && row_of(walk) != NULL) {
        status = row_of(walk)->set(walk, index);
    } else if (layer->scaled != NULL && row_of(walk) != NULL) {
        gml_weight_norm_start(layer);
    }
    return status;
}

static gml_status set_layers(const gml_data_walk *walk, gml_matrix x)
{
    const gml_network *network = walk->network;
    gml_status status = GML_OK;
    gml_network_read_inputs(network, x, walk->values[0]);
    gml_gemm_open();
    for (size_t i = 0; status == GML_OK && i < network->spec.layer_count; i++) {
        status = set_layer(walk, i);
        if (status == GML_OK) {
            run_layer(walk, i, &network->layers[i], network->layers[i].activation);
        }
    }
    gml_gemm_close();
    return status;
}

/* ---- memory ---- */

static size_t widest_of(const gml_network *network)
{
    size_t widest = 0;
    for (size_t i = 0; i <= network->spec.layer_count; i++) {
        widest = cols_of(network, i) > widest ? cols_of(network, i) : widest;
    }
    return widest;
}

/* Numbers of working memory for each column. */
static size_t room_of(const gml_data_walk *walk)
{
    return row_of(walk) != NULL && row_of(walk)->room != NULL ? row_of(walk)->room(walk) : 0;
}

static gml_status allocate_columns(gml_data_walk *walk)
{
    gml_context *context = walk->network->context;
    const size_t widest = widest_of(walk->network), room = room_of(walk);
    walk->column = gml_allocate(context, widest, 2 * sizeof *walk->column, "statistics of columns");
    if (walk->column != NULL && room > 0) {
        walk->room = gml_allocate(context, widest, room * sizeof *walk->room, "the outputs that biases are drawn from");
    }
    return walk->column != NULL && (room == 0 || walk->room != NULL) ? GML_OK : GML_ERROR_MEMORY;
}

static gml_status allocate_values(gml_data_walk *walk)
{
    const gml_network *network = walk->network;
    gml_context *context = network->context;
    size_t count = network->spec.layer_count + 1;
    walk->values = gml_allocate(context, count, sizeof *walk->values, "the values' places");
    if (walk->values == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        walk->values[i] = NULL;
    }
    for (size_t i = 0; i < count; i++) {
        size_t entries;
        if (__builtin_mul_overflow(walk->rows, cols_of(network, i), &entries)) {
            return gml_fail(context, GML_ERROR_SHAPE, "%zu samples are more than can be counted", walk->rows);
        }
        walk->values[i] = gml_allocate(context, entries, network->kernels->size, "the values of a layer");
        if (walk->values[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    return allocate_columns(walk);
}

static void release_values(gml_data_walk *walk)
{
    const gml_network *network = walk->network;
    gml_context *context = network->context;
    const size_t count = network->spec.layer_count + 1, widest = widest_of(network);
    for (size_t i = 0; walk->values != NULL && i < count; i++) {
        gml_release(context, walk->values[i], walk->rows * cols_of(network, i), network->kernels->size);
    }
    gml_release(context, walk->room, widest, room_of(walk) * sizeof *walk->room);
    gml_release(context, walk->column, widest, 2 * sizeof *walk->column);
    gml_release(context, walk->values, count, sizeof *walk->values);
}

/* ---- the public functions ---- */

/* A network that was fresh still is: its output bias is one that was drawn. */
static gml_status run(gml_data_walk *walk, gml_matrix x)
{
    const bool fresh = gml_network_is_fresh(walk->network);
    gml_status status = allocate_values(walk);
    walk->identity = gml_kernels_activation(walk->network->kernels, "identity");
    if (status == GML_OK) {
        status = set_layers(walk, x);
    }
    release_values(walk);
    if (fresh) {
        gml_network_mark_fresh(walk->network);
    }
    return status;
}

gml_status gml_network_initialize_to_data(gml_network *network, gml_matrix x, const char *call, uint64_t seed)
{
    gml_data_walk walk = {.network = network, .rows = x.rows, .seed = seed};
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status == GML_OK) {
        status = gml_check_inputs(network, x);
    }
    if (status == GML_OK && call != NULL) {
        status = gml_data_init_read(network->context, call, &walk.call);
    }
    return status == GML_OK ? run(&walk, x) : status;
}

gml_status gml_network_scale_to_data(gml_network *network, gml_matrix x)
{
    return gml_network_initialize_to_data(network, x, "lsuv", 0);
}
