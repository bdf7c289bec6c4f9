/* base/json.c - strict JSON parsing. */
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
