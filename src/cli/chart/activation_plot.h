/* cli/chart/activation_plot.h - pictures of activations as SVG. */
#ifndef GML_CLI_ACTIVATION_PLOT_H
#define GML_CLI_ACTIVATION_PLOT_H

#include "gemmule/gemmule.h"

/* Points at which activations are computed, from -5 to 5. */
enum { ACTIVATION_POINTS = 201 };

/* The argument at point `i`. */
double activation_argument(size_t i);

/* Computes the activation of layer `layer` and its derivative at these points; `unit` as in
 * gml_network_apply_activation. Errors: those of gml_network_apply_activation. */
gml_status sample_activation(const gml_network *network, size_t layer, size_t unit, double value[ACTIVATION_POINTS],
                             double slope[ACTIVATION_POINTS]);

/* Draws an activation and its derivative as FOLDER/NAME.svg. For an activation that couples the entries of a row, draws
 * the first of three outputs, with the two other inputs 0. On failure prints a message and leaves no file. Returns the
 * exit code. */
int draw_activation(gml_context *context, const gml_entry *entry, const char *folder);

/* Draws the trained activation of layer `index`, and its initial one, as FOLDER/layer-N-NAME.svg, N = index + 1: the
 * function and its derivative; or, if each of `units` units has its own, the functions of some of them. Fails if that
 * file is `model`. Errors as above. */
int draw_layer(const gml_network *network, size_t index, size_t units, const char *model, const char *folder);

#endif
