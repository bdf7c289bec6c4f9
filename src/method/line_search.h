/* method/line_search.h - how far to go along a direction: the strong conditions of Wolfe. */
#ifndef GML_METHOD_LINE_SEARCH_H
#define GML_METHOD_LINE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/status.h"

/* A point of the line: phi(a) = f(x + a d), and phi'(a) = d' g(x + a d). */
typedef struct gml_line_point {
    double length, value, slope;
} gml_line_point;

typedef struct gml_line {
    /* Fills value and slope at point->length; a value that is not finite is a wall. */
    gml_status (*evaluate)(void *argument, gml_line_point *point);
    void *argument;
    gml_line_point start; /* length 0; its slope is below 0 */
    size_t evaluations;   /* left */
} gml_line;

/* Finds a point that meets phi(a) <= phi(0) + 0.0001 a phi'(0) and |phi'(a)| <= 0.9 |phi'(0)|, trying `first` first;
 * where the evaluations run out, one that meets the former; where there is none, its length is 0. It is the point that
 * was evaluated last, unless its length is 0. Errors: those of `evaluate`. */
gml_status gml_line_search(gml_line *line, double first, gml_line_point *found);

#endif
