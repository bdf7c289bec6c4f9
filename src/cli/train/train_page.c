/* cli/train/train_page.c - writes the page of `gemmule train --report`. */
#include "cli/train/train_page.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/input/picture.h"
#include "cli/page/page.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum { NOTE_SIZE = 96 };

int train_page_check(const train_flags *flags, const char *const *inputs)
{
    const char *path = flags->report;
    const struct {
        const char *flag, *path;
    } others[] = {{"output", flags->output}, {"log", flags->log}, {"checkpoint", flags->fit.checkpoint}};
    for (size_t i = 0; path != NULL && i < sizeof others / sizeof others[0]; i++) {
        const char *other = others[i].path;
        if (other != NULL && (strcmp(path, other) == 0 || is_same_file(path, other))) {
            return complain(EXIT_USAGE, "--report and --%s are the same file, '%s'; two are needed", others[i].flag,
                            path);
        }
    }
    return path == NULL || output_path_is_usable(path, inputs) ? 0 : EXIT_CREATE;
}

/* True if a run that goes on has a log with lines. */
static bool has_earlier_lines(const train_flags *flags)
{
    struct stat there;
    return flags->fit.resume != NULL && flags->log != NULL && stat(flags->log, &there) == 0 && S_ISREG(there.st_mode) &&
           there.st_size > 0;
}

int train_page_begin(train_run *run)
{
    const train_flags *flags = &run->flags;
    if (!flags->plot && flags->report == NULL) {
        return 0;
    }
    run->watch.story = calloc(1, sizeof *run->watch.story);
    if (run->watch.story == NULL || !run_story_begin(run->watch.story)) {
        return complain(EXIT_MEMORY, "not enough memory for the curves");
    }
    return flags->report != NULL && has_earlier_lines(flags) ? run_story_read(flags->log, run->watch.story) : 0;
}

/* Chooses the samples that the page shows the network on: those that say most about other samples. */
static void choose_data(const train_run *run, page_source *source, char note[NOTE_SIZE])
{
    const train_data *data = &run->data;
    const char *file = run->flags.validation_data; /* or null */
    const struct {
        const gml_dataset *data;
        const char *text, *name;
    } parts[] = {
        {data->test, " of the test part", run->flags.data},
        {data->validation, file != NULL ? "" : " of the validation part", file != NULL ? file : run->flags.data},
        {train_part(data), ", on which it was trained", run->flags.data}};
    size_t part = 0;
    while (parts[part].data == NULL) {
        part++;
    }
    source->data = parts[part].data;
    source->data_name = parts[part].name;
    snprintf(note, NOTE_SIZE, "%zu samples%s", gml_dataset_size(source->data), parts[part].text);
    source->data_note = note;
}

int train_page_write(const train_run *run, train_result *result)
{
    const train_flags *flags = &run->flags;
    if (flags->report == NULL || !run->watch.log.begun) {
        return 0;
    }
    static const char *const unsaved =
        "No model is written, because no epoch has finished. What is said about the network "
        "is about its weights at the end of the run.";
    char note[NOTE_SIZE];
    page_source source = {.log_path = flags->log,
                          .run = run->watch.story,
                          .model_path = result->saved ? flags->output : NULL,
                          .network = run->network,
                          .health = run->health,
                          .notes = &unsaved,
                          .note_count = result->report.kept_epochs > 0 ? 0 : 1,
                          .shape = picture_shape_of(run->network, run->data.all, (picture_shape){.height = 0})};
    choose_data(run, &source, note);
    const int code = page_write(flags->report, &source);
    result->page = code == 0 ? flags->report : NULL;
    return code;
}
