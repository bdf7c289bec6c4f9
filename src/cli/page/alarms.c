/* cli/page/alarms.c - the section of alarms: of the health of the network, and the warnings of the run. */
#include <string.h>

#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/page/page.h"
#include "cli/run/run_health.h"
#include "cli/run/run_story.h"

/* Begins an item of the list. The word for its kind and the text may be of any source. */
static void write_item(FILE *stream, const char *look, const char *kind, const char *text)
{
    fprintf(stream, "<li class=\"%s\"><span class=\"kind\">", look);
    html_text(stream, kind);
    fputs("</span> <p>", stream);
    html_prose(stream, text);
    fputs("</p>", stream);
}

static void end_item(FILE *stream)
{
    fputs("</li>\n", stream);
}

/* ---- the run ---- */

/* Why a run ended before its last epoch; null if it did not. */
static const char *end_of(const run_story *run)
{
    static const struct {
        const char *status, *text;
    } ends[] = {{"interrupted", "The run was interrupted by a signal before its last epoch."},
                {"diverged", "The run diverged: the loss was no longer finite. A smaller learning rate, clipped "
                             "gradients or scaled inputs may help."},
                {"failed", "The run failed; the program has printed why."}};
    const char *status = member_text(run->result, "status");
    if (run->result == NULL) {
        return "The log has no result: the run was killed, or it is not finished yet. The page shows what the log has.";
    }
    for (size_t i = 0; status != NULL && i < sizeof ends / sizeof ends[0]; i++) {
        if (strcmp(status, ends[i].status) == 0) {
            return ends[i].text;
        }
    }
    return NULL;
}

static void write_end(FILE *stream, const run_story *run)
{
    const char *end = end_of(run);
    if (end != NULL) {
        write_item(stream, "alarm", "run", end);
        end_item(stream);
    }
}

static void write_warnings(FILE *stream, const run_story *run)
{
    const json_t *warning;
    size_t i;
    json_array_foreach(json_object_get(run->result, "warnings"), i, warning)
    {
        write_item(stream, "warning", "warning", json_string_value(warning));
        end_item(stream);
    }
}

/* ---- health ---- */

enum { MOST_LISTED = 24 }; /* units */

static void write_units(FILE *stream, const json_t *alarm)
{
    const json_t *units = json_object_get(alarm, "units");
    const size_t listed = json_array_size(units);
    const double count = member_number(alarm, "count");
    if (listed == 0) {
        return;
    }
    fputs("<p class=\"units\">units (from 0)", stream);
    for (size_t i = 0; i < listed && i < MOST_LISTED; i++) {
        fprintf(stream, "%s %" JSON_INTEGER_FORMAT, i > 0 ? "," : "", json_integer_value(json_array_get(units, i)));
    }
    fprintf(stream, "%s</p>", listed > MOST_LISTED || count > (double)listed ? ", …" : "");
}

/* Adds the kind and the layer of an alarm to those that are written. False if it was there. */
static bool add_alarm(json_t *written, const json_t *alarm)
{
    char key[96];
    const char *kind = member_text(alarm, "kind");
    snprintf(key, sizeof key, "%.0f %.64s", member_number(alarm, "layer"), kind != NULL ? kind : "");
    return json_object_get(written, key) == NULL && json_object_set_new_nocheck(written, key, json_true()) == 0;
}

enum { MOST_ALARMS = 100 };

/* Writes the alarms of a line of health that are not written yet. */
static void write_health(FILE *stream, const json_t *health, json_t *written)
{
    const json_t *alarm;
    const size_t before = json_object_size(written);
    size_t i;
    json_array_foreach(json_object_get(health, "alarms"), i, alarm)
    {
        if (add_alarm(written, alarm) && json_object_size(written) <= MOST_ALARMS) {
            write_item(stream, "alarm", member_text(alarm, "kind"), member_text(alarm, "text"));
            write_units(stream, alarm);
            end_item(stream);
        }
    }
    if (json_object_size(written) > before && json_object_size(written) > MOST_ALARMS) {
        const size_t shown = before < MOST_ALARMS ? MOST_ALARMS : before;
        char text[64];
        snprintf(text, sizeof text, "and %zu more alarms of other layers or kinds", json_object_size(written) - shown);
        write_item(stream, "alarm", "health", text);
        end_item(stream);
    }
}

enum { MOST_EARLIER = 32 };

/* Alarms of earlier epochs that do not hold any more, each at its last epoch, the latest first. */
static void write_earlier(FILE *stream, const json_t *lines, json_t *written)
{
    const json_t *alarm;
    size_t count = 0, i;
    for (size_t line = json_array_size(lines); line > 0 && count < MOST_EARLIER; line--) {
        const json_t *health = json_array_get(lines, line - 1);
        json_array_foreach(json_object_get(health, "alarms"), i, alarm)
        {
            if (count < MOST_EARLIER && add_alarm(written, alarm)) {
                char kind[96];
                const char *name = member_text(alarm, "kind");
                snprintf(kind, sizeof kind, "%.40s until epoch %.0f", name != NULL ? name : "",
                         member_number(health, "epoch"));
                write_item(stream, "past", kind, member_text(alarm, "text"));
                end_item(stream);
                count++;
            }
        }
    }
}

/* ---- the section ---- */

/* That there are no alarms, or that nobody looked. */
static void write_verdict(FILE *stream, bool observed)
{
    write_item(stream, observed ? "good" : "missing", "health",
               observed
                   ? "No alarms: the layers and the units are healthy by the rules that “gemmule list alarms” prints."
                   : "Not observed. “gemmule train --health” observes it while a network trains, and “gemmule "
                     "report” measures it where it has the model and data.");
    end_item(stream);
}

static void write_notes(FILE *stream, const page_source *source)
{
    for (size_t i = 0; i < source->note_count; i++) {
        write_item(stream, "missing", "missing", source->notes[i]);
        end_item(stream);
    }
}

int page_alarms(FILE *stream, const page_source *source)
{
    const bool ensemble = gml_network_members(source->network) > 0;
    const json_t *lines = source->run != NULL ? source->run->health : NULL;
    json_t *measured = source->health != NULL ? run_health_line(source->network, source->health, 1) : NULL;
    json_t *written = json_object();
    fputs("<ul class=\"alarms\">\n", stream);
    if (source->run != NULL) {
        write_end(stream, source->run);
    }
    write_health(stream, last_health(lines), written);
    write_health(stream, measured, written);
    if (ensemble) {
        write_item(stream, "missing", "health",
                   "Not measured: health is of one network, and this model is an ensemble.");
        end_item(stream);
    } else if (json_object_size(written) == 0) {
        write_verdict(stream, json_array_size(lines) > 0 || member_number(measured, "samples") > 0);
    }
    if (source->run != NULL) {
        write_warnings(stream, source->run);
    }
    write_earlier(stream, lines, written);
    write_notes(stream, source);
    fputs("</ul>\n", stream);
    json_decref(measured);
    json_decref(written);
    return 0;
}
