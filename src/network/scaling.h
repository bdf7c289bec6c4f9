/* network/scaling.h - a shift and a scale for each column of a network's inputs, outputs or targets. */
#ifndef GML_NETWORK_SCALING_H
#define GML_NETWORK_SCALING_H

#include "base/context.h"

/* Both null: values stay as they are. */
typedef struct gml_scaling {
    double *shift, *scale;
} gml_scaling;

/* Memory for a scaling of `count` columns, not filled. Errors: memory. */
gml_status gml_scaling_create(gml_context *context, size_t count, gml_scaling *scaling);

/* Frees a scaling of `count` columns, which may be empty. */
void gml_scaling_clear(gml_context *context, gml_scaling *scaling, size_t count);

/* Refuses numbers that are not finite: data. Refuses a scale of 0 except for inputs, where it removes the
 * column; targets are divided by the scale of their output. `what` names the columns in the message: "inputs". */
gml_status gml_scaling_check(gml_context *context, const char *what, const gml_scaling *scaling, size_t count,
                             bool is_input);

/* A copy of arrays of the caller's, null standing for 0 and 1; empty if both are null. Errors: data, memory. */
gml_status gml_scaling_copy(gml_context *context, const char *what, const double *shift, const double *scale,
                            size_t count, bool is_input, gml_scaling *copy);

/* The scaling of targets, (t - shift) * scale, for the scaling of outputs, y * scale + shift. Errors: memory. */
gml_status gml_scaling_invert(gml_context *context, const gml_scaling *output, size_t count, gml_scaling *target);

/* Swaps two scalings. */
void gml_scaling_swap(gml_scaling *a, gml_scaling *b);

#endif
