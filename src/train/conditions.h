/* train/conditions.h - what the bits of a run depend on besides its state: the build, the data, the options. A
 * checkpoint holds them as texts by name; a run goes on only under the same ones, or under others by choice. */
#ifndef GML_TRAIN_CONDITIONS_H
#define GML_TRAIN_CONDITIONS_H

#include <jansson.h>

#include "train/fit.h"

/* Makes {"build": {...}, "options": {...}} of a trainer, and with "data" and more options of a fit. The caller frees
 * them with json_decref. Errors: memory. */
gml_status gml_trainer_conditions(const gml_trainer *trainer, json_t **conditions);
gml_status gml_fit_conditions(const gml_fit_run *run, json_t **conditions);

/* Compares the conditions of a checkpoint with those of this run. `path` begins the message, which names all that
 * differ. With `override`, build and most options may differ: each is logged. Errors: argument (they differ). */
gml_status gml_conditions_compare(gml_context *context, const char *path, json_t *there, json_t *here, bool override);

/* True if the option `name` is the same in both. */
bool gml_conditions_keep(json_t *there, json_t *here, const char *name);

#endif
