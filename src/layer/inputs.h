/* layer/inputs.h - what layers on inputs share: some adjacent inputs become more outputs, the others are passed on. */
#ifndef GML_LAYER_INPUTS_H
#define GML_LAYER_INPUTS_H

#include "layer/layer.h"

/* Sets the outputs of a layer that gives `size` for each of `taken` inputs. Returns null, or what is wrong. */
const char *gml_inputs_settle(gml_layer_spec *spec, double taken, double size);

/* Returns null if all arguments are whole but that at `fraction`; else what is wrong. */
const char *gml_inputs_whole(const gml_layer_spec *spec, size_t fraction);

/* Copies `count` columns, forward from x to y, and backward from d/dy to dx. */
void gml_inputs_pass(const gml_layer_call *call, size_t x_col, size_t y_col, size_t count);
void gml_inputs_pass_back(const gml_layer_call *call, size_t x_col, size_t y_col, size_t count);

/* Sets columns of dx to 0. */
void gml_inputs_clear_back(const gml_layer_call *call, size_t x_col, size_t count);

/* Entry `first` of a matrix or null, and the place of a vector's gradient or null. */
void *gml_inputs_at(const gml_layer_call *call, const void *matrix, size_t first);
void *gml_inputs_sum(const gml_layer_call *call, size_t vector);

/* Draw a vector from its own stream. */
void gml_inputs_draw_uniform(const gml_layer *layer, gml_stream stream, size_t vector, double bound);
void gml_inputs_draw_normal(const gml_layer *layer, gml_stream stream, size_t vector, double deviation, double bound);

#endif
