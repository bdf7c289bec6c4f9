/* cli/explain/inspect.h - the reports of `gemmule inspect`. */
#ifndef GML_CLI_INSPECT_H
#define GML_CLI_INSPECT_H

#include <jansson.h>

#include "cli/input/picture.h"

/* Prints alarms, the table of layers and their histograms. Returns the exit code. */
int report_health(const gml_network *network, const gml_health *health);

/* Prints the same as JSON, with the figures of all units. `model` and `data` are as given. Returns the exit code. */
int report_health_json(const gml_network *network, const gml_health *health, const char *model, const char *data);

/* The alarms as JSON: kind, layer, units, figure, since and text of each. */
json_t *alarms_json(const gml_health *health);

/* Prints the weights of the units of the first layer with the greatest norms as pictures. Returns the exit code. */
int report_pictures(const gml_network *network, picture_shape shape);

/* Prints the confusion matrix and the most confident mistakes, as pictures too if the shape is one; or the largest
 * residuals. Returns the exit code. */
int report_data(const gml_network *network, const gml_dataset *data, picture_shape shape);

/* Draws the learned activations as charts of characters. Returns the exit code. */
int report_learned(const gml_network *network);

#endif
