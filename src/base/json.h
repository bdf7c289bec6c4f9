/* base/json.h - strict JSON parsing, and texts as JSON.
 *
 * Jansson's allocator is global to the process; therefore its memory comes from the C library, not from the context. If
 * Jansson runs out of memory inside a token, it reports a syntax error. */
#ifndef GML_BASE_JSON_H
#define GML_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/context.h"

/* Parses `length` bytes as one JSON object without repeated keys; the caller frees it with json_decref. On failure
 * `object` is null. Errors: memory, `refusal` (invalid text); `where` begins the message. */
gml_status gml_json_parse(gml_context *context, gml_status refusal, const char *where, const char *text, size_t length,
                          json_t **object);

/* Returns the first key of the object that is not in the null-terminated list; null if there is none. */
const char *gml_json_unknown_key(json_t *object, const char *const *known);

/* Returns a text as JSON, owned by the caller; null if there is no memory, or if it is not UTF-8; then `bad` points to
 * it. */
json_t *gml_json_text(const char *text, const char **bad);

/* Sets a key of an object to a text or to an array of texts. False as above. */
bool gml_json_set_text(json_t *object, const char *key, const char *text, const char **bad);
bool gml_json_set_names(json_t *object, const char *key, char *const *names, size_t count, const char **bad);

#endif
