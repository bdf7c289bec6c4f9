/* layer/embedding.c - embeddings of categories: the last inputs are codes, each replaced by a row of a table. */
#include "kernel/embed/embed.h"
#include "layer/inputs.h"

enum { COLUMNS, LEVELS, SIZE }; /* the arguments */
enum { TABLE };                 /* the vector */

static size_t argument(const gml_layer_spec *spec, size_t index)
{
    return (size_t)spec->kind.values[index];
}

const char *gml_embedding_settle(gml_layer_spec *spec)
{
    const char *wrong = gml_inputs_whole(spec, SIZE + 1);
    wrong = wrong == NULL ? gml_inputs_settle(spec, spec->kind.values[COLUMNS], spec->kind.values[SIZE]) : wrong;
    return wrong == NULL && argument(spec, LEVELS) == 0
               ? "levels is 0, which means those of the data, which a recipe alone knows"
               : wrong;
}

size_t gml_embedding_vectors(const gml_layer_spec *spec, gml_block_spec *blocks)
{
    blocks[TABLE] = (gml_block_spec){"table", GML_ROLE_EMBEDDING, argument(spec, LEVELS), argument(spec, SIZE), 0};
    return TABLE + 1;
}

void gml_embedding_start(const gml_layer *layer, gml_stream stream)
{
    gml_inputs_draw_normal(layer, stream, TABLE, 1, 0);
}

static gml_levels_call call_of(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const size_t columns = argument(layer->spec, COLUMNS), passed = layer->in - columns;
    return (gml_levels_call){.rows = call->rows,
                             .columns = columns,
                             .levels = argument(layer->spec, LEVELS),
                             .size = argument(layer->spec, SIZE),
                             .x = gml_inputs_at(call, call->x, passed),
                             .x_stride = call->x_stride,
                             .y = gml_inputs_at(call, call->y, passed),
                             .gradient = gml_inputs_at(call, call->gradient, passed),
                             .y_stride = call->y_stride,
                             .table = layer->vectors[TABLE].values,
                             .table_sum = gml_inputs_sum(call, TABLE)};
}

void gml_embedding_forward(const gml_layer_call *call)
{
    const gml_levels_call levels = call_of(call);
    gml_inputs_pass(call, 0, 0, call->layer->in - levels.columns);
    call->layer->kernels->embed->levels->forward(&levels);
}

void gml_embedding_derive(const gml_layer_call *call)
{
    const gml_levels_call levels = call_of(call);
    call->layer->kernels->embed->levels->sums(&levels);
}

void gml_embedding_propagate(const gml_layer_call *call)
{
    const size_t columns = argument(call->layer->spec, COLUMNS), passed = call->layer->in - columns;
    gml_inputs_pass_back(call, 0, 0, passed);
    gml_inputs_clear_back(call, passed, columns);
}
