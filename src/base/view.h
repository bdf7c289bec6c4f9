/* base/view.h - checks of matrix views. */
#ifndef GML_BASE_VIEW_H
#define GML_BASE_VIEW_H

#include "base/context.h"

/* True if the view's size in bytes overflows a size_t. */
bool gml_view_overflows(gml_matrix view);

/* Checks that a view is a [rows x cols] of `dtype` and can be read or written. `what` begins the message. Errors:
 * argument (another type, no memory), shape (other sizes, overlapping rows, overflow). */
gml_status gml_view_check(gml_context *context, const char *what, gml_matrix view, gml_dtype dtype, size_t rows,
                          size_t cols);

/* Returns a pointer to row `row` of a view. */
void *gml_view_row(gml_matrix view, size_t row);

#endif
