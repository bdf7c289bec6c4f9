/* cli/run/run_story.h - a run of training as a whole: configuration, result, curves and health, from the lines of its
 * log (docs/log-format.md). */
#ifndef GML_CLI_RUN_STORY_H
#define GML_CLI_RUN_STORY_H

#include "cli/run/run_curves.h"

/* Lines of health that a story keeps, and layers in all of them. Where there are more, it drops lines that are near
 * others, so that the rest is spread over the run. */
enum { MOST_STORY_LINES = 512, MOST_STORY_LAYERS = 20000 };

typedef struct run_story {
    json_t *config;    /* the last "config" line, or null */
    json_t *result;    /* the "result" line that ends the run, or null */
    run_curves curves; /* cli/run/run_curves.h */
    json_t *health;    /* array of "health" lines, by epoch; never null after run_story_begin has returned true. They
                          have only the documented members, with the documented types */
    size_t resumed;    /* times that the run went on from a checkpoint */
} run_story;

/* Sets up a story without lines. False: not enough memory. */
bool run_story_begin(run_story *story);

/* Adds one line of the log, as run_curves_take does. The line stays the caller's. Returns null, or what is wrong with
 * it. */
const char *run_story_take(run_story *story, const json_t *line);

/* Adds what is pending. Call once after the last line of a step or an epoch. */
void run_story_finish(run_story *story);

/* Releases what the story owns. It may be zero. */
void run_story_clear(run_story *story);

/* Adds the lines of a log to a story that run_story_begin has set up; lines of the same run may follow. A log without
 * a line "config" is refused. On failure prints a message that has the file and the line. Returns the exit code. */
int run_story_read(const char *path, run_story *story);

#endif
