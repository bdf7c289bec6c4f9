/* base/registry.h - custom rows, registered with a context.
 *
 * A row begins with its gml_entry, like the rows of the library's tables. base/call.h finds custom rows after those of
 * the table. They are kept until the context is destroyed. */
#ifndef GML_BASE_REGISTRY_H
#define GML_BASE_REGISTRY_H

#include "base/call.h"

/* Adds a copy of a row of `size` bytes, with its texts, to the null-terminated list of tables, which must outlive the
 * context. `what` names the kind of row in messages: "activation". `kept` is set to the copy's entry, at the start of
 * the copy. Errors: argument (a malformed name or parameter), name (already in use in one of the tables), memory. */
gml_status gml_register(gml_context *context, const char *what, const gml_entries *tables, const gml_entry *row,
                        size_t size, gml_entry **kept);

/* Returns row `index`: first the rows of the table, then its custom rows; null past the last. */
const gml_entry *gml_registry_entry(const gml_context *context, gml_entries table, size_t index);

/* Frees all custom rows. */
void gml_registry_clear(gml_context *context);

#endif
