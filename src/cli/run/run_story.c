/* cli/run/run_story.c - takes the lines of a log as the story of a run. */
#include "cli/run/run_story.h"

#include <string.h>

#include "cli/run/run_health.h"
#include "cli/run/run_read.h"
#include "cli/shell/exit.h"

bool run_story_begin(run_story *story)
{
    memset(story, 0, sizeof *story);
    story->health = json_array();
    return story->health != NULL;
}

void run_story_finish(run_story *story)
{
    run_curves_finish(&story->curves);
}

void run_story_clear(run_story *story)
{
    json_decref(story->config);
    json_decref(story->result);
    json_decref(story->health);
    memset(story, 0, sizeof *story);
}

/* ---- health ---- */

static json_int_t epoch_of(const json_t *line)
{
    return json_integer_value(json_object_get(line, "epoch"));
}

static json_int_t epoch_at(const run_story *story, size_t index)
{
    return epoch_of(json_array_get(story->health, index));
}

/* Removes the health of this epoch and of later ones. */
static void cut_health(run_story *story, json_int_t epoch)
{
    size_t count = json_array_size(story->health);
    while (count > 0 && epoch_at(story, count - 1) >= epoch) {
        json_array_remove(story->health, --count);
    }
}

static size_t layers_of(const json_t *line)
{
    return json_array_size(json_object_get(line, "layers"));
}

static bool is_full(const run_story *story)
{
    const size_t count = json_array_size(story->health);
    size_t layers = 0, i;
    const json_t *line;
    json_array_foreach(story->health, i, line)
    {
        layers += layers_of(line);
    }
    return count > 2 && (count > MOST_STORY_LINES || layers > MOST_STORY_LAYERS);
}

/* Removes the line whose neighbours are nearest to each other. There are at least three. */
static void remove_nearest(run_story *story)
{
    const size_t count = json_array_size(story->health);
    size_t found = 1;
    for (size_t i = 2; i + 1 < count; i++) {
        if (epoch_at(story, i + 1) - epoch_at(story, i - 1) < epoch_at(story, found + 1) - epoch_at(story, found - 1)) {
            found = i;
        }
    }
    json_array_remove(story->health, found);
}

static const char *take_health(run_story *story, const json_t *line)
{
    const char *wrong = "there is not enough memory for this line";
    json_t *copy = run_health_copy(line, &wrong);
    if (copy == NULL) {
        return wrong;
    }
    cut_health(story, epoch_of(copy));
    if (json_array_append_new(story->health, copy) != 0) {
        return wrong;
    }
    while (is_full(story)) {
        remove_nearest(story);
    }
    return NULL;
}

/* ---- the other lines ---- */

/* Keeps a line in place of an earlier one. */
static const char *keep(json_t **kept, const json_t *line)
{
    json_t *copy = json_deep_copy(line);
    if (copy == NULL) {
        return "there is not enough memory for this line";
    }
    json_decref(*kept);
    *kept = copy;
    return NULL;
}

static void forget_result(run_story *story)
{
    json_decref(story->result);
    story->result = NULL;
}

static const char *take_config(run_story *story, const json_t *line)
{
    story->resumed += json_is_object(json_object_get(line, "resumed"));
    forget_result(story); /* the run goes on */
    return keep(&story->config, line);
}

/* A step or an epoch. */
static const char *take_progress(run_story *story, const json_t *line)
{
    cut_health(story, epoch_of(line));
    forget_result(story);
    return NULL;
}

const char *run_story_take(run_story *story, const json_t *line)
{
    const char *wrong = run_curves_take(&story->curves, line);
    if (wrong != NULL) {
        return wrong;
    }
    const char *type = json_string_value(json_object_get(line, "type"));
    return strcmp(type, "config") == 0                               ? take_config(story, line)
           : strcmp(type, "step") == 0 || strcmp(type, "epoch") == 0 ? take_progress(story, line)
           : strcmp(type, "health") == 0                             ? take_health(story, line)
           : strcmp(type, "result") == 0                             ? keep(&story->result, line)
                                                                     : NULL;
}

static const char *take(void *into, const json_t *line)
{
    return run_story_take(into, line);
}

int run_story_read(const char *path, run_story *story)
{
    const int code = run_read_lines(path, take, story);
    if (code == 0 && story->config == NULL) {
        return complain(EXIT_DATA,
                        "%s: there is no line of type 'config' in it: this is no log of `gemmule train --log'", path);
    }
    return code;
}
