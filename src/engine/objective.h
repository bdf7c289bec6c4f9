/* engine/objective.h - a loss bound to a network: its kernel, whether it reads logits, and the form of its targets. */
#ifndef GML_ENGINE_OBJECTIVE_H
#define GML_ENGINE_OBJECTIVE_H

#include "engine/target.h"
#include "loss/loss.h"

typedef struct gml_objective {
    gml_call call;
    const gml_loss_row *row;
    const gml_loss_kernel *kernel;
    bool linear_output;                /* the last activation is fused with the loss, which reads logits */
    const gml_activation_kernel *link; /* the fused activation, which turns logits into outputs; else null */
    double threshold;                  /* between class 0 and class 1, for a single output */
    size_t memory;                     /* doubles that the loss needs for each panel */
} gml_objective;

/* Binds the loss named by a call; null selects the default for the network's last activation (gml_train_options).
 * Errors: name, argument (the loss does not allow scaled targets), shape (the loss does not allow this number of
 * outputs). */
gml_status gml_objective_bind(const gml_network *network, const char *loss, gml_objective *objective);

/* The results of one panel. The results of a batch are added up in the order of the panels. */
typedef struct gml_panel_result {
    double loss;          /* the sum over the panel's samples, before division by the target's divisor */
    double squared_error; /* the sum, in the targets' own unit; with GML_PANEL_MEASURE only */
    size_t correct;       /* samples whose class is right; with GML_PANEL_MEASURE only */
    gml_bad_target bad;   /* row: SIZE_MAX if all targets are valid */
} gml_panel_result;

/* What gml_panel_loss computes besides the loss. */
typedef enum gml_panel_work { GML_PANEL_GRADIENT, GML_PANEL_MEASURE } gml_panel_work;

/* Turns probabilities into the logits that the loss reads, in place. Probabilities are at least the smallest normal
 * number: one of 0 in float would make the loss infinite. */
void gml_objective_to_logits(const gml_kernels *kernels, const gml_objective *objective, size_t count, void *values);

/* After gml_panel_forward: gathers the targets of `rows` and computes their loss. GML_PANEL_GRADIENT also writes
 * d loss / d output, divided by the target's divisor, to the `gradient` of the layer that the loss reads. If that layer
 * has the outputs of members (gml_workspace_options), the loss is the mean of theirs. */
gml_panel_result gml_panel_loss(const gml_workspace *workspace, const gml_objective *objective,
                                const gml_target *target, gml_rows rows, gml_panel_work work);

#endif
