/* base/call.h - calls such as "leaky_relu(slope=0.2)": a row of a table, by name, with its arguments.
 *
 * One mechanism for all tables. The message about an unknown name or argument suggests the most similar one and lists
 * all. */
#ifndef GML_BASE_CALL_H
#define GML_BASE_CALL_H

#include <float.h>
#include <stdbool.h>

#include "base/context.h"
#include "base/text.h"
#include "gemmule/entry.h"

/* Ranges include both ends; an open end is given by the next representable number. */
#define GML_ABOVE_0 DBL_MIN
#define GML_BELOW_1 (1 - DBL_EPSILON / 2)

/* A table: returns row `index`, null past the last. */
typedef const gml_entry *(*gml_entries)(size_t index);

typedef struct gml_call {
    size_t row; /* index in the table; custom rows follow the table's last */
    const gml_entry *entry;
    double values[GML_MAX_PARAMETERS]; /* one per parameter of the entry; a word's index */
} gml_call;

enum { GML_CALL_SIZE = 256 }; /* bytes for any call as text, with the terminating null */

/* Parses a call from `length` characters at `text`; spaces around its parts are allowed. `what` names the kind of row
 * in messages: "activation". Errors: name (no such row or argument), argument (not a number, out of range, malformed;
 * the message gives the character, counted from 1). */
gml_status gml_call_parse(gml_context *context, const char *what, gml_entries table, const char *text, size_t length,
                          gml_call *call);

/* The same for characters begin .. end - 1 of a longer text. Messages count characters from the start of that text, and
 * begin with `where` if it is not null. */
gml_status gml_call_parse_part(gml_context *context, const char *where, const char *what, gml_entries table,
                               const char *text, size_t begin, size_t end, gml_call *call);

/* The two parts of parsing a call, for calls in another syntax. gml_call_find finds a row by name, in the table or
 * among the custom rows (base/registry.h), and sets default arguments; gml_call_set sets one argument. `where` begins
 * the message: "layer 2, activation". */
gml_status gml_call_find(gml_context *context, const char *where, const char *what, gml_entries table, const char *name,
                         size_t length, gml_call *call);
gml_status gml_call_set(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                        double value);

/* Sets an argument to a word of `word_length` characters. */
gml_status gml_call_set_word(gml_context *context, const char *where, gml_call *call, const char *name, size_t length,
                             const char *word, size_t word_length);

/* Returns the index of a row's parameter by name; parameter_count if there is none. */
size_t gml_call_parameter(const gml_entry *entry, const char *name, size_t length);

/* Returns the text of argument `index` with this value, as in a call: a word of the row, or `number`, which it fills.
 */
const char *gml_call_value_text(const gml_parameter *parameter, double value, char number[GML_NUMBER_SIZE]);

/* Prints a call in canonical form, with only the arguments that differ from the defaults; numbers are exact. */
void gml_call_print(const gml_call *call, char text[GML_CALL_SIZE]);

/* Finds the row with exactly this name, with default arguments; returns false if there is none. */
bool gml_call_default(gml_entries table, const char *name, gml_call *call);

/* Returns the row of a call: a row of any table begins with its entry. */
static inline const void *gml_call_row(const gml_call *call)
{
    return call->entry;
}

/* Returns the value of the argument with this name; `otherwise` if the row has no such argument. */
double gml_call_value(const gml_call *call, const char *name, double otherwise);

/* The words "no" and "yes", for a parameter that is a switch. */
const char *gml_no_or_yes(size_t index);

/* True if two calls of one table have the same row and arguments. */
bool gml_call_equal(const gml_call *a, const gml_call *b);

#endif
