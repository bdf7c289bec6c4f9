/* cli/explain/inspect_json.c - the health of layers and units as JSON. */
#include <math.h>

#include "cli/explain/inspect.h"
#include "cli/report/report.h"
#include "cli/shell/exit.h"

static json_t *bins_json(const uint64_t bins[GML_HEALTH_BINS])
{
    json_t *array = json_array();
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        json_array_append_new(array, json_integer((json_int_t)bins[i]));
    }
    return array;
}

json_t *alarms_json(const gml_health *health)
{
    json_t *array = json_array();
    const gml_alarm *alarm;
    for (size_t i = 0; (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        json_t *units = json_array();
        for (size_t u = 0; u < alarm->unit_count; u++) {
            json_array_append_new(units, json_size(alarm->units[u]));
        }
        json_array_append_new(array,
                              json_pack("{so so so so so so}", "kind", json_text(alarm->kind->name), "layer",
                                        json_size(alarm->layer), "units", units, "figure", json_number(alarm->figure),
                                        "since", json_size(alarm->since), "text", json_text(alarm->text)));
    }
    return array;
}

static json_t *unit_json(const gml_unit_health *unit)
{
    json_t *object =
        json_pack("{so so so so so so so}", "mean", json_number(unit->mean), "deviation", json_number(unit->deviation),
                  "zero", json_number(unit->zero), "flat", json_number(unit->flat), "delta", json_number(unit->delta),
                  "gradient_norm", json_number(unit->gradient_norm), "histogram", bins_json(unit->histogram));
    json_object_set_new(object, "dead", json_boolean(unit->dead));
    json_object_set_new(object, "saturated", json_boolean(unit->saturated));
    json_object_set_new(object, "exploding", json_boolean(unit->exploding));
    json_object_set_new(object, "vanishing", json_boolean(unit->vanishing));
    json_object_set_new(object, "twin", unit->twin == SIZE_MAX ? json_null() : json_size(unit->twin));
    return object;
}

static json_t *units_json(const gml_health *health, size_t layer, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        gml_unit_health unit;
        if (gml_health_unit(health, layer, i, &unit) == GML_OK) {
            json_array_append_new(array, unit_json(&unit));
        }
    }
    return array;
}

static json_t *values_json(const gml_layer_health *layer)
{
    json_t *array = json_array();
    for (size_t i = 0; i < layer->singular_count; i++) {
        json_array_append_new(array, json_number(layer->singular_values[i]));
    }
    return array;
}

static json_t *layer_json(const gml_network *network, const gml_health *health, size_t index)
{
    gml_layer_view view;
    gml_layer_health layer;
    if (gml_network_layer(network, index, &view) != GML_OK || gml_health_layer(health, index, &layer) != GML_OK) {
        return json_null();
    }
    const struct {
        const char *name;
        json_t *value;
    } members[] = {
        {"text", json_text(view.text)},
        {"units", json_size(layer.units)},
        {"dead", json_size(layer.dead)},
        {"saturated", json_size(layer.saturated)},
        {"duplicated", json_size(layer.duplicated)},
        {"exploding", json_size(layer.exploding)},
        {"vanishing", json_size(layer.vanishing)},
        {"mean", json_number(layer.mean)},
        {"deviation", json_number(layer.deviation)},
        {"zero", json_number(layer.zero)},
        {"flat", json_number(layer.flat)},
        {"histogram", bins_json(layer.histogram)},
        {"nonfinite", json_size(layer.nonfinite)},
        {"delta", json_number(layer.delta)},
        {"gradient_norm", json_number(layer.gradient_norm)},
        {"gradient_histogram", bins_json(layer.gradient_histogram)},
        {"weight_norm", json_number(layer.weight_norm)},
        {"spectral_norm", json_number(layer.spectral_norm)},
        {"condition", json_number(layer.condition)},
        {"effective_rank", json_number(layer.effective_rank)},
        {"singular_values", values_json(&layer)},
        {"each", units_json(health, index, layer.units)},
    };
    json_t *object = json_object();
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        json_object_set_new(object, members[i].name, members[i].value);
    }
    return object;
}

static json_t *edges_json(void)
{
    json_t *array = json_array();
    for (size_t i = 0; i <= GML_HEALTH_BINS; i++) {
        json_array_append_new(array, json_number(gml_health_edge(i)));
    }
    return array;
}

int report_health_json(const gml_network *network, const gml_health *health, const char *model, const char *data)
{
    gml_health_summary summary;
    gml_status status = gml_health_summarize(health, &summary);
    if (status != GML_OK) {
        return complain_status(gml_network_context(network), status);
    }
    json_t *layers = json_array();
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        json_array_append_new(layers, layer_json(network, health, i));
    }
    json_t *object = json_pack("{so so so so so so so so}", "model", json_text(model), "data", json_text(data),
                               "samples", json_size(summary.samples), "gradient_norm",
                               json_number(summary.gradient_norm), "noise_scale", json_number(summary.noise_scale),
                               "alarms", alarms_json(health), "edges", edges_json(), "layers", layers);
    return print_json(object);
}
