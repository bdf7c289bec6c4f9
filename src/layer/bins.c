/* layer/bins.c - piecewise-linear embeddings of the first inputs: ple. */
#include <math.h>
#include <string.h>

#include "kernel/data/data.h"
#include "kernel/effect/effect.h"
#include "kernel/embed/embed.h"
#include "kernel/transform/transform.h"
#include "layer/inputs.h"

enum { NUMBERS, BINS, SIZE };       /* the arguments */
enum { SCALE, BIAS, TABLE, EDGES }; /* the vectors */

/* The least range of a column with bins, and the least width of a bin as a part of the range: narrower bins would make
 * outputs of small differences. */
static const double LEAST_RANGE = 1e-6, LEAST_PART = 1e-6;

static size_t argument(const gml_layer_spec *spec, size_t index)
{
    return (size_t)spec->kind.values[index];
}

const char *gml_bins_settle(gml_layer_spec *spec)
{
    const char *wrong = gml_inputs_whole(spec, SIZE + 1);
    return wrong == NULL ? gml_inputs_settle(spec, spec->kind.values[NUMBERS], spec->kind.values[SIZE]) : wrong;
}

size_t gml_bins_vectors(const gml_layer_spec *spec, gml_block_spec *blocks)
{
    const size_t numbers = argument(spec, NUMBERS), bins = argument(spec, BINS), size = argument(spec, SIZE);
    blocks[SCALE] = (gml_block_spec){"scale", GML_ROLE_EMBEDDING, numbers, size, 0};
    blocks[BIAS] = (gml_block_spec){"bias", GML_ROLE_EMBEDDING, numbers, size, 0};
    blocks[TABLE] = (gml_block_spec){"table", GML_ROLE_EMBEDDING, numbers * bins, size, 0};
    blocks[EDGES] = (gml_block_spec){"edges", GML_ROLE_STATISTIC, numbers, bins + 1, 0};
    return EDGES + 1;
}

void gml_bins_start(const gml_layer *layer, gml_stream stream)
{
    const double bound = 1 / sqrt((double)argument(layer->spec, SIZE));
    gml_inputs_draw_uniform(layer, stream, SCALE, bound);
    gml_inputs_draw_uniform(layer, stream, BIAS, bound);
}

/* ---- edges from data ---- */

/* Finds the edges of one number, [bins + 1], from its ascending values: their quantiles, as numbers of the type,
 * without those that are nearly equal, then the last again and again. */
static void find_edges(size_t count, const double *sorted, size_t bins, gml_dtype dtype, double *edges)
{
    const double range = count > 0 ? sorted[count - 1] - sorted[0] : 0;
    size_t used = 0;
    for (size_t t = 0; range >= LEAST_RANGE && t <= bins; t++) {
        const double quantile = gml_sample_quantile(count, sorted, t, bins);
        const double edge = dtype == GML_F32 ? (double)(float)quantile : quantile;
        if (used == 0 || edge - edges[used - 1] >= LEAST_PART * range) {
            edges[used++] = edge;
        }
    }
    for (size_t t = used; t <= bins; t++) {
        edges[t] = used > 0 ? edges[used - 1] : 0;
    }
}

static void convert(const gml_layer *layer, size_t rows, gml_dtype from, const void *source, size_t stride,
                    gml_dtype to, void *target)
{
    layer->context->kernels[to]->data->gather(&(gml_gather_call){.rows = rows,
                                                                 .cols = 1,
                                                                 .source = source,
                                                                 .source_dtype = from,
                                                                 .source_stride = stride,
                                                                 .target = target,
                                                                 .target_stride = 1});
}

gml_status gml_bins_fit(const gml_layer *layer, size_t rows, const void *x)
{
    const gml_dtype dtype = layer->kernels->dtype;
    const size_t bins = argument(layer->spec, BINS), size = layer->kernels->size, room = 2 * rows + bins + 1;
    double *values = gml_allocate(layer->context, room, sizeof *values, "the values of an input");
    if (values == NULL) {
        return GML_ERROR_MEMORY;
    }
    double *sorted = values + rows, *edges = sorted + rows;
    for (size_t n = 0; n < argument(layer->spec, NUMBERS); n++) {
        convert(layer, rows, dtype, (const char *)x + n * size, layer->in, GML_F64, values);
        const size_t known = gml_keep_finite(rows, values, sorted);
        gml_sort_numbers(known, sorted);
        find_edges(known, sorted, bins, dtype, edges);
        convert(layer, bins + 1, GML_F64, edges, 1, dtype,
                (char *)layer->vectors[EDGES].values + n * (bins + 1) * size);
    }
    gml_release(layer->context, values, room, sizeof *values);
    return GML_OK;
}

/* ---- passes ---- */

static gml_bins_call call_of(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    return (gml_bins_call){.rows = call->rows,
                           .numbers = argument(layer->spec, NUMBERS),
                           .size = argument(layer->spec, SIZE),
                           .bins = argument(layer->spec, BINS),
                           .x = call->x,
                           .x_stride = call->x_stride,
                           .y = call->y,
                           .gradient = call->gradient,
                           .y_stride = call->y_stride,
                           .scale = layer->vectors[SCALE].values,
                           .bias = layer->vectors[BIAS].values,
                           .table = layer->vectors[TABLE].values,
                           .edges = layer->vectors[EDGES].values,
                           .scale_sum = gml_inputs_sum(call, SCALE),
                           .bias_sum = gml_inputs_sum(call, BIAS),
                           .table_sum = gml_inputs_sum(call, TABLE),
                           .dx = call->dx,
                           .dx_stride = call->dx_stride};
}

void gml_bins_forward(const gml_layer_call *call)
{
    const gml_bins_call of = call_of(call);
    call->layer->kernels->embed->bins->forward(&of);
    gml_inputs_pass(call, of.numbers, of.numbers * of.size, call->layer->in - of.numbers);
}

void gml_bins_derive(const gml_layer_call *call)
{
    const gml_bins_call of = call_of(call);
    call->layer->kernels->embed->bins->sums(&of);
}

void gml_bins_propagate(const gml_layer_call *call)
{
    const gml_bins_call of = call_of(call);
    call->layer->kernels->embed->bins->backward(&of);
    gml_inputs_pass_back(call, of.numbers, of.numbers * of.size, call->layer->in - of.numbers);
}
