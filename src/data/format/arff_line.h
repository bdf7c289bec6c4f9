/* data/format/arff_line.h - the words of a line of ARFF.
 *
 * Words are separated by blanks, a comma, or both; nothing between two commas is an empty word. A word in single or
 * double quotes may hold anything, with \ before a quote; \n, \t and \r are line end, tab and carriage return. Braces
 * are words of their own. A % where a word could begin makes the rest of the line a comment. */
#ifndef GML_DATA_ARFF_LINE_H
#define GML_DATA_ARFF_LINE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum gml_arff_token {
    GML_ARFF_END = 0, /* of the line */
    GML_ARFF_WORD,
    GML_ARFF_QUOTED,     /* a word in quotes */
    GML_ARFF_OPEN,       /* { */
    GML_ARFF_CLOSE,      /* } */
    GML_ARFF_OPEN_QUOTE, /* fault: the line ends within quotes */
    GML_ARFF_STRAY_QUOTE /* fault: a quote inside a word, or text after a closing quote */
} gml_arff_token;

typedef struct gml_arff_line {
    char *at, *end;
    bool owed; /* a comma was taken, and a word must follow */
} gml_arff_line;

/* A word without its quotes. */
typedef struct gml_arff_word {
    gml_arff_token token;
    const char *text;
    size_t length;
} gml_arff_word;

/* Begins a line; false if it has no words. */
bool gml_arff_begin(gml_arff_line *line, char *text, size_t length);

/* Takes the next word and the comma after it. Writes over the text where a word in quotes has a backslash. */
gml_arff_token gml_arff_take(gml_arff_line *line, gml_arff_word *word);

/* True for the word `keyword`, which is in lower case, in any case. */
bool gml_arff_is(const gml_arff_word *word, const char *keyword);

/* True if the first bytes of a file are comments, or comments and the beginning of a header. `ambiguous`: comments
 * alone. */
bool gml_arff_recognizes(const char *bytes, size_t size, bool *ambiguous);

#endif
