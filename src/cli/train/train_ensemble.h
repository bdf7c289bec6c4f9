/* cli/train/train_ensemble.h - `gemmule train --ensemble`. */
#ifndef GML_CLI_TRAIN_ENSEMBLE_H
#define GML_CLI_TRAIN_ENSEMBLE_H

#include "cli/train/train.h"

/* The words of --ensemble-by; ends with null. */
extern const char *const ensemble_ways[];

/* Returns the first flag of a run that needs one network, or one recipe, in place of the networks of folds, with the
 * reason; null: there is none. */
const char *train_flag_against_folds(const train_flags *flags, const char **reason);

/* Takes an ensemble by folds if the recipe of the run is meant for one, and neither flags nor the data need a single
 * network; then the report says why. On failure prints a message. Returns the exit code. */
int train_settle_folds(train_run *run);

/* Refuses flags that are about one network beside --ensemble. */
void train_check_ensemble_flags(const train_flags *flags);

/* Trains the ensemble of the flags, which replaces the network of the run, and measures its validation part. If it was
 * interrupted before a member had ended, the network stays and result->report.kept_epochs is 0. Errors: those of
 * gml_ensemble_fit. */
gml_status train_fit_ensemble(train_run *run, train_result *result);

/* Print the members as text, one a line, and as JSON: null for a single network. */
void print_members(FILE *stream, const train_result *result);
json_t *members_json(const train_result *result);

#endif
