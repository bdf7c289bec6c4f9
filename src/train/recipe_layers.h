/* train/recipe_layers.h - arguments of layers that a recipe leaves to the data. */
#ifndef GML_TRAIN_RECIPE_LAYERS_H
#define GML_TRAIN_RECIPE_LAYERS_H

#include "base/context.h"
#include "gemmule/preparation.h"

/* Writes a description of layers, or of a whole network in text form, with the arguments `numbers`, `columns` and
 * `levels` that are 0 replaced by those of the layout. A layer for which the data has nothing, no number or no code, is
 * left out. The result is hooked memory of *size bytes. Errors: argument, name, memory. */
gml_status gml_recipe_settle_layers(gml_context *context, const char *description, const gml_preparation_layout *layout,
                                    char **text, size_t *size);

#endif
