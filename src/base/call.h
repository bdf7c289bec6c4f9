/* base/call.h - "leaky_relu(slope=0.2)": finding a row of a table by name, with its arguments.
 *
 * One mechanism for all tables. An unknown name or argument gets the nearest ones and the list in the message. */
#ifndef GML_BASE_CALL_H
#define GML_BASE_CALL_H

#include <float.h>
#include <stdbool.h>

#include "base/context.h"
#include "base/text.h"
#include "gemmule/entry.h"

/* Ranges hold both their ends; an open end is the number next to it. */
#define GML_ABOVE_0 DBL_MIN
#define GML_BELOW_1 (1 - DBL_EPSILON / 2)

/* A table: the row at an index, null past the last. */
typedef const gml_entry *(*gml_table)(size_t index);

typedef struct gml_call {
    size_t row; /* index in the table; what the user has registered comes after its last */
    const gml_entry *entry;
    double values[GML_MAX_PARAMETERS]; /* one for each parameter of the entry; of a word its place */
} gml_call;

enum { GML_CALL_SIZE = 256 }; /* room for any call in text, the end included */

/* Reads a call from `length` characters at `text`; spaces around its parts are allowed. `what` says what is looked for:
 * "activation". Errors: name (no such row or argument), argument (not a number, outside its range, bad form; the
 * message names the character, counted from 1). */
gml_status gml_call_parse(gml_context *context, const char *what, gml_table table, const char *text, size_t length,
                          gml_call *call);

/* The same for the characters begin .. end - 1 of a longer text; the message counts from the start of that text, and
 * begins with `where` if that is not null. */
gml_status gml_call_parse_part(gml_context *context, const char *where, const char *what, gml_table table,
                               const char *text, size_t begin, size_t end, gml_call *call);

/* The two steps that reading a call is made of, for calls that are written in another form. `where` begins the message:
 * "layer 2, activation". The first finds a row by name, in the table or of the context's user (base/registry.h), and
 * gives it its default arguments, the second changes one. */
gml_status gml_call_find(gml_context *context, const char *where, const char *what, gml_table table, const char *name,
                         size_t length, gml_call *call);
gml_status gml_call_set(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                        double value);

/* The same for an argument that is a word, of `word_length` characters. */
gml_status gml_call_set_word(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                             const char *word, size_t word_length);

/* The index of a row's parameter by name; parameter_count if there is none. */
size_t gml_call_parameter(const gml_entry *entry, const char *name, size_t length);

/* The word or number that argument `index` of a row has at `value`, as it is written in a call. Returns a word of the
 * row, or `number`. */
const char *gml_call_value_text(const gml_parameter *parameter, double value, char number[GML_NUMBER_SIZE]);

/* Writes a call in canonical form, naming only arguments that differ from the defaults; numbers read back the same. */
void gml_call_print(const gml_call *call, char text[GML_CALL_SIZE]);

/* The row of the table of that exact name with default arguments; false if there is none. */
bool gml_call_default(gml_table table, const char *name, gml_call *call);

/* Do two calls of one table say the same? */
bool gml_call_equal(const gml_call *a, const gml_call *b);

#endif
