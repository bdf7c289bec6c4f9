/* network/spec_print.c - writing a spec as text and as JSON. */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "layer/activation.h"
#include "network/spec_forms.h"

/* A text that grows as it is written: first only its length is counted, then it is written into that much room. */
typedef struct printer {
    char *text; /* null while counting */
    size_t room, length;
} printer;

static void print(printer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void print(printer *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    bool counting = out->text == NULL;
    int n =
        vsnprintf(counting ? NULL : out->text + out->length, counting ? 0 : out->room - out->length, format, arguments);
    va_end(arguments);
    out->length += (size_t)n;
}

static gml_status print_spec(gml_context *context, void (*write)(printer *out, const gml_spec *spec),
                             const gml_spec *spec, char **text)
{
    printer count = {0};
    write(&count, spec);
    printer out = {.room = count.length + 1};
    out.text = gml_allocate(context, out.room, 1, "the description of a network");
    if (out.text == NULL) {
        return GML_ERROR_MEMORY;
    }
    write(&out, spec);
    *text = out.text;
    return GML_OK;
}

/* True if the initializer of biases is not the one that goes with that of the weights. */
static bool has_own_bias_initializer(const gml_layer_spec *layer)
{
    gml_layer_spec plain = {.initializer = layer->initializer};
    gml_spec_default_bias_initializer(&plain);
    return layer->bias && !gml_call_equal(&layer->bias_initializer, &plain.bias_initializer);
}

/* ---- text ---- */

static void write_dense(printer *out, const gml_layer_spec *layer)
{
    char call[GML_CALL_SIZE];
    print(out, "%zu", layer->units / layer->members);

    gml_layer_spec plain = {0};
    gml_call_default(gml_any_activation_entry, "identity", &plain.activation);
    if (!gml_call_equal(&layer->activation, &plain.activation)) {
        gml_call_print(&layer->activation, call);
        print(out, " %s", call);
    }
    plain.activation = layer->activation;
    gml_spec_default_initializer(&plain);
    if (!gml_call_equal(&layer->initializer, &plain.initializer)) {
        gml_call_print(&layer->initializer, call);
        print(out, " init=%s", call);
    }
    if (!layer->bias) {
        print(out, " bias=no");
    } else if (has_own_bias_initializer(layer)) {
        gml_call_print(&layer->bias_initializer, call);
        print(out, " bias_init=%s", call);
    }
    print(out, "%s", layer->heads ? " heads" : "");
}

static void write_text_layer(printer *out, const gml_layer_spec *layer)
{
    const gml_layer_kind *kind = gml_layer_kind_of(layer);
    if (kind->dense) {
        write_dense(out, layer);
    } else {
        char call[GML_CALL_SIZE];
        gml_call_print(kind->activates ? &layer->activation : &layer->kind, call);
        print(out, "%s", call);
    }
}

static void write_text(printer *out, const gml_spec *spec)
{
    print(out, "%zu", spec->inputs);
    for (size_t i = 0; i < spec->layer_count; i++) {
        print(out, " -> ");
        write_text_layer(out, &spec->layers[i]);
    }
}

/* A call is at most GML_CALL_SIZE long, and a layer has three. */
void gml_spec_layer_text(const gml_layer_spec *layer, char *text, size_t size)
{
    char whole[4 * GML_CALL_SIZE] = "";
    printer out = {.text = whole, .room = sizeof whole};
    write_text_layer(&out, layer);
    snprintf(text, size, "%s", whole);
}

gml_status gml_spec_to_text(gml_context *context, const gml_spec *spec, char **text)
{
    return print_spec(context, write_text, spec, text);
}

/* ---- JSON ----
 * Names are of letters, digits and "_", and numbers are finite, so nothing needs escaping. All arguments are written:
 * a file means the same when a default changes. An initializer of biases is written where the one that goes with the
 * weights would not do, so that programs of before biases had one read the files of most networks. */

static void write_arguments(printer *out, const gml_call *call)
{
    for (size_t i = 0; i < call->entry->parameter_count; i++) {
        char number[GML_NUMBER_SIZE];
        const gml_parameter *parameter = &call->entry->parameters[i];
        const char *quote = parameter->word != NULL ? "\"" : "";
        print(out, ",\"%s\":%s%s%s", parameter->name, quote, gml_call_value_text(parameter, call->values[i], number),
              quote);
    }
}

static void write_call(printer *out, const char *key, const gml_call *call)
{
    print(out, ",\"%s\":{\"name\":\"%s\"", key, call->entry->name);
    write_arguments(out, call);
    print(out, "}");
}

static void write_layer(printer *out, const gml_layer_spec *layer)
{
    const gml_layer_kind *kind = gml_layer_kind_of(layer);
    print(out, "{\"type\":\"%s\"", kind->entry.name);
    write_arguments(out, &layer->kind);
    if (kind->dense) {
        print(out, ",\"units\":%zu", layer->units / layer->members);
        write_call(out, "activation", &layer->activation);
        write_call(out, "initializer", &layer->initializer);
        print(out, ",\"bias\":%s", layer->bias ? "true" : "false");
        if (has_own_bias_initializer(layer)) {
            write_call(out, "bias_initializer", &layer->bias_initializer);
        }
        print(out, "%s", layer->heads ? ",\"heads\":true" : "");
    } else if (kind->activates) {
        write_call(out, "activation", &layer->activation);
    }
    print(out, "}");
}

static void write_json(printer *out, const gml_spec *spec)
{
    print(out, "{\"inputs\":%zu,\"layers\":[", spec->inputs);
    for (size_t i = 0; i < spec->layer_count; i++) {
        print(out, "%s", i > 0 ? "," : "");
        write_layer(out, &spec->layers[i]);
    }
    print(out, "]}");
}

gml_status gml_spec_to_json(gml_context *context, const gml_spec *spec, char **json)
{
    return print_spec(context, write_json, spec, json);
}
