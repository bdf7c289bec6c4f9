/* method/line_search.h - a line search for the strong Wolfe conditions. */
#ifndef GML_METHOD_LINE_SEARCH_H
#define GML_METHOD_LINE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/status.h"

/* A point on the line: value phi(a) = f(x + a d) and slope phi'(a) = d' g(x + a d) at length a. */
typedef struct gml_line_point {
    double length, value, slope;
} gml_line_point;

typedef struct gml_line {
    /* Computes value and slope at point->length. A value that is not finite counts as too long a step. */
    gml_status (*evaluate)(void *argument, gml_line_point *point);
    void *argument;
    gml_line_point start; /* length 0, negative slope */
    size_t evaluations;   /* evaluations left */
} gml_line;

/* Finds a point with phi(a) <= phi(0) + 0.0001 a phi'(0) and |phi'(a)| <= 0.9 |phi'(0)|; `first` is the first trial
 * length. If the evaluations run out, the point may meet only the first condition; its length is 0 if no point does.
 * Unless its length is 0, it is the point that was evaluated last. Errors: those of `evaluate`. */
gml_status gml_line_search(gml_line *line, double first, gml_line_point *found);

#endif
