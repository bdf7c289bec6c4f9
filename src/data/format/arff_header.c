/* data/format/arff_header.c - reading the declarations of an ARFF. */
#include "data/format/arff_header.h"

#include <stdio.h>

#include "base/utf8.h"
#include "data/format/arff_date.h"
#include "data/target/class_name.h"

enum { MOST_ATTRIBUTES = 1 << 20 }; /* as many columns as a CSV may have */

/* ---- errors ---- */

gml_status gml_arff_refuse(const gml_arff_header *header, const gml_lines *lines, const gml_arff_word *word,
                           const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE] = "";
    if (word != NULL) {
        gml_excerpt(word->text, word->length, excerpt);
    }
    return gml_fail(header->context, GML_ERROR_DATA, "%s: line %zu: %s%s%s", header->path, lines->number, excerpt,
                    word != NULL ? " " : "", complaint);
}

const char *gml_arff_fault(gml_arff_token token)
{
    return token == GML_ARFF_OPEN_QUOTE ? "the line ends within quotes"
                                        : "a quote inside a word, or text after a closing quote; quotes go around the "
                                          "whole word, with \\ before a quote inside";
}

static bool is_text(const gml_arff_word *word)
{
    return word->token == GML_ARFF_WORD || word->token == GML_ARFF_QUOTED;
}

/* Refuses a word where another one is expected. */
static gml_status refuse_word(const gml_arff_header *header, const gml_lines *lines, const gml_arff_word *word,
                              const char *expected)
{
    return word->token >= GML_ARFF_OPEN_QUOTE  ? gml_arff_refuse(header, lines, NULL, gml_arff_fault(word->token))
           : is_text(word) && word->length > 0 ? gml_arff_refuse(header, lines, word, expected)
                                               : gml_arff_refuse(header, lines, NULL, expected);
}

/* ---- types ---- */

/* Adds a value of a nominal attribute. */
static gml_status add_level(const gml_arff_header *header, const gml_lines *lines, const gml_arff_word *word,
                            gml_arff_attribute *to)
{
    char buffer[GML_NUMBER_SIZE];
    double number;
    size_t label = 0, length = word->length;
    const double missing = gml_cell_missing();
    const gml_cell_kind kind = gml_cell_read(word->text, length, &number);
    const char *name = gml_class_key(kind, number, word->text, &length, buffer);
    if (length == 0) {
        return gml_arff_refuse(header, lines, NULL, "an attribute has an empty value");
    }
    if (!gml_utf8_is_name(name, length)) {
        return gml_arff_refuse(header, lines, word, GML_NOT_UTF8);
    }
    const size_t count = to->levels.count;
    if (count == GML_MOST_LEVELS) {
        return gml_arff_refuse(header, lines, NULL, "the attribute has more values than a category may have");
    }
    gml_status status = gml_labels_add(header->context, &to->levels, name, length, &label);
    if (status == GML_OK && label < count) {
        return gml_arff_refuse(header, lines, word, "is declared twice; numbers of equal value are one value");
    }
    return status == GML_OK ? gml_pile_push(header->context, &to->cells, &missing, sizeof missing, "nominal values")
                            : status;
}

static gml_status read_levels(const gml_arff_header *header, const gml_lines *lines, gml_arff_line *line,
                              gml_arff_attribute *to)
{
    gml_arff_word word;
    gml_status status = GML_OK;
    to->type = GML_ARFF_NOMINAL;
    while (status == GML_OK && gml_arff_take(line, &word) != GML_ARFF_CLOSE) {
        status = is_text(&word)
                     ? add_level(header, lines, &word, to)
                     : refuse_word(header, lines, &word, "the values of an attribute end with } on its line");
    }
    return status;
}

static gml_status read_pattern(const gml_arff_header *header, const gml_lines *lines, const gml_arff_word *word,
                               gml_arff_attribute *to)
{
    char letter = 0, complaint[120];
    const bool given = word->length > 0;
    to->type = GML_ARFF_DATE;
    to->pattern = gml_schema_copy_name(header->context, given ? word->text : GML_ARFF_DATE_PATTERN,
                                       given ? word->length : strlen(GML_ARFF_DATE_PATTERN));
    if (to->pattern == NULL) {
        return GML_ERROR_MEMORY;
    }
    if (gml_arff_check_pattern(to->pattern, &letter)) {
        return GML_OK;
    }
    snprintf(complaint, sizeof complaint,
             letter == '\'' ? "is a format of dates in which a quote is not closed"
                            : "is a format of dates with %c, which is not known; y M d H h m s S a E Z X are",
             letter);
    return gml_arff_refuse(header, lines, word, complaint);
}

/* Reads the type, whose first word is `word`. */
static gml_status read_type(const gml_arff_header *header, const gml_lines *lines, gml_arff_line *line,
                            gml_arff_word *word, gml_arff_attribute *to)
{
    if (word->token == GML_ARFF_OPEN) {
        return read_levels(header, lines, line, to);
    }
    if (gml_arff_is(word, "numeric") || gml_arff_is(word, "real") || gml_arff_is(word, "integer")) {
        to->type = GML_ARFF_NUMERIC;
        return GML_OK;
    }
    if (gml_arff_is(word, "string")) {
        to->type = GML_ARFF_STRING;
        return GML_OK;
    }
    if (gml_arff_is(word, "date")) {
        const gml_arff_line before = *line;
        if (gml_arff_take(line, word) == GML_ARFF_OPEN || !is_text(word)) {
            *line = before;
            word->length = 0;
        }
        return read_pattern(header, lines, word, to);
    }
    return refuse_word(header, lines, word,
                       gml_arff_is(word, "relational")
                           ? "attributes hold tables, which cannot be read; write one row for each sample"
                           : "is no type of an attribute: numeric, real, integer, string, date or values in braces");
}

/* ---- lines ---- */

/* The end of a declaration; a weight of the attribute in braces does not count. */
static gml_status end_declaration(const gml_arff_header *header, const gml_lines *lines, gml_arff_line *line)
{
    gml_arff_word word;
    gml_arff_token token = gml_arff_take(line, &word);
    if (token == GML_ARFF_OPEN) {
        const bool weight = gml_arff_take(line, &word) == GML_ARFF_WORD && gml_arff_take(line, &word) == GML_ARFF_CLOSE;
        token = weight ? gml_arff_take(line, &word) : token;
    }
    return token == GML_ARFF_END
               ? GML_OK
               : refuse_word(header, lines, &word, "follows the type of the attribute, where the line should end");
}

static gml_status read_name(gml_arff_header *header, const gml_lines *lines, gml_arff_line *line,
                            gml_arff_attribute *to)
{
    gml_arff_word word;
    gml_arff_take(line, &word);
    size_t label = 0, known = header->names.count;
    if (!is_text(&word) || (word.token == GML_ARFF_WORD && word.length == 0)) {
        return refuse_word(header, lines, &word, "the name of an attribute is missing");
    }
    if (!gml_utf8_is_name(word.text, word.length)) {
        return gml_arff_refuse(header, lines, &word, GML_NOT_UTF8);
    }
    gml_status status = gml_labels_add(header->context, &header->names, word.text, word.length, &label);
    if (status == GML_OK && label < known) {
        return gml_arff_refuse(header, lines, &word, "is the name of two attributes; names must differ");
    }
    to->name = gml_schema_copy_name(header->context, word.text, word.length);
    return status == GML_OK && to->name == NULL ? GML_ERROR_MEMORY : status;
}

static gml_status read_attribute(gml_arff_header *header, const gml_lines *lines, gml_arff_line *line)
{
    gml_arff_word word;
    const gml_arff_attribute empty = {0};
    const size_t index = gml_arff_count(header);
    if (index == MOST_ATTRIBUTES) {
        return gml_arff_refuse(header, lines, NULL, "there are more attributes than a table may have columns");
    }
    gml_status status = gml_pile_push(header->context, &header->attributes, &empty, sizeof empty, "the attributes");
    if (status != GML_OK) {
        return status;
    }
    gml_arff_attribute *to = gml_arff_attribute_at(header, index);
    status = read_name(header, lines, line, to);
    if (status == GML_OK) {
        gml_arff_take(line, &word);
        status = read_type(header, lines, line, &word, to);
    }
    return status == GML_OK ? end_declaration(header, lines, line) : status;
}

gml_status gml_arff_read_header(gml_lines *lines, gml_arff_header *header)
{
    gml_status status = GML_OK;
    while (status == GML_OK) {
        char *text = NULL;
        size_t length = 0;
        gml_arff_line line;
        gml_arff_word word;
        status = gml_lines_next(lines, &text, &length);
        if (status != GML_OK || text == NULL) {
            break;
        }
        const size_t mark = lines->number == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
        if (!gml_arff_begin(&line, text + mark, length - mark)) {
            continue;
        }
        gml_arff_take(&line, &word);
        if (gml_arff_is(&word, "@data")) {
            return gml_arff_count(header) > 0
                       ? GML_OK
                       : gml_arff_refuse(header, lines, NULL, "the header ends without an attribute");
        }
        if (gml_arff_is(&word, "@attribute")) {
            status = read_attribute(header, lines, &line);
        } else if (!gml_arff_is(&word, "@relation")) {
            status =
                refuse_word(header, lines, &word, "in the header, where @relation, @attribute or @data is expected");
        }
    }
    return status != GML_OK ? status
                            : gml_fail(header->context, GML_ERROR_DATA, "%s: the file ends before @data", header->path);
}

void gml_arff_header_clear(gml_arff_header *header)
{
    gml_context *context = header->context;
    for (size_t i = 0; i < gml_arff_count(header); i++) {
        gml_arff_attribute *attribute = gml_arff_attribute_at(header, i);
        gml_release_string(context, attribute->name);
        gml_release_string(context, attribute->pattern);
        gml_labels_clear(context, &attribute->levels);
        gml_pile_clear(context, &attribute->cells);
    }
    gml_pile_clear(context, &header->attributes);
    gml_labels_clear(context, &header->names);
}
