/* loss/loss.h - the table of losses as the rest of the library sees it. */
#ifndef GML_LOSS_LOSS_H
#define GML_LOSS_LOSS_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/dataset.h"
#include "kernel/data/domain.h"
#include "kernel/loss/loss.h"

typedef struct gml_loss_row {
    gml_entry entry;
    const char *link;       /* the activation that is fused into it: the loss takes logits, the network's last layer may
                               be this; null: none */
    bool class_numbers;     /* takes targets [n x 1] of class numbers */
    bool scores;            /* an output above 0 is yes; else, without a link, one above 1/2 */
    gml_task task;          /* the targets it is made for; GML_TASK_AUTO: values or classes */
    bool finds_mean;        /* the constant of least loss, with default arguments, is the mean of the targets */
    bool variances;         /* takes two outputs a target: the means of all, then the logarithms of their variances */
    bool mean_over_outputs; /* the divisor is n * targets of a sample, else n */
    gml_domain domain;      /* of targets, which the entry's `range` has in words; of other than any, they make no sense
                               shifted and scaled */
    /* What goes into the link where all outputs are to give this mean of their targets, so many outputs in all: where
     * the bias of a fresh network's outputs begins. Null: the loss has no link. */
    double (*start)(const double *arguments, size_t outputs, double mean);
    bool start_by_choice; /* the mean is a share of a class: the start is taken only where the caller asks for it */
    const gml_loss_kernel *kernels; /* of one that the user gave, by dtype; null: the tables of kernels have them */
} gml_loss_row;

/* Row by index; null past the last. */
const gml_loss_row *gml_loss_row_at(size_t index);

/* The row of a call that was found in the table or among the user's own, and its kernel. */
const gml_loss_row *gml_loss_row_of(const gml_call *call);
const gml_loss_kernel *gml_loss_kernel_of(const gml_kernels *kernels, const gml_call *call);

/* The targets of a sample of so many outputs, of one that has a row of them; 0: so many outputs do not fit. */
size_t gml_loss_row_targets(const gml_loss_row *row, size_t outputs);

/* The first row whose link is that activation; null: there is none. */
const gml_loss_row *gml_loss_linked(const char *activation);

/* A target that makes no sense to a loss. */
typedef struct gml_bad_target {
    size_t row, col; /* the row is SIZE_MAX if all are good; the column is SIZE_MAX where the sum of the row is bad */
    double value;
} gml_bad_target;

/* The first of targets [rows x cols], packed, that lies outside of the loss's domain; they are no class numbers. NaN
 * passes: it stands for a target that is not known, or makes the loss NaN. */
gml_bad_target gml_loss_bad_target(const gml_kernels *kernels, const gml_loss_row *row, size_t rows, size_t cols,
                                   const void *targets);

/* Fails for it, by the place of its row, its column and its value. Errors: data. */
gml_status gml_loss_refuse_target(gml_context *context, const gml_loss_row *row, const char *place,
                                  const gml_bad_target *bad);

#endif
