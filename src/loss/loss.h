/* loss/loss.h - the table of losses. */
#ifndef GML_LOSS_LOSS_H
#define GML_LOSS_LOSS_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/dataset.h"
#include "gemmule/loss.h"
#include "kernel/data/domain.h"
#include "kernel/loss/loss.h"

typedef struct gml_loss_row {
    gml_entry entry;
    const char *link;       /* activation fused with the loss if it is the network's last: the loss takes that
                               activation's input, such as logits; null: none */
    bool class_numbers;     /* accepts class numbers as targets, [n x 1] */
    bool scores;            /* an output above 0 is yes; otherwise, without a link, one above 1/2 */
    gml_task task;          /* kind of the targets; GML_TASK_AUTO: values or classes */
    bool finds_mean;        /* with default arguments, the constant with the least loss is the mean of the targets */
    bool variances;         /* two outputs per target: all means, then all logarithms of variances */
    bool mean_over_outputs; /* the divisor is n * targets per sample; otherwise n */
    gml_domain domain;      /* valid targets, as text in the entry's `range`; unless it is GML_DOMAIN_ANY, targets must
                               not be shifted or scaled */
    /* Returns the input of the link at which an output equals this mean of its targets: the initial output bias of a
     * fresh network. Null: the loss has no link. */
    double (*start)(const double *arguments, size_t outputs, double mean);
    bool start_by_choice; /* the mean is the share of a class: `start` is used only if the caller asks for it */
    const gml_loss_kernel *kernels; /* of a custom loss, by dtype; null: see the tables of kernels */
} gml_loss_row;

/* Returns row `index`; null past the last. */
static inline const gml_loss_row *gml_loss_row_at(size_t index)
{
    return (const void *)gml_loss_entry(index);
}

/* Returns the kernel of a loss, custom ones included. */
const gml_loss_kernel *gml_loss_kernel_of(const gml_kernels *kernels, const gml_call *call);

/* Returns the number of targets per sample for this number of outputs, unless they are class numbers; 0 if the loss
 * does not allow it. */
size_t gml_loss_row_targets(const gml_loss_row *row, size_t outputs);

/* Returns the first row with this activation as its link; null if there is none. */
const gml_loss_row *gml_loss_linked(const char *activation);

/* A target outside a loss's domain. */
typedef struct gml_bad_target {
    size_t row, col; /* row SIZE_MAX: all targets are valid; col SIZE_MAX: the sum of the row is invalid */
    double value;
} gml_bad_target;

/* Returns the first of the targets [rows x cols], contiguous and not class numbers, that is outside the loss's domain.
 * NaN is valid: it is a missing target, or makes the loss NaN. */
gml_bad_target gml_loss_bad_target(const gml_kernels *kernels, const gml_loss_row *row, size_t rows, size_t cols,
                                   const void *targets);

/* Fails for a bad target; `place` names its row. Errors: data. */
gml_status gml_loss_refuse_target(gml_context *context, const gml_loss_row *row, const char *place,
                                  const gml_bad_target *bad);

#endif
