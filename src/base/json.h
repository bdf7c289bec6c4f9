/* base/json.h - reading JSON text, strictly.
 *
 * Jansson takes its memory from hooks of its own that are one for the process, so that what it takes comes from the C
 * library and not from the context. Where it lacks memory in the middle of a word it takes that for a fault of the
 * text. */
#ifndef GML_BASE_JSON_H
#define GML_BASE_JSON_H

#include <jansson.h>

#include "base/context.h"

/* Reads `length` bytes as one JSON object in which no key stands twice; the caller gives it back by json_decref. On
 * failure `object` is null; what is wrong with the text is an error of the status `refusal`, with a message that begins
 * with `where`. */
gml_status gml_json_parse(gml_context *context, gml_status refusal, const char *where, const char *text, size_t length,
                          json_t **object);

#endif
