/* gemmule/activation.h - activation functions and their derivatives on arrays. */
#ifndef GEMMULE_ACTIVATION_H
#define GEMMULE_ACTIVATION_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of fixed activations, row by row; null past the last. */
GML_API const gml_entry *gml_activation_entry(size_t index);

/* The table of trainable activations, which learn numbers for the layer or for each unit. */
GML_API const gml_entry *gml_trainable_entry(size_t index);

/* The initializer that layers with an activation start from unless told otherwise, by its name: "he_uniform" for
 * "relu". Null where neither table has such a row. */
GML_API const char *gml_activation_initializer(const char *name);

/* What a trainable activation learns, for people: "slope" for "prelu". Null for all others. */
GML_API const char *gml_activation_learns(const char *name);

/* y = f(x), entry by entry (row by row for softmax), and the derivative where one is wanted. Trainable activations are
 * taken as what they start from.
 *
 * activation  a call such as "tanh", "leaky_relu(slope=0.1)" or "prelu"
 * x           [rows x cols], f32 or f64, read
 * y           [rows x cols], the dtype of x, written; may be x itself
 * derivative  gml_matrix_none(), or [rows x cols] of the dtype of x, written: f'(x). It may be x itself if y is not.
 *             For softmax and log_softmax, whose derivative is a matrix for each row, it is the diagonal. For step and
 *             sign it is the straight-through estimator 1[|x| <= 1] that training uses.
 *
 * One thread. Allocates nothing unless it fails. Errors: name, argument, shape. */
GML_API gml_status gml_activation_apply(gml_context *context, const char *activation, gml_matrix x, gml_matrix y,
                                        gml_matrix derivative);

#ifdef __cplusplus
}
#endif
#endif
