/* cli/plot.h - pictures of activations as SVG. */
#ifndef GML_CLI_PLOT_H
#define GML_CLI_PLOT_H

#include "gemmule/gemmule.h"

/* Draws an activation and its derivative as FOLDER/NAME.svg. Of a row-coupled one it is the first of three outputs
 * while the two other inputs are 0. On failure prints why, leaves no file, and returns the exit code; so does the next.
 */
int draw_activation(gml_context *context, const gml_entry *entry, const char *folder);

/* Draws what layer `index` of a network has learned, over the activation it started as, as
 * FOLDER/layer-INDEX-NAME.svg, unless that is the file `model`: the function and its derivative; or, where `units`
 * units have learned one each, the functions of some of them. */
int draw_layer(const gml_network *network, size_t index, size_t units, const char *model, const char *folder);

#endif
