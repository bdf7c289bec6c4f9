/* engine/tiles.c - the panels of rows and tiles of outputs that a batch is cut into. */
#include "base/least.h"
#include "engine/workspace.h"
#include "kernel/product/choose.h"

static gml_rows rows_of(size_t rows, size_t panel, size_t height)
{
    size_t first = panel * height;
    return (gml_rows){
        .panel = panel, .first = first, .count = gml_least(height, rows - first), .all = rows, .local = first};
}

size_t gml_workspace_panels(const gml_workspace *workspace, size_t rows)
{
    return (rows + workspace->panel - 1) / workspace->panel;
}

gml_rows gml_workspace_rows(const gml_workspace *workspace, size_t rows, size_t panel)
{
    return rows_of(rows, panel, workspace->panel);
}

gml_rows gml_workspace_share_rows(const gml_workspace *workspace, size_t rows, const gml_share *share)
{
    gml_rows panel = gml_workspace_rows(workspace, rows, share->first);
    if (workspace->network->context->threads * workspace->panel <= workspace->batch) {
        panel.local = share->worker * workspace->panel;
    }
    return panel;
}

size_t gml_workspace_tile_panels(const gml_workspace *workspace, size_t layer, size_t rows)
{
    size_t height = workspace->layers[layer].tile.rows;
    return (rows + height - 1) / height;
}

gml_rows gml_workspace_tile_rows(const gml_workspace *workspace, size_t layer, size_t rows, size_t panel)
{
    return rows_of(rows, panel, workspace->layers[layer].tile.rows);
}

static size_t tiles_across(const gml_workspace *workspace, size_t layer)
{
    size_t cols = workspace->layers[layer].tile.cols;
    return (workspace->network->layers[layer].out + cols - 1) / cols;
}

size_t gml_workspace_tiles(const gml_workspace *workspace, size_t layer, size_t rows)
{
    return gml_workspace_tile_panels(workspace, layer, rows) * tiles_across(workspace, layer);
}

gml_tile_run gml_workspace_forward_run(const gml_workspace *workspace, size_t layer, size_t rows)
{
    const gml_layer *here = &workspace->network->layers[layer];
    bool blas = here->weight != NULL && !workspace->layers[layer].native_forward;
    return (gml_tile_run){.layer = layer, .rows = rows, .k = blas ? here->in : 0};
}

/* dX of the next layer computes these tiles. */
gml_tile_run gml_workspace_backward_run(const gml_workspace *workspace, size_t layer, size_t rows)
{
    const gml_network *network = workspace->network;
    const gml_layer *next = layer + 1 < network->spec.layer_count ? &network->layers[layer + 1] : NULL;
    bool blas = next != NULL && next->weight != NULL && !workspace->layers[layer + 1].native_backward;
    return (gml_tile_run){.layer = layer, .rows = rows, .k = blas ? next->out : 0};
}

gml_tile gml_workspace_tile(const gml_workspace *workspace, const gml_tile_run *run, gml_share *share)
{
    gml_tile_size size = workspace->layers[run->layer].tile;
    const gml_context *context = workspace->network->context;
    size_t out = workspace->network->layers[run->layer].out;
    size_t across = tiles_across(workspace, run->layer);
    gml_tile tile = {.rows = gml_workspace_tile_rows(workspace, run->layer, run->rows, share->first / across)};
    tile.col = share->first % across * size.cols;
    size_t next = gml_least(size.cols, out - tile.col);
    bool merges;
    do {
        merges = gml_product_may_merge(context, tile.rows.count, next, run->k);
        tile.cols += next;
        share->first++;
        share->count--;
        next = gml_least(size.cols, out - tile.col - tile.cols);
    } while (merges && share->count > 0 && next > 0 && gml_product_may_merge(context, tile.rows.count, next, run->k));
    return tile;
}
