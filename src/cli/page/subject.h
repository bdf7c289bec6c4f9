/* cli/page/subject.h - what the sections about a model on data share: names, failures, samples with their predictions.
 */
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

/* ---- samples ---- */

/* Some samples of the data. */
typedef struct page_samples {
    size_t count, inputs, outputs, targets;
    size_t *order;       /* [count] numbers in the data, from 0 */
    double *x;           /* [count x inputs] */
    double *y;           /* [count x targets], null if the data has none */
    double *predictions; /* [count x outputs]: probabilities or values, of report/predictions.h; null: not wanted */
} page_samples;

/* Makes room for `count` samples of the data; their order is to be set. False: there is no memory. */
bool page_samples_create(const page_source *source, size_t count, page_samples *made);
void page_samples_clear(page_samples *of);

/* Reads the samples of the order, and predicts them. */
gml_status page_samples_read(const page_source *source, page_samples *of);

/* The predicted class of sample `i`, as its predictions tell. */
size_t page_samples_class(const page_samples *of, size_t i);

/* Passes forward and backward that an attribution takes for each sample. */
enum { PAGE_ATTRIBUTION_PASSES = 16 };

/* Attributes the scores or values of the samples to the inputs by integrated gradients in a few steps.
 *
 * output        a class or target, or null: the predicted class, or target 0
 * attributions  [count x inputs], written */
gml_status page_samples_attribute(const page_source *source, const page_samples *of, const size_t *output,
                                  double *attributions);

/* As many samples of the data, at most `most`, as passes of `passes` forward and backward passes each take a second or
 * less. 0: not one. */
size_t page_samples_affordable(const page_source *source, size_t passes, size_t most);

/* ---- values ---- */

/* Actual and predicted values of samples spread over the data, without those that have no target. */
typedef struct page_values {
    size_t targets; /* shown */
    size_t read;    /* samples */
    size_t *counts; /* [targets] */
    size_t *order;  /* [targets x read] numbers of the samples, from 0; the first counts[t] of each row are set */
    double *actual, *predicted;
} page_values;

enum { PAGE_MOST_TARGETS = 4, PAGE_MOST_VALUES = 262144 };

/* Predicts at most PAGE_MOST_VALUES samples, and keeps at most PAGE_MOST_TARGETS targets. Must be cleared, after a
 * failure too. */
gml_status page_values_create(const page_source *source, page_values *made);
void page_values_clear(page_values *of);

#endif
