/* layer/blocks.c - the parameters of a layer, as its kind and its activation say. */
#include "layer/activation.h"
#include "layer/layer.h"

size_t gml_layer_blocks(const gml_layer_spec *spec, gml_block_spec blocks[GML_MAX_BLOCKS])
{
    const gml_layer_kind *kind = gml_layer_kind_of(spec);
    size_t count = 0;
    if (kind->dense) {
        const size_t in = spec->heads ? spec->in : spec->in / spec->members, out = spec->units / spec->members;
        blocks[count++] = (gml_block_spec){"weight", GML_ROLE_WEIGHT, in, out, 0};
        if (spec->bias) {
            blocks[count++] = (gml_block_spec){"bias", GML_ROLE_BIAS, 1, spec->units, 0};
        }
    }
    gml_theta theta = gml_activation_theta(&spec->activation, spec->units);
    if (theta.count > 0) {
        blocks[count++] = (gml_block_spec){"activation", GML_ROLE_ACTIVATION, theta.count, theta.units, 0};
    }
    if (kind->list_vectors != NULL) {
        return count + kind->list_vectors(spec, blocks + count);
    }
    for (size_t i = 0; i < kind->vector_count; i++) {
        blocks[count] = kind->vectors[i];
        blocks[count].rows = 1;
        blocks[count++].cols = spec->units;
    }
    return count;
}

size_t gml_layer_parameters(const gml_layer_spec *spec)
{
    gml_block_spec blocks[GML_MAX_BLOCKS];
    size_t count = gml_layer_blocks(spec, blocks), total = 0, entries;
    for (size_t i = 0; i < count; i++) {
        bool learned = blocks[i].role != GML_ROLE_STATISTIC;
        if (learned && (__builtin_mul_overflow(blocks[i].rows, blocks[i].cols, &entries) ||
                        __builtin_add_overflow(total, entries, &total))) {
            return SIZE_MAX;
        }
    }
    return total;
}

size_t gml_layer_saved_cols(const gml_layer *layer, const gml_activation_kernel *activation)
{
    if (layer->gate != NULL) {
        return layer->in;
    }
    return activation->slope_from_value ? 0 : layer->out;
}
