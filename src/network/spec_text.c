/* network/spec_text.c - parser of "784 -> 512 relu -> 10 softmax".
 *
 *     network:  inputs -> layer -> layer ...
 *     layer:    units [activation] [init=initializer] [bias=yes|no] [bias_init=initializer] [heads]
 *             | kind [number] | activation
 *
 * A number after a kind is its first argument: "dropout 0.2" is "dropout(rate=0.2)".
 *
 * The text is split at "->" and then into words. Spaces inside parentheses and before "(" belong to the word. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "gemmule/network.h"
#include "layer/activation.h"
#include "layer/initializer.h"
#include "network/spec_forms.h"

/* The range [begin, end) of the text. */
typedef struct part {
    size_t begin, end;
} part;

typedef struct reader {
    gml_context *context;
    const char *text;
    part rest; /* rest of the current layer */
    size_t layer;
} reader;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Returns the position of the first "->" at or after `at`; the length of the text if there is none. */
static size_t find_arrow(const char *text, size_t at)
{
    const char *arrow = strstr(text + at, "->");
    return arrow != NULL ? (size_t)(arrow - text) : at + strlen(text + at);
}

static size_t skip_spaces(const reader *in, size_t at)
{
    while (at < in->rest.end && is_space(in->text[at])) {
        at++;
    }
    return at;
}

/* Returns the end of the word that begins at `at`. */
static size_t word_end(const reader *in, size_t at)
{
    bool inside = false;
    while (at < in->rest.end) {
        char c = in->text[at];
        size_t next = skip_spaces(in, at);
        bool opens = next < in->rest.end && in->text[next] == '(';
        if (is_space(c) && !inside && !opens) {
            break;
        }
        inside = (inside || c == '(') && c != ')';
        at++;
    }
    return at;
}

/* Takes the next word of the layer; false at its end. */
static bool next_word(reader *in, part *word)
{
    word->begin = skip_spaces(in, in->rest.begin);
    word->end = word_end(in, word->begin);
    in->rest.begin = word->end;
    return word->end > word->begin;
}

/* "network description, layer 2" */
static const char *layer_place(const reader *in, char place[48])
{
    snprintf(place, 48, "network description, layer %zu", in->layer);
    return place;
}

static gml_status fail_word(const reader *in, part word, const char *expected)
{
    char place[48] = "inputs";
    if (in->layer > 0) {
        snprintf(place, sizeof place, "layer %zu", in->layer);
    }
    if (word.begin == word.end) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT,
                        "network description, %s, character %zu: expected %s, found "
                        "nothing",
                        place, word.begin + 1, expected);
    }
    size_t length = word.end - word.begin < 60 ? word.end - word.begin : 60;
    return gml_fail(in->context, GML_ERROR_ARGUMENT,
                    "network description, %s, character %zu: expected %s, found "
                    "\"%.*s\"",
                    place, word.begin + 1, expected, (int)length, in->text + word.begin);
}

static gml_status read_size(reader *in, const char *what, size_t *size)
{
    part word;
    if (!next_word(in, &word) || !gml_text_to_size(in->text + word.begin, word.end - word.begin, size) || *size == 0 ||
        *size > GML_MAX_UNITS) {
        char expected[80];
        snprintf(expected, sizeof expected, "the number of %s, from 1 to %d", what, GML_MAX_UNITS);
        return fail_word(in, word, expected);
    }
    return GML_OK;
}

/* Removes `prefix` from the word; false if the word does not begin with it. */
static bool take_prefix(const reader *in, part *word, const char *prefix)
{
    size_t length = strlen(prefix);
    if (word->end - word->begin < length || memcmp(in->text + word->begin, prefix, length) != 0) {
        return false;
    }
    word->begin += length;
    return true;
}

static bool is_word(const reader *in, part word, const char *text)
{
    return take_prefix(in, &word, text) && word.begin == word.end;
}

/* Parts already read; each is allowed once. */
typedef struct seen {
    bool activation, initializer, bias, bias_initializer, heads;
} seen;

static gml_status read_bias(reader *in, part word, gml_layer_spec *layer)
{
    part value = word;
    bool yes = take_prefix(in, &value, "yes");
    if ((!yes && !take_prefix(in, &value, "no")) || value.begin != value.end) {
        return fail_word(in, word, "bias=yes or bias=no");
    }
    layer->bias = yes;
    return GML_OK;
}

static gml_status read_word(reader *in, part word, gml_layer_spec *layer, seen *before)
{
    part value = word;
    char place[48];
    bool *twice = &before->activation;
    gml_status status = GML_OK;
    if (take_prefix(in, &value, "init=")) {
        twice = &before->initializer;
        status = gml_call_parse_part(in->context, layer_place(in, place), "initializer", gml_initializer_entry,
                                     in->text, value.begin, value.end, &layer->initializer);
    } else if (take_prefix(in, &value, "bias_init=")) {
        twice = &before->bias_initializer;
        status =
            gml_call_parse_part(in->context, layer_place(in, place), "initializer of biases",
                                gml_bias_initializer_entry, in->text, value.begin, value.end, &layer->bias_initializer);
    } else if (take_prefix(in, &value, "bias=")) {
        twice = &before->bias;
        status = read_bias(in, value, layer);
    } else if (is_word(in, word, "heads")) {
        twice = &before->heads;
        layer->heads = true;
    } else {
        status = gml_call_parse_part(in->context, layer_place(in, place), "activation", gml_any_activation_entry,
                                     in->text, value.begin, value.end, &layer->activation);
    }
    if (status == GML_OK && *twice) {
        return fail_word(in, word, "one activation, one init=, one bias=, one bias_init= and one heads at most");
    }
    *twice = true;
    return status;
}

static gml_status read_dense(reader *in, gml_layer_spec *layer)
{
    seen before = {false};
    part word;
    gml_status status = read_size(in, "units", &layer->units);
    while (status == GML_OK && next_word(in, &word)) {
        status = read_word(in, word, layer, &before);
    }
    if (status == GML_OK && !before.initializer) {
        gml_spec_default_initializer(layer);
    }
    if (status == GML_OK && !before.bias_initializer) {
        gml_spec_default_bias_initializer(layer);
    } else if (status == GML_OK && !layer->bias) {
        char place[48];
        status = gml_spec_refuse_bias_initializer(in->context, layer_place(in, place));
    }
    return status;
}

static gml_status read_first_argument(reader *in, part word, gml_call *kind)
{
    double value;
    char where[48];
    if (kind->entry->parameter_count == 0 ||
        !gml_text_to_double(in->text + word.begin, word.end - word.begin, &value)) {
        return fail_word(in, word,
                         kind->entry->parameter_count == 0 ? "\"->\" or the end" : "a number, \"->\" or the end");
    }
    const char *first = kind->entry->parameters[0].name;
    return gml_call_set(in->context, layer_place(in, where), kind, first, strlen(first), value);
}

static gml_status read_kind(reader *in, part word, gml_layer_spec *layer)
{
    gml_call call;
    char place[48];
    gml_status status = gml_call_parse_part(in->context, layer_place(in, place), "layer", gml_layer_word_entry,
                                            in->text, word.begin, word.end, &call);
    if (status != GML_OK) {
        return status;
    }
    if (gml_layer_word_is_kind(&call)) {
        layer->kind = call;
    } else {
        gml_call_default(gml_layer_entry, "activation", &layer->kind);
        layer->activation = call;
    }
    part more;
    status = next_word(in, &more) ? read_first_argument(in, more, &layer->kind) : GML_OK;
    if (status == GML_OK && next_word(in, &more)) {
        status = fail_word(in, more, "\"->\" or the end");
    }
    return status;
}

static gml_status read_layer(reader *in, gml_spec *spec, size_t index)
{
    part word, start = in->rest;
    bool named = next_word(in, &word) && !(in->text[word.begin] >= '0' && in->text[word.begin] <= '9') &&
                 in->text[word.begin] != '-' && in->text[word.begin] != '+';
    in->rest = named ? in->rest : start;
    gml_status status = named ? read_kind(in, word, &spec->layers[index]) : read_dense(in, &spec->layers[index]);
    if (status != GML_OK) {
        return status;
    }
    char where[64];
    snprintf(where, sizeof where, "network description, layer %zu, character %zu", in->layer, word.begin + 1);
    return gml_spec_settle(in->context, where, spec, index);
}

static size_t count_arrows(const char *text)
{
    size_t count = 0;
    for (size_t at = find_arrow(text, 0); text[at] != '\0'; at = find_arrow(text, at + 2)) {
        count++;
    }
    return count;
}

gml_status gml_spec_from_text(gml_context *context, const char *text, gml_spec *spec)
{
    reader in = {.context = context, .text = text, .rest = {0, find_arrow(text, 0)}};
    gml_status status = read_size(&in, "inputs", &spec->inputs);
    part more;
    if (status == GML_OK && next_word(&in, &more)) {
        return fail_word(&in, more, "\"->\" after the number of inputs");
    }
    if (status == GML_OK) {
        status = gml_spec_make_layers(context, "network description", count_arrows(text), spec);
    }
    for (size_t i = 0; status == GML_OK && i < spec->layer_count; i++) {
        size_t begin = in.rest.end + 2;
        in.rest = (part){begin, find_arrow(text, begin)};
        in.layer = i + 1;
        status = read_layer(&in, spec, i);
    }
    return status;
}
