/* data/schema.h - what is known of data besides the numbers: the task and the names. Datasets have one, and a network
 * keeps a copy of the one it was adapted to. */
#ifndef GML_DATA_SCHEMA_H
#define GML_DATA_SCHEMA_H

#include <stdbool.h>

#include "base/context.h"
#include "gemmule/dataset.h"

typedef struct gml_schema {
    gml_task task;
    size_t features;      /* inputs of a sample */
    size_t targets;       /* columns of targets, 0 if there are none */
    size_t classes;       /* 0 for regression */
    char **feature_names; /* [features] or null */
    char **class_names;   /* [classes] or null */
    char *target_name;    /* in the header of a CSV, or an index where that had none; or null */
    char *target_index;   /* beside a name, where the target stands in files without a header; or null */
    char *weights_name;   /* likewise of the samples' weights, or null if there were none */
    char *weights_index;
    bool missing_targets; /* targets that are not known were let through */
} gml_schema;

/* A deep copy in hooked memory; on failure `copy` holds nothing. */
gml_status gml_schema_copy(gml_context *context, const gml_schema *schema, gml_schema *copy);

/* A copy of `length` characters in hooked memory, up to the first NUL. */
char *gml_schema_copy_name(gml_context *context, const char *text, size_t length);

/* A copy of an array of names in hooked memory, as a schema holds them. */
gml_status gml_schema_copy_names(gml_context *context, const char *const *names, size_t count, char ***copy);

/* Gives back all names and clears the schema. */
void gml_schema_clear(gml_context *context, gml_schema *schema);

#endif
