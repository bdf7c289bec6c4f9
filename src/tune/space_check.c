/* tune/space_check.c - which dimensions go together, and the default space for a recipe. */
#include <stdio.h>
#include <string.h>

#include "optimizer/optimizer.h"
#include "tune/space.h"

/* True of the dimensions that describe layers as texts. */
static bool is_described(const char *name)
{
    return strcmp(name, "layers") == 0 || strcmp(name, "output") == 0;
}

bool gml_dimensions_exclude(const gml_dimension *a, const gml_dimension *b)
{
    static const char *const pairs[][2] = {{"hidden", "width"}, {"hidden", "depth"}, {"epochs", "length"}};
    const char *first = a->entry.name, *second = b->entry.name;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if ((strcmp(first, pairs[i][0]) == 0 && strcmp(second, pairs[i][1]) == 0) ||
            (strcmp(first, pairs[i][1]) == 0 && strcmp(second, pairs[i][0]) == 0)) {
            return true;
        }
    }
    const bool described = is_described(first) || is_described(second);
    return described && a->network && b->network && !(is_described(first) && is_described(second));
}

gml_status gml_space_check(gml_context *context, const char *what, const gml_space *space, const gml_recipe *recipe)
{
    for (size_t i = 1; i < space->count; i++) {
        for (size_t j = 0; j < i; j++) {
            const gml_dimension *a = space->items[j].dimension, *b = space->items[i].dimension;
            if (gml_dimensions_exclude(a, b)) {
                return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s and %s do not go together", what, a->entry.name,
                                b->entry.name);
            }
        }
    }
    for (size_t i = 0; recipe != NULL && i < space->count; i++) {
        const gml_dimension *dimension = space->items[i].dimension;
        if (dimension->network && gml_dimension_is_set(dimension, recipe)) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "%s: %s cannot vary, because the recipe gives the layers: %.120s", what,
                            dimension->entry.name, recipe->network != NULL ? recipe->network : recipe->hidden);
        }
    }
    return GML_OK;
}

/* Full-batch optimizers have neither batches nor rates, and refuse layers with noise. */
static bool suits(const gml_dimension *dimension, bool full_batch)
{
    static const char *const names[] = {"lr", "batch", "dropout", "schedule"};
    for (size_t i = 0; full_batch && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(dimension->entry.name, names[i]) == 0) {
            return false;
        }
    }
    return true;
}

void gml_space_default(gml_context *context, const gml_recipe *recipe, char *text, size_t size)
{
    size_t used = 0;
    gml_call call = {.entry = NULL};
    const char *optimizer = recipe->fit.optimizer;
    const bool known = optimizer != NULL && gml_call_parse(context, "optimizer", gml_optimizer_entry, optimizer,
                                                           strlen(optimizer), &call) == GML_OK;
    const bool full_batch = known && ((const gml_optimizer_row *)gml_call_row(&call))->full_batch;
    text[0] = '\0';
    for (size_t i = 0; gml_dimension_at(i) != NULL; i++) {
        const gml_dimension *dimension = gml_dimension_at(i);
        const char *values = dimension->initial;
        if (values != NULL && !gml_dimension_is_set(dimension, recipe) && suits(dimension, full_batch)) {
            const int length =
                snprintf(text + used, size - used, "%s%s=%s", used > 0 ? "; " : "", dimension->entry.name, values);
            used += length > 0 && (size_t)length < size - used ? (size_t)length : 0;
        }
    }
}
