/* tune/space.h - the space of a search: its dimensions, the values that each may have, and assignments of values. */
#ifndef GML_TUNE_SPACE_H
#define GML_TUNE_SPACE_H

#include "base/call.h"
#include "gemmule/search.h"

enum { GML_MOST_DIMENSIONS = 24, GML_MOST_CHOICES = 64, GML_MOST_HIDDEN = 64 };

/* A recipe that values are being put into. */
typedef struct gml_draft {
    gml_context *context;
    gml_assigned_recipe *assigned;
    size_t used; /* bytes of its texts */
    bool hidden; /* the hidden layers are written anew, from: */
    size_t width, depth;
    size_t widths[GML_MOST_HIDDEN]; /* of dimension `hidden` */
    bool listed;                    /* `widths` are given, in place of width and depth */
    const char *activation, *norm;  /* norm: null: none */
    double dropout;
    double decay, length; /* length 0: not given */
} gml_draft;

typedef enum gml_value_kind {
    GML_VALUE_NUMBER,
    GML_VALUE_WHOLE,
    GML_VALUE_CALL,
    GML_VALUE_CALL_OR_NONE, /* a call, or the word none */
    GML_VALUE_LAYERS        /* "64", "256x2-64", "none" */
} gml_value_kind;

/* A value: its text, and its number if it is one. */
typedef struct gml_value {
    const char *text; /* null-terminated; of a call or of layers; null for none */
    double number;
} gml_value;

typedef struct gml_dimension {
    gml_entry entry;
    const char *initial; /* its values in the default space; null: it is not in it */
    gml_value_kind kind;
    double least, most; /* of a number */
    const char *what;   /* kind of row that a call names */
    gml_entries table;  /* of a call */
    bool network;       /* it describes the hidden layers */
    void (*set)(gml_draft *draft, const gml_value *value);
} gml_dimension;

/* Row `index` of the table of dimensions; null past the last. */
const gml_dimension *gml_dimension_at(size_t index);

/* True if the recipe sets what the dimension would: a default space leaves the dimension out. */
bool gml_dimension_is_set(const gml_dimension *dimension, const gml_recipe *recipe);

/* Reads layers such as "256x2-64" into `widths`. Returns their number; SIZE_MAX: malformed, `reason` says why. */
size_t gml_layers_read(const char *text, size_t length, size_t widths[GML_MOST_HIDDEN], const char **reason);

/* Part of a text. */
typedef struct gml_part {
    size_t begin, end;
} gml_part;

/* The values of one dimension. */
typedef struct gml_space_item {
    const gml_dimension *dimension;
    size_t index;             /* of the dimension in the table: the key of its random numbers */
    const gml_entry *numbers; /* distribution of numbers from least to most; null: choices */
    double least, most;
    gml_part choices[GML_MOST_CHOICES];
    size_t choice_count;
} gml_space_item;

typedef struct gml_space {
    const char *text; /* that the parts are of; not owned */
    gml_space_item items[GML_MOST_DIMENSIONS];
    size_t count;
} gml_space;

/* Parses a space. `what` begins messages: "space". Errors: name, argument. */
gml_status gml_space_parse(gml_context *context, const char *what, const char *text, gml_space *space);

/* Refuses dimensions that do not go with each other or with the recipe, which may be null. Errors: argument. */
gml_status gml_space_check(gml_context *context, const char *what, const gml_space *space, const gml_recipe *recipe);

/* Writes the default space for a recipe. */
void gml_space_default(gml_context *context, const gml_recipe *recipe, char *text, size_t size);

/* Returns the dimension's item of a space; null if the space lacks it. */
const gml_space_item *gml_space_find(const gml_space *space, const char *name);

/* ---- assignments ---- */

/* Draws the values of trial `number`. Each depends on seed, number and dimension alone. Errors: argument (a text that
 * is too long). */
gml_status gml_space_draw(gml_context *context, const gml_space *space, uint64_t seed, size_t number,
                          char assignment[GML_ASSIGNMENT_SIZE]);

/* Returns the number of points of a grid with up to `points` values for each range of numbers; SIZE_MAX if there are
 * more. */
size_t gml_space_grid_size(const gml_space *space, size_t points);

/* Writes point `index` of the grid; the last dimension changes fastest. Errors: as gml_space_draw. */
gml_status gml_space_grid_point(gml_context *context, const gml_space *space, size_t points, size_t index,
                                char assignment[GML_ASSIGNMENT_SIZE]);

/* Writes the values of `text`, an assignment, for the dimensions of the space that it has; the others are missing. */
gml_status gml_space_restrict(gml_context *context, const gml_space *space, const char *text,
                              char assignment[GML_ASSIGNMENT_SIZE]);

#endif
