/* cli/input/picture.c - inputs that are the pixels of a picture. */
#include "cli/input/picture.h"

#include <math.h>
#include <stdlib.h>

#include "cli/shell/exit.h"

void read_picture_shape(const flag *row, const char *text, void *field)
{
    char *end = NULL;
    picture_shape shape = {strtoul(text, &end, 10), 0};
    if (text[0] >= '1' && text[0] <= '9' && *end == 'x' && end[1] >= '1' && end[1] <= '9') {
        shape.width = strtoul(end + 1, &end, 10);
    }
    if (shape.width == 0 || *end != '\0' || shape.height > UINT32_MAX || shape.width > UINT32_MAX) {
        refuse_value(row, "height and width are needed, as in 28x28, not `%s'", text);
    }
    *(picture_shape *)field = shape;
}

/* Returns the number of pixels: both the columns of the data and the inputs of the first layer; 0: they differ. */
static size_t pixels_of(const gml_network *network)
{
    const size_t columns = gml_network_columns(network);
    return columns == gml_network_inputs(network) ? columns : 0;
}

picture_shape picture_shape_of(const gml_network *network, const gml_dataset *data, picture_shape given)
{
    enum { LEAST_SIDE = 4 };
    const size_t pixels = pixels_of(network), side = (size_t)sqrt((double)pixels);
    const char *name = data != NULL ? gml_dataset_feature_name(data, 0) : gml_network_feature_name(network, 0);
    if (given.height > 0 || side < LEAST_SIDE || side * side != pixels || name != NULL) {
        return given;
    }
    return (picture_shape){side, side};
}

int picture_shape_check(const gml_network *network, picture_shape given)
{
    const size_t pixels = pixels_of(network);
    if (given.height == 0 || given.height * given.width == pixels) {
        return 0;
    }
    return pixels == 0
               ? complain(EXIT_USAGE, "--shape: the model makes %zu inputs of %zu columns, so these are no pictures",
                          gml_network_inputs(network), gml_network_columns(network))
               : complain(EXIT_USAGE, "--shape: %zux%zu has %zu inputs, and the model has %zu", given.height,
                          given.width, given.height * given.width, pixels);
}
