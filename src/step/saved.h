/* step/saved.h - what a checkpoint holds of a trainer. */
#ifndef GML_STEP_SAVED_H
#define GML_STEP_SAVED_H

#include "base/saved.h"
#include "step/trainer.h"

/* Adds the trainer's state to a list. */
void gml_trainer_list(gml_trainer *trainer, gml_saved *saved);

/* The same for a state of its kind that is not the trainer's own. */
void gml_step_state_list(const gml_trainer *trainer, gml_step_state *state, gml_saved *saved);

/* Adds the options that a trainer's bits depend on to a JSON object, as texts by name. False if there is no memory. */
bool gml_trainer_list_options(const gml_trainer *trainer, json_t *options);

/* Add one text by name to a JSON object: a null text and an infinite number are "none". False if there is no memory. */
bool gml_condition_text(json_t *conditions, const char *name, const char *text);
bool gml_condition_number(json_t *conditions, const char *name, double number);
bool gml_condition_call(json_t *conditions, const char *name, const gml_call *call);

#endif
