/* step/update.h - the weights' half of a training step, for step/phases.c. */
#ifndef GML_STEP_UPDATE_H
#define GML_STEP_UPDATE_H

#include "step/phases.h"

/* Finds the numbers of the step under way. */
void gml_update_begin(gml_trainer *trainer);

/* True if a step finds the norm of the gradient. Gradients are then kept until it is known. */
bool gml_update_looks(const gml_trainer *trainer);

/* Lists the phases from the gradients of the outputs to updated weights: how many. */
size_t gml_update_phases(const gml_trainer *trainer, gml_phase *phases);

/* ---- apply.c ---- */

/* The weights of a panel of whole rows are one block; of any other panel each row is a block. */
typedef struct gml_weight_blocks {
    size_t number, entries; /* of each */
} gml_weight_blocks;

gml_weight_blocks gml_blocks_of(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Updates the parameters of a panel. The gradient may change. */
void gml_update_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Applies Muon's direction to a panel. */
void gml_step_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* For Muon, whose step may be refused after its update: keeps the panel's mean gradient, as gml_update_panel keeps
 * parameters and states; restores all that the step has changed in a panel; and in all panels. */
void gml_keep_mean_panel(const gml_trainer *trainer, const gml_weight_panel *panel);
void gml_restore_panel(const gml_trainer *trainer, const gml_weight_panel *panel);
void gml_update_restore(const gml_trainer *trainer);

/* The sum of the squares of a panel's gradients, without those of frozen parameters. */
double gml_panel_squares(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Adds a panel's parameters to their average, if there is one. */
void gml_average_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* The tasks that bound the norms of units. */
size_t gml_limit_tasks(const gml_trainer *trainer);
void gml_limit_task(void *argument, gml_share share);

/* ---- average.c ---- */

/* The share of the weights in their average after the step under way. */
double gml_trainer_average_share(const gml_trainer *trainer);

/* ---- groups.c ---- */

/* Finds the groups' numbers of the step under way; and once it is taken, keeps what the optimizer remembers. */
void gml_groups_begin(gml_trainer *trainer);
void gml_groups_end(gml_trainer *trainer);

#endif
