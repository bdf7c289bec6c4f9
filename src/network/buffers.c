/* network/buffers.c - shares buffers among values with disjoint lifetimes. */
#include "network/buffers.h"

#include <string.h>

#include "network/spec_forms.h"

static bool passes_on(const gml_spec *spec, size_t layer)
{
    return gml_layer_kind_of(&spec->layers[layer])->trains_only && layer + 1 < spec->layer_count;
}

static size_t source_of(const gml_spec *spec, size_t value)
{
    while (value > 0 && passes_on(spec, value - 1)) {
        value--;
    }
    return value;
}

static size_t later(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* The last layer that reads each value. */
static void find_last_use(const gml_spec *spec, size_t last[GML_MAX_LAYERS + 1])
{
    memset(last, 0, (spec->layer_count + 1) * sizeof *last);
    for (size_t i = 0; i < spec->layer_count; i++) {
        size_t value = source_of(spec, i);
        last[value] = later(last[value], i);
        if (gml_layer_kind_of(&spec->layers[i])->reads_earlier) {
            size_t earlier = source_of(spec, gml_spec_residual_source(spec, i));
            last[earlier] = later(last[earlier], i);
        }
    }
}

size_t gml_buffers_assign(const gml_spec *spec, gml_value_place *places)
{
    size_t last[GML_MAX_LAYERS + 1], holds[GML_MAX_LAYERS + 1] = {0}, count = 1;
    gml_value_place place[GML_MAX_LAYERS + 1] = {{0, 0}};
    find_last_use(spec, last);
    for (size_t value = 1; value <= spec->layer_count; value++) {
        size_t source = source_of(spec, value), b = 0;
        if (source != value) {
            place[value] = place[source];
            continue;
        }
        /* The layer that writes it, value - 1, still reads what is used until then. */
        while (b < count && last[holds[b]] >= value - 1) {
            b++;
        }
        count += b == count ? 1 : 0;
        holds[b] = value;
        place[value] = (gml_value_place){.source = value, .buffer = b};
    }
    if (places != NULL) {
        memcpy(places, place, (spec->layer_count + 1) * sizeof *places);
    }
    return count;
}
