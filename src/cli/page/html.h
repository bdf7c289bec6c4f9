/* cli/page/html.h - writes HTML and the SVG in it.
 *
 * Text from files, names, command lines and alarms goes through html_text or another function of the first part, which
 * make it text that is never markup. The functions of the other parts take texts of the program's own where their
 * comment does not say otherwise; these may contain markup and entities. */
#ifndef GML_CLI_PAGE_HTML_H
#define GML_CLI_PAGE_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* ---- text of any source ----
 *
 * & < > " ' become entities; control characters, characters that change the direction of writing and bytes that are not
 * UTF-8 become visible escapes, as in shell/escape.h. */

enum { HTML_LONGEST = 200, HTML_LONGEST_TITLE = 2000 }; /* in characters */

/* Writes the text in an element of its own direction of writing, <bdi>. Of a text of more than HTML_LONGEST characters,
 * writes the start and the end, and puts the first HTML_LONGEST_TITLE of them into a title, which browsers show where
 * the mouse rests. Null is written as "-". */
void html_text(FILE *stream, const char *text);

/* The same for sentences, such as alarms, of at most HTML_LONGEST_TITLE characters. */
void html_prose(FILE *stream, const char *text);

/* Writes the start of the text, at most `most` characters with those of escapes, then "…" if there are more. Without an
 * element: for the content of <title>, <text> and <option>, and for the value of an attribute in quotes. */
void html_escaped(FILE *stream, const char *text, size_t most);

/* The same, but of a text that does not fit the start and the end, with "…" between them. */
void html_abbreviated(FILE *stream, const char *text, size_t most);

/* Writes ` name="text"`, with at most HTML_LONGEST_TITLE characters of the text. */
void html_attribute(FILE *stream, const char *name, const char *text);

/* Writes a number with four digits, from 10000 to below 1e9 as a whole number; "–" for NaN, "∞" or "−∞" for an infinite
 * one. */
void html_number(FILE *stream, double value);

/* Writes a duration, as "0.45 ms", "3.2 s", "4 min 7 s" or "2 h 5 min". */
void html_seconds(FILE *stream, double seconds);

/* ---- sections ---- */

/* A section with a heading. `id` is for links: letters, digits and hyphens. */
void html_section_begin(FILE *stream, const char *id, const char *title);
void html_section_end(FILE *stream);

/* A heading within a section. */
void html_heading(FILE *stream, const char *title);

/* A paragraph of explanation, set in a quieter colour. */
void html_note(FILE *stream, const char *text);

/* ---- lists of facts ---- */

/* A list of names and values, <dl>. The caller writes each value between html_fact_begin and html_fact_end. */
void html_facts_begin(FILE *stream);
void html_fact_begin(FILE *stream, const char *name);
void html_fact_end(FILE *stream);
void html_facts_end(FILE *stream);

/* The common kinds of values. A null text and a NaN leave the fact out. */
void html_fact_text(FILE *stream, const char *name, const char *text); /* of any source */
void html_fact_number(FILE *stream, const char *name, double value);
void html_fact_count(FILE *stream, const char *name, size_t value);

/* ---- tables ----
 *
 * A table lies in a box of its own, which scrolls sideways where the table is wider than the page. */

/* Begins a table with a row of headings [count]. A heading that begins with '#' is of a column of numbers, which is
 * aligned to the right; the '#' is not written. `caption` names the table for programs that read pages aloud, and is
 * not shown. */
void html_table_begin(FILE *stream, const char *caption, const char *const *headings, size_t count);
void html_table_end(FILE *stream);

void html_row_begin(FILE *stream);
void html_row_end(FILE *stream);

/* Cells. html_cell_head is the cell that names the row. */
void html_cell_head(FILE *stream, const char *text); /* of any source */
void html_cell_text(FILE *stream, const char *text); /* of any source */
void html_cell_number(FILE *stream, double value);
void html_cell_count(FILE *stream, size_t value);

/* ---- figures ---- */

/* Boxes side by side, as many in a row as fit; `small` for those of about 13 em of width, else about 20 em. */
void html_grid_begin(FILE *stream, bool small);
void html_grid_end(FILE *stream);

/* A figure with a caption above it, which may be null. */
void html_figure_begin(FILE *stream, const char *caption);
void html_figure_end(FILE *stream);

/* A picture of `width` x `height` units, which is scaled to the width that it has on the page. `label` is the
 * accessible name: it says what the picture shows, and may be of any source. In it the functions of chart/chart.h and
 * chart/svg.h draw; their classes have styles in page.css. */
void html_svg_begin(FILE *stream, double width, double height, const char *label);
void html_svg_end(FILE *stream);

/* Writes the tooltip of the element that encloses it, <title>. The text may be of any source. */
void html_tooltip(FILE *stream, const char *text);

/* A number that is different at each call, for ids in the page and for chart_draw. */
int html_unique(void);

/* An image from the bytes of a file, such as a PNG, of `width` x `height` CSS pixels. `type` is its media type, as
 * "image/png"; `class` is of page.css, where "pixels" keeps edges sharp; `label` may be of any source. */
void html_image(FILE *stream, const char *class, const char *type, const void *bytes, size_t size, size_t width,
                size_t height, const char *label);

#endif
