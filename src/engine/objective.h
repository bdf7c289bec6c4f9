/* engine/objective.h - a loss bound to a network: which kernel, on logits or values, with targets of what form. */
#ifndef GML_ENGINE_OBJECTIVE_H
#define GML_ENGINE_OBJECTIVE_H

#include "engine/target.h"
#include "loss/loss.h"

typedef struct gml_objective {
    gml_call call;
    const gml_loss_row *row;
    const gml_loss_kernel *kernel;
    bool linear_output; /* the network's last activation is the loss's link: the loss does it, on logits */
    const gml_activation_kernel *link; /* of a linear output: what the network does after it, else null */
    double threshold;                  /* of a single output between class 0 and class 1 */
    size_t memory;                     /* doubles that the workspace must have for each panel's loss */
} gml_objective;

/* The loss by its call; null: the one that goes with the network's last activation, as gml_train_options says. Errors:
 * name, argument (targets are scaled that must not be), shape (so many outputs do not fit the
 * loss). */
gml_status gml_objective_bind(const gml_network *network, const char *loss, gml_objective *objective);

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
 * d loss / d output into the last layer's `gradient`, divided by the
 * target's divisor. */
gml_panel_result gml_panel_loss(const gml_workspace *workspace, const gml_objective *objective,
                                const gml_target *target, gml_rows rows, gml_panel_work work);

#endif
