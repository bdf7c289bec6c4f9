/* tune/named.c - the settings of a named recipe, without those that are overruled. */
#include <string.h>

#include "tune/space.h"

static bool is_named(const gml_dimension *dimension, const char *name)
{
    return strcmp(dimension->entry.name, name) == 0;
}

/* True if the assignment gives the dimension, or one that excludes it. */
static bool is_given(const gml_dimension *dimension, const gml_space *assignment)
{
    for (size_t i = 0; i < assignment->count; i++) {
        const gml_dimension *other = assignment->items[i].dimension;
        if (other == dimension || gml_dimensions_exclude(other, dimension)) {
            return true;
        }
    }
    return false;
}

/* The rate and the decay of a recipe are those of its optimizer. */
static bool is_overruled(const gml_dimension *dimension, const gml_recipe *recipe, const gml_space *assignment)
{
    const bool of_optimizer = is_named(dimension, "lr") || is_named(dimension, "decay");
    const bool other_optimizer =
        (recipe != NULL && recipe->fit.optimizer != NULL) || gml_space_find(assignment, "optimizer") != NULL;
    if (is_named(dimension, "output") && gml_space_find(assignment, "layers") != NULL) {
        return true; /* it goes with the recipe's layers */
    }
    return is_given(dimension, assignment) || (of_optimizer && other_optimizer) ||
           (recipe != NULL && gml_dimension_is_set(dimension, recipe));
}

gml_status gml_recipe_settings(gml_context *context, const gml_recipe *recipe, const gml_space *assignment,
                               const gml_data_facts *facts, gml_space *named)
{
    const gml_space_item *item = gml_space_find(assignment, "recipe");
    gml_call call;
    named->count = 0;
    if (item == NULL || item->choice_count != 1) {
        return GML_OK; /* several values are refused elsewhere */
    }
    const gml_part part = item->choices[0];
    gml_status status = gml_call_parse(context, "recipe", gml_recipe_entry, assignment->text + part.begin,
                                       part.end - part.begin, &call);
    if (status != GML_OK) {
        return status;
    }
    const gml_recipe_row *row = gml_call_row(&call);
    if (row->method != NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "recipe: \"%s\" is a choice among recipes, which gml_find_recipe makes; one recipe is expected",
                        row->entry.name);
    }
    status = gml_space_parse(context, row->entry.name, row->entry.formula, facts, named);
    size_t kept = 0;
    for (size_t i = 0; status == GML_OK && i < named->count; i++) {
        if (!is_overruled(named->items[i].dimension, recipe, assignment)) {
            named->items[kept++] = named->items[i];
        }
    }
    named->count = kept;
    return status;
}
