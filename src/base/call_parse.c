/* base/call_parse.c - parses calls such as "leaky_relu(slope=0.2)". */
#include <stdio.h>

#include "base/call.h"

enum { SHOWN = 60 }; /* the most characters of a wrong text in a message */

typedef struct reader {
    gml_context *context;
    const char *outer; /* name of the enclosing text, or null */
    const char *what;
    const char *text;
    size_t at, end;
    char where[192]; /* outer, what and character, for messages */
} reader;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void skip_spaces(reader *in)
{
    while (in->at < in->end && is_space(in->text[in->at])) {
        in->at++;
    }
}

static bool next_is(const reader *in, char c)
{
    return in->at < in->end && in->text[in->at] == c;
}

/* Returns a position for messages: "activation, character 8"; "activation" at the start of the whole text. */
static const char *place(reader *in, size_t at)
{
    if (at == 0) {
        return in->what;
    }
    snprintf(in->where, sizeof in->where, "%.60s%s%.60s, character %zu", in->outer != NULL ? in->outer : "",
             in->outer != NULL ? ", " : "", in->what, at + 1);
    return in->where;
}

static gml_status fail_expected(reader *in, const char *expected)
{
    if (in->at == in->end) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: expected %s, found the end", place(in, in->at), expected);
    }
    size_t length = in->end - in->at < SHOWN ? in->end - in->at : SHOWN;
    return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: expected %s, found \"%.*s\"", place(in, in->at), expected,
                    (int)length, in->text + in->at);
}

/* Skips a name, which may be empty, and the spaces around it. Returns its length; it begins at `*begin`. Accepts "-",
 * which no name contains, so that messages show all of "leaky-relu". */
static size_t read_name(reader *in, size_t *begin)
{
    skip_spaces(in);
    *begin = in->at;
    while (in->at < in->end && (is_name(in->text[in->at]) || (in->at > *begin && in->text[in->at] == '-'))) {
        in->at++;
    }
    size_t length = in->at - *begin;
    skip_spaces(in);
    return length;
}

/* Parses "=" and a number, up to "," or ")". */
static gml_status read_number(reader *in, double *value)
{
    if (!next_is(in, '=')) {
        return fail_expected(in, "\"=\" and a number");
    }
    in->at++;
    skip_spaces(in);
    size_t end = in->at;
    while (end < in->end && in->text[end] != ',' && in->text[end] != ')') {
        end++;
    }
    if (!gml_text_to_double(in->text + in->at, end - in->at, value)) {
        return fail_expected(in, "a number");
    }
    in->at = end;
    return GML_OK;
}

/* Parses "=" and a word of name characters, up to "," or ")". */
static gml_status read_word(reader *in, size_t *begin, size_t *length)
{
    if (!next_is(in, '=')) {
        return fail_expected(in, "\"=\" and a word");
    }
    in->at++;
    *length = read_name(in, begin);
    return *length > 0 ? GML_OK : fail_expected(in, "a word");
}

/* Parses name=number or name=word. */
static gml_status read_argument(reader *in, gml_call *call, bool given[GML_MAX_PARAMETERS])
{
    size_t begin = 0;
    double value = 0;
    size_t length = read_name(in, &begin);
    if (length == 0) {
        return fail_expected(in, "the name of an argument");
    }
    const char *name = in->text + begin;
    size_t index = gml_call_parameter(call->entry, name, length);
    if (index == call->entry->parameter_count) {
        return gml_call_set(in->context, place(in, begin), call, name, length,
                            value); /* fails and lists the arguments */
    }
    if (given[index]) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: %s is given twice", place(in, begin),
                        call->entry->parameters[index].name);
    }
    given[index] = true;
    if (call->entry->parameters[index].word != NULL) {
        size_t word = 0, word_length = 0;
        gml_status status = read_word(in, &word, &word_length);
        return status == GML_OK
                   ? gml_call_set_word(in->context, place(in, word), call, name, length, in->text + word, word_length)
                   : status;
    }
    gml_status status = read_number(in, &value);
    return status == GML_OK ? gml_call_set(in->context, place(in, begin), call, name, length, value) : status;
}

/* Parses the arguments in parentheses, if any. */
static gml_status read_arguments(reader *in, gml_call *call)
{
    bool given[GML_MAX_PARAMETERS] = {false};
    if (!next_is(in, '(')) {
        return GML_OK;
    }
    in->at++;
    skip_spaces(in);
    while (!next_is(in, ')')) {
        gml_status status = read_argument(in, call, given);
        if (status != GML_OK) {
            return status;
        }
        if (!next_is(in, ',') && !next_is(in, ')')) {
            return fail_expected(in, "\",\" or \")\"");
        }
        if (next_is(in, ',')) {
            in->at++;
            skip_spaces(in);
            if (next_is(in, ')')) {
                return fail_expected(in, "the name of an argument");
            }
        }
    }
    in->at++;
    skip_spaces(in);
    return GML_OK;
}

gml_status gml_call_parse_part(gml_context *context, const char *where, const char *what, gml_entries table,
                               const char *text, size_t begin, size_t end, gml_call *call)
{
    reader in = {.context = context, .outer = where, .what = what, .text = text, .at = begin, .end = end};
    gml_call result;
    size_t name = 0;
    size_t length = read_name(&in, &name);
    if (length == 0) {
        return fail_expected(&in, "a name");
    }
    gml_status status = gml_call_find(context, place(&in, name), what, table, text + name, length, &result);
    if (status == GML_OK) {
        status = read_arguments(&in, &result);
    }
    if (status != GML_OK) {
        return status;
    }
    if (in.at != in.end) {
        return fail_expected(&in, result.entry->parameter_count > 0 ? "\"(\" or the end" : "the end");
    }
    *call = result;
    return GML_OK;
}

gml_status gml_call_parse(gml_context *context, const char *what, gml_entries table, const char *text, size_t length,
                          gml_call *call)
{
    return gml_call_parse_part(context, NULL, what, table, text, 0, length, call);
}
