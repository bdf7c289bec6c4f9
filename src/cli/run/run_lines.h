/* cli/run/run_lines.h - the lines of a log of training, as JSON objects: docs/log-format.md. */
#ifndef GML_CLI_RUN_LINES_H
#define GML_CLI_RUN_LINES_H

#include "cli/report/report.h"
#include "cli/train/train.h"

/* The number in the lines of a format that programs written for an earlier one would misread. */
enum { RUN_FORMAT = 1 };

/* The configuration of a run, once its fit has begun. `first`: the progress after the first batch; null: the fit had
 * nothing left to do. The intervals of lines are those of the log of the run. Null: out of memory. */
json_t *config_line(const train_run *run, const gml_progress *first);

/* True if the batch that this progress is about ended a step. */
bool ended_step(const gml_progress *progress, size_t accumulate);

json_t *step_line(const gml_progress *progress);
json_t *epoch_line(const gml_progress *progress);

/* The end of a run: `report` is the object of train_report_object, and is released. */
json_t *result_line(const train_result *result, size_t epochs, json_t *report);

#endif
