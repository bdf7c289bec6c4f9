/* cli/run/run_log.c - writes the log of a run of training. */
#include "cli/run/run_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/run/run_health.h"
#include "cli/run/run_lines.h"
#include "cli/run/run_story.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

static bool names(const char *path, const char *other)
{
    return other != NULL && (strcmp(path, other) == 0 || is_same_file(path, other));
}

int run_log_check(const train_flags *flags, const char *const *inputs)
{
    struct stat there;
    const char *path = flags->log;
    if (path == NULL) {
        return 0;
    }
    if (names(path, flags->output) || names(path, flags->fit.checkpoint)) {
        return complain(EXIT_USAGE, "--log and --%s are the same file, '%s'; two are needed",
                        names(path, flags->output) ? "output" : "checkpoint", path);
    }
    if (stat(path, &there) == 0 && (S_ISCHR(there.st_mode) || S_ISFIFO(there.st_mode))) {
        return 0;
    }
    return output_path_is_usable(path, inputs) ? 0 : EXIT_CREATE;
}

/* ---- the file ---- */

static void fail(train_run *run, const char *what)
{
    run_log *log = &run->watch.log;
    const int reason = errno;
    log->failed = true;
    progress_clear(&run->watch.bar);
    complain(0, "warning: cannot %s '%s': %s; training goes on without a log", what, run->flags.log, strerror(reason));
    if (log->file >= 0) {
        const int cut = ftruncate(log->file, log->length); /* no half of a line; fails for a pipe */
        (void)cut;
        close(log->file);
        log->file = -1;
    }
}

/* The length up to the end of the last line. A run that was killed may have left a part of a line. */
static off_t whole_lines(int file)
{
    char block[4096];
    off_t end = lseek(file, 0, SEEK_END);
    while (end > 0) {
        const size_t size = end < (off_t)sizeof block ? (size_t)end : sizeof block;
        const off_t first = end - (off_t)size;
        if (pread(file, block, size, first) != (ssize_t)size) {
            return end;
        }
        for (size_t i = size; i > 0; i--) {
            if (block[i - 1] == '\n') {
                return first + (off_t)i;
            }
        }
        end = first;
    }
    return end;
}

static void open_file(train_run *run)
{
    run_log *log = &run->watch.log;
    struct stat there;
    const bool device = stat(run->flags.log, &there) == 0 && !S_ISREG(there.st_mode);
    const bool append = run->flags.fit.resume != NULL && !device;
    log->file = open(run->flags.log, O_CREAT | O_CLOEXEC | (append ? O_RDWR : O_WRONLY | O_TRUNC), 0666);
    if (log->file < 0) {
        fail(run, "open");
    }
    if (log->file >= 0 && append) {
        log->length = whole_lines(log->file);
        if (ftruncate(log->file, log->length) != 0 || lseek(log->file, log->length, SEEK_SET) < 0) {
            fail(run, "append to");
        }
    }
}

/* Writes a line in one call if the system takes it. Returns false with an errno. */
static bool write_all(int file, const char *text, size_t size)
{
    while (size > 0) {
        const ssize_t written = write(file, text, size);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Writes an object as a line, adds it to the story, and releases it. */
static void put(train_run *run, json_t *object)
{
    run_log *log = &run->watch.log;
    if (run->watch.story != NULL && object != NULL) {
        run_story_take(run->watch.story, object);
    }
    char *text = log->file >= 0 && object != NULL ? json_dumps(object, JSON_REAL_PRECISION(12)) : NULL;
    json_decref(object);
    if (log->file < 0) {
        return;
    }
    const size_t length = text != NULL ? strlen(text) : 0;
    errno = ENOMEM;
    if (text == NULL) {
        fail(run, "write");
        return;
    }
    text[length] = '\n'; /* in place of the terminating zero */
    if (write_all(log->file, text, length + 1)) {
        log->length += (off_t)length + 1;
    } else {
        fail(run, "write");
    }
    free(text);
}

/* ---- the lines ---- */

/* Steps from one line to the next. */
static size_t thinning(const train_run *run, const gml_progress *first)
{
    const gml_train_options *fit = &run->flags.fit;
    const size_t accumulate = fit->accumulate > 1 ? fit->accumulate : 1;
    const size_t steps_of_epoch = (first->batches - 1) / accumulate + 1;
    const double every = (double)steps_of_epoch * (double)fit->epochs / MOST_STEP_LINES;
    return every <= 1 ? 1 : (size_t)every + ((double)(size_t)every < every);
}

/* The line of health of an epoch, if it is due and there are new figures. */
static void put_health(train_run *run, size_t epoch)
{
    run_log *log = &run->watch.log;
    gml_health_summary summary;
    if (run->health == NULL || epoch < log->health_next || gml_health_summarize(run->health, &summary) != GML_OK ||
        summary.epoch == log->health_epoch) {
        return;
    }
    log->health_epoch = summary.epoch;
    log->health_next = epoch + log->health_every;
    put(run, run_health_line(run->network, run->health, epoch));
}

static bool is_wanted(const train_run *run)
{
    return run->flags.log != NULL || run->watch.story != NULL;
}

static void begin(train_run *run, const gml_progress *first)
{
    run_log *log = &run->watch.log;
    if (log->begun) {
        return;
    }
    log->begun = true;
    log->file = -1;
    log->every = first != NULL ? thinning(run, first) : 1;
    log->health_every = run_health_every(run->network, run->flags.fit.epochs);
    if (run->flags.log != NULL) {
        open_file(run);
    }
    put(run, config_line(run, first));
}

void run_log_batch(train_run *run, const gml_progress *progress)
{
    if (!is_wanted(run)) {
        return;
    }
    begin(run, progress);
    run->watch.log.epoch = progress->epoch;
    const bool due = progress->steps == 1 || progress->steps % run->watch.log.every == 0;
    if (due && ended_step(progress, run->flags.fit.accumulate)) {
        put(run, step_line(progress));
    }
}

void run_log_epoch(train_run *run, const gml_progress *progress)
{
    if (is_wanted(run)) {
        begin(run, progress); /* a run may go on at the end of an epoch */
        run->watch.log.epoch = progress->epoch;
        put(run, epoch_line(progress));
        put_health(run, progress->epoch);
    }
}

int run_log_end(train_run *run, const train_result *result)
{
    run_log *log = &run->watch.log;
    if (!is_wanted(run) || (!log->begun && result->status != GML_OK)) {
        return 0;
    }
    begin(run, NULL);
    if (run->watch.story != NULL) {
        run_story_finish(run->watch.story);
    }
    if (run->health != NULL && log->epoch > 0) {
        put(run, run_health_line(run->network, run->health, log->epoch)); /* with the spectra at the end */
    }
    put(run, result_line(result, run->flags.fit.epochs, train_report_object(&run->flags, run->network, result)));
    if (log->file >= 0 && close(log->file) != 0) {
        log->file = -1;
        fail(run, "write");
    }
    return log->failed ? EXIT_IO : 0;
}
