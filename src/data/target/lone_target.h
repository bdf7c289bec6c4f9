/* data/target/lone_target.h - a target column on its own, for formats whose inputs are no cells: a table of one column.
 *
 * The rules are those of data/target/target.h: one mechanism for all formats. */
#ifndef GML_DATA_LONE_TARGET_H
#define GML_DATA_LONE_TARGET_H

#include "data/target/target.h"

/* Begins a column; `column` counts those before it in the file, for messages. The cells must be cleared, on failure
 * too. Errors: memory. */
gml_status gml_lone_target_begin(gml_context *context, const char *path, size_t column, gml_cells *cells);

/* Adds the cell of the next sample, as text on a line of the file, or as a number; NaN is a missing target. Errors:
 * data (an infinite number), memory. */
gml_status gml_lone_target_add_text(gml_cells *cells, size_t line, const char *text, size_t length);
gml_status gml_lone_target_add_number(gml_cells *cells, double number);

#endif
