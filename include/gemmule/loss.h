/* gemmule/loss.h - losses and their gradients. */
#ifndef GEMMULE_LOSS_H
#define GEMMULE_LOSS_H

#include "gemmule/context.h"
#include "gemmule/dataset.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of losses; null past the last row. */
GML_API const gml_entry *gml_loss_entry(size_t index);

/* Returns the number of targets per sample for a network with `outputs` outputs: `outputs`, or half of them for a loss
 * with a mean and a variance for each target (gaussian_nll). `loss` is a name or a call; its arguments are ignored.
 * Returns 0 if the library has no such loss or it does not allow this number of outputs. Thread-safe. */
GML_API size_t gml_loss_targets(const char *loss, size_t outputs);

/* Properties of a loss that determine how a network for it ends. */
typedef struct gml_loss_facts {
    gml_task task;                /* kind of the targets; GML_TASK_AUTO: values or classes */
    const char *class_activation; /* activation of the last layer, for class targets; null: none */
    const char *value_activation; /* activation of the last layer, for values; null: none */
    int shared_output;            /* 1: two classes share a single output; 0: one output per class */
    int binary_targets;           /* 1: targets are 0 or 1; 0: targets are as in the entry's `range` */
    int finds_mean; /* 1: with default arguments, the constant with the least loss is the mean of the targets */
} gml_loss_facts;

/* Returns the properties of a loss, given by name or call; arguments are ignored. For a null pointer or a loss that is
 * not the library's: GML_TASK_AUTO, softmax for classes, no activation for values, 0 elsewhere. Thread-safe. */
GML_API gml_loss_facts gml_loss_facts_of(const char *loss);

/* Computes the value of a loss over a batch, and its gradient if `gradient` is given.
 *
 * loss      a call such as "mean_squared_error"
 * outputs   [n x k], f32 or f64, read; for a loss fused with an activation, the input of that activation: logits, or
 *           the logarithm of a mean
 * targets   [n x gml_loss_targets], dtype of outputs, read, each in the entry's `range`; for softmax_cross_entropy and
 *           kl_divergence also [n x 1] class numbers 0 .. k-1
 * value     the mean over the batch; the divisor is in the entry's formula
 * gradient  gml_matrix_none(), or [n x k], dtype of outputs, written: d value / d outputs
 *
 * Runs on the calling thread. Errors: name, argument, shape, data (an invalid class number or target: row, column and
 * value in the message), memory (a custom loss allocates one converted row). */
GML_API gml_status gml_loss_evaluate(gml_context *context, const char *loss, gml_matrix outputs, gml_matrix targets,
                                     double *value, gml_matrix gradient);

#ifdef __cplusplus
}
#endif
#endif
