/* cli/page/subject.h - what the sections about a model on data share: names, failures, parts of figures and tables. */
#ifndef GML_CLI_PAGE_SUBJECT_H
#define GML_CLI_PAGE_SUBJECT_H

#include <stdbool.h>

#include "cli/page/page.h"

/* ---- names, of any source ---- */

enum { PAGE_NUMBER = 32 };

/* The name of a class, or its number, which is written to `room`. */
const char *page_class_name(const page_source *source, size_t index, char room[PAGE_NUMBER]);

/* The name of an input, or "input 3", counted from 1. */
const char *page_input_name(const page_source *source, size_t index, char room[PAGE_NUMBER]);

/* Writes the first characters of a name, with the whole name as its tooltip. */
void page_short_name(FILE *stream, const char *name);

/* Writes a cell with a short name; `head`: it names the row. */
void page_name_cell(FILE *stream, const char *name, bool head);

/* Writes a heading of a column of numbers that is a short name. */
void page_name_heading(FILE *stream, const char *name);

/* Writes a short name as a label of at most `width` in an SVG picture. The label ends at x. */
void page_svg_name(FILE *stream, double x, double y, const char *name, double width);

/* Begins a figure that is no wider than its picture of some 330 units needs; ends with html_figure_end. The caption, of
 * the program's own, may be null. */
void page_narrow_begin(FILE *stream, const char *caption);

/* Writes a value of the data with six digits. */
void page_value(FILE *stream, double value);

/* Begins a cell of a table with a number, shaded by a share from -1, blue, to 1, orange; the caller ends it. */
void page_shaded_cell(FILE *stream, double share);

/* ---- whether there is something to show ---- */

/* True if there are a model, and data with classes or values as targets. */
bool page_has_classes(const page_source *source);
bool page_has_values(const page_source *source);

/* Writes a note that says which samples the figures after it are from. */
void page_on_data(FILE *stream, const page_source *source);

/* ---- failures ---- */

/* Prints a message and returns the exit code. */
int page_no_memory(void);

/* What a section does if the library refuses a part: writes the message as a note, and returns 0. Without memory prints
 * a message and returns the exit code. */
int page_refused(FILE *stream, const page_source *source, gml_status status);

#endif
