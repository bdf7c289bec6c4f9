/* cli/layers.h - reading a network's description layer by layer. */
#ifndef GML_CLI_LAYERS_H
#define GML_CLI_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct layer {
    size_t inputs, units;
    char activation[256]; /* "identity" where the text has none */
    size_t parameters;    /* SIZE_MAX: too many to be counted */
} layer;

/* Walks over a description in the text form of gml_network_create:
 *
 *     for (const char *at = first_layer(text, &row); at != NULL; at = next_layer(at, &row)) ...
 *
 * Each call fills `row` and answers where to go on; null past the last layer, or where the text is not of that form. */
const char *first_layer(const char *description, layer *row);
const char *next_layer(const char *at, layer *row);

/* The activation of the last layer. */
void last_activation(const char *description, char activation[256]);

/* All parameters; SIZE_MAX if there are too many to be counted. 0 for a text of another form. */
size_t count_parameters(const char *description);

#endif
