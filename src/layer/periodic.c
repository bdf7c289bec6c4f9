/* layer/periodic.c - periodic embeddings of the first inputs: pbld and plr. */
#include <math.h>

#include "kernel/embed/embed.h"
#include "layer/inputs.h"

enum { NUMBERS, SIZE, FREQUENCIES, STD }; /* the arguments of both */
enum { FREQUENCY, MIX, BIAS, PHASE };     /* the vectors; pbld alone has phases */

/* What the arguments say. */
typedef struct shape {
    size_t numbers, size, frequencies, features, learned;
    bool both; /* cosines and sines: plr */
} shape;

static shape shape_of(const gml_layer_spec *spec)
{
    const double *values = spec->kind.values;
    shape made = {.numbers = (size_t)values[NUMBERS],
                  .size = (size_t)values[SIZE],
                  .frequencies = (size_t)values[FREQUENCIES],
                  .both = gml_layer_kind_of(spec)->sines};
    made.features = made.both ? 2 * made.frequencies : made.frequencies;
    made.learned = made.both ? made.size : made.size - 1;
    return made;
}

const char *gml_periodic_settle(gml_layer_spec *spec)
{
    const char *wrong = gml_inputs_whole(spec, STD);
    return wrong == NULL ? gml_inputs_settle(spec, spec->kind.values[NUMBERS], spec->kind.values[SIZE]) : wrong;
}

size_t gml_periodic_vectors(const gml_layer_spec *spec, gml_block_spec *blocks)
{
    const shape of = shape_of(spec);
    blocks[FREQUENCY] = (gml_block_spec){"frequency", GML_ROLE_EMBEDDING, of.numbers, of.frequencies, 0};
    blocks[MIX] = (gml_block_spec){"mix", GML_ROLE_EMBEDDING, of.numbers * of.learned, of.features, 0};
    blocks[BIAS] = (gml_block_spec){"bias", GML_ROLE_EMBEDDING, of.numbers, of.learned, 0};
    blocks[PHASE] = (gml_block_spec){"phase", GML_ROLE_EMBEDDING, of.numbers, of.frequencies, 0};
    return of.both ? PHASE : PHASE + 1;
}

void gml_periodic_start(const gml_layer *layer, gml_stream stream)
{
    const double pi = 0x1.921fb54442d18p+1, most_deviations = 3;
    const shape of = shape_of(layer->spec);
    const double bound = 1 / sqrt((double)of.features);
    gml_inputs_draw_normal(layer, stream, FREQUENCY, layer->spec->kind.values[STD], of.both ? most_deviations : 0);
    gml_inputs_draw_uniform(layer, stream, MIX, bound);
    gml_inputs_draw_uniform(layer, stream, BIAS, bound);
    if (!of.both) {
        gml_inputs_draw_uniform(layer, stream, PHASE, pi);
    }
}

static gml_periodic_call call_of(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const shape of = shape_of(layer->spec);
    return (gml_periodic_call){.rows = call->rows,
                               .numbers = of.numbers,
                               .size = of.size,
                               .frequencies = of.frequencies,
                               .both = of.both,
                               .x = call->x,
                               .x_stride = call->x_stride,
                               .y = call->y,
                               .gradient = call->gradient,
                               .y_stride = call->y_stride,
                               .frequency = layer->vectors[FREQUENCY].values,
                               .phase = of.both ? NULL : layer->vectors[PHASE].values,
                               .mix = layer->vectors[MIX].values,
                               .bias = layer->vectors[BIAS].values,
                               .frequency_sum = gml_inputs_sum(call, FREQUENCY),
                               .phase_sum = of.both ? NULL : gml_inputs_sum(call, PHASE),
                               .mix_sum = gml_inputs_sum(call, MIX),
                               .bias_sum = gml_inputs_sum(call, BIAS),
                               .dx = call->dx,
                               .dx_stride = call->dx_stride};
}

void gml_periodic_forward(const gml_layer_call *call)
{
    const gml_periodic_call of = call_of(call);
    call->layer->kernels->embed->periodic->forward(&of);
    gml_inputs_pass(call, of.numbers, of.numbers * of.size, call->layer->in - of.numbers);
}

void gml_periodic_derive(const gml_layer_call *call)
{
    const gml_periodic_call of = call_of(call);
    call->layer->kernels->embed->periodic->sums(&of);
}

void gml_periodic_propagate(const gml_layer_call *call)
{
    const gml_periodic_call of = call_of(call);
    call->layer->kernels->embed->periodic->backward(&of);
    gml_inputs_pass_back(call, of.numbers, of.numbers * of.size, call->layer->in - of.numbers);
}
