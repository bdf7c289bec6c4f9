/* cli/report/info.h - the reports of `gemmule info`. */
#ifndef GML_CLI_INFO_H
#define GML_CLI_INFO_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

/* Prints the plan of a network's training step as a table or as JSON. Returns the exit code. */
int report_plan(gml_network *network, const gml_train_options *options, bool json);

/* Prints the description of a model as JSON. Returns the exit code. */
int report_model_json(const char *path, const gml_network *network);

/* In bytes; below 0 if unknown, as for a pipe. */
double file_size(const char *path);

/* "regression", "classification" or "unknown". */
const char *task_name(const gml_network *network);

#endif
