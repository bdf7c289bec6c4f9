/* data/format/arff_line.c - taking words from a line of ARFF. */
#include "data/format/arff_line.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

static void skip_blanks(gml_arff_line *line)
{
    while (line->at < line->end && is_blank(*line->at)) {
        line->at++;
    }
}

bool gml_arff_begin(gml_arff_line *line, char *text, size_t length)
{
    *line = (gml_arff_line){.at = text, .end = text + length};
    skip_blanks(line);
    return line->at < line->end && *line->at != '%';
}

static bool ends_word(char c)
{
    return is_blank(c) || c == ',' || c == '{' || c == '}';
}

static gml_arff_token take_plain(gml_arff_line *line, gml_arff_word *word)
{
    word->text = line->at;
    while (line->at < line->end && !ends_word(*line->at)) {
        if (*line->at == '\'' || *line->at == '"') {
            return GML_ARFF_STRAY_QUOTE;
        }
        line->at++;
    }
    word->length = (size_t)(line->at - word->text);
    return GML_ARFF_WORD;
}

static char unescape(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

static gml_arff_token take_quoted(gml_arff_line *line, gml_arff_word *word)
{
    const char quote = *line->at++;
    char *to = line->at;
    word->text = to;
    for (; line->at < line->end && *line->at != quote; line->at++) {
        const bool escaped = *line->at == '\\' && line->at + 1 < line->end;
        line->at += escaped;
        *to++ = escaped ? unescape(*line->at) : *line->at;
    }
    word->length = (size_t)(to - word->text);
    if (line->at == line->end) {
        return GML_ARFF_OPEN_QUOTE;
    }
    line->at++;
    return line->at == line->end || ends_word(*line->at) ? GML_ARFF_QUOTED : GML_ARFF_STRAY_QUOTE;
}

/* Takes what stands at the cursor, which is no blank. */
static gml_arff_token take(gml_arff_line *line, gml_arff_word *word)
{
    const bool over = line->at == line->end || *line->at == '%';
    if (over || *line->at == ',') { /* a comma here follows another comma, or begins the line */
        return over && !line->owed ? GML_ARFF_END : GML_ARFF_WORD;
    }
    switch (*line->at) {
    case '{':
        line->at++;
        return GML_ARFF_OPEN;
    case '}':
        line->at++;
        return GML_ARFF_CLOSE;
    case '\'':
    case '"':
        return take_quoted(line, word);
    default:
        return take_plain(line, word);
    }
}

gml_arff_token gml_arff_take(gml_arff_line *line, gml_arff_word *word)
{
    skip_blanks(line);
    *word = (gml_arff_word){.text = line->at};
    word->token = take(line, word);
    line->owed = false;
    if (word->token != GML_ARFF_OPEN && word->token <= GML_ARFF_CLOSE) {
        skip_blanks(line);
        line->owed = line->at < line->end && *line->at == ',';
        line->at += line->owed;
    }
    return word->token;
}

bool gml_arff_is(const gml_arff_word *word, const char *keyword)
{
    return word->token == GML_ARFF_WORD && word->length == strlen(keyword) &&
           strncasecmp(word->text, keyword, word->length) == 0;
}

bool gml_arff_recognizes(const char *bytes, size_t size, bool *ambiguous)
{
    static const char *const words[] = {"@relation", "@attribute", "@data"};
    const char *at = bytes, *end = bytes + size;
    *ambiguous = false;
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        at += 3;
    }
    while (at < end && (*at == '%' || is_blank(*at))) {
        const char *newline = *at == '%' ? memchr(at, '\n', (size_t)(end - at)) : at;
        *ambiguous = *ambiguous || *at == '%';
        at = newline != NULL ? newline + 1 : end;
    }
    for (size_t i = 0; at < end && i < sizeof words / sizeof *words; i++) {
        const size_t length = strlen(words[i]), left = (size_t)(end - at);
        if (strncasecmp(at, words[i], left < length ? left : length) == 0) {
            *ambiguous = *ambiguous && left < length;
            return left >= length || *ambiguous;
        }
    }
    return at == end && *ambiguous;
}
