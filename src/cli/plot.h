/* cli/plot.h - pictures of activations as SVG. */
#ifndef GML_CLI_PLOT_H
#define GML_CLI_PLOT_H

#include <stdio.h>

#include "gemmule/gemmule.h"

/* Writes a picture of an activation and its derivative. Of a row-coupled one it is the first of three outputs while the
 * two other inputs are 0. */
gml_status write_plot(gml_context *context, const gml_entry *entry, FILE *stream);

/* Writes a picture of what layer `index` of a network has learned, over the activation it started as: the function and
 * its derivative; or, where `units` units have learned one each, the functions of some of them. */
gml_status write_learned_plot(const gml_network *network, size_t index, size_t units, FILE *stream);

#endif
