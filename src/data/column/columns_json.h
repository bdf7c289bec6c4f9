/* data/column/columns_json.h - the kinds and levels of the data's columns, to JSON and back. */
#ifndef GML_DATA_COLUMN_COLUMNS_JSON_H
#define GML_DATA_COLUMN_COLUMNS_JSON_H

#include "base/json.h"
#include "data/schema.h"

/* Returns the columns of a schema as a JSON array, owned by the caller. Null if there is no memory, or if a text is not
 * UTF-8; then `bad` points to it. */
json_t *gml_columns_to_json(const gml_schema *schema, const char **bad);

/* Reads them into the schema, which has `features` columns; null: all are numbers. `where` begins messages. Errors:
 * data, memory. */
gml_status gml_columns_from_json(gml_context *context, const char *where, json_t *array, gml_schema *schema);

#endif
