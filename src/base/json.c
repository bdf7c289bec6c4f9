/* base/json.c - strict JSON parsing, and texts as JSON. */
#include "base/json.h"

#include <string.h>

gml_status gml_json_parse(gml_context *context, gml_status refusal, const char *where, const char *text, size_t length,
                          json_t **object)
{
    json_error_t error;
    *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (*object == NULL && error.text[0] == '\0') { /* Jansson has a text for every error except lack of memory */
        return gml_fail(context, GML_ERROR_MEMORY, "%s: there is no memory to read it", where);
    }
    if (*object == NULL) {
        return gml_fail(context, refusal, "%s: not valid JSON at line %d, character %d: %s", where, error.line,
                        error.column, error.text);
    }
    if (!json_is_object(*object)) {
        json_decref(*object);
        *object = NULL;
        return gml_fail(context, refusal, "%s: a JSON object was expected", where);
    }
    return GML_OK;
}

const char *gml_json_unknown_key(json_t *object, const char *const *known)
{
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value)
    {
        size_t i = 0;
        while (known[i] != NULL && strcmp(known[i], key) != 0) {
            i++;
        }
        if (known[i] == NULL) {
            return key;
        }
    }
    return NULL;
}

/* ---- writing ---- */

json_t *gml_json_text(const char *text, const char **bad)
{
    json_t *value = json_string(text);
    json_t *other = value == NULL ? json_string("") : NULL; /* made: so memory is not the problem */
    if (other != NULL) {
        *bad = text;
        json_decref(other);
    }
    return value;
}

bool gml_json_set_text(json_t *object, const char *key, const char *text, const char **bad)
{
    return json_object_set_new(object, key, gml_json_text(text, bad)) == 0;
}

bool gml_json_set_names(json_t *object, const char *key, char *const *names, size_t count, const char **bad)
{
    json_t *array = json_array();
    bool good = array != NULL;
    for (size_t i = 0; i < count && good; i++) {
        good = json_array_append_new(array, gml_json_text(names[i], bad)) == 0;
    }
    if (!good) {
        json_decref(array);
        return false;
    }
    return json_object_set_new(object, key, array) == 0;
}
