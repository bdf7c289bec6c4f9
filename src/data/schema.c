/* data/schema.c - copying and releasing names. */
#include "data/schema.h"

#include <string.h>

void gml_schema_clear_names(gml_context *context, char **names, size_t count)
{
    for (size_t i = 0; names != NULL && i < count; i++) {
        gml_release_string(context, names[i]);
    }
    gml_release(context, names, count, sizeof *names);
}

char *gml_schema_copy_name(gml_context *context, const char *text, size_t length)
{
    length = strnlen(text, length);
    char *copy = gml_allocate(context, length + 1, 1, "a name");
    if (copy != NULL) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char **gml_schema_make_names(gml_context *context, size_t count)
{
    char **names = gml_allocate(context, count, sizeof *names, "names");
    if (names != NULL) {
        memset(names, 0, count * sizeof *names);
    }
    return names;
}

gml_status gml_schema_copy_names(gml_context *context, const char *const *names, size_t count, char ***copy)
{
    char **made = gml_schema_make_names(context, count);
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        made[i] = gml_copy_string(context, names[i]);
        if (made[i] == NULL) {
            gml_schema_clear_names(context, made, count);
            return GML_ERROR_MEMORY;
        }
    }
    *copy = made;
    return GML_OK;
}

const char *gml_schema_target_name(const gml_schema *schema, size_t index)
{
    return index >= schema->targets       ? NULL
           : schema->target_names != NULL ? schema->target_names[index]
           : schema->targets == 1         ? schema->target_name
                                          : NULL;
}

gml_status gml_schema_copy(gml_context *context, const gml_schema *schema, gml_schema *copy)
{
    gml_schema made = *schema;
    made.feature_names = NULL;
    made.class_names = made.target_names = NULL;
    made.target_name = made.target_index = made.weights_name = made.weights_index = NULL;
    made.groups_name = made.groups_index = NULL;
    made.delimiter = made.decimal = made.thousands = made.comment = made.missing = NULL;
    gml_status status = gml_columns_copy(context, schema->columns, schema->features, &made.columns);
    if (status == GML_OK && schema->feature_names != NULL) {
        status = gml_schema_copy_names(context, (const char *const *)schema->feature_names, schema->features,
                                       &made.feature_names);
    }
    if (status == GML_OK && schema->class_names != NULL) {
        status = gml_schema_copy_names(context, (const char *const *)schema->class_names, schema->classes,
                                       &made.class_names);
    }
    if (status == GML_OK && schema->target_names != NULL) {
        status = gml_schema_copy_names(context, (const char *const *)schema->target_names, schema->targets,
                                       &made.target_names);
    }
    const struct {
        const char *from;
        char **to;
    } texts[] = {{schema->target_name, &made.target_name},
                 {schema->target_index, &made.target_index},
                 {schema->weights_name, &made.weights_name},
                 {schema->weights_index, &made.weights_index},
                 {schema->groups_name, &made.groups_name},
                 {schema->groups_index, &made.groups_index},
                 {schema->delimiter, &made.delimiter},
                 {schema->decimal, &made.decimal},
                 {schema->thousands, &made.thousands},
                 {schema->comment, &made.comment},
                 {schema->missing, &made.missing}};
    for (size_t i = 0; status == GML_OK && i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].from != NULL) {
            *texts[i].to = gml_copy_string(context, texts[i].from);
            status = *texts[i].to != NULL ? GML_OK : GML_ERROR_MEMORY;
        }
    }
    if (status != GML_OK) {
        gml_schema_clear(context, &made);
    }
    *copy = made;
    return status;
}

void gml_schema_clear(gml_context *context, gml_schema *schema)
{
    gml_schema_clear_names(context, schema->feature_names, schema->features);
    gml_schema_clear_names(context, schema->class_names, schema->classes);
    gml_schema_clear_names(context, schema->target_names, schema->targets);
    gml_columns_clear(context, schema->columns, schema->features);
    gml_release_string(context, schema->target_name);
    gml_release_string(context, schema->target_index);
    gml_release_string(context, schema->weights_name);
    gml_release_string(context, schema->weights_index);
    gml_release_string(context, schema->groups_name);
    gml_release_string(context, schema->groups_index);
    gml_release_string(context, schema->delimiter);
    gml_release_string(context, schema->decimal);
    gml_release_string(context, schema->thousands);
    gml_release_string(context, schema->comment);
    gml_release_string(context, schema->missing);
    *schema = (gml_schema){0};
}
