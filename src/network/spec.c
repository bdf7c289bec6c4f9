/* network/spec.c - what text and JSON descriptions of a network have in common. */
#include "network/spec.h"

#include <math.h>
#include <string.h>

#include "base/least.h"
#include "gemmule/network.h"
#include "layer/activation.h"
#include "layer/initializer.h"
#include "network/spec_forms.h"

gml_status gml_spec_parse(gml_context *context, const char *description, gml_spec *spec)
{
    const char *first = description;
    while (*first == ' ' || *first == '\t' || *first == '\n' || *first == '\r') {
        first++;
    }
    gml_spec result = {0};
    gml_status status = *first == '{' ? gml_spec_from_json(context, description, &result)
                                      : gml_spec_from_text(context, description, &result);
    if (status != GML_OK) {
        gml_spec_clear(context, &result);
    }
    *spec = result;
    return status;
}

void gml_spec_clear(gml_context *context, gml_spec *spec)
{
    gml_release(context, spec->layers, spec->layer_count, sizeof *spec->layers);
    *spec = (gml_spec){0};
}

size_t gml_spec_parameters(const gml_spec *spec)
{
    size_t total = 0;
    for (size_t i = 0; i < spec->layer_count; i++) {
        if (__builtin_add_overflow(total, gml_layer_parameters(&spec->layers[i]), &total)) {
            return SIZE_MAX;
        }
    }
    return total;
}

size_t gml_spec_members(const gml_spec *spec)
{
    size_t most = 1;
    for (size_t i = 0; i < spec->layer_count; i++) {
        most = gml_most(most, spec->layers[i].members);
    }
    return most;
}

bool gml_spec_averages(const gml_spec *spec)
{
    return gml_layer_kind_of(&spec->layers[spec->layer_count - 1])->averages;
}

size_t gml_spec_output_layer(const gml_spec *spec)
{
    return spec->layer_count - (gml_spec_averages(spec) ? 2 : 1);
}

gml_status gml_spec_make_layers(gml_context *context, const char *where, size_t count, gml_spec *spec)
{
    if (count == 0 || count > GML_MAX_LAYERS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: a network has from 1 to %d layers, not %zu", where,
                        GML_MAX_LAYERS, count);
    }
    spec->layers = gml_allocate(context, count, sizeof *spec->layers, "the layers of a network");
    if (spec->layers == NULL) {
        return GML_ERROR_MEMORY;
    }
    spec->layer_count = count;
    for (size_t i = 0; i < count; i++) {
        gml_layer_spec *layer = &spec->layers[i];
        *layer = (gml_layer_spec){.bias = true, .members = 1};
        gml_call_default(gml_layer_entry, "dense", &layer->kind);
        gml_call_default(gml_any_activation_entry, "identity", &layer->activation);
        gml_spec_default_initializer(layer);
        gml_spec_default_bias_initializer(layer);
    }
    return GML_OK;
}

void gml_spec_default_initializer(gml_layer_spec *layer)
{
    const gml_activation_row *row = gml_call_row(&layer->activation);
    gml_call_default(gml_initializer_entry, row->initializer, &layer->initializer);
}

void gml_spec_default_bias_initializer(gml_layer_spec *layer)
{
    const char *name = gml_initializer_bias(&layer->initializer);
    gml_call_default(gml_bias_initializer_entry, name, &layer->bias_initializer);
}

gml_status gml_spec_refuse_bias_initializer(gml_context *context, const char *where)
{
    return gml_fail(context, GML_ERROR_ARGUMENT, "%s: an initializer of biases is for a layer with biases", where);
}

static size_t width_before(const gml_spec *spec, size_t layer)
{
    return layer == 0 ? spec->inputs : spec->layers[layer - 1].units;
}

/* The members of the values before a layer. */
static size_t members_before(const gml_spec *spec, size_t layer)
{
    const bool ended = layer == 0 || gml_layer_kind_of(&spec->layers[layer - 1])->averages;
    return ended ? 1 : spec->layers[layer - 1].members;
}

size_t gml_spec_residual_source(const gml_spec *spec, size_t layer)
{
    return layer - (size_t)spec->layers[layer].kind.values[0];
}

static gml_status check_residual(gml_context *context, const char *where, const gml_spec *spec, size_t layer)
{
    double over = spec->layers[layer].kind.values[0];
    if (over != floor(over) || over > (double)layer) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: residual spans %g layers; %zu are before it", where, over,
                        layer);
    }
    size_t source = gml_spec_residual_source(spec, layer);
    if (gml_layer_kind_of(&spec->layers[source])->scales_dense) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "%s: residual adds what a weight_norm has yet to scale; let it span one layer more or less",
                        where);
    }
    if (members_before(spec, source) != members_before(spec, layer)) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "%s: residual adds values of before the layer `members` to those of members", where);
    }
    size_t earlier = width_before(spec, source), now = width_before(spec, layer);
    if (earlier != now) {
        return gml_fail(
            context, GML_ERROR_SHAPE,
            "%s: residual adds the %zu numbers that were there %g layers before to %zu; both must be as many", where,
            earlier, over, now);
    }
    return GML_OK;
}

/* What it scales must be X V and nothing else. */
static gml_status check_weight_norm(gml_context *context, const char *where, const gml_spec *spec, size_t layer)
{
    const gml_layer_spec *before = layer > 0 ? &spec->layers[layer - 1] : NULL;
    bool dense = before != NULL && gml_layer_kind_of(before)->dense;
    if (dense && !before->bias && strcmp(before->activation.entry->name, "identity") == 0) {
        return GML_OK;
    }
    char text[128] = "the inputs";
    if (before != NULL) {
        gml_spec_layer_text(before, text, sizeof text);
    }
    return gml_fail(context, GML_ERROR_SHAPE,
                    "%s: weight_norm stands behind a dense layer without bias and activation, as in "
                    "\"%zu bias=no -> weight_norm -> relu\"; before it is %s",
                    where, width_before(spec, layer), text);
}

/* Between `members` and `average` each layer acts on every member by itself. */
static gml_status check_members(gml_context *context, const char *where, const gml_spec *spec, size_t layer)
{
    const gml_layer_spec *here = &spec->layers[layer];
    const gml_layer_kind *kind = gml_layer_kind_of(here);
    const bool last = layer + 1 == spec->layer_count, inside = members_before(spec, layer) > 1;
    if (inside && !kind->by_members) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: %s cannot stand between `members` and `average`", where,
                        kind->entry.name);
    }
    if (here->members > 1 && last && !kind->averages) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "%s: the network ends with the outputs of %zu members; `-> average` must follow", where,
                        here->members);
    }
    return here->heads && !inside ? gml_fail(context, GML_ERROR_SHAPE,
                                             "%s: heads are weights of each member, and there are no members; the "
                                             "layer `members` makes them",
                                             where)
                                  : GML_OK;
}

/* The description gives the units of one member. */
static gml_status settle_dense(gml_context *context, const char *where, gml_layer_spec *layer)
{
    const size_t units = layer->units;
    if (__builtin_mul_overflow(units, layer->members, &layer->units) || layer->units > GML_MAX_UNITS) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: %zu units of %zu members are more than the %d of a layer", where,
                        units, layer->members, GML_MAX_UNITS);
    }
    return GML_OK;
}

static gml_status settle_kind(gml_context *context, const char *where, gml_spec *spec, size_t layer)
{
    gml_layer_spec *here = &spec->layers[layer];
    const gml_layer_kind *kind = gml_layer_kind_of(here);
    if (kind->dense) {
        return settle_dense(context, where, here);
    }
    if (kind->settle_outputs != NULL) {
        const char *wrong = kind->settle_outputs(here);
        return wrong == NULL ? GML_OK
                             : gml_fail(context, GML_ERROR_SHAPE, "%s: %s with %zu inputs: %s", where, kind->entry.name,
                                        here->in, wrong);
    }
    if (here->in % kind->gives_one_for != 0) {
        return gml_fail(context, GML_ERROR_SHAPE, "%s: %s needs an even number of inputs, and is given %zu", where,
                        kind->entry.name, here->in);
    }
    here->units = here->in / kind->gives_one_for;
    if (kind->scales_dense) {
        return check_weight_norm(context, where, spec, layer);
    }
    return kind->reads_earlier ? check_residual(context, where, spec, layer) : GML_OK;
}

gml_status gml_spec_settle(gml_context *context, const char *where, gml_spec *spec, size_t layer)
{
    spec->layers[layer].in = width_before(spec, layer);
    spec->layers[layer].members = members_before(spec, layer);
    gml_status status = settle_kind(context, where, spec, layer);
    return status == GML_OK ? check_members(context, where, spec, layer) : status;
}
