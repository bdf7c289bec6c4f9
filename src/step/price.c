/* step/price.c - shares taken apart as the tasks take them apart, and each product and pass priced. */
#include "step/price.h"

#include "engine/cost.h"
#include "kernel/product/choose.h"
#include "step/orthogonal.h"
#include "step/update.h"

gml_price gml_price_add(gml_price a, gml_price b)
{
    return (gml_price){a.flops + b.flops, a.bytes + b.bytes, a.seconds + b.seconds};
}

static gml_price price_product(const gml_network *network, const gml_gemm *product, bool own)
{
    double m = (double)product->m, n = (double)product->n, k = (double)product->k;
    return (gml_price){.flops = 2 * m * n * k,
                       .bytes = (m * k + k * n + m * n) * (double)network->kernels->size,
                       .seconds = gml_cost_product(network->kernels, product, own)};
}

/* A pass that reads or writes `arrays` entries for each of rows x cols. */
static gml_price price_elements(const gml_network *network, size_t rows, size_t cols, size_t arrays)
{
    double bytes = (double)rows * (double)cols * (double)arrays * (double)network->kernels->size;
    return (gml_price){.bytes = bytes, .seconds = gml_cost_elements(bytes)};
}

/* ---- rows ---- */

gml_price gml_price_gather(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    gml_rows rows = gml_workspace_rows(&trainer->workspace, trainer->step.rows, share.first);
    return price_elements(trainer->network, rows.count, trainer->network->spec.inputs, 2);
}

/* Reads outputs and targets, writes the gradient. */
gml_price gml_price_loss(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    gml_rows rows = gml_workspace_rows(&trainer->workspace, trainer->step.rows, share.first);
    return price_elements(trainer->network, rows.count, trainer->network->layers[piece->layer].out, 3);
}

gml_price gml_price_measure(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    gml_rows rows = gml_workspace_tile_rows(&trainer->workspace, piece->layer, trainer->step.rows, share.first);
    return price_elements(trainer->network, rows.count, trainer->network->layers[piece->layer].in, 1);
}

typedef gml_price price_tile(const gml_trainer *trainer, size_t layer, const gml_tile *tile);

/* Reads x or z and writes y, and what is saved. */
static gml_price price_forward(const gml_trainer *trainer, size_t layer, const gml_tile *tile)
{
    const gml_network *network = trainer->network;
    const gml_layer_memory *memory = &trainer->workspace.layers[layer];
    gml_price pass = price_elements(network, tile->rows.count, tile->cols, memory->saved != NULL ? 3 : 2);
    if (network->layers[layer].weight == NULL) {
        return pass;
    }
    gml_gemm product = {.m = tile->rows.count, .n = tile->cols, .k = network->layers[layer].in};
    gml_price price = price_product(network, &product, memory->own_forward);
    return memory->own_forward && memory->activation->identity ? price : gml_price_add(price, pass);
}

/* Derives: reads what was saved, reads and writes the gradient. Propagates the one of the layer behind. */
static gml_price price_backward(const gml_trainer *trainer, size_t layer, const gml_tile *tile)
{
    const gml_network *network = trainer->network;
    gml_price price = price_elements(network, tile->rows.count, tile->cols, 3);
    if (layer + 1 == network->spec.layer_count) {
        return price;
    }
    if (network->layers[layer + 1].weight == NULL) {
        return gml_price_add(price, price_elements(network, tile->rows.count, tile->cols, 2));
    }
    gml_gemm product = {.m = tile->rows.count, .n = tile->cols, .k = network->layers[layer + 1].out};
    product.b_transposed = true;
    bool own = trainer->workspace.layers[layer + 1].own_backward;
    return gml_price_add(price, price_product(network, &product, own));
}

/* Where the step is not tiled, a panel of rows is the layer's only tile in them. */
static gml_price price_tiles(const gml_piece *piece, gml_tile_run run, gml_share share, price_tile *price)
{
    gml_price total = {0};
    while (share.count > 0) {
        gml_tile tile = gml_workspace_tile(&piece->trainer->workspace, &run, &share);
        total = gml_price_add(total, price(piece->trainer, piece->layer, &tile));
    }
    return total;
}

gml_price gml_price_forward(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    gml_tile_run run = gml_workspace_forward_run(&trainer->workspace, piece->layer, trainer->step.rows);
    return price_tiles(piece, run, share, price_forward);
}

gml_price gml_price_backward(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    gml_tile_run run = gml_workspace_backward_run(&trainer->workspace, piece->layer, trainer->step.rows);
    return price_tiles(piece, run, share, price_backward);
}

/* ---- weights ---- */

/* Where the gradient's norm is found, the gradient is computed task by task, for the sum of squares. */
static gml_weight_panel next_panel(const gml_piece *piece, gml_share *share)
{
    const gml_workspace *workspace = &piece->trainer->workspace;
    bool gradient = (piece->phase->work & GML_WORK_GRADIENT) != 0;
    bool update = (piece->phase->work & GML_WORK_UPDATE) != 0;
    if (gradient && !update && gml_update_looks(piece->trainer)) {
        gml_share one = {.first = share->first++, .count = 1};
        share->count--;
        return gml_weight_panel_next(workspace, &one, piece->trainer->step.rows);
    }
    return gml_weight_panel_next(workspace, share, gradient ? piece->trainer->step.rows : 0);
}

/* The task that has the vectors adds up the sums that panels left. */
gml_price gml_price_gradient(const gml_piece *piece, gml_share share)
{
    const gml_trainer *trainer = piece->trainer;
    const gml_workspace *workspace = &trainer->workspace;
    size_t rows = trainer->step.rows, vectors = trainer->network->layers[piece->layer].vector_entries;
    gml_price total = {0};
    while (share.count > 0) {
        gml_weight_panel panel = next_panel(piece, &share);
        if (panel.layer == piece->layer && panel.count > 0) {
            gml_gemm product = {.m = panel.count, .n = panel.cols, .k = rows, .a_transposed = true};
            bool own = workspace->layers[panel.layer].own_weights;
            total = gml_price_add(total, price_product(trainer->network, &product, own));
        }
        if (panel.layer == piece->layer && panel.vector_gradient != NULL) {
            size_t panels = gml_workspace_tile_panels(workspace, panel.layer, rows);
            total = gml_price_add(total, price_elements(trainer->network, panels, vectors, 1));
        }
    }
    return total;
}

/* Reads the gradient; reads and writes parameters and states. */
gml_price gml_price_update(const gml_piece *piece, gml_share share)
{
    const gml_network *network = piece->trainer->network;
    size_t arrays = 3 + 2 * piece->trainer->states;
    gml_price total = {0};
    while (share.count > 0) {
        gml_weight_panel panel = next_panel(piece, &share);
        if (panel.layer == piece->layer) {
            size_t vectors = panel.vector_gradient != NULL ? network->layers[panel.layer].vector_entries : 0;
            total = gml_price_add(total, price_elements(network, 1, panel.count * panel.cols + vectors, arrays));
        }
    }
    return total;
}

/* A product, where the phase has one, and a pass over what it writes. */
gml_price gml_price_orthogonal(const gml_piece *piece, gml_share share)
{
    const gml_network *network = piece->trainer->network;
    gml_price total = {0};
    for (; share.count > 0; share.first++, share.count--) {
        gml_orthogonal_piece rows = gml_orthogonal_piece_at(piece->trainer, piece->phase->part, share.first);
        if (rows.layer != piece->layer) {
            continue;
        }
        if (rows.product.k > 0) {
            bool own = gml_product_is_native(network->context, network->kernels->size, &rows.product);
            total = gml_price_add(total, price_product(network, &rows.product, own));
        }
        size_t cols = rows.product.k > 0 ? rows.product.n : network->layers[rows.layer].out;
        total = gml_price_add(total, price_elements(network, rows.count, cols, 2));
    }
    return total;
}
