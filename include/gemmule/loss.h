/* gemmule/loss.h - what training makes small. */
#ifndef GEMMULE_LOSS_H
#define GEMMULE_LOSS_H

#include "gemmule/context.h"
#include "gemmule/dataset.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of losses, row by row; null past the last. */
GML_API const gml_entry *gml_loss_entry(size_t index);

/* How many targets a sample has of which a network gives so many outputs: as many, or half of them under a loss that
 * takes a mean and a variance for each (gaussian_nll). `loss` is a name or a call, whose arguments are not looked at;
 * 0: the library has no such loss, or so many outputs do not fit it. */
GML_API size_t gml_loss_targets(const char *loss, size_t outputs);

/* What a network and its targets are like under a loss. */
typedef struct gml_loss_facts {
    gml_task task;                /* the targets it is made for; GML_TASK_AUTO: values or classes */
    const char *class_activation; /* of the last layer of a network for classes; null: none */
    const char *value_activation; /* of the last layer of a network for values; null: none */
    int shared_output;            /* 1: a single output tells two classes apart; 0: each class has an output */
    int binary_targets;           /* 1: targets are 0 or 1; 0: the entry's `range` says what they are */
    int finds_mean;               /* 1: with default arguments the mean of the targets is the constant of least loss */
} gml_loss_facts;

/* The facts of a loss by its name or a call, whose arguments are not looked at. A null pointer, and a loss that is not
 * the library's, are for values or classes: softmax for classes, no activation for values, 0 elsewhere. Thread-safe. */
GML_API gml_loss_facts gml_loss_facts_of(const char *loss);

/* The value of a loss over a batch, and its gradient where one is wanted.
 *
 * loss      a call such as "mean_squared_error"
 * outputs   [n x k], f32 or f64, read; of a loss that an activation is part of, what goes into that: logits, or the
 *           logarithm of a mean
 * targets   [n x gml_loss_targets] of the dtype of outputs, read, each as the entry's `range` says; for
 *           softmax_cross_entropy and kl_divergence also [n x 1] class numbers 0 .. k-1
 * value     the mean over the batch; the divisor is in the entry's formula
 * gradient  gml_matrix_none(), or [n x k] of the dtype of outputs, written: d value / d outputs
 *
 * One thread. Errors: name, argument, shape, data (a class number that is none, a target that the loss does not
 * take: row, column and value), memory (with a loss of the user's own: one row is converted). */
GML_API gml_status gml_loss_evaluate(gml_context *context, const char *loss, gml_matrix outputs, gml_matrix targets,
                                     double *value, gml_matrix gradient);

#ifdef __cplusplus
}
#endif
#endif
