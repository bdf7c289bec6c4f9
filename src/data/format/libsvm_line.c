/* data/format/libsvm_line.c - the words of a line of LIBSVM text. */
#include "data/format/libsvm_line.h"

#include <string.h>

#include "base/text.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

static void skip_blanks(gml_libsvm_line *line)
{
    while (line->at < line->end && is_blank(*line->at)) {
        line->at++;
    }
}

bool gml_libsvm_begin(gml_libsvm_line *line, const char *text, size_t length)
{
    const char *comment = length > 0 ? memchr(text, '#', length) : NULL;
    *line = (gml_libsvm_line){text, comment != NULL ? comment : text + length};
    skip_blanks(line);
    return line->at < line->end;
}

bool gml_libsvm_take(gml_libsvm_line *line, gml_libsvm_word *word)
{
    const char *first = line->at;
    while (line->at < line->end && !is_blank(*line->at)) {
        line->at++;
    }
    *word = (gml_libsvm_word){first, (size_t)(line->at - first)};
    skip_blanks(line);
    return word->length > 0;
}

bool gml_libsvm_split(gml_libsvm_word word, gml_libsvm_word *before, gml_libsvm_word *after)
{
    const char *colon = word.length > 0 ? memchr(word.text, ':', word.length) : NULL;
    if (colon == NULL) {
        return false;
    }
    *before = (gml_libsvm_word){word.text, (size_t)(colon - word.text)};
    *after = (gml_libsvm_word){colon + 1, word.length - before->length - 1};
    return true;
}

/* True if each word after the label is an entry; counts them. */
static bool is_line(const char *text, size_t length, size_t *entries)
{
    gml_libsvm_line line;
    gml_libsvm_word word, name, value;
    if (!gml_libsvm_begin(&line, text, length)) {
        return true;
    }
    gml_libsvm_take(&line, &word);
    if (memchr(word.text, ':', word.length) != NULL) {
        return false;
    }
    size_t index = 0;
    double number = 0;
    while (gml_libsvm_take(&line, &word)) {
        if (!gml_libsvm_split(word, &name, &value) || !gml_text_to_double(value.text, value.length, &number) ||
            !(gml_libsvm_is_qid(name) || gml_text_to_size(name.text, name.length, &index))) {
            return false;
        }
        ++*entries;
    }
    return true;
}

bool gml_libsvm_recognizes(const char *bytes, size_t size, bool whole)
{
    size_t entries = 0;
    if (size == 0 || memchr(bytes, '\0', size) != NULL) {
        return false;
    }
    for (const char *at = bytes, *end = bytes + size; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at)), *stop = newline != NULL ? newline : end;
        if (newline == NULL && !whole) { /* without the last word, which may be cut */
            while (stop > at && !is_blank(stop[-1])) {
                stop--;
            }
        }
        if (!is_line(at, (size_t)(stop - at), &entries)) {
            return false;
        }
        at = newline != NULL ? newline + 1 : end;
    }
    return entries > 0;
}
