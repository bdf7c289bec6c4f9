/* cli/plan.h - `gemmule info --plan`: how a training step is cut into tasks. */
#ifndef GML_CLI_PLAN_H
#define GML_CLI_PLAN_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

/* Prints the plan of a network's training step as a table or as JSON. Returns the exit code. */
int report_plan(gml_network *network, const gml_train_options *options, bool json);

#endif
