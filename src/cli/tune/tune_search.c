/* cli/tune/tune_search.c - the search of `gemmule tune`: trials with their progress and journal, and the model of the
 * best.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/run/journal.h"
#include "cli/shell/calls.h"
#include "cli/shell/clock.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/shell/output.h"
#include "cli/tune/tune.h"

static const double default_seconds = 30;

/* What the callbacks of a search share. */
typedef struct search_watch {
    const tune_flags *flags;
    gml_search_options options;
    bool higher;
    journal kept;
    tune_result *result;
    size_t best; /* index of the best trial so far */
    double start;
    int failure; /* exit code of a journal that cannot be written */
} search_watch;

/* ---- progress ---- */

/* True if a is better than b: judged, trained for longer, and with the better score. */
static bool is_better(const search_watch *watch, const gml_trial *a, const gml_trial *b)
{
    if (isnan(a->score) || isnan(b->score) || a->horizon != b->horizon) {
        return !isnan(a->score) && (isnan(b->score) || a->horizon > b->horizon);
    }
    return watch->higher ? a->score > b->score : a->score < b->score;
}

static void print_progress(const search_watch *watch, const gml_trial *trial)
{
    const gml_trial *best = &watch->result->trials[watch->best];
    fprintf(stderr, "trial %zu", trial->number);
    if (watch->options.trials > 0) {
        fprintf(stderr, " of %zu", watch->options.trials);
    }
    if (trial->horizon < 1) {
        fprintf(stderr, ", %.3g of its epochs", trial->horizon);
    }
    if (isnan(trial->score)) {
        fputs("  not judged: ", stderr);
        print_text(stderr, trial->message, 0);
    } else {
        fprintf(stderr, "  score %.5g", trial->score);
    }
    if (!isnan(best->score)) {
        fprintf(stderr, "  best %.5g (trial %zu)", best->score, best->number);
    }
    if (watch->options.seconds > 0) {
        fprintf(stderr, "  %.0f s left", fmax(0, watch->options.seconds - (now() - watch->start)));
    }
    fputc('\n', stderr);
}

/* ---- callbacks ---- */

enum { FAILED = -1 };

static int on_trial(void *user, const gml_trial *trial)
{
    search_watch *watch = user;
    tune_result *result = watch->result;
    gml_trial *more = realloc(result->trials, (result->count + 1) * sizeof *more);
    if (more == NULL) {
        watch->failure = complain(EXIT_MEMORY, "not enough memory for the list of trials");
        return FAILED;
    }
    result->trials = more;
    more[result->count++] = *trial;
    watch->best = is_better(watch, trial, &more[watch->best]) ? result->count - 1 : watch->best;
    if (!watch->flags->run.flags.quiet && !trial->reused) {
        print_progress(watch, trial);
    }
    if (watch->kept.file != NULL && !trial->reused) {
        watch->failure = journal_add(&watch->kept, trial);
    }
    return watch->failure != 0 ? FAILED : interrupt();
}

static int on_batch(void *user)
{
    (void)user;
    return interrupt();
}

/* ---- the search ---- */

/* Prints the library's message; its first word becomes the flag. */
static int complain_of_search(const gml_context *context, gml_status status)
{
    const char *message = gml_context_message(context);
    if (strncmp(message, "preparation", strlen("preparation")) == 0) {
        return complain_of_network(context, status);
    }
    const char *word = strncmp(message, "method", 6) == 0   ? "method"
                       : strncmp(message, "metric", 6) == 0 ? "metric"
                                                            : "space";
    char name[16];
    snprintf(name, sizeof name, "--%s", word);
    return complain_of_flag(context, status, word, name);
}

/* Without --trials and --time a search takes half a minute, but a grid until its end. */
static void settle_options(tune_flags *flags, search_watch *watch)
{
    const train_flags *train = &flags->run.flags;
    gml_search_options *options = &watch->options;
    *options = flags->search;
    const bool grid = options->method != NULL && strncmp(options->method, "grid", 4) == 0;
    options->seconds = options->trials == 0 && options->seconds == 0 && !grid ? default_seconds : options->seconds;
    options->folds = train->validation > 0 ? 1 : options->folds;
    options->fraction = train->validation > 0 ? train->validation : 0;
    options->split = train->split;
    options->metric = train->fit.metric;
    options->seed = train->fit.seed;
    options->user = watch;
    options->on_trial = on_trial;
    options->on_batch = on_batch;
}

/* Sets whether a greater score is better, for the progress. */
static void settle_direction(search_watch *watch, gml_context *context)
{
    gml_metric_facts facts = {.higher_is_better = 0};
    if (watch->options.metric != NULL && strcmp(watch->options.metric, "loss") != 0) {
        gml_metric_facts_of(context, watch->options.metric, &facts); /* the search refuses what this does */
    }
    watch->higher = facts.higher_is_better != 0;
}

static int open_journal(search_watch *watch, const train_run *run, const gml_recipe *base)
{
    gml_search_key key;
    if (watch->flags->journal == NULL) {
        return 0;
    }
    const gml_status status =
        gml_search_key_of(run->context, run->data.all, run->data.validation, base, &watch->options, &key);
    if (status != GML_OK) {
        return complain_of_search(run->context, status);
    }
    const int code = journal_open(&watch->kept, watch->flags->journal, &key);
    watch->options.finished = watch->kept.trials;
    watch->options.finished_count = watch->kept.count;
    return code;
}

static int search(search_watch *watch, const train_run *run, const gml_recipe *base)
{
    tune_result *result = watch->result;
    catch_interrupts();
    watch->start = now();
    gml_status status = gml_find_recipe(run->context, run->data.all, run->data.validation, base, &watch->options,
                                        &result->network, &result->search);
    if (watch->failure != 0) {
        return watch->failure;
    }
    if (status != GML_OK) {
        return complain_of_search(run->context, status);
    }
    if (result->search.end == GML_SEARCH_STOPPED) {
        const int code = EXIT_SIGNAL + result->search.stopped;
        return watch->kept.file != NULL
                   ? complain(code, "interrupted; the same command goes on from %s", watch->kept.path)
                   : complain(code, "interrupted, so nothing is written to %s", run->flags.output);
    }
    if (run->data.test != NULL) {
        status = gml_evaluate(result->network, run->data.test, NULL, &result->test);
    }
    if (status == GML_OK) {
        status = gml_model_save(result->network, run->flags.output);
        result->saved = status == GML_OK;
    }
    return status == GML_OK ? 0 : complain_status(run->context, status);
}

/* ---- the command ---- */

static int report(const tune_flags *flags, const gml_recipe *base, tune_result *result)
{
    const train_flags *train = &flags->run.flags;
    tune_sort(result);
    if (!train->quiet) {
        tune_report_text(train->json ? stderr : stdout, flags, base, result);
    }
    return train->json ? tune_report_json(flags, base, result) : 0;
}

static int check_outputs(const tune_flags *flags)
{
    const train_run *run = &flags->run;
    const char *const read[] = {run->path, run->flags.net.file, run->flags.validation_data, run->flags.test_data};
    const char *inputs[MOST_FURTHER_FILES + 5] = {NULL};
    size_t count = run->flags.file.more_count;
    memcpy(inputs, run->flags.file.more, count * sizeof *inputs);
    for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
        inputs[count] = read[i];
        count += read[i] != NULL;
    }
    const bool usable = output_path_is_usable(run->flags.output, inputs) &&
                        (flags->journal == NULL || output_path_is_usable(flags->journal, inputs));
    if (usable && flags->journal != NULL &&
        (strcmp(flags->journal, run->flags.output) == 0 || is_same_file(flags->journal, run->flags.output))) {
        return complain(EXIT_CREATE, "%s is the journal and the model; they are two files", flags->journal);
    }
    return usable ? 0 : EXIT_CREATE;
}

int tune_search(tune_flags *flags)
{
    train_run *run = &flags->run;
    train_recipe base = {.hidden = NULL};
    tune_result result = {.trials = NULL};
    search_watch watch = {.flags = flags, .result = &result};
    run->path = find_data(run->flags.data);
    if (run->path == NULL) {
        return EXIT_NO_INPUT;
    }
    settle_options(flags, &watch);
    int code = check_outputs(flags);
    if (code == 0) {
        code = train_recipe_create(&run->flags, &base);
    }
    if (code == 0) {
        run->flags.validation = 0; /* the search splits the data itself */
        run->flags.split = NULL;
        code = train_prepare(run);
    }
    if (code == 0) {
        settle_direction(&watch, run->context);
        code = open_journal(&watch, run, &base.base);
    }
    if (code == 0) {
        code = search(&watch, run, &base.base);
    }
    if (code == 0) {
        result.target = train_target_of(run->data.all);
        code = report(flags, &base.base, &result);
    }
    journal_close(&watch.kept);
    gml_network_destroy(result.network);
    free(result.trials);
    train_recipe_clear(&base);
    return code;
}
