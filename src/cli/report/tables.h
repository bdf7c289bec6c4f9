/* cli/report/tables.h - the library's tables, and their rows as text and as JSON. */
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

/* Prints the value of an argument. */
void print_value(FILE *stream, const gml_parameter *parameter, double value);

/* Prints the name, and each argument with its default: "leaky_relu(slope=0.01)". */
void print_entry(FILE *stream, const gml_entry *entry);

/* All columns of a row as JSON; initializer and learns are null except for activations. */
json_t *entry_json(const gml_entry *entry);

#endif
