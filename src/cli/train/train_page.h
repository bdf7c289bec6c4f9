/* cli/train/train_page.h - the page of `gemmule train --report`: the story of the run, which its log feeds while it
 * trains, and the network at the end. */
#ifndef GML_CLI_TRAIN_PAGE_H
#define GML_CLI_TRAIN_PAGE_H

#include "cli/run/run_story.h"
#include "cli/train/train.h"

/* Checks that the page can be written: `inputs` and the other outputs are other files. On failure prints a message.
 * Returns the exit code. */
int train_page_check(const train_flags *flags, const char *const *inputs);

/* Makes the story of --plot and --report, if the flags ask for one. For a page about a run that goes on, the log that
 * it has written so far is read. On failure prints a message. Returns the exit code. */
int train_page_begin(train_run *run);

/* Writes the page about a run that has begun, and sets its name in the result. Returns the exit code; on failure prints
 * a message. */
int train_page_write(const train_run *run, train_result *result);

#endif
