/* gemmule/activation.h - activation functions and their derivatives on arrays. */
#ifndef GEMMULE_ACTIVATION_H
#define GEMMULE_ACTIVATION_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of activations, row by row; null past the last. */
GML_API const gml_entry *gml_activation_entry(size_t index);

/* y = f(x), entry by entry (row by row for softmax), and the derivative where one is wanted.
 *
 * activation  a call such as "tanh" or "leaky_relu(slope=0.1)"
 * x           [rows x cols], f32 or f64, read
 * y           [rows x cols], the dtype of x, written; may be x itself
 * derivative  gml_matrix_none(), or [rows x cols] of the dtype of x, written: f'(x). It may be x itself if y is not.
 *             For softmax, whose derivative is a matrix for each row, it is the diagonal y (1 - y). For step it is the
 *             straight-through estimator 1[|x| <= 1] that training uses.
 *
 * One thread. Allocates nothing unless it fails. Errors: name, argument, shape. */
GML_API gml_status gml_activation_apply(gml_context *context, const char *activation, gml_matrix x, gml_matrix y,
                                        gml_matrix derivative);

#ifdef __cplusplus
}
#endif
#endif
