/* base/view.h - is a matrix view one that can be read or written? */
#ifndef GML_BASE_VIEW_H
#define GML_BASE_VIEW_H

#include "base/context.h"

/* True if no memory can hold the view: its size in bytes is more than a size_t counts. */
bool gml_view_overflows(gml_matrix view);

/* Refuses a view without memory (argument), and one that is not [rows x cols], whose rows overlap or that overflows
 * (shape). `what` begins the message. */
gml_status gml_view_check(gml_context *context, const char *what, gml_matrix view, size_t rows, size_t cols);

/* Refuses a view whose entries are not `dtype`: argument. */
gml_status gml_view_check_dtype(gml_context *context, const char *what, gml_matrix view, gml_dtype dtype);

/* Row `row` of a view. */
void *gml_view_row(gml_matrix view, size_t row);

#endif
