/* store/features.h - named features that a reader of a model file must support. */
#ifndef GML_STORE_FEATURES_H
#define GML_STORE_FEATURES_H

#include "network/network.h"

enum { GML_NEEDS_SIZE = 192 };

/* Writes the names of the features that a model or checkpoint of this network needs, separated by spaces; "" for none.
 */
void gml_features_needed(const gml_network *network, bool checkpoint, char needs[GML_NEEDS_SIZE]);

/* Fails for an unknown name in `needs`. Errors: data. */
gml_status gml_features_check(gml_context *context, const char *path, const char *needs);

/* Returns the end of a message about something that this version does not support. */
const char *gml_newer_needed(void);

#endif
