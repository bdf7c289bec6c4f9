/* cli/train.c - `gemmule train`: from data to a saved model. */
#include "cli/train/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/run/run_health.h"
#include "cli/run/run_log.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/shell/output.h"
#include "cli/shell/progress.h"
#include "cli/train/train_ensemble.h"
#include "cli/train/train_page.h"

static int on_batch(void *user, const gml_progress *progress)
{
    train_run *run = user;
    train_watch *watch = &run->watch;
    if (progress->epoch == 1 && progress->batch == 1) {
        watch->start_loss = progress->loss;
    }
    progress_batch(&watch->bar, progress);
    run_log_batch(run, progress);
    return interrupt();
}

static int on_epoch(void *user, const gml_progress *progress)
{
    train_run *run = user;
    progress_epoch(&run->watch.bar, progress);
    run_log_epoch(run, progress);
    return interrupt();
}

/* Stores a figure in the facts of the model. NaN is left out. */
static gml_status set_figure(gml_network *network, const char *name, double value)
{
    char text[32];
    snprintf(text, sizeof text, "%.6g", value);
    return isfinite(value) ? gml_network_set_fact(network, name, text) : GML_OK;
}

static gml_status set_figures(gml_network *network, const char *part, const gml_metrics *metrics)
{
    const struct {
        const char *name;
        double value;
    } figures[] = {
        {"loss", metrics->loss}, {"accuracy", metrics->accuracy}, {"rmse", metrics->rmse}, {"r2", metrics->r2}};
    gml_status status = GML_OK;
    for (size_t i = 0; metrics->samples > 0 && status == GML_OK && i < sizeof figures / sizeof figures[0]; i++) {
        char name[32];
        snprintf(name, sizeof name, "%s_%s", part, figures[i].name);
        status = set_figure(network, name, figures[i].value);
    }
    return status;
}

/* Lets a health observe the fit, for a page with figures for each of its lines. */
static gml_status watch_health(train_run *run)
{
    const gml_health_options options =
        run->flags.report != NULL
            ? run_health_options(run->network, &run->flags.fit, gml_dataset_size(train_part(&run->data)))
            : (gml_health_options){.every = 0};
    gml_status status = run->flags.health ? gml_health_create(run->network, &options, &run->health) : GML_OK;
    run->flags.fit.observer = gml_health_observer(run->health);
    return status;
}

/* Runs the fit. Returns the exit code of a failure after which nothing is reported. */
static int fit(train_run *run, train_result *result)
{
    train_watch *watch = &run->watch;
    watch->bar = progress_create(run->flags.quiet, run->flags.fit.metric);
    watch->start_loss = (double)INFINITY;
    const gml_fit_callbacks callbacks = {run, on_batch, on_epoch};
    if (watch_health(run) != GML_OK) {
        return complain_status(run->context, GML_ERROR_MEMORY);
    }
    catch_interrupts();
    result->train_samples = gml_dataset_size(train_part(&run->data));
    train_warn_of_split(run->data.split, result);
    result->target = train_target_of(run->data.all);
    result->status = run->choice.averages      ? train_fit_choice(run, result)
                     : run->flags.ensemble > 0 ? train_fit_ensemble(run, result)
                                               : gml_fit(run->network, train_part(&run->data), run->data.validation,
                                                         &run->flags.fit, &callbacks, &result->report);
    phase_end(&result->phases, PHASE_TRAINING);
    phase_move(&result->phases, PHASE_TRAINING, PHASE_VALIDATION, result->report.validation_seconds);
    phase_move(&result->phases, PHASE_TRAINING, PHASE_SAVING, result->report.checkpoint_seconds);
    progress_clear(&watch->bar);
    result->start_loss = watch->start_loss;
    result->signal = interrupt();
    train_split_checkpoint(&run->flags, run->context, result);
    if (result->status != GML_OK) {
        complain_of_options(run->context, result->status);
    }
    const bool kept = result->status == GML_ERROR_DIVERGED && run->flags.ensemble == 0;
    return result->status == GML_OK || kept ? 0 : exit_code(result->status);
}

/* Calibrates, finds prediction intervals and tests, and warns of a useless fit. A run that diverged or was interrupted
 * is not tested. */
static gml_status measure(const train_run *run, train_result *result)
{
    const bool ended = result->status == GML_OK && result->signal == 0;
    gml_status status = train_calibrate(run, result);
    if (status == GML_OK) {
        status = train_find_intervals(run, result);
    }
    if (run->flags.calibrate || run->flags.interval > 0) {
        phase_end(&result->phases, PHASE_CALIBRATION);
    }
    if (status == GML_OK && ended && run->data.test != NULL) {
        status = gml_evaluate(run->network, run->data.test, NULL, &result->test);
    }
    if (status == GML_OK && ended) {
        const train_parts parts = {train_part(&run->data), run->data.validation, run->data.test};
        status = train_warn(run->network, &run->flags, &parts, result);
    }
    phase_end(&result->phases, PHASE_TEST);
    result->health = run->health;
    if (status == GML_OK && run->health != NULL) {
        status = gml_health_finish(run->health);
        phase_end(&result->phases, PHASE_HEALTH);
    }
    return status;
}

/* Trains, measures and saves. Before the first epoch has finished nothing is saved, so that no better model is
 * overwritten. */
static int train_and_save(train_run *run, train_result *result)
{
    const int code = fit(run, result);
    gml_network *network = run->network; /* an ensemble has taken its place by now */
    if (code != 0) {
        return code;
    }
    gml_status status = measure(run, result);
    if (status == GML_OK) {
        status = set_figures(network, "validation", &result->report.validation);
    }
    if (status == GML_OK) {
        status = set_figures(network, "test", &result->test);
    }
    if (status == GML_OK && result->report.kept_epochs > 0) {
        status = gml_model_save(network, run->flags.output);
        result->saved = status == GML_OK;
    }
    phase_end(&result->phases, PHASE_SAVING);
    return status == GML_OK ? 0 : complain_status(run->context, status);
}

/* Sets the rate that a search suggests; without a suggestion it stays the optimizer's. */
static int choose_rate(train_run *run, train_result *result)
{
    const int code = train_find_rate(run, NULL, &result->rate);
    const int signal = interrupt();
    phase_end(&result->phases, PHASE_RATE);
    if (code == 0 && signal != 0) {
        return complain(EXIT_SIGNAL + signal,
                        "interrupted in the search for a learning rate, so nothing is written to %s",
                        run->flags.output);
    }
    if (code == 0 && result->rate.rate > 0) {
        run->flags.fit.learning_rate = result->rate.rate;
    }
    if (code == 0 && !run->flags.quiet) {
        print_rate_choice(stderr, &result->rate);
    }
    return code;
}

static void print_curves(FILE *stream, const run_curves *curves)
{
    fputc('\n', stream);
    run_plot_print(stream, &curves, 1);
}

/* Full-batch optimizers take no --on-divergence halve and no --clip-norm. */
static const char *divergence_remedy(const train_flags *flags, const gml_fit_report *report)
{
    return report->full_batch != 0 ? "a smaller --lr or scaled inputs (--scale standard)"
           : flags->fit.halvings > 0
               ? "a smaller --lr, --clip-norm 1, or scaled inputs (--scale standard)"
               : "--on-divergence halve, a smaller --lr, --clip-norm 1, or scaled inputs (--scale standard)";
}

/* Prints the report. `files`: the exit code of the log and the page. */
static int report(const train_run *run, const train_result *result, int files)
{
    const train_flags *flags = &run->flags;
    if (!flags->quiet) {
        train_report_text(flags->json ? stderr : stdout, flags, run->network, result);
    }
    if (flags->plot && run_curves_exist(&run->watch.story->curves)) {
        print_curves(flags->json ? stderr : stdout, &run->watch.story->curves);
    }
    const int code = result->status == GML_ERROR_DIVERGED ? EXIT_DIVERGED
                     : result->signal != 0                ? EXIT_SIGNAL + result->signal
                     : result->checkpoint != GML_OK       ? exit_code(result->checkpoint)
                                                          : files;
    if (result->status == GML_ERROR_DIVERGED && result->saved) {
        complain(code, "the weights after epoch %zu are in %s; try %s", result->report.kept_epochs, flags->output,
                 divergence_remedy(flags, &result->report));
    } else if (result->status == GML_ERROR_DIVERGED) {
        complain(code, "no epoch has ended with a finite loss, so nothing is written to %s; try %s", flags->output,
                 divergence_remedy(flags, &result->report));
    } else if (!result->saved && run->choice.averages) {
        complain(code, "interrupted in the choice of a recipe, so nothing is written to %s", flags->output);
    } else if (!result->saved && flags->ensemble > 0) {
        complain(code, "interrupted before the first network was trained, so nothing is written to %s", flags->output);
    } else if (!result->saved) {
        complain(code, "interrupted before the end of the first epoch, so nothing is written to %s", flags->output);
    }
    if (result->signal != 0 && result->resumable) {
        complain(code, "the same command with --resume %s goes on", flags->fit.checkpoint);
    }
    const int failure = flags->json ? print_json(train_report_object(flags, run->network, result)) : 0;
    return failure != 0 ? failure : code;
}

/* Checks that the files of the run can be written, and are none of those that it reads. On failure prints a message.
 * Returns the exit code. */
static int check_outputs(const train_run *run)
{
    const train_flags *flags = &run->flags;
    const char *const read[] = {run->path, flags->net.file, flags->validation_data, flags->test_data};
    const char *inputs[MOST_FURTHER_FILES + 6] = {NULL};
    size_t count = flags->file.more_count;
    memcpy(inputs, flags->file.more, count * sizeof *inputs);
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        inputs[count] = read[i];
        count += read[i] != NULL;
    }
    int code = train_check_checkpoint(flags, inputs); /* may be the file that is resumed */
    inputs[count] = flags->fit.resume;
    if (code == 0) {
        code = run_log_check(flags, inputs);
    }
    if (code == 0) {
        code = train_page_check(flags, inputs);
    }
    return code == 0 && !output_path_is_usable(flags->output, inputs) ? EXIT_CREATE : code;
}

static int train(train_run *run)
{
    train_result result = {.status = GML_OK, .choice = &run->choice};
    phases_begin(&result.phases);
    run->path = find_data(run->flags.data);
    if (run->path == NULL) {
        return EXIT_NO_INPUT;
    }
    int code = check_outputs(run);
    if (code == 0) {
        code = train_page_begin(run);
    }
    if (code == 0) {
        code = train_prepare(run);
    }
    if (code == 0) {
        code = train_check_calibration(run);
    }
    if (code == 0) {
        code = train_check_intervals(run);
    }
    phase_end(&result.phases, PHASE_READING);
    phase_move(&result.phases, PHASE_READING, PHASE_RECIPE, run->choice.seconds);
    if (code == 0 && run->flags.rate_auto) {
        code = choose_rate(run, &result);
    }
    if (code != 0) {
        return code;
    }
    code = train_and_save(run, &result);
    const int log = run_log_end(run, &result);
    const int page = train_page_write(run, &result);
    code = code != 0 ? code : report(run, &result, log != 0 ? log : page);
    free(result.members);
    clear_interval_report(&result.intervals);
    return code;
}

int run_train(int argc, char **argv)
{
    static train_run run;        /* too large for the stack: it has the list of hidden layers */
    memset(&run, 0, sizeof run); /* clears an earlier call in the same process */
    run.words = (const char *const *)argv + 1;
    train_flags_parse(argc, argv, &run.flags);
    const int code = train(&run);
    train_clear(&run);
    return code;
}
