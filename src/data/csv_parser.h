/* data/csv_parser.h - libcsv, strict and with its memory from a context. */
#ifndef GML_DATA_CSV_PARSER_H
#define GML_DATA_CSV_PARSER_H

#include <csv.h>

#include "base/context.h"

enum { GML_CSV_MAX_FIELD = 1 << 20 }; /* bytes in a field */

/* Begins a parser that reports every line end, of empty lines too. A field that is too long ends the parsing as a lack
 * of memory does, with the parser's buffer at its greatest size. On failure there is nothing to free.
 * Errors: memory. */
gml_status gml_csv_parser_begin(gml_context *context, struct csv_parser *parser);

#endif
