/* data/transform/describe.c - descriptions of preparations: rules, read into chains and written in canonical form. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "data/transform/transform.h"

static const char *const kind_words[] = {
    [GML_COLUMN_NUMBER] = "number", [GML_COLUMN_CATEGORY] = "category", [GML_COLUMN_DATE] = "date"};

static const char default_rules[] = "number -> impute(value=mean) -> standard; category -> one_hot; "
                                    "date -> impute(value=mean) -> date_parts -> standard";

enum { KINDS = sizeof kind_words / sizeof *kind_words };

#define NO_RULE SIZE_MAX

/* The transforms of a rule. */
typedef struct draft {
    gml_step steps[GML_CHAIN_STEPS];
    size_t count;
} draft;

/* A description as it is read. */
typedef struct reading {
    gml_preparation *made;
    const char *text;
    size_t at, end;
    bool defaults;        /* the text is default_rules: kinds that have a rule keep it */
    size_t *first;        /* [columns]: the first step of a column with a rule of its own; NO_RULE: it has none */
    bool has_kind[KINDS]; /* the kind has a rule */
    draft kind[KINDS];
} reading;

static gml_context *context_of(const reading *of)
{
    return of->made->context;
}

static gml_status refuse(const reading *of, size_t at, const char *complaint)
{
    return gml_fail(context_of(of), GML_ERROR_ARGUMENT, "preparation, character %zu: %s", at + 1, complaint);
}

static void skip_blanks(reading *of)
{
    while (of->at < of->end && isspace((unsigned char)of->text[of->at])) {
        of->at++;
    }
}

static bool is_plain(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' || (unsigned char)c >= 128;
}

static bool at_arrow(const reading *of)
{
    return of->end - of->at >= 2 && of->text[of->at] == '-' && of->text[of->at + 1] == '>';
}

/* ---- what a rule is about ---- */

/* The text of a kind or column, without quotes. */
typedef struct subject {
    char *name; /* [length + 1], hooked memory of `room` bytes */
    size_t length, room, at;
    bool quoted;
} subject;

static gml_status read_subject(reading *of, subject *read)
{
    skip_blanks(of);
    *read = (subject){.room = of->end - of->at + 1, .at = of->at};
    read->name = gml_allocate(context_of(of), read->room, 1, "a name");
    if (read->name == NULL) {
        return GML_ERROR_MEMORY;
    }
    read->quoted = of->at < of->end && of->text[of->at] == '\'';
    of->at += read->quoted;
    bool closed = false;
    while (of->at < of->end && !closed) {
        const char c = of->text[of->at];
        const bool doubled = read->quoted && c == '\'' && of->at + 1 < of->end && of->text[of->at + 1] == '\'';
        closed = read->quoted ? c == '\'' && !doubled : !is_plain(c) || at_arrow(of);
        if (!closed) {
            read->name[read->length++] = c;
        }
        of->at += closed ? read->quoted : 1 + (size_t)doubled;
    }
    read->name[read->length] = '\0';
    if (read->quoted && !closed) {
        return refuse(of, read->at, "the quote is not closed");
    }
    return read->length > 0 ? GML_OK : refuse(of, read->at, "a kind (number, category, date) or a column is missing");
}

/* The kind that a subject names; KINDS: it names a column. */
static size_t kind_of(const subject *named)
{
    size_t kind = 0;
    while (kind < KINDS && (named->quoted || strcmp(named->name, kind_words[kind]) != 0)) {
        kind++;
    }
    return kind;
}

static gml_status find_column(const reading *of, const subject *named, size_t *column)
{
    const gml_preparation *made = of->made;
    gml_nearest nearest = {0};
    size_t number = 0;
    if (made->names == NULL) {
        *column = gml_text_to_size(named->name, named->length, &number) ? number - 1 : made->columns;
        return *column < made->columns
                   ? GML_OK
                   : gml_fail(context_of(of), GML_ERROR_NAME,
                              "preparation: \"%.60s\" is no column; the data has no names, its columns are 1 to %zu",
                              named->name, made->columns);
    }
    for (size_t i = 0; i < made->columns; i++) {
        if (strcmp(made->names[i], named->name) == 0) {
            *column = i;
            return GML_OK;
        }
        gml_text_compare(&nearest, named->name, named->length, made->names[i]);
    }
    return gml_fail(context_of(of), GML_ERROR_NAME, "preparation: there is no column \"%.60s\"%s%.60s%s", named->name,
                    nearest.name != NULL ? "; did you mean \"" : "", nearest.name != NULL ? nearest.name : "",
                    nearest.name != NULL ? "\"?" : "");
}

/* ---- chains ---- */

/* The place where a transform ends: at the next arrow, semicolon or the end. Arguments hold neither. */
static size_t end_of_transform(const reading *of)
{
    size_t end = of->at;
    while (end < of->end && of->text[end] != ';' &&
           !(of->text[end] == '-' && end + 1 < of->end && of->text[end + 1] == '>')) {
        end++;
    }
    return end;
}

static gml_status read_chain(reading *of, draft *chain)
{
    gml_status status = GML_OK;
    chain->count = 0;
    skip_blanks(of);
    while (status == GML_OK && at_arrow(of)) {
        of->at += 2;
        const size_t end = end_of_transform(of);
        if (chain->count == GML_CHAIN_STEPS) {
            return refuse(of, of->at, "a chain has at most 8 transforms");
        }
        gml_step *step = &chain->steps[chain->count++];
        status = gml_call_parse_part(context_of(of), "preparation", "transform", gml_transform_entry, of->text, of->at,
                                     end, &step->call);
        of->at = end;
    }
    return status;
}

/* Checks that the transforms of a chain fit each other and the kind of its column, and counts lanes. `name` is that of
 * the column or kind. */
static gml_status check_chain(gml_context *context, draft *chain, gml_column_kind kind, const char *name)
{
    size_t lanes = 1;
    bool ended = false;
    for (size_t i = 0; i < chain->count; i++) {
        gml_step *step = &chain->steps[i];
        const gml_transform *row = gml_step_row(step);
        if (ended) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "preparation of \"%.60s\": %s does not take the inputs that %s gives; it must be the last",
                            name, row->entry.name, gml_step_row(step - 1)->entry.name);
        }
        if ((row->kinds & 1u << kind) == 0) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "preparation of \"%.60s\": %s does not take %s", name,
                            row->entry.name,
                            kind == GML_COLUMN_NUMBER     ? "numbers"
                            : kind == GML_COLUMN_CATEGORY ? "categories; one_hot or ordinal make them "
                                                            "numbers"
                                                          : "dates");
        }
        step->lanes = lanes;
        lanes *= row->spread;
        ended = row->last;
        kind = row->keeps_kind ? kind : GML_COLUMN_NUMBER;
    }
    return kind != GML_COLUMN_CATEGORY
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT,
                          "preparation of \"%.60s\": a category needs one_hot or ordinal, or code for a layer of "
                          "embeddings",
                          name);
}

/* Gives a column a chain. Pointers to steps are set when all chains are there, because the pile moves. */
static gml_status give(reading *of, size_t column, const draft *chain)
{
    gml_preparation *made = of->made;
    made->chains[column].step_count = chain->count;
    of->first[column] = made->steps.size / sizeof *chain->steps;
    return gml_pile_push(made->context, &made->steps, chain->steps, chain->count * sizeof *chain->steps,
                         "the transforms of columns");
}

/* ---- rules ---- */

static gml_status take_kind(reading *of, size_t kind, const subject *named)
{
    if (of->has_kind[kind] && !of->defaults) {
        return refuse(of, named->at, "this kind has a rule already");
    }
    draft chain;
    gml_status status = read_chain(of, &chain);
    if (status == GML_OK && !of->has_kind[kind]) {
        of->kind[kind] = chain;
        of->has_kind[kind] = true;
        status = check_chain(context_of(of), &of->kind[kind], (gml_column_kind)kind, named->name);
    }
    return status;
}

static gml_status take_column(reading *of, const subject *named)
{
    size_t column = 0;
    gml_status status = find_column(of, named, &column);
    if (status == GML_OK && of->first[column] != NO_RULE) {
        status = refuse(of, named->at, "this column has a rule already");
    }
    draft chain;
    if (status == GML_OK) {
        status = read_chain(of, &chain);
    }
    if (status == GML_OK) {
        status = check_chain(context_of(of), &chain, of->made->kinds[column].kind, named->name);
    }
    return status == GML_OK ? give(of, column, &chain) : status;
}

static gml_status read_rule(reading *of)
{
    subject named;
    gml_status status = read_subject(of, &named);
    if (status == GML_OK) {
        const size_t kind = kind_of(&named);
        status = kind < KINDS ? take_kind(of, kind, &named) : take_column(of, &named);
    }
    gml_release(context_of(of), named.name, named.room, 1);
    skip_blanks(of);
    if (status == GML_OK && of->at < of->end && of->text[of->at] != ';') {
        status = refuse(of, of->at, "an arrow, a semicolon or the end is expected here");
    }
    of->at++;
    return status;
}

static gml_status read_rules(reading *of, const char *text)
{
    of->text = text;
    of->at = 0;
    of->end = strlen(text);
    gml_status status = GML_OK;
    for (skip_blanks(of); status == GML_OK && of->at < of->end; skip_blanks(of)) {
        status = read_rule(of);
    }
    return status;
}

/* ---- the canonical form ---- */

static gml_status put(gml_preparation *made, const char *text)
{
    return gml_pile_push(made->context, &made->description, text, strlen(text), "the description of a preparation");
}

static gml_status put_name(gml_preparation *made, size_t column)
{
    char number[32];
    snprintf(number, sizeof number, "%zu", column + 1);
    const char *name = made->names != NULL ? made->names[column] : number;
    bool plain = name[0] != '\0';
    for (size_t i = 0; name[i] != '\0'; i++) {
        plain = plain && is_plain(name[i]) && !(name[i] == '-' && name[i + 1] == '>');
    }
    for (size_t i = 0; i < KINDS; i++) {
        plain = plain && strcmp(name, kind_words[i]) != 0;
    }
    gml_status status = plain ? put(made, name) : put(made, "'");
    for (size_t i = 0; !plain && status == GML_OK && name[i] != '\0'; i++) {
        status = gml_pile_push(made->context, &made->description, name[i] == '\'' ? "''" : &name[i],
                               name[i] == '\'' ? 2 : 1, "the description of a preparation");
    }
    return status == GML_OK && !plain ? put(made, "'") : status;
}

static gml_status put_chain(gml_preparation *made, const gml_step *steps, size_t count)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        char call[GML_CALL_SIZE];
        gml_call_print(&steps[i].call, call);
        status = put(made, " -> ");
        status = status == GML_OK ? put(made, call) : status;
    }
    return status;
}

static gml_status describe(const reading *of)
{
    gml_preparation *made = of->made;
    gml_status status = GML_OK;
    for (size_t kind = 0; status == GML_OK && kind < KINDS; kind++) {
        size_t first = 0;
        while (first < made->columns && ((size_t)made->kinds[first].kind != kind || of->first[first] != NO_RULE)) {
            first++;
        }
        if (first < made->columns) {
            status = made->description.size > 0 ? put(made, "; ") : GML_OK;
            status = status == GML_OK ? put(made, kind_words[kind]) : status;
            status = status == GML_OK ? put_chain(made, of->kind[kind].steps, of->kind[kind].count) : status;
        }
    }
    for (size_t i = 0; status == GML_OK && i < made->columns; i++) {
        if (of->first[i] != NO_RULE) {
            status = made->description.size > 0 ? put(made, "; ") : GML_OK;
            status = status == GML_OK ? put_name(made, i) : status;
            status = status == GML_OK ? put_chain(made, (const gml_step *)made->steps.data + of->first[i],
                                                  made->chains[i].step_count)
                                      : status;
        }
    }
    return status == GML_OK
               ? gml_pile_push(made->context, &made->description, "", 1, "the description of a preparation")
               : status;
}

/* Gives columns without a rule the chain of their kind, and all chains their steps. */
static gml_status finish(reading *of)
{
    gml_preparation *made = of->made;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < made->columns; i++) {
        status = of->first[i] == NO_RULE ? give(of, i, &of->kind[made->kinds[i].kind]) : GML_OK;
    }
    for (size_t i = 0; status == GML_OK && i < made->columns; i++) {
        made->chains[i].steps = (gml_step *)made->steps.data + of->first[i];
    }
    return status;
}

gml_status gml_preparation_read(gml_preparation *made, const char *description)
{
    reading of = {.made = made};
    of.first = gml_allocate(made->context, made->columns, sizeof *of.first, "the rules of columns");
    if (of.first == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(of.first, 0xff, made->columns * sizeof *of.first);
    gml_status status = description != NULL ? read_rules(&of, description) : GML_OK;
    if (status == GML_OK) {
        of.defaults = true;
        status = read_rules(&of, default_rules);
    }
    if (status == GML_OK) {
        status = describe(&of);
    }
    if (status == GML_OK) {
        status = finish(&of);
    }
    gml_release(made->context, of.first, made->columns, sizeof *of.first);
    return status;
}
