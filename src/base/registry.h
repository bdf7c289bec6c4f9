/* base/registry.h - rows that the user of a context has added to tables.
 *
 * A row begins with its entry, as the rows of the library's own tables do; rows are found by base/call.h, after those
 * of the table. They stay until the context goes. */
#ifndef GML_BASE_REGISTRY_H
#define GML_BASE_REGISTRY_H

#include "base/call.h"

/* Adds a copy of a row of `size` bytes, its texts copied as well, to some tables, null-ended; `what` names what it is
 * in messages: "activation". The tables must last. `kept` is the copy's entry, where the copied row begins. Errors:
 * argument (a name or a parameter is not well formed), name (it is taken in one of the tables), memory. */
gml_status gml_register(gml_context *context, const char *what, const gml_table *tables, const gml_entry *row,
                        size_t size, gml_entry **kept);

/* The row at an index: those of the table, then those that were added to it; null past the last. */
const gml_entry *gml_registry_entry(const gml_context *context, gml_table table, size_t index);

/* Gives back all that was registered. */
void gml_registry_clear(gml_context *context);

#endif
