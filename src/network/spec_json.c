/* network/spec_json.c - reading the JSON form of a description, strictly: every key is known and of its type.
 *
 *     {"inputs": 784,
 *      "layers": [{"type": "dense", "units": 512, "activation": {"name": "leaky_relu", "slope": 0.2},
 *                  "initializer": {"name": "he_uniform"}, "bias": true,
 *                  "bias_initializer": {"name": "fan_in_uniform"}, "heads": false},
 *                 {"type": "dropout", "rate": 0.2}, {"type": "activation", "activation": {"name": "relu"}}, ...]}
 *
 * As in the text form, activation, initializer, bias, bias_initializer and heads may be left out. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "gemmule/network.h"
#include "layer/activation.h"
#include "layer/initializer.h"
#include "network/spec_forms.h"

typedef struct reader {
    gml_context *context;
    char place[64]; /* "layer 2, activation", for messages: layers count from 1 */
} reader;

static gml_status fail(const reader *in, const char *expected)
{
    return gml_fail(in->context, GML_ERROR_ARGUMENT, "network description, %s: expected %s", in->place, expected);
}

/* Checks that all keys of the object are in the null-terminated array `known`; `list` is its text. */
static gml_status check_keys(const reader *in, json_t *object, const char *const *known, const char *list)
{
    const char *unknown = gml_json_unknown_key(object, known);
    return unknown == NULL ? GML_OK
                           : gml_fail(in->context, GML_ERROR_ARGUMENT,
                                      "network description, %s: there is no key \"%.60s\"; there are: %s", in->place,
                                      unknown, list);
}

static gml_status read_size(const reader *in, json_t *object, const char *key, size_t *size)
{
    json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > GML_MAX_UNITS) {
        char expected[80];
        snprintf(expected, sizeof expected, "\"%s\", a whole number from 1 to %d", key, GML_MAX_UNITS);
        return fail(in, expected);
    }
    *size = (size_t)json_integer_value(value);
    return GML_OK;
}

/* All keys of the object but two that are not arguments. */
static gml_status read_arguments(const reader *in, const char *where, json_t *object, const char *name,
                                 const char *other, gml_call *call)
{
    gml_status status = GML_OK;
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        if (status != GML_OK || strcmp(key, name) == 0 || strcmp(key, other) == 0) {
            continue;
        }
        if (json_is_string(value)) {
            status = gml_call_set_word(in->context, where, call, key, strlen(key), json_string_value(value),
                                       json_string_length(value));
        } else if (json_is_number(value)) {
            status = gml_call_set(in->context, where, call, key, strlen(key), json_number_value(value));
        } else {
            status = gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: \"%.60s\" is not a number or a word", where, key);
        }
    }
    return status;
}

/* {"name": "leaky_relu", "slope": 0.2} */
static gml_status read_call(const reader *in, const char *what, gml_entries table, json_t *object, gml_call *call)
{
    char where[128];
    snprintf(where, sizeof where, "network description, %s", in->place);
    const char *name = json_string_value(json_object_get(object, "name"));
    if (name == NULL) {
        return fail(in, "an object with a \"name\"");
    }
    gml_status status = gml_call_find(in->context, where, what, table, name, strlen(name), call);
    return status == GML_OK ? read_arguments(in, where, object, "name", "name", call) : status;
}

static gml_status read_calls(reader *in, size_t index, json_t *object, gml_layer_spec *layer)
{
    json_t *activation = json_object_get(object, "activation");
    json_t *initializer = json_object_get(object, "initializer");
    gml_status status = GML_OK;
    if (activation != NULL) {
        snprintf(in->place, sizeof in->place, "layer %zu, activation", index + 1);
        status = read_call(in, "activation", gml_any_activation_entry, activation, &layer->activation);
    }
    if (status == GML_OK && initializer == NULL) {
        gml_spec_default_initializer(layer);
    } else if (status == GML_OK) {
        snprintf(in->place, sizeof in->place, "layer %zu, initializer", index + 1);
        status = read_call(in, "initializer", gml_initializer_entry, initializer, &layer->initializer);
    }
    return status;
}

/* After the initializer of the weights, which has one for biases that goes with it. */
static gml_status read_bias_initializer(reader *in, size_t index, json_t *object, gml_layer_spec *layer)
{
    json_t *initializer = json_object_get(object, "bias_initializer");
    if (initializer == NULL) {
        gml_spec_default_bias_initializer(layer);
        return GML_OK;
    }
    if (!layer->bias) {
        char where[128];
        snprintf(where, sizeof where, "network description, %s", in->place);
        return gml_spec_refuse_bias_initializer(in->context, where);
    }
    snprintf(in->place, sizeof in->place, "layer %zu, bias_initializer", index + 1);
    return read_call(in, "initializer of biases", gml_bias_initializer_entry, initializer, &layer->bias_initializer);
}

static gml_status read_dense(reader *in, size_t index, json_t *object, gml_layer_spec *layer)
{
    static const char *const keys[] = {"type",  "units", "activation", "initializer", "bias", "bias_initializer",
                                       "heads", NULL};
    gml_status status =
        check_keys(in, object, keys, "type, units, activation, initializer, bias, bias_initializer, heads");
    if (status != GML_OK) {
        return status;
    }
    json_t *bias = json_object_get(object, "bias");
    if (bias != NULL && !json_is_boolean(bias)) {
        return fail(in, "\"bias\" to be true or false");
    }
    layer->bias = bias == NULL || json_is_true(bias);
    json_t *heads = json_object_get(object, "heads");
    if (heads != NULL && !json_is_boolean(heads)) {
        return fail(in, "\"heads\" to be true or false");
    }
    layer->heads = json_is_true(heads);
    status = read_size(in, object, "units", &layer->units);
    if (status == GML_OK) {
        status = read_calls(in, index, object, layer);
    }
    return status == GML_OK ? read_bias_initializer(in, index, object, layer) : status;
}

static gml_status read_activation_layer(reader *in, size_t index, json_t *object, gml_layer_spec *layer)
{
    static const char *const keys[] = {"type", "activation", NULL};
    gml_status status = check_keys(in, object, keys, "type, activation");
    if (status == GML_OK && json_object_get(object, "activation") == NULL) {
        status = fail(in, "an \"activation\"");
    }
    return status == GML_OK ? read_calls(in, index, object, layer) : status;
}

static gml_status read_layer(reader *in, size_t index, json_t *object, gml_spec *spec)
{
    gml_layer_spec *layer = &spec->layers[index];
    snprintf(in->place, sizeof in->place, "layer %zu", index + 1);
    if (!json_is_object(object)) {
        return fail(in, "an object");
    }
    const char *type = json_string_value(json_object_get(object, "type"));
    if (type == NULL) {
        return fail(in, "\"type\": \"dense\", or another kind of layer");
    }
    char where[128];
    snprintf(where, sizeof where, "network description, %s", in->place);
    gml_status status = gml_call_find(in->context, where, "layer", gml_layer_entry, type, strlen(type), &layer->kind);
    if (status != GML_OK) {
        return status;
    }
    const gml_layer_kind *kind = gml_layer_kind_of(layer);
    if (kind->dense) {
        status = read_dense(in, index, object, layer);
    } else if (kind->activates) {
        status = read_activation_layer(in, index, object, layer);
    } else {
        status = read_arguments(in, where, object, "type", "type", &layer->kind);
    }
    return status == GML_OK ? gml_spec_settle(in->context, where, spec, index) : status;
}

static gml_status read_network(reader *in, json_t *object, gml_spec *spec)
{
    static const char *const keys[] = {"inputs", "layers", NULL};
    json_t *layers = json_object_get(object, "layers");
    gml_status status = check_keys(in, object, keys, "inputs, layers");
    if (status == GML_OK) {
        status = read_size(in, object, "inputs", &spec->inputs);
    }
    if (status == GML_OK && !json_is_array(layers)) {
        status = fail(in, "\"layers\", an array");
    }
    if (status == GML_OK) {
        status = gml_spec_make_layers(in->context, "network description", json_array_size(layers), spec);
    }
    for (size_t i = 0; status == GML_OK && i < spec->layer_count; i++) {
        status = read_layer(in, i, json_array_get(layers, i), spec);
    }
    return status;
}

gml_status gml_spec_from_json(gml_context *context, const char *json, gml_spec *spec)
{
    json_t *root = NULL;
    gml_status status = gml_json_parse(context, GML_ERROR_ARGUMENT, "network description", json, strlen(json), &root);
    if (status != GML_OK) {
        return status;
    }
    reader in = {.context = context, .place = "the whole"};
    status = read_network(&in, root, spec);
    json_decref(root);
    return status;
}
