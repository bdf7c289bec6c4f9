/* data/cache/options_json.c - the options with which a cache was made:
 *
 *     {"file": {how the CSV is written}, "columns": {the roles and kinds of columns, and which are left out}}
 */
#include <stddef.h>

#include "data/cache/header.h"

typedef enum option_kind { OPTION_TEXT, OPTION_INT, OPTION_SIZE } option_kind;

typedef struct option {
    const char *key;
    option_kind kind;
    size_t offset;
} option;

#define TEXT(field)                                                                                                    \
    {                                                                                                                  \
#field, OPTION_TEXT, offsetof(gml_dataset_options, field)                                                      \
    }
#define INT(field)                                                                                                     \
    {                                                                                                                  \
#field, OPTION_INT, offsetof(gml_dataset_options, field)                                                       \
    }
#define SIZE(field)                                                                                                    \
    {                                                                                                                  \
#field, OPTION_SIZE, offsetof(gml_dataset_options, field)                                                      \
    }

static const option file_options[] = {INT(header),     TEXT(delimiter), TEXT(decimal),
                                      TEXT(thousands), TEXT(comment),   TEXT(missing)};

static const option column_options[] = {
    TEXT(target),         INT(targets),       INT(task),           SIZE(features),        TEXT(weights),
    INT(missing_targets), TEXT(target_index), TEXT(weights_index), INT(weights_optional), INT(bad_inputs),
    TEXT(groups),         TEXT(groups_index), INT(groups_unread),  INT(unseen_error),     INT(broken_rows),
    INT(marks_optional),  TEXT(columns),      TEXT(ignore)};

enum {
    FILE_OPTIONS = sizeof file_options / sizeof *file_options,
    COLUMN_OPTIONS = sizeof column_options / sizeof *column_options
};

/* Adds the options that are not the defaults. */
static bool set_options(json_t *object, const option *options, size_t count, const gml_dataset_options *from,
                        const char **bad)
{
    bool good = object != NULL;
    for (size_t i = 0; good && i < count; i++) {
        const char *field = (const char *)from + options[i].offset, *text = NULL;
        int number = 0;
        size_t size = 0;
        switch (options[i].kind) {
        case OPTION_TEXT:
            memcpy(&text, field, sizeof text);
            good = text == NULL || gml_json_set_text(object, options[i].key, text, bad);
            break;
        case OPTION_INT:
            memcpy(&number, field, sizeof number);
            good = number == 0 || json_object_set_new(object, options[i].key, json_integer(number)) == 0;
            break;
        case OPTION_SIZE:
            memcpy(&size, field, sizeof size);
            good = size == 0 || json_object_set_new(object, options[i].key, json_integer((json_int_t)size)) == 0;
        }
    }
    return good;
}

/* Adds what is known of the columns of a network. */
static bool set_known(json_t *object, const gml_dataset_options *options, const char **bad)
{
    const gml_schema schema = {.features = options->features,
                               .columns = (gml_column *)(uintptr_t)options->column_kinds};
    char *const *features = (char *const *)(uintptr_t)options->feature_names;
    char *const *classes = (char *const *)(uintptr_t)options->class_names;
    return (features == NULL || gml_json_set_names(object, "feature_names", features, options->features, bad)) &&
           (classes == NULL || gml_json_set_names(object, "class_names", classes, options->classes, bad)) &&
           (schema.columns == NULL ||
            json_object_set_new(object, "column_kinds", gml_columns_to_json(&schema, bad)) == 0);
}

json_t *gml_cache_options_to_json(const gml_dataset_options *options, const char **bad)
{
    json_t *file = json_object(), *columns = json_object(), *both = json_object();
    const bool good = both != NULL && set_options(file, file_options, FILE_OPTIONS, options, bad) &&
                      set_options(columns, column_options, COLUMN_OPTIONS, options, bad) &&
                      set_known(columns, options, bad) && json_object_set(both, "file", file) == 0 &&
                      json_object_set(both, "columns", columns) == 0;
    json_decref(file);
    json_decref(columns);
    if (!good) {
        json_decref(both);
        return NULL;
    }
    return both;
}
