/* network/objective.h - a loss bound to a network: which kernel, on logits or values, with targets of what form. */
#ifndef GML_NETWORK_OBJECTIVE_H
#define GML_NETWORK_OBJECTIVE_H

#include "loss/loss.h"
#include "network/workspace.h"

typedef struct gml_objective {
    gml_call call;
    const gml_loss_row *row;
    const gml_loss_kernel *kernel;
    bool linear_output; /* the network's last activation is the loss's link: the loss does it, on logits */
    const gml_activation_kernel *link; /* of a linear output: what the network does after it, else null */
    double threshold;                  /* of a single output between class 0 and class 1 */
} gml_objective;

/* The loss by its call; null: the one that goes with the network's last activation, as gml_train_options says. Errors:
 * name, argument (targets are scaled that must not be), shape (so many outputs do not fit the
 * loss). */
gml_status gml_objective_bind(const gml_network *network, const char *loss, gml_objective *objective);

/* Where the targets of a batch come from and where they go. */
typedef struct gml_target {
    gml_gather_call call; /* lacks only what differs from panel to panel */
    size_t cols;          /* of the source: what the loss takes of a sample, or 1 for class numbers */
    size_t width;         /* of what the loss reads */
    bool class_numbers;   /* the source is class numbers */
    bool one_hot;         /* they are spread to a row of 0 and 1 for the loss */
    void *classes;        /* [batch] of the network's dtype: class numbers before spreading */
    void *values;         /* [batch x width]: what the loss reads */
} gml_target;

/* Targets are row order[i] of `y`, or row i if order is null, gathered into `classes` and `values`. Class numbers are
 * taken where y has one column and the network several outputs. Errors: shape. */
gml_status gml_objective_target(const gml_network *network, const gml_objective *objective, gml_matrix y,
                                const size_t *order, void *classes, void *values, gml_target *target);

/* A target that makes no sense to the loss. */
typedef struct gml_bad_target {
    size_t row, col; /* row of the batch; SIZE_MAX if all are good */
    double value;
} gml_bad_target;

/* What a panel found out; a batch's results are added up in the order of the panels. */
typedef struct gml_panel_result {
    double loss;          /* the sum over the panel's samples, not divided */
    double squared_error; /* in the targets' own unit; with `measure` only */
    size_t correct;       /* samples whose class is right; with `measure` only */
    gml_bad_target bad;
} gml_panel_result;

/* What to do with a panel besides the loss's value. */
typedef enum gml_panel_work { GML_PANEL_GRADIENT, GML_PANEL_MEASURE } gml_panel_work;

/* After gml_panel_forward: gathers the panel's targets and computes the loss of `rows`; with GML_PANEL_GRADIENT also
 * d loss / d output into the last layer's `gradient`, divided for a batch of `batch` samples. */
gml_panel_result gml_panel_loss(const gml_workspace *workspace, const gml_objective *objective,
                                const gml_target *target, gml_rows rows, size_t batch, gml_panel_work work);

/* Fails for a bad target, by its sample: of the targets' order, or that many past sample `first`. Errors: data. */
gml_status gml_objective_refuse(const gml_network *network, const gml_objective *objective, const gml_target *target,
                                const gml_bad_target *bad, size_t first);

/* The number by which the sum over `rows` samples is divided: samples, or samples times targets. */
double gml_objective_divisor(const gml_network *network, const gml_objective *objective, size_t rows);

#endif
