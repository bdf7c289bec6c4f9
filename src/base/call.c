/* base/call.c - calls such as "leaky_relu(slope=0.2)": finds their rows, sets their arguments, prints them. */
#include "base/call.h"

#include <stdio.h>
#include <string.h>

#include "base/registry.h"

enum { LIST_SIZE = 512, SHOWN = 60 }; /* size of a list of names; the most characters of a wrong text in a message */

/* ---- finding names ---- */

/* A name within a longer text. */
typedef struct span {
    const char *text;
    size_t length;
} span;

static int shown(size_t length)
{
    return (int)(length < SHOWN ? length : SHOWN);
}

static bool span_is(span a, const char *name)
{
    return strlen(name) == a.length && memcmp(a.text, name, a.length) == 0;
}

/* The valid names, collected for a message about an unknown one. */
typedef struct choices {
    char list[LIST_SIZE]; /* all names, separated by commas */
    size_t used;
    gml_nearest nearest;
} choices;

static void add_choice(choices *all, span wrong, const char *name)
{
    int n = snprintf(all->list + all->used, sizeof all->list - all->used, "%s%s", all->used == 0 ? "" : ", ", name);
    all->used += (size_t)n < sizeof all->list - all->used ? (size_t)n : sizeof all->list - all->used - 1;
    gml_text_compare(&all->nearest, wrong.text, wrong.length, name);
}

static gml_status fail_name(gml_context *context, const char *where, const char *kind, span wrong, const choices *all)
{
    char hint[LIST_SIZE] = "";
    if (all->nearest.name != NULL) {
        snprintf(hint, sizeof hint, "; did you mean \"%s\"?", all->nearest.name);
    }
    return gml_fail(context, GML_ERROR_NAME, "%s: there is no %s \"%.*s\"%s%s%s", where, kind, shown(wrong.length),
                    wrong.text, hint, all->used > 0 ? (hint[0] != '\0' ? " There are: " : "; there are: ") : "",
                    all->list);
}

static void set_defaults(gml_call *call, const gml_entry *entry, size_t row)
{
    *call = (gml_call){.row = row, .entry = entry};
    for (size_t i = 0; i < entry->parameter_count; i++) {
        call->values[i] = entry->parameters[i].initial;
    }
}

gml_status gml_call_find(gml_context *context, const char *where, const char *what, gml_entries table, const char *name,
                         size_t length, gml_call *call)
{
    span wanted = {name, length};
    choices all = {.used = 0};
    const gml_entry *entry = NULL;
    for (size_t row = 0; (entry = gml_registry_entry(context, table, row)) != NULL; row++) {
        if (span_is(wanted, entry->name)) {
            set_defaults(call, entry, row);
            return GML_OK;
        }
        add_choice(&all, wanted, entry->name);
    }
    return fail_name(context, where, what, wanted, &all);
}

bool gml_call_default(gml_entries table, const char *name, gml_call *call)
{
    const gml_entry *entry = NULL;
    for (size_t row = 0; (entry = table(row)) != NULL; row++) {
        if (strcmp(entry->name, name) == 0) {
            set_defaults(call, entry, row);
            return true;
        }
    }
    return false;
}

/* ---- arguments ---- */

static gml_status fail_range(gml_context *context, const char *where, const gml_parameter *parameter, double value)
{
    char given[GML_NUMBER_SIZE], least[GML_NUMBER_SIZE], most[GML_NUMBER_SIZE];
    gml_text_from_double(value, given);
    gml_text_from_double(parameter->minimum, least);
    gml_text_from_double(parameter->maximum, most);
    bool open_below = parameter->minimum == GML_ABOVE_0;
    bool open_above = parameter->maximum == GML_BELOW_1;
    return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s is %s, it must be %s %s and %s %s", where, parameter->name,
                    given, open_below ? "above" : "at least", open_below ? "0" : least,
                    open_above ? "below" : "at most", open_above ? "1" : most);
}

size_t gml_call_parameter(const gml_entry *entry, const char *name, size_t length)
{
    span wanted = {name, length};
    size_t index = 0;
    while (index < entry->parameter_count && !span_is(wanted, entry->parameters[index].name)) {
        index++;
    }
    return index;
}

double gml_call_value(const gml_call *call, const char *name, double otherwise)
{
    size_t index = gml_call_parameter(call->entry, name, strlen(name));
    return index < call->entry->parameter_count ? call->values[index] : otherwise;
}

const char *gml_no_or_yes(size_t index)
{
    static const char *const words[] = {"no", "yes"};
    return index < 2 ? words[index] : NULL;
}

static gml_status fail_parameter(gml_context *context, const char *where, const gml_entry *entry, span name)
{
    char kind[LIST_SIZE];
    choices all = {.used = 0};
    for (size_t i = 0; i < entry->parameter_count; i++) {
        add_choice(&all, name, entry->parameters[i].name);
    }
    snprintf(kind, sizeof kind, "argument of %s named", entry->name);
    return fail_name(context, where, kind, name, &all);
}

static gml_status fail_word(gml_context *context, const char *where, const gml_parameter *parameter, span wrong)
{
    char kind[LIST_SIZE];
    choices all = {.used = 0};
    for (size_t i = 0; parameter->word(i) != NULL; i++) {
        add_choice(&all, wrong, parameter->word(i));
    }
    snprintf(kind, sizeof kind, "%s called", parameter->name);
    return fail_name(context, where, kind, wrong, &all);
}

gml_status gml_call_set_word(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                             const char *word, size_t word_length)
{
    size_t index = gml_call_parameter(call->entry, name, length);
    if (index == call->entry->parameter_count) {
        return fail_parameter(context, where, call->entry, (span){name, length});
    }
    const gml_parameter *parameter = &call->entry->parameters[index];
    if (parameter->word == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s is \"%.*s\", it must be a number", where, parameter->name,
                        shown(word_length), word);
    }
    for (size_t i = 0; parameter->word(i) != NULL; i++) {
        if (span_is((span){word, word_length}, parameter->word(i))) {
            call->values[index] = (double)i;
            return GML_OK;
        }
    }
    return fail_word(context, where, parameter, (span){word, word_length});
}

gml_status gml_call_set(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                        double value)
{
    size_t index = gml_call_parameter(call->entry, name, length);
    if (index == call->entry->parameter_count) {
        return fail_parameter(context, where, call->entry, (span){name, length});
    }
    const gml_parameter *parameter = &call->entry->parameters[index];
    if (parameter->word != NULL) {
        char number[GML_NUMBER_SIZE];
        gml_text_from_double(value, number);
        return fail_word(context, where, parameter, (span){number, strlen(number)});
    }
    if (!(value >= parameter->minimum && value <= parameter->maximum)) { /* also true for NaN */
        return fail_range(context, where, parameter, value);
    }
    call->values[index] = value == 0 ? 0 : value; /* -0 becomes 0: JSON does not distinguish them */
    return GML_OK;
}

/* ---- writing ---- */

const char *gml_call_value_text(const gml_parameter *parameter, double value, char number[GML_NUMBER_SIZE])
{
    if (parameter->word != NULL) {
        return parameter->word((size_t)value);
    }
    gml_text_from_double(value, number);
    return number;
}

void gml_call_print(const gml_call *call, char text[GML_CALL_SIZE])
{
    const gml_entry *entry = call->entry;
    size_t used = (size_t)snprintf(text, GML_CALL_SIZE, "%s", entry->name);
    bool opened = false;
    for (size_t i = 0; i < entry->parameter_count && used < GML_CALL_SIZE; i++) {
        if (call->values[i] != entry->parameters[i].initial) {
            char number[GML_NUMBER_SIZE];
            const char *value = gml_call_value_text(&entry->parameters[i], call->values[i], number);
            used += (size_t)snprintf(text + used, GML_CALL_SIZE - used, "%s%s=%s", opened ? ", " : "(",
                                     entry->parameters[i].name, value);
            opened = true;
        }
    }
    if (opened && used < GML_CALL_SIZE) {
        snprintf(text + used, GML_CALL_SIZE - used, ")");
    }
}

bool gml_call_equal(const gml_call *a, const gml_call *b)
{
    if (a->entry != b->entry) {
        return false;
    }
    for (size_t i = 0; i < a->entry->parameter_count; i++) {
        if (a->values[i] != b->values[i]) {
            return false;
        }
    }
    return true;
}
