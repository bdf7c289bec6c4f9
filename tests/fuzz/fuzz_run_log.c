/* tests/fuzz/fuzz_run_log.c - the log of a run of training.
 *
 * The input is the file. A log that is read makes a story whose curves and health keep their bounds, in the order of
 * epochs; one that is refused has a message with the file's name. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/run/run_health.h"
#include "cli/run/run_read.h"
#include "cli/run/run_story.h"
#include "cli/shell/exit.h"
#include "fuzz.h"

static const char name[] = "run.jsonl";
static size_t complaints;

/* In place of the program's, which prints. */
int complain(int code, const char *format, ...)
{
    char text[SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fuzz_check(strncmp(text, name, sizeof name - 1) == 0, "a message begins with the name of the file");
    complaints++;
    return code;
}

static void check_curves(const run_curves *curves)
{
    for (size_t i = 0; i < RUN_CURVES; i++) {
        const run_curve *curve = &curves->curve[i];
        fuzz_check(curve->count <= CURVE_POINTS && curve->pending == 0, "a curve has a bounded number of points");
        for (size_t k = 0; k < curve->count; k++) {
            fuzz_check(isfinite(curve->x[k]), "a point has a place");
        }
    }
}

static void check_layer(const json_t *layer)
{
    for (const run_health_figure *row = run_health_figures; row->name != NULL; row++) {
        const json_t *value = json_object_get(layer, row->name);
        fuzz_check(json_is_number(value) || (!row->count && json_is_null(value)), "a figure is a number or null");
    }
    const json_t *bins = json_object_get(layer, "histogram");
    fuzz_check(json_array_size(bins) == GML_HEALTH_BINS, "a histogram has all bins");
}

static void check_alarm(const json_t *alarm)
{
    const json_t *units = json_object_get(alarm, "units");
    fuzz_check(json_is_string(json_object_get(alarm, "kind")) && json_is_string(json_object_get(alarm, "text")),
               "an alarm has texts");
    fuzz_check(json_is_array(units) && json_array_size(units) <= MOST_ALARM_UNITS, "an alarm lists some units");
}

static void check_health(const run_story *story)
{
    size_t i, k, layers = 0;
    json_int_t before = 0;
    const json_t *line, *entry;
    json_array_foreach(story->health, i, line)
    {
        const json_int_t epoch = json_integer_value(json_object_get(line, "epoch"));
        fuzz_check(epoch > before, "health is in the order of epochs");
        before = epoch;
        json_array_foreach(json_object_get(line, "layers"), k, entry)
        {
            check_layer(entry);
            layers++;
        }
        json_array_foreach(json_object_get(line, "alarms"), k, entry)
        {
            check_alarm(entry);
        }
    }
    fuzz_check(i <= MOST_STORY_LINES && (i <= 2 || layers <= MOST_STORY_LAYERS), "a story has a bounded size");
}

static const char *take(void *story, const json_t *line)
{
    return run_story_take(story, line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static run_story story;
    FILE *file = size > 0 ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
    if (file == NULL || !run_story_begin(&story)) {
        return 0;
    }
    complaints = 0;
    const int code = run_read_stream(file, name, take, &story);
    fclose(file);
    fuzz_check(code == 0 || (code == EXIT_DATA && complaints > 0), "a log is read, or refused with a message");
    run_story_finish(&story);
    check_curves(&story.curves);
    check_health(&story);
    run_story_clear(&story);
    return 0;
}
