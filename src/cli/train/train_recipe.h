/* cli/train/train_recipe.h - the recipe of a run, and how it was chosen. */
#ifndef GML_CLI_TRAIN_RECIPE_H
#define GML_CLI_TRAIN_RECIPE_H

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

/* The recipe of a run: that of the flags, with a named one or settings put in. */
typedef struct train_recipe {
    gml_recipe base; /* of the flags; its texts belong to them, except the description of the hidden layers */
    char *hidden;    /* this description, or null */
    gml_assigned_recipe assigned;
    const gml_recipe *used; /* one of the two */
} train_recipe;

enum { MOST_CANDIDATES = 64 };

/* Which recipe a run has, and why. */
typedef struct train_choice {
    char assignment[GML_ASSIGNMENT_SIZE]; /* "": the flags alone */
    bool plain;                           /* the flags alone, by default */
    const char *why;                      /* it is the default: for what; else null */
    bool averages;                        /* the choice gives a mean of networks, by train_fit_choice */
    char reason[512];                     /* for the report; "" if nothing was chosen */
    gml_search_result search;             /* trials 0: nothing was tried */
    gml_trial trials[MOST_CANDIDATES];
    size_t trial_count;
    double seconds;       /* that a choice before the run took */
    double start, next;   /* of the clock; seconds after it at which a line on the terminal is due */
    atomic_flag printing; /* by one thread: `next` is its own */
} train_choice;

/* "recipe=", which begins the assignment of a named recipe. */
extern const char recipe_named[];

/* Print the recipe of a run as a line of the report, if it has one, and as JSON. */
void print_recipe(FILE *stream, const train_choice *choice);
json_t *recipe_json(const train_choice *choice);

/* Prints the context's message about a recipe or settings, and names the flag. Returns the exit code. */
int complain_of_recipe(const gml_context *context, gml_status status);

#endif
