/* cli/run/run_log.h - the log of `gemmule train --log`: each line is written as a whole when its step or epoch ends. */
#ifndef GML_CLI_RUN_LOG_H
#define GML_CLI_RUN_LOG_H

#include "cli/run/run_curves.h"
#include "cli/train/train.h"

/* Steps that have a line in the log of one run, at most, besides the first. */
enum { MOST_STEP_LINES = 1000 };

/* Checks that the log can be written: `inputs` and the other outputs are other files. A pipe or a device may be a log.
 * On failure prints a message. Returns the exit code. */
int run_log_check(const train_flags *flags, const char *const *inputs);

/* Writes the lines of a step and of an epoch. The first call creates the file, or with --resume appends to it, and
 * writes the configuration. A failure is printed once as a warning, and nothing is written after it. */
void run_log_batch(train_run *run, const gml_progress *progress);
void run_log_epoch(train_run *run, const gml_progress *progress);

/* Writes the result and closes the file. A fit that failed before its first batch leaves the file as it was. Returns
 * the exit code: EXIT_IO if the log is not complete. */
int run_log_end(train_run *run, const train_result *result);

#endif
