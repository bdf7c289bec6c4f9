/* store/intervals.c - the prediction intervals of a network, to JSON and back:
 *
 *     {"level": 0.9, "score": "residual", "samples": 206, "quantiles": [10.25]} */
#include "base/json.h"
#include "store/features.h"
#include "store/format.h"

json_t *gml_metadata_intervals(const gml_network *network)
{
    const gml_intervals intervals = gml_network_intervals(network);
    json_t *quantiles = json_array();
    bool good = quantiles != NULL;
    for (size_t i = 0; good && i < intervals.targets; i++) {
        good = json_array_append_new(quantiles, json_real(intervals.quantiles[i])) == 0;
    }
    if (!good) {
        json_decref(quantiles);
        return NULL;
    }
    return json_pack("{s:f, s:s, s:I, s:o}", "level", intervals.level, "score", intervals.score, "samples",
                     (json_int_t)intervals.samples, "quantiles", quantiles);
}

/* ---- reading ---- */

static gml_status fail(const gml_network *network, const char *where, const char *problem)
{
    return gml_fail(network->context, GML_ERROR_DATA, "%s: %s", where, problem);
}

static gml_status check_keys(const gml_network *network, const char *where, json_t *object)
{
    static const char *const known[] = {"level", "score", "samples", "quantiles", NULL};
    const char *unknown = gml_json_unknown_key(object, known);
    json_t *samples = json_object_get(object, "samples");
    if (unknown != NULL) {
        return gml_fail(network->context, GML_ERROR_DATA, "%s: has an unknown key \"%.60s\": %s", where, unknown,
                        gml_newer_needed());
    }
    if (!json_is_number(json_object_get(object, "level")) || !json_is_string(json_object_get(object, "score")) ||
        !json_is_integer(samples) || json_integer_value(samples) < 0) {
        return fail(network, where, "\"level\" is not a number, \"score\" not a string, or \"samples\" not a count");
    }
    return json_array_size(json_object_get(object, "quantiles")) > 0
               ? GML_OK
               : fail(network, where, "\"quantiles\" is not an array with a number for each target");
}

/* Sets the intervals; what the network refuses is the file's fault. */
static gml_status set(gml_network *network, const char *where, const gml_intervals *intervals)
{
    const gml_status status = gml_network_set_intervals(network, intervals);
    if (status == GML_OK || status == GML_ERROR_MEMORY) {
        return status;
    }
    if (status == GML_ERROR_NAME) {
        return gml_fail(network->context, GML_ERROR_DATA, "%s: has the unknown score \"%.60s\": %s", where,
                        intervals->score, gml_newer_needed());
    }
    char problem[GML_MESSAGE_SIZE];
    gml_context_copy_message(network->context, problem, sizeof problem);
    return fail(network, where, problem);
}

gml_status gml_metadata_read_intervals(gml_network *network, const char *where, json_t *object)
{
    gml_status status = check_keys(network, where, object);
    if (status != GML_OK) {
        return status;
    }
    json_t *list = json_object_get(object, "quantiles");
    const size_t count = json_array_size(list);
    double *quantiles = gml_allocate(network->context, count, sizeof *quantiles, "prediction intervals");
    if (quantiles == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        quantiles[i] = json_number_value(json_array_get(list, i));
        if (!json_is_number(json_array_get(list, i))) {
            status = fail(network, where, "\"quantiles\" is not an array of numbers");
        }
    }
    if (status == GML_OK) {
        const gml_intervals read = {.level = json_number_value(json_object_get(object, "level")),
                                    .score = json_string_value(json_object_get(object, "score")),
                                    .targets = count,
                                    .samples = (size_t)json_integer_value(json_object_get(object, "samples")),
                                    .quantiles = quantiles};
        status = set(network, where, &read);
    }
    gml_release(network->context, quantiles, count, sizeof *quantiles);
    return status;
}
