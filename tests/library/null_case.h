/* tests/library/null_case.h - cases of null pointers: one for each function that the shared library exports. */
#ifndef GML_TESTS_NULL_CASE_H
#define GML_TESTS_NULL_CASE_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

enum { ROWS = 4, INPUTS = 3, OUTPUTS = 2 };

/* One good object of each kind. */
typedef struct objects {
    gml_context *context;
    gml_network *network;
    gml_dataset *dataset;
    gml_trainer *trainer;
    gml_pass *pass;
    gml_matrix x, y, none, wild; /* wild: has no memory and is of no type */
} objects;

/* A case calls its function with each pointer argument null in turn. */
typedef struct null_case {
    const char *name; /* without the prefix gml_ */
    void (*run)(const objects *o);
} null_case;

/* The cases of one file each; a null name ends them. */
extern const null_case null_cases_texts[], null_cases_data[], null_cases_network[], null_cases_pass[],
    null_cases_training[], null_cases_tune[], null_cases_measure[], null_cases_effects[], null_cases_preparation[],
    null_cases_table[], null_cases_ensemble[];

/* A refusal that no context can hear of. */
void refused(gml_status status);

/* A refusal of the argument `what`, which the context's sentence names beside the function. */
void refused_as(const objects *o, const char *what, gml_status status);

/* A refusal of a view without memory or type; the sentence is about the view. */
void refused_view(const objects *o, gml_status status);

#endif
