/* cli/chart/svg.h - SVG pictures: their styles for light and dark pages, and their parts. output.h creates their files.
 */
#ifndef GML_CLI_SVG_H
#define GML_CLI_SVG_H

#include <stdio.h>

/* Writes the beginning of a picture: its size in pixels, styles for light and dark pages, and the title at `left`. The
 * classes are page, text, soft, grid, axis, value, slope, value-text and slope-text. */
void svg_head(FILE *stream, int width, int height, double left, const char *title);

/* Writes a straight line, in pixels. */
void svg_line(FILE *stream, const char *class, double x1, double y1, double x2, double y2);

/* Writes a text, with `x` at its `anchor`: "start", "middle" or "end". */
void svg_label(FILE *stream, const char *class, const char *anchor, double x, double y, const char *text);

#endif
