/* cli/input/picture.h - inputs that are the pixels of a picture: the flag --shape. */
#ifndef GML_CLI_PICTURE_H
#define GML_CLI_PICTURE_H

#include "cli/shell/flags.h"

/* A picture's size; height 0: the inputs are no picture. */
typedef struct picture_shape {
    size_t height, width;
} picture_shape;

void read_picture_shape(const flag *row, const char *text, void *field); /* picture_shape: "28x28" */

/* The shape as given. If none is given: square for data without names, as IDX images are; else none. `data` may be
 * null; then the network says whether there are names. */
picture_shape picture_shape_of(const gml_network *network, const gml_dataset *data, picture_shape given);

/* Checks that a shape that was given has as many inputs as the network. Otherwise prints a message. Returns the exit
 * code. */
int picture_shape_check(const gml_network *network, picture_shape given);

#endif
