/* cli/page/page.h - the page about a run, a model or both: one HTML file that needs no other.
 *
 * A page is a list of sections, the rows of a table in page.c. Each section is a function that writes HTML by html.h.
 * A section that has nothing to say writes nothing, and then the page does not have it. */
#ifndef GML_CLI_PAGE_PAGE_H
#define GML_CLI_PAGE_PAGE_H

#include <stdio.h>

#include "cli/explain/inspect.h"

typedef struct run_story run_story; /* run/run_story.h */

/* What a page is about. Every pointer may be null, and belongs to the caller. */
typedef struct page_source {
    const char *log_path;       /* of the log, as given */
    const run_story *run;       /* the content of the log */
    const char *model_path;     /* as given */
    const gml_network *network; /* the model */
    const char *data_name;      /* of the data, as given */
    const gml_dataset *data;    /* that the network is shown on; it fits the network */
    const char *data_note;    /* which samples these are, as "the test part" or "120 samples of the validation part" */
    const gml_health *health; /* of the training, or measured */
    const char *health_note;  /* of `health` that was measured: on which samples, as above; null: of the training */
    picture_shape shape;      /* of the inputs as pictures; height 0: they are none */
    const char *const *notes; /* [note_count]: what is missing in the page, and why; for people */
    size_t note_count;
} page_source;

typedef struct page_section {
    const char *id, *title; /* of html_section_begin */

    /* Writes the content of the section; nothing if the source has nothing for it. Returns the exit code; a failure
     * prints a message. */
    int (*write)(FILE *stream, const page_source *source);
} page_section;

/* Writes the page as the file `path`: all of it, or on failure nothing, then with a message. Returns the exit code. The
 * caller has checked `path` by output_path_is_usable. */
int page_write(const char *path, const page_source *source);

/* ---- sections, each in the file of its name ---- */

int page_alarms(FILE *stream, const page_source *source);
int page_facts(FILE *stream, const page_source *source);
int page_curves(FILE *stream, const page_source *source);
int page_health(FILE *stream, const page_source *source);
int page_weights(FILE *stream, const page_source *source);
int page_learned(FILE *stream, const page_source *source);
int page_confusion(FILE *stream, const page_source *source);
int page_residuals(FILE *stream, const page_source *source);
int page_worst(FILE *stream, const page_source *source); /* samples.c */
int page_importance(FILE *stream, const page_source *source);
int page_reliability(FILE *stream, const page_source *source);
int page_units(FILE *stream, const page_source *source);
int page_timing(FILE *stream, const page_source *source);

#endif
