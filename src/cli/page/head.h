/* cli/page/head.h - what stands before and after the sections of a page. */
#ifndef GML_CLI_PAGE_HEAD_H
#define GML_CLI_PAGE_HEAD_H

#include "cli/page/page.h"

/* Writes the head of the document and the header of the page: what it is about, and the most important figures. */
void page_head(FILE *stream, const page_source *source);

/* Writes the footer and ends the document. */
void page_foot(FILE *stream);

#endif
