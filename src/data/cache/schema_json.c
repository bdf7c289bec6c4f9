/* data/cache/schema_json.c - the schema of a dataset, to JSON and back. */
#include <stddef.h>

#include "data/cache/header.h"

#define TEXT(field)                                                                                                    \
    {                                                                                                                  \
#field, offsetof(gml_schema, field)                                                                            \
    }

static const struct {
    const char *key;
    size_t offset;
} texts[] = {TEXT(target_name), TEXT(target_index), TEXT(weights_name), TEXT(weights_index),
             TEXT(groups_name), TEXT(groups_index), TEXT(delimiter),    TEXT(decimal),
             TEXT(thousands),   TEXT(comment),      TEXT(missing)};

enum { TEXTS = sizeof texts / sizeof *texts };

static char **text_at(const gml_schema *schema, size_t index)
{
    return (char **)(uintptr_t)((const char *)schema + texts[index].offset);
}

json_t *gml_cache_schema_to_json(const gml_schema *schema, const char **bad)
{
    json_t *object = json_pack("{s: i, s: I, s: I, s: I, s: b}", "task", (int)schema->task, "features",
                               (json_int_t)schema->features, "targets", (json_int_t)schema->targets, "classes",
                               (json_int_t)schema->classes, "missing_targets", (int)schema->missing_targets);
    bool good =
        object != NULL &&
        (schema->feature_names == NULL ||
         gml_json_set_names(object, "feature_names", schema->feature_names, schema->features, bad)) &&
        (schema->class_names == NULL ||
         gml_json_set_names(object, "class_names", schema->class_names, schema->classes, bad)) &&
        (schema->target_names == NULL ||
         gml_json_set_names(object, "target_names", schema->target_names, schema->targets, bad)) &&
        (schema->columns == NULL || json_object_set_new(object, "columns", gml_columns_to_json(schema, bad)) == 0);
    for (size_t i = 0; good && i < TEXTS; i++) {
        const char *text = *text_at(schema, i);
        good = text == NULL || gml_json_set_text(object, texts[i].key, text, bad);
    }
    if (!good) {
        json_decref(object);
        return NULL;
    }
    return object;
}

/* ---- reading ---- */

static gml_status fail(gml_context *context, const char *where, const char *key)
{
    return gml_fail(context, GML_ERROR_DATA, "%s: \"%s\" is damaged", where, key);
}

/* Reads an optional array of `count` texts. */
static gml_status read_names(gml_context *context, const char *where, json_t *object, const char *key, size_t count,
                             char ***names)
{
    json_t *array = json_object_get(object, key);
    if (array == NULL) {
        return GML_OK;
    }
    if (!json_is_array(array) || json_array_size(array) != count) {
        return fail(context, where, key);
    }
    *names = gml_schema_make_names(context, count); /* owned by the schema from here on */
    gml_status status = *names != NULL ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        const char *name = json_string_value(json_array_get(array, i));
        (*names)[i] = name != NULL ? gml_copy_string(context, name) : NULL;
        status = name == NULL ? fail(context, where, key) : (*names)[i] != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    return status;
}

gml_status gml_cache_schema_from_json(gml_context *context, const char *where, json_t *object, gml_schema *schema)
{
    json_int_t features = 0, targets = 0, classes = 0;
    int task = 0, missing = 0;
    *schema = (gml_schema){0};
    if (json_unpack(object, "{s: i, s: I, s: I, s: I, s: b}", "task", &task, "features", &features, "targets", &targets,
                    "classes", &classes, "missing_targets", &missing) != 0 ||
        task < 0 || task > (int)GML_TASK_CLASSIFICATION || features <= 0 || targets < 0 || classes < 0) {
        return fail(context, where, "schema");
    }
    *schema = (gml_schema){.task = (gml_task)task,
                           .features = (size_t)features,
                           .targets = (size_t)targets,
                           .classes = (size_t)classes,
                           .missing_targets = missing != 0};
    gml_status status = read_names(context, where, object, "feature_names", schema->features, &schema->feature_names);
    if (status == GML_OK) {
        status = read_names(context, where, object, "class_names", schema->classes, &schema->class_names);
    }
    if (status == GML_OK) {
        status = read_names(context, where, object, "target_names", schema->targets, &schema->target_names);
    }
    if (status == GML_OK) {
        status = gml_columns_from_json(context, where, json_object_get(object, "columns"), schema);
    }
    for (size_t i = 0; status == GML_OK && i < TEXTS; i++) {
        const char *text = json_string_value(json_object_get(object, texts[i].key));
        *text_at(schema, i) = text != NULL ? gml_copy_string(context, text) : NULL;
        status = text == NULL || *text_at(schema, i) != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    return status;
}
