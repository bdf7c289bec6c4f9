/* base/saved.h - the list of the variables that make up a state. Every room lists its own; one list serves both saving
 * and loading, so that a variable that is saved is also loaded.
 *
 * Arrays become tensors of a checkpoint, in the order of the list. The other variables become one JSON object. */
#ifndef GML_BASE_SAVED_H
#define GML_BASE_SAVED_H

#include <jansson.h>
#include <stdbool.h>

#include "base/context.h"

enum { GML_SAVED_VALUES = 64, GML_SAVED_ARRAYS = 32, GML_SAVED_NAME = 40 };

typedef enum gml_saved_kind { GML_SAVED_COUNT, GML_SAVED_NUMBER, GML_SAVED_FLAG } gml_saved_kind;

typedef struct gml_saved_value {
    char name[GML_SAVED_NAME];
    gml_saved_kind kind;
    void *place; /* of a size_t, a double or a bool */
    size_t most; /* of a count */
} gml_saved_value;

typedef struct gml_saved_array {
    char name[GML_SAVED_NAME];
    gml_dtype dtype;
    size_t count;  /* of numbers */
    void *numbers; /* null in a list that only describes a file */
} gml_saved_array;

/* Zero-initialised: empty. */
typedef struct gml_saved {
    gml_saved_value values[GML_SAVED_VALUES];
    gml_saved_array arrays[GML_SAVED_ARRAYS];
    size_t value_count, array_count;
    const char *prefix; /* of the names of variables that are added; null: none */
    bool full;          /* a variable did not fit: the state can neither be saved nor loaded */
} gml_saved;

/* Add a variable. A file with a count above `most` is refused. */
void gml_saved_count(gml_saved *saved, const char *name, size_t *count, size_t most);
void gml_saved_number(gml_saved *saved, const char *name, double *number);
void gml_saved_flag(gml_saved *saved, const char *name, bool *flag);

/* Adds an array of `count` numbers; nothing if `numbers` is null or `count` is 0. */
void gml_saved_array_of(gml_saved *saved, const char *name, gml_dtype dtype, size_t count, void *numbers);

/* Returns the values as a JSON object, owned by the caller; null if there is no memory. Numbers are texts, since JSON
 * has no infinity. */
json_t *gml_saved_to_json(const gml_saved *saved);

/* Checks that the object has exactly the values of the list. `where` begins the message. Errors: data. */
gml_status gml_saved_check(gml_context *context, const char *where, json_t *object, const gml_saved *saved);

/* Sets the values from a checked object. */
void gml_saved_from_json(json_t *object, const gml_saved *saved);

#endif
