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
    char *target_name;    /* in the header of a CSV, or an index if it had none; of several a list, as in
                             gml_dataset_options.target; or null */
    char *target_index;   /* the columns of named targets in files without a header; or null */
    char **target_names;  /* [targets] of several targets with names; or null */
    char *weights_name;   /* the same for the sample weights */
    char *weights_index;
    char *groups_name; /* the same for the groups */
    char *groups_index;
    char *delimiter; /* of the CSV, as the options gave it; or null; likewise: */
    char *decimal, *thousands, *comment, *missing;
    bool missing_targets; /* unknown targets were accepted */
    gml_column *columns;  /* [features] or null: all are numbers; levels are owned */
} gml_schema;

/* Checks that codes are below the number of levels or equal to it, and that levels have names. Errors: argument, data.
 */
gml_status gml_columns_check(gml_context *context, const gml_column *columns, gml_matrix inputs);

/* Copies columns [count] and the names of their levels; null stays null. Errors: memory. */
gml_status gml_columns_copy(gml_context *context, const gml_column *columns, size_t count, gml_column **copy);
void gml_columns_clear(gml_context *context, gml_column *columns, size_t count);

/* Returns column `index`: a number if the schema has no columns. */
gml_column gml_schema_column(const gml_schema *schema, size_t index);

/* A deep copy in hooked memory; on failure `copy` holds nothing. */
gml_status gml_schema_copy(gml_context *context, const gml_schema *schema, gml_schema *copy);

/* Returns a copy of `length` characters in hooked memory, up to the first NUL; null if there is no memory. */
char *gml_schema_copy_name(gml_context *context, const char *text, size_t length);

/* Returns the name of a target; null if it has none. */
const char *gml_schema_target_name(const gml_schema *schema, size_t index);

/* Returns an array of names in hooked memory, all null; null if there is no memory. */
char **gml_schema_make_names(gml_context *context, size_t count);

/* Copies an array of names into hooked memory. Errors: memory. */
gml_status gml_schema_copy_names(gml_context *context, const char *const *names, size_t count, char ***copy);

/* Releases an array of names, which may be null. */
void gml_schema_clear_names(gml_context *context, char **names, size_t count);

/* Releases all names and clears the schema. */
void gml_schema_clear(gml_context *context, gml_schema *schema);

#endif
