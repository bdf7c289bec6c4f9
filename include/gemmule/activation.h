/* gemmule/activation.h - activation functions and their derivatives on arrays. */
#ifndef GEMMULE_ACTIVATION_H
#define GEMMULE_ACTIVATION_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of fixed activations; null past the last row. */
GML_API const gml_entry *gml_activation_entry(size_t index);

/* Returns row `index` of the table of trainable activations; null past the last row. Their parameters are learned, one
 * set for each layer or for each unit. */
GML_API const gml_entry *gml_trainable_entry(size_t index);

/* Returns the name of the default initializer for layers with this activation: "he_uniform" for "relu". Null if neither
 * table has the activation. */
GML_API const char *gml_activation_initializer(const char *name);

/* Returns a word for the parameters that a trainable activation learns: "slope" for "prelu". Null for all other
 * activations. */
GML_API const char *gml_activation_learns(const char *name);

/* Computes y = f(x) for each entry (for each row: softmax, log_softmax), and f'(x) if `derivative` is given. A
 * trainable activation has its initial parameters.
 *
 * activation  a call such as "tanh", "leaky_relu(slope=0.1)" or "prelu"
 * x           [rows x cols], f32 or f64, read
 * y           [rows x cols], dtype of x, written; may be x itself
 * derivative  gml_matrix_none(), or [rows x cols], dtype of x, written: f'(x). It may be x itself if y is not.
 *             For softmax and log_softmax it is the diagonal of each row's Jacobian. For step and sign it is the
 *             straight-through estimator 1[|x| <= 1] that training uses.
 *
 * Runs on the calling thread. Allocates nothing unless it fails. Errors: name, argument, shape. */
GML_API gml_status gml_activation_apply(gml_context *context, const char *activation, gml_matrix x, gml_matrix y,
                                        gml_matrix derivative);

#ifdef __cplusplus
}
#endif
#endif
