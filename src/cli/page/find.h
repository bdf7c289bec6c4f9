/* cli/page/find.h - what a page is made of: a log or a model, and the model and the data that a log names. */
#ifndef GML_CLI_PAGE_FIND_H
#define GML_CLI_PAGE_FIND_H

#include <limits.h>

#include "cli/input/load.h"
#include "cli/page/page.h"
#include "cli/run/run_story.h"
#include "cli/shell/exit.h"

enum { MOST_NOTES = 4 };

typedef struct page_request {
    const char *subject; /* the log or the model, as given */
    const char *data;    /* as given, or null */
    const char *part;    /* --part, or null */
    const char *output;  /* the page */
    data_flags file;
    size_t samples; /* for the health, or 0 */
    picture_shape shape;
} page_request;

/* The things that were found, released together. */
typedef struct page_found {
    page_source source; /* points to the rest */
    gml_context *context;
    run_story run;
    gml_network *network;
    gml_dataset *all, *data; /* data: all, or the validation part of it */
    gml_health *health;
    char model_path[PATH_MAX], data_path[PATH_MAX], data_note[SENTENCE_SIZE];
    char note[MOST_NOTES][SENTENCE_SIZE];
    const char *notes[MOST_NOTES];
} page_found;

/* Opens what the request names and what a log names. What only the log names may be missing: then a note in the page
 * and a warning say so. On failure prints a message. Returns the exit code. The caller clears `found`, which is zero
 * before, in any case. */
int page_find(const page_request *request, page_found *found);
void page_found_clear(page_found *found);

#endif
