/* tune/anchor.c - recipes that are known to be good: the first trials of a search. */
#include <stdio.h>
#include <string.h>

#include "tune/search.h"

/* Rows of the table of recipes for the default space. The first is the default recipe, the others did best on 16 tables
 * (README.md of this room). */
static const char *const anchors[] = {"plain", "mlp_light", "mlp_strong", "mlp_shallow"};

enum { ANCHORS = sizeof anchors / sizeof anchors[0] };

size_t gml_anchors(const gml_search *search)
{
    const gml_space_item *recipes = search->choice != NULL ? gml_space_find(&search->space, "recipe") : NULL;
    return search->default_space ? ANCHORS : recipes != NULL ? recipes->choice_count : 0;
}

gml_status gml_anchor(const gml_search *search, size_t index, char assignment[GML_ASSIGNMENT_SIZE])
{
    gml_context *context = search->context;
    if (search->default_space) {
        const gml_recipe_row *row = NULL;
        const gml_status status = gml_recipe_find(context, "recipe", anchors[index], &row);
        return status == GML_OK ? gml_space_restrict(context, &search->space, row->entry.formula, assignment) : status;
    }
    const gml_part part = gml_space_find(&search->space, "recipe")->choices[index];
    snprintf(assignment, GML_ASSIGNMENT_SIZE, "recipe=%.*s", (int)(part.end - part.begin),
             search->space.text + part.begin);
    return GML_OK;
}
