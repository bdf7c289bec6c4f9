/* tune/space.c - parses the space of a search: "lr=log(1e-4, 0.3); hidden=choice(64, 256x2)". */
#include "tune/space.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optimizer/optimizer.h"
#include "tune/distribution.h"
#include "tune/space_reader.h"

/* ---- values ---- */

static gml_status check_number(gml_space_reader *in, const gml_dimension *dimension, gml_part part, double *value)
{
    const gml_parameter limits = {
        .name = dimension->entry.name, .minimum = dimension->least, .maximum = dimension->most};
    const gml_entry entry = {.name = dimension->entry.name, .parameters = {limits}, .parameter_count = 1};
    gml_call call = {.entry = &entry};
    if (!gml_text_to_double(in->text + part.begin, part.end - part.begin, value)) {
        return gml_space_expected(in, part.begin, "a number");
    }
    gml_status status =
        gml_call_set(in->context, gml_space_place(in, part.begin), &call, limits.name, strlen(limits.name), *value);
    if (status == GML_OK && dimension->kind == GML_VALUE_WHOLE && *value != floor(*value)) {
        return gml_space_expected(in, part.begin, "a whole number");
    }
    return status;
}

static gml_status check_layers(gml_space_reader *in, gml_part part)
{
    size_t widths[GML_MOST_HIDDEN];
    const char *reason = NULL;
    return gml_layers_read(in->text + part.begin, part.end - part.begin, widths, &reason) != SIZE_MAX
               ? GML_OK
               : gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: \"%.*s\": %s", gml_space_place(in, part.begin),
                          (int)(part.end - part.begin < GML_SPACE_SHOWN ? part.end - part.begin : GML_SPACE_SHOWN),
                          in->text + part.begin, reason);
}

/* The words of a switch, or a text with its braces in pairs. */
static gml_status check_word(gml_space_reader *in, const gml_dimension *dimension, gml_part part)
{
    const size_t length = part.end - part.begin;
    if (dimension->kind == GML_VALUE_SWITCH) {
        const bool word = (length == 2 && memcmp(in->text + part.begin, "no", 2) == 0) ||
                          (length == 3 && memcmp(in->text + part.begin, "yes", 3) == 0);
        return word ? GML_OK : gml_space_expected(in, part.begin, "yes or no");
    }
    gml_space_reader inner = *in;
    inner.end = part.end;
    const bool braced = in->text[part.begin] == '{';
    return braced && gml_space_part_end(&inner, part.begin + 1, '}') != part.end - 1
               ? gml_space_expected(&inner, gml_space_part_end(&inner, part.begin + 1, '}'), "\"}\" at its end")
               : GML_OK;
}

/* Checks one value of a dimension. */
static gml_status check_value(gml_space_reader *in, const gml_dimension *dimension, gml_part part)
{
    double number;
    gml_call call;
    if (part.begin == part.end) {
        return gml_space_expected(in, part.begin, "a value");
    }
    const size_t room = dimension->kind == GML_VALUE_TEXT ? GML_ASSIGNMENT_SIZE : GML_CALL_SIZE;
    if (part.end - part.begin >= room) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: the value has more than %zu characters",
                        gml_space_place(in, part.begin), room - 1);
    }
    switch (dimension->kind) {
    case GML_VALUE_NUMBER:
    case GML_VALUE_WHOLE:
        return check_number(in, dimension, part, &number);
    case GML_VALUE_LAYERS:
        return check_layers(in, part);
    case GML_VALUE_SWITCH:
    case GML_VALUE_TEXT:
        return check_word(in, dimension, part);
    case GML_VALUE_CALL_OR_NONE:
        if (part.end - part.begin == 4 && memcmp(in->text + part.begin, "none", 4) == 0) {
            return GML_OK;
        }
        break;
    case GML_VALUE_CALL:
        break;
    }
    return gml_call_parse_part(in->context, in->what, dimension->what, dimension->table, in->text, part.begin, part.end,
                               &call);
}

static gml_status add_choice(gml_space_reader *in, gml_space_item *item, gml_part part)
{
    if (item->choice_count == GML_MOST_CHOICES) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: %s has more than %d choices",
                        gml_space_place(in, part.begin), item->dimension->entry.name, GML_MOST_CHOICES);
    }
    item->choices[item->choice_count++] = part;
    return check_value(in, item->dimension, part);
}

/* The values in parentheses of "choice(...)"; `part` is between these. */
static gml_status read_choices(gml_space_reader *in, gml_space_item *item, gml_part part)
{
    gml_space_reader inner = *in;
    gml_status status = GML_OK;
    inner.end = part.end;
    size_t at = part.begin;
    do {
        const size_t stop = gml_space_part_end(&inner, at, ',');
        status = add_choice(&inner, item, gml_space_trim(&inner, at, stop));
        at = stop + 1;
    } while (status == GML_OK && at <= part.end);
    return status;
}

/* The two numbers of "log(a, b)". */
static gml_status read_range(gml_space_reader *in, gml_space_item *item, gml_part part)
{
    gml_space_reader inner = *in;
    inner.end = part.end;
    const char *name = item->dimension->entry.name;
    const size_t comma = gml_space_part_end(&inner, part.begin, ',');
    const gml_part least = gml_space_trim(&inner, part.begin, comma);
    const gml_part most = gml_space_trim(&inner, comma < part.end ? comma + 1 : comma, part.end);
    if (item->dimension->kind != GML_VALUE_NUMBER && item->dimension->kind != GML_VALUE_WHOLE) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: %s is no number: it takes choice(...) or one value",
                        gml_space_place(in, part.begin), name);
    }
    gml_status status = check_number(&inner, item->dimension, least, &item->least);
    if (status == GML_OK) {
        status = check_number(&inner, item->dimension, most, &item->most);
    }
    if (status == GML_OK && !(item->least < item->most)) {
        return gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: the range of %s is empty: %g is not below %g",
                        gml_space_place(in, part.begin), name, item->least, item->most);
    }
    const char *reason = status == GML_OK ? gml_distribution_refusal(item) : NULL;
    return reason == NULL ? status
                          : gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: %s of %s: %s",
                                     gml_space_place(in, part.begin), item->numbers->name, name, reason);
}

/* Reads what follows "=": a distribution in parentheses, or one value. */
static gml_status read_values(gml_space_reader *in, gml_space_item *item, gml_part part)
{
    const char *text = in->text + part.begin;
    const size_t length = part.end - part.begin, name = strcspn(text, "( \t\r\n;,)=");
    const gml_entry *distribution = name < length && text[name] == '(' ? gml_distribution_find(text, name) : NULL;
    if (distribution == NULL) {
        return add_choice(in, item, part);
    }
    gml_space_reader inner = *in;
    inner.end = part.end;
    const size_t open = part.begin + name, close = part.end - 1;
    if (in->text[close] != ')' || gml_space_part_end(&inner, open + 1, ')') != close) {
        return gml_space_expected(&inner, gml_space_part_end(&inner, open + 1, ')'), "\")\" and \";\" or the end");
    }
    item->numbers = gml_distribution_is_range(distribution) ? distribution : NULL;
    return item->numbers != NULL ? read_range(in, item, (gml_part){open + 1, close})
                                 : read_choices(in, item, (gml_part){open + 1, close});
}

/* ---- items ---- */

static gml_status read_name(gml_space_reader *in, gml_space_item *item)
{
    const size_t begin = in->at;
    gml_call found;
    while (in->at < in->end && strchr(GML_BLANKS "=;", in->text[in->at]) == NULL) {
        in->at++;
    }
    if (in->at == begin) {
        return gml_space_expected(in, begin, "the name of a dimension");
    }
    gml_status status = gml_call_find(in->context, gml_space_place(in, begin), "dimension", gml_space_entry,
                                      in->text + begin, in->at - begin, &found);
    if (status != GML_OK) {
        return status;
    }
    item->index = found.row;
    item->dimension = gml_dimension_at(found.row);
    return GML_OK;
}

/* `given`: [GML_MOST_DIMENSIONS], of each dimension: an item without conditions has given it. */
static gml_status read_item(gml_space_reader *in, const gml_data_facts *facts, bool *given, gml_space *space)
{
    gml_space_item *item = &space->items[space->count];
    bool conditional, holds;
    *item = (gml_space_item){.dimension = NULL};
    gml_status status = gml_space_read_condition(in, facts, &conditional, &holds);
    const size_t begin = in->at;
    if (status == GML_OK) {
        status = read_name(in, item);
    }
    if (status == GML_OK && given[item->index]) {
        status = gml_fail(in->context, GML_ERROR_ARGUMENT, "%s: %s is given twice", gml_space_place(in, begin),
                          item->dimension->entry.name);
    }
    if (status != GML_OK) {
        return status;
    }
    given[item->index] = !conditional;
    gml_space_skip_blanks(in);
    if (in->at == in->end || in->text[in->at] != '=') {
        return gml_space_expected(in, in->at, "\"=\" and values");
    }
    in->at++;
    const size_t stop = gml_space_part_end(in, in->at, ';');
    const gml_part part = gml_space_trim(in, in->at, stop);
    in->at = stop < in->end ? stop + 1 : stop;
    gml_space_reader inner = *in;
    inner.end = stop;
    if (part.begin == part.end) {
        return gml_space_expected(&inner, part.begin, "values");
    }
    const bool first = gml_space_find(space, item->dimension->entry.name) == NULL;
    status = read_values(&inner, item, part);
    space->count += first && holds; /* at most all dimensions, once each */
    return status;
}

gml_status gml_space_parse(gml_context *context, const char *what, const char *text, const gml_data_facts *facts,
                           gml_space *space)
{
    gml_space_reader in = {.context = context, .what = what, .text = text, .end = strlen(text)};
    bool given[GML_MOST_DIMENSIONS] = {false};
    space->text = text;
    space->facts = *facts;
    space->count = 0;
    gml_space_skip_blanks(&in);
    do {
        const gml_status status = read_item(&in, facts, given, space);
        if (status != GML_OK) {
            return status;
        }
        gml_space_skip_blanks(&in);
    } while (in.at < in.end);
    return GML_OK;
}

const gml_space_item *gml_space_find(const gml_space *space, const char *name)
{
    for (size_t i = 0; i < space->count; i++) {
        if (strcmp(space->items[i].dimension->entry.name, name) == 0) {
            return &space->items[i];
        }
    }
    return NULL;
}
