/* store/features.h - what a reader of a model file must know, by name. */
#ifndef GML_STORE_FEATURES_H
#define GML_STORE_FEATURES_H

#include "network/network.h"

enum { GML_NEEDS_SIZE = 64 };

/* The names of the features that a file with this schema needs, with blanks between them; "" for none. */
void gml_features_needed(const gml_schema *schema, char needs[GML_NEEDS_SIZE]);

/* Refuses a name among `needs` that is not known. Errors: data. */
gml_status gml_features_check(gml_context *context, const char *path, const char *needs);

/* The end of a message about something that this version does not know. */
const char *gml_newer_needed(void);

#endif
