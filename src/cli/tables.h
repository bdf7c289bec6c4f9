/* cli/tables.h - the library's tables, for all that lists them. */
#ifndef GML_CLI_TABLES_H
#define GML_CLI_TABLES_H

#include <jansson.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct table {
    const char *name; /* as written after `gemmule list` */
    const gml_entry *(*entry)(size_t index);
} table;

/* The table at an index; null past the last. */
const table *table_at(size_t index);

/* How an argument's value is written. */
void print_value(FILE *stream, const gml_parameter *parameter, double value);

/* "leaky_relu(slope=0.01)": the name, and each argument with its default. */
void print_entry(FILE *stream, const gml_entry *entry);

/* A row with all it says of itself, as JSON; initializer and learns are null but for activations. */
json_t *entry_json(const gml_entry *entry);

#endif
