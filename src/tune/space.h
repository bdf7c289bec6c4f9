/* tune/space.h - the space of a search: its dimensions, the values that each may have, and assignments of values. */
#ifndef GML_TUNE_SPACE_H
#define GML_TUNE_SPACE_H

#include "base/call.h"
#include "gemmule/search.h"

enum { GML_MOST_DIMENSIONS = 32, GML_MOST_CHOICES = 64, GML_MOST_HIDDEN = 64 };

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
    const char *layers; /* of dimension `layers`, in place of all that describes hidden layers; or null */
    double decay, length, rate_factor; /* the last two: 0: not given */
} gml_draft;

typedef enum gml_value_kind {
    GML_VALUE_NUMBER,
    GML_VALUE_WHOLE,
    GML_VALUE_CALL,
    GML_VALUE_CALL_OR_NONE, /* a call, or the word none */
    GML_VALUE_LAYERS,       /* "64", "256x2-64", "none" */
    GML_VALUE_SWITCH,       /* yes or no */
    GML_VALUE_TEXT          /* in braces if it has ";" or, as a choice, "," outside of parentheses */
} gml_value_kind;

/* A value: its text, and its number if it is one. */
typedef struct gml_value {
    const char *text; /* null-terminated; of a call, of layers or a text; null for none */
    double number;    /* of a switch 0 or 1 */
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

/* ---- conditions (condition.c) ---- */

/* What conditions are about. */
typedef struct gml_data_facts {
    gml_task task;
    size_t samples; /* that the recipe is for */
    size_t columns; /* inputs */
    size_t judged;  /* samples that a search judges by; without a search all */
} gml_data_facts;

gml_data_facts gml_data_facts_of(const gml_dataset *dataset);

/* ---- named recipes (recipes.c, named.c) ---- */

typedef struct gml_recipe_row {
    gml_entry entry;    /* formula: its settings, in the grammar of spaces */
    const char *method; /* of a choice among recipes: a call of the table of methods; null: it is one recipe */
    size_t winners;     /* of a choice: the most trials that are averaged */
    size_t folds;       /* of a choice that keeps the networks of folds: how many there are at most; else 0 */
} gml_recipe_row;

/* Row `index` of the table of recipes; null past the last. */
const gml_recipe_row *gml_recipe_row_at(size_t index);

/* Finds a row by its name. `what` begins messages. Errors: name. */
gml_status gml_recipe_find(gml_context *context, const char *what, const char *name, const gml_recipe_row **row);

typedef struct gml_space gml_space;

/* Reads the settings of the recipe that an assignment names into `named`, without those that the assignment or the
 * caller's recipe, which may be null, overrule; `named` is empty if the assignment names none. Errors: name, argument
 * (a choice among recipes). */
gml_status gml_recipe_settings(gml_context *context, const gml_recipe *recipe, const gml_space *assignment,
                               const gml_data_facts *facts, gml_space *named);

/* ---- spaces ---- */

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

struct gml_space {
    const char *text;                              /* that the parts are of; not owned */
    gml_data_facts facts;                          /* that conditions were read with */
    gml_space_item items[GML_MOST_DIMENSIONS + 1]; /* the last: for one whose conditions do not hold */
    size_t count;
};

/* Parses a space. `what` begins messages: "space". All items are checked; the space has those whose conditions hold, of
 * several for a dimension the first. Errors: name, argument. */
gml_status gml_space_parse(gml_context *context, const char *what, const char *text, const gml_data_facts *facts,
                           gml_space *space);

/* True if a space has at most one of two dimensions. */
bool gml_dimensions_exclude(const gml_dimension *a, const gml_dimension *b);

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
