/* cli/run/run_health.c - makes the lines of a log about the health of layers. */
#include "cli/run/run_health.h"

#include <stdint.h>

#include "cli/report/report.h"

size_t run_health_every(const gml_network *network, size_t epochs)
{
    const size_t lines = MOST_HEALTH_LAYERS / gml_network_layers(network);
    const size_t most = lines < 1 ? 1 : lines < MOST_HEALTH_LINES ? lines : MOST_HEALTH_LINES;
    return (epochs - 1) / most + 1;
}

gml_health_options run_health_options(const gml_network *network, const gml_train_options *fit, size_t samples)
{
    enum { WINDOW = 256 }; /* samples that new figures need */
    const size_t batch = fit->batch < samples ? fit->batch : samples;
    const size_t needed = (WINDOW - 1) / batch + 1;
    const double batches = (double)(samples / batch) * (double)run_health_every(network, fit->epochs);
    const double every = batches / (double)needed;
    return (gml_health_options){.longest = every < 1 ? 1 : every < 1000 ? (size_t)every : 0};
}

static json_t *figure_json(const gml_layer_health *layer, const run_health_figure *figure)
{
    const void *field = (const char *)layer + figure->field;
    return figure->count ? json_size(*(const size_t *)field) : json_number(*(const double *)field);
}

static json_t *histogram_json(const uint64_t *bins)
{
    json_t *array = json_array();
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        json_array_append_new(array, json_integer((json_int_t)bins[i]));
    }
    return array;
}

static json_t *layers_json(const gml_network *network, const gml_health *health)
{
    json_t *array = json_array();
    gml_layer_health layer;
    for (size_t i = 0; i < gml_network_layers(network) && gml_health_layer(health, i, &layer) == GML_OK; i++) {
        json_t *object = json_object();
        for (const run_health_figure *row = run_health_figures; row->name != NULL; row++) {
            json_object_set_new(object, row->name, figure_json(&layer, row));
        }
        json_object_set_new(object, "histogram", histogram_json(layer.histogram));
        json_array_append_new(array, object);
    }
    return array;
}

/* The number of units, and the first of them. */
static json_t *alarm_json(const gml_alarm *alarm)
{
    json_t *units = json_array();
    for (size_t i = 0; i < alarm->unit_count && i < MOST_ALARM_UNITS; i++) {
        json_array_append_new(units, json_size(alarm->units[i]));
    }
    return json_pack("{so so so so so so so}", "kind", json_text(alarm->kind->name), "layer", json_size(alarm->layer),
                     "count", json_size(alarm->unit_count), "units", units, "figure", json_number(alarm->figure),
                     "since", json_size(alarm->since), "text", json_text(alarm->text));
}

static json_t *alarms_list(const gml_health *health)
{
    json_t *array = json_array();
    const gml_alarm *alarm;
    for (size_t i = 0; i < MOST_LINE_ALARMS && (alarm = gml_health_alarm(health, i)) != NULL; i++) {
        json_array_append_new(array, alarm_json(alarm));
    }
    return array;
}

json_t *run_health_line(const gml_network *network, const gml_health *health, size_t epoch)
{
    gml_health_summary summary;
    if (gml_health_summarize(health, &summary) != GML_OK) {
        return NULL;
    }
    return json_pack("{ss so so so so so}", "type", "health", "epoch", json_size(epoch), "samples",
                     json_size(summary.samples), "gradient_norm", json_number(summary.gradient_norm), "layers",
                     layers_json(network, health), "alarms", alarms_list(health));
}
