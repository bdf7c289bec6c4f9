/* data/format/libsvm_line.h - one line of LIBSVM text:
 *
 *     label [qid:number] index:value index:value ... # comment
 *
 * Indexes begin at 1 and ascend. Entries that are not listed are 0. */
#ifndef GML_DATA_LIBSVM_LINE_H
#define GML_DATA_LIBSVM_LINE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gml_libsvm_line {
    const char *at, *end; /* what is left, without the comment */
} gml_libsvm_line;

/* A text between blanks. */
typedef struct gml_libsvm_word {
    const char *text;
    size_t length;
} gml_libsvm_word;

/* Begins a line without its line end; false if it has no words. */
bool gml_libsvm_begin(gml_libsvm_line *line, const char *text, size_t length);

/* Takes the next word; false at the end. */
bool gml_libsvm_take(gml_libsvm_line *line, gml_libsvm_word *word);

/* Splits a word at its first colon; false if it has none. */
bool gml_libsvm_split(gml_libsvm_word word, gml_libsvm_word *before, gml_libsvm_word *after);

static inline bool gml_libsvm_is_qid(gml_libsvm_word name)
{
    return name.length == 3 && name.text[0] == 'q' && name.text[1] == 'i' && name.text[2] == 'd';
}

/* True if the first bytes of a file are lines of LIBSVM text, one with an entry among them. The last line may be cut
 * off, unless `whole`. */
bool gml_libsvm_recognizes(const char *bytes, size_t size, bool whole);

#endif
