/* train/recipe_layers.c - arguments of layers that a recipe leaves to the data. */
#include "train/recipe_layers.h"

#include <string.h>

#include "base/call.h"
#include "data/pile.h"
#include "gemmule/network.h"

/* The arguments that 0 leaves to the data, and what it has of them. */
typedef struct data_argument {
    const char *name;
    double value;
    bool needed; /* a layer without it is left out */
} data_argument;

enum { ARGUMENTS = 3 };

/* A part of a description. */
typedef struct part {
    const char *text;
    size_t begin, end;
} part;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static part trim(part of)
{
    while (of.begin < of.end && is_blank(of.text[of.begin])) {
        of.begin++;
    }
    while (of.end > of.begin && is_blank(of.text[of.end - 1])) {
        of.end--;
    }
    return of;
}

/* The part of the text from `begin` to the next arrow. */
static part next_part(const char *text, size_t begin)
{
    const char *arrow = strstr(text + begin, "->");
    return (part){text, begin, arrow != NULL ? (size_t)(arrow - text) : strlen(text)};
}

/* True if the layer is of a kind with an argument that the data can give. */
static bool takes_from_data(part layer, const data_argument *arguments)
{
    const char *word = layer.text + layer.begin;
    const size_t length = strcspn(word, " \t\n\r(-");
    const gml_entry *entry;
    for (size_t i = 0; (entry = gml_layer_entry(i)) != NULL; i++) {
        if (strlen(entry->name) == length && memcmp(entry->name, word, length) == 0) {
            const char *name = arguments[0].name, *other = arguments[1].name;
            return gml_call_parameter(entry, name, strlen(name)) < entry->parameter_count ||
                   gml_call_parameter(entry, other, strlen(other)) < entry->parameter_count;
        }
    }
    return false;
}

/* Reads a layer: a call, and perhaps a number, its first argument. */
static gml_status read_layer(gml_context *context, part layer, gml_call *call)
{
    const char *close = memchr(layer.text + layer.begin, ')', layer.end - layer.begin);
    size_t end = layer.begin;
    double first = 0;
    if (close != NULL) {
        end = (size_t)(close - layer.text) + 1;
    }
    while (close == NULL && end < layer.end && !is_blank(layer.text[end])) {
        end++;
    }
    gml_status status = gml_call_parse_part(context, "network description", "layer", gml_layer_entry, layer.text,
                                            layer.begin, end, call);
    const part more = trim((part){layer.text, end, layer.end});
    if (status != GML_OK || more.begin == more.end) {
        return status;
    }
    if (!gml_text_to_double(more.text + more.begin, more.end - more.begin, &first)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "network description, character %zu: expected a number, \"->\" or the end, found \"%.*s\"",
                        more.begin + 1, (int)(more.end - more.begin < 60 ? more.end - more.begin : 60),
                        more.text + more.begin);
    }
    const char *name = call->entry->parameters[0].name;
    return gml_call_set(context, "network description", call, name, strlen(name), first);
}

/* Sets arguments that are 0; false if the data has nothing for the layer. */
static bool take_from_data(const data_argument *arguments, gml_call *call)
{
    for (size_t i = 0; i < ARGUMENTS; i++) {
        const size_t at = gml_call_parameter(call->entry, arguments[i].name, strlen(arguments[i].name));
        if (at < call->entry->parameter_count && call->values[at] == 0) {
            call->values[at] = arguments[i].value;
            if (arguments[i].needed && arguments[i].value == 0) {
                return false;
            }
        }
    }
    return true;
}

static gml_status put(gml_context *context, gml_pile *to, const char *text, size_t length)
{
    const char arrow[] = " -> ";
    gml_status status = GML_OK;
    if (to->size > 0) {
        status = gml_pile_push(context, to, arrow, sizeof arrow - 1, "the description of a network");
    }
    return status == GML_OK ? gml_pile_push(context, to, text, length, "the description of a network") : status;
}

static gml_status put_layer(gml_context *context, part layer, const data_argument *arguments, gml_pile *to)
{
    if (!takes_from_data(layer, arguments)) {
        return put(context, to, layer.text + layer.begin, layer.end - layer.begin);
    }
    gml_call call;
    char text[GML_CALL_SIZE];
    gml_status status = read_layer(context, layer, &call);
    if (status != GML_OK || !take_from_data(arguments, &call)) {
        return status;
    }
    gml_call_print(&call, text);
    return put(context, to, text, strlen(text));
}

gml_status gml_recipe_settle_layers(gml_context *context, const char *description, const gml_preparation_layout *layout,
                                    char **text, size_t *size)
{
    const data_argument arguments[ARGUMENTS] = {{"numbers", (double)layout->numbers, true},
                                                {"columns", (double)layout->codes, true},
                                                {"levels", (double)layout->levels, false}};
    gml_pile made = {0};
    gml_status status = GML_OK;
    const size_t length = strlen(description);
    bool any = false;
    for (size_t at = 0; !any && at <= length;) {
        const part layer = next_part(description, at);
        at = layer.end + 2;
        any = takes_from_data(trim(layer), arguments);
    }
    if (!any) { /* as it was written, since messages count its characters */
        status = gml_pile_push(context, &made, description, length, "the description of a network");
    }
    for (size_t at = 0; any && status == GML_OK && at <= length;) {
        const part layer = next_part(description, at);
        at = layer.end + 2;
        status = put_layer(context, trim(layer), arguments, &made);
    }
    if (status == GML_OK) {
        status = gml_pile_push(context, &made, "", 1, "the description of a network");
    }
    if (status == GML_OK) {
        *size = made.size;
        *text = gml_allocate(context, made.size, 1, "the description of a network");
        status = *text != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        memcpy(*text, made.data, made.size);
    }
    gml_pile_clear(context, &made);
    return status;
}
