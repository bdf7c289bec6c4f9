/* data/schema.h - the task of a dataset and its names. A network keeps a copy of the schema it was adapted to. */
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
    char *target_name;    /* in the header of a CSV, or an index if it had none; or null */
    char *target_index;   /* the column of a named target in files without a header; or null */
    char *weights_name;   /* the same for the sample weights */
    char *weights_index;
    char *groups_name; /* the same for the groups */
    char *groups_index;
    bool missing_targets; /* unknown targets were accepted */
} gml_schema;

/* A deep copy in hooked memory; on failure `copy` holds nothing. */
gml_status gml_schema_copy(gml_context *context, const gml_schema *schema, gml_schema *copy);

/* Returns a copy of `length` characters in hooked memory, up to the first NUL; null if there is no memory. */
char *gml_schema_copy_name(gml_context *context, const char *text, size_t length);

/* Returns an array of names in hooked memory, all null; null if there is no memory. */
char **gml_schema_make_names(gml_context *context, size_t count);

/* Copies an array of names into hooked memory. Errors: memory. */
gml_status gml_schema_copy_names(gml_context *context, const char *const *names, size_t count, char ***copy);

/* Releases all names and clears the schema. */
void gml_schema_clear(gml_context *context, gml_schema *schema);

#endif
