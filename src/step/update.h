/* step/update.h - the weights' half of a training step, for step/phases.c. */
#ifndef GML_STEP_UPDATE_H
#define GML_STEP_UPDATE_H

#include "step/phases.h"

/* Computes the scalars of the current step. */
void gml_update_begin(gml_trainer *trainer);

/* True if a step computes the norm of the gradient. It then stores all gradients first. */
bool gml_update_needs_norm(const gml_trainer *trainer);

/* Lists the phases from the outputs' gradients to updated weights; returns their number. */
size_t gml_update_phases(const gml_trainer *trainer, gml_phase *phases);

/* ---- apply.c ---- */

/* Contiguous blocks of a weight panel: one block if the panel spans all columns, otherwise one per row. */
typedef struct gml_weight_blocks {
    size_t number, entries; /* entries of each block */
} gml_weight_blocks;

gml_weight_blocks gml_blocks_of(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Updates the parameters of a panel. The gradient may change. */
void gml_update_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Applies Muon's direction to a panel. */
void gml_step_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* For Muon, whose step may be refused after its update: saves the panel's mean gradient (gml_update_panel saves
 * parameters and states); restores one panel; restores all panels. */
void gml_save_mean_panel(const gml_trainer *trainer, const gml_weight_panel *panel);
void gml_restore_panel(const gml_trainer *trainer, const gml_weight_panel *panel);
void gml_update_restore(const gml_trainer *trainer);

/* Returns the sum of a panel's squared gradients, without frozen parameters. */
double gml_panel_squares(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Adds a panel's parameters to their average, if there is one. */
void gml_average_panel(const gml_trainer *trainer, const gml_weight_panel *panel);

/* Tasks that bound the norms of units (max_norm). */
size_t gml_limit_tasks(const gml_trainer *trainer);
void gml_limit_task(void *argument, gml_share share);

/* ---- average.c ---- */

/* Returns the share of the weights in their average after the current step. */
double gml_trainer_average_share(const gml_trainer *trainer);

/* ---- groups.c ---- */

/* Begin computes each group's scalars of the current step; end stores the optimizer's scalar state after it. */
void gml_groups_begin(gml_trainer *trainer);
void gml_groups_end(gml_trainer *trainer);

#endif
