/* cli/plot.h - pictures of activations as SVG. */
#ifndef GML_CLI_PLOT_H
#define GML_CLI_PLOT_H

#include <stdio.h>

#include "gemmule/gemmule.h"

/* Writes a picture of an activation and its derivative. Of a row-coupled one it is the first of three outputs while the
 * two other inputs are 0. */
gml_status write_plot(gml_context *context, const gml_entry *entry, FILE *stream);

#endif
