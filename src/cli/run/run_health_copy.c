/* cli/run/run_health_copy.c - checks a line of health and copies its figures. */
#include "cli/run/run_health.h"

const run_health_figure run_health_figures[] = {
    {"units", true, offsetof(gml_layer_health, units)},
    {"dead", true, offsetof(gml_layer_health, dead)},
    {"saturated", true, offsetof(gml_layer_health, saturated)},
    {"exploding", true, offsetof(gml_layer_health, exploding)},
    {"vanishing", true, offsetof(gml_layer_health, vanishing)},
    {"mean", false, offsetof(gml_layer_health, mean)},
    {"deviation", false, offsetof(gml_layer_health, deviation)},
    {"zero", false, offsetof(gml_layer_health, zero)},
    {"flat", false, offsetof(gml_layer_health, flat)},
    {"delta", false, offsetof(gml_layer_health, delta)},
    {"gradient_norm", false, offsetof(gml_layer_health, gradient_norm)},
    {"update_ratio", false, offsetof(gml_layer_health, update_ratio)},
    {"weight_norm", false, offsetof(gml_layer_health, weight_norm)},
    {"spectral_norm", false, offsetof(gml_layer_health, spectral_norm)},
    {0},
};

enum { LONGEST_TEXT = 1024 };

/* What a member may be: COUNT is a whole number from 0, NUMBER may be null, TEXT has at most LONGEST_TEXT bytes. */
typedef enum member_kind { COUNT, NUMBER, TEXT } member_kind;

typedef struct member_row {
    const char *name;
    member_kind kind;
} member_row;

static bool is_count(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* Copies a member. A number that is missing becomes null. False if it has another type. */
static bool copy_member(json_t *to, const json_t *from, const char *name, member_kind kind)
{
    json_t *value = json_object_get(from, name);
    if (kind == NUMBER && value == NULL) {
        return json_object_set_new(to, name, json_null()) == 0;
    }
    const bool right = kind == COUNT    ? is_count(value)
                       : kind == NUMBER ? json_is_number(value) || json_is_null(value)
                                        : json_is_string(value) && json_string_length(value) <= LONGEST_TEXT;
    return right && json_object_set_new(to, name, json_copy(value)) == 0;
}

static bool copy_members(json_t *to, const json_t *from, const member_row *rows)
{
    bool right = json_is_object(from);
    for (const member_row *row = rows; right && row->name != NULL; row++) {
        right = copy_member(to, from, row->name, row->kind);
    }
    return right;
}

/* Copies an array of at most `most` counts. False if it is none. */
static bool copy_counts(json_t *to, const json_t *from, const char *name, size_t most)
{
    const json_t *array = json_object_get(from, name);
    json_t *copy = json_array();
    const size_t count = json_array_size(array);
    bool right = json_is_array(array) && count <= most;
    for (size_t i = 0; right && i < count; i++) {
        json_t *value = json_array_get(array, i);
        right = is_count(value) && json_array_append_new(copy, json_copy(value)) == 0;
    }
    return json_object_set_new(to, name, copy) == 0 && right;
}

static bool copy_layer(json_t *to, const json_t *from)
{
    bool right = json_is_object(from);
    for (const run_health_figure *row = run_health_figures; right && row->name != NULL; row++) {
        right = copy_member(to, from, row->name, row->count ? COUNT : NUMBER);
    }
    return right && copy_counts(to, from, "histogram", GML_HEALTH_BINS) &&
           json_array_size(json_object_get(to, "histogram")) == GML_HEALTH_BINS;
}

static bool copy_alarm(json_t *to, const json_t *from)
{
    static const member_row rows[] = {
        {"kind", TEXT}, {"layer", COUNT}, {"count", COUNT}, {"figure", NUMBER}, {"since", COUNT}, {"text", TEXT}, {0}};
    return copy_members(to, from, rows) && copy_counts(to, from, "units", MOST_ALARM_UNITS);
}

/* Copies an array of at most `most` objects, each by `copy`. False if it is none. */
static bool copy_list(json_t *to, const json_t *from, const char *name, size_t most,
                      bool (*copy)(json_t *, const json_t *))
{
    const json_t *array = json_object_get(from, name);
    json_t *made = json_array();
    const size_t count = json_array_size(array);
    bool right = json_is_array(array) && count <= most;
    for (size_t i = 0; right && i < count; i++) {
        json_t *object = json_object();
        right = copy(object, json_array_get(array, i));
        right = json_array_append_new(made, object) == 0 && right;
    }
    return json_object_set_new(to, name, made) == 0 && right;
}

json_t *run_health_copy(const json_t *line, const char **wrong)
{
    static const member_row rows[] = {
        {"type", TEXT}, {"epoch", COUNT}, {"samples", COUNT}, {"gradient_norm", NUMBER}, {0}};
    json_t *copy = json_object();
    *wrong = NULL;
    if (!copy_members(copy, line, rows) || json_integer_value(json_object_get(copy, "epoch")) < 1) {
        *wrong = "health has an 'epoch' from 1, a count of 'samples', and a number or null as 'gradient_norm'";
    } else if (!copy_list(copy, line, "layers", MOST_LINE_LAYERS, copy_layer)) {
        *wrong = "the 'layers' of health are at most 4096 objects with the figures of a layer and a 'histogram' of 64 "
                 "counts";
    } else if (!copy_list(copy, line, "alarms", MOST_LINE_ALARMS, copy_alarm)) {
        *wrong = "the 'alarms' of health are at most 1024 objects with kind, layer, count, at most 32 units, figure, "
                 "since and text";
    }
    if (*wrong != NULL) {
        json_decref(copy);
        copy = NULL;
    }
    return copy;
}
