/* tune/space_reader.h - reads the text of a space, part by part. */
#ifndef GML_TUNE_SPACE_READER_H
#define GML_TUNE_SPACE_READER_H

#include "tune/space.h"

#define GML_BLANKS " \t\r\n"

enum { GML_SPACE_SHOWN = 60 }; /* the most characters of a wrong text in a message */

typedef struct gml_space_reader {
    gml_context *context;
    const char *what;
    const char *text;
    size_t at, end; /* end: of the text or of the part that is being read */
    char where[96]; /* for messages */
} gml_space_reader;

/* Returns "space, character 8" for the character at `at`, counted from 0; valid until the next call. */
const char *gml_space_place(gml_space_reader *in, size_t at);

/* Fails with what was expected at `at` and what was found there. Returns argument. */
gml_status gml_space_expected(gml_space_reader *in, size_t at, const char *expected);

/* Moves to the next character that is no blank. */
void gml_space_skip_blanks(gml_space_reader *in);

/* Returns the part from `begin` to `end` without the blanks around it. */
gml_part gml_space_trim(const gml_space_reader *in, size_t begin, size_t end);

/* Returns where the part that begins at `begin` ends: at `stop` outside of parentheses and braces, or at the end. */
size_t gml_space_part_end(const gml_space_reader *in, size_t begin, char stop);

/* Reads the conditions in brackets at the reader's place, if there are any, and moves past them. `holds`: written: they
 * hold. Errors: argument, name. */
gml_status gml_space_read_condition(gml_space_reader *in, const gml_data_facts *facts, bool *given, bool *holds);

#endif
