/* cli/train/train_choice.c - a choice among recipes: for the mean of the best, or for one network that flags need. */
#include <math.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/clock.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/train/train_ensemble.h"

static const double seconds_of_best = 60;

/* ---- the search ---- */

/* Returns settings without "recipe=" at the beginning. */
static const char *without_word(const char *settings)
{
    const size_t length = strlen(recipe_named);
    return settings + (strncmp(settings, recipe_named, length) == 0 ? length : 0);
}

/* Keeps the trial, and prints a line of it. */
static int on_trial(void *user, const gml_trial *trial)
{
    train_run *run = user;
    train_choice *choice = &run->choice;
    if (choice->trial_count < MOST_CANDIDATES) {
        choice->trials[choice->trial_count++] = *trial;
    }
    if (!run->flags.quiet) {
        fprintf(stderr, "%s%zu of the choice  ", progress_overwrites() ? "\r\x1b[K" : "", trial->number);
        print_text(stderr, without_word(trial->assignment), 0);
        fputs("  ", stderr);
        if (isnan(trial->score)) {
            print_text(stderr, trial->message, 0);
        } else {
            fprintf(stderr, "score %.5g", trial->score);
        }
        fputc('\n', stderr);
    }
    return interrupt();
}

/* On a terminal shows that it goes on, ten times a second; called by several threads. */
static int on_batch(void *user)
{
    train_run *run = user;
    train_choice *choice = &run->choice;
    if (!run->flags.quiet && progress_overwrites() && !atomic_flag_test_and_set(&choice->printing)) {
        const double seconds = now() - choice->start;
        if (seconds >= choice->next) {
            fprintf(stderr, "\rchoosing a recipe  %.1f s\x1b[K", seconds);
            choice->next = seconds + 0.1;
        }
        atomic_flag_clear(&choice->printing);
    }
    return interrupt();
}

static gml_search_options search_options(train_run *run)
{
    const train_flags *flags = &run->flags;
    run->choice.start = now();
    return (gml_search_options){.choice = flags->recipe,
                                .seconds = flags->seconds,
                                .split = flags->split,
                                .metric = flags->fit.metric,
                                .seed = flags->fit.seed,
                                .user = run,
                                .on_trial = on_trial,
                                .on_batch = on_batch};
}

static void clear_line(const train_run *run)
{
    if (!run->flags.quiet && progress_overwrites()) {
        fputs("\r\x1b[K", stderr);
    }
}

/* ---- what it found ---- */

/* Writes where trials were judged. */
static void tell_where(const train_run *run, char *text, size_t room)
{
    const size_t folds = run->choice.search.folds;
    if (run->data.validation != NULL) {
        snprintf(text, room, "on --val-data");
    } else if (folds > 1) {
        snprintf(text, room, "over %zu folds", folds);
    } else {
        snprintf(text, room, folds == 1 ? "on a validation part" : "on the samples they were trained on");
    }
}

/* Writes how the winners were found, after what the reason has already. */
static void explain(train_run *run)
{
    train_choice *choice = &run->choice;
    const gml_search_result *found = &choice->search;
    const gml_trial *best = &found->best;
    char where[64], second[96] = "", alone[64] = "", *text = choice->reason + strlen(choice->reason);
    const size_t room = sizeof choice->reason - strlen(choice->reason);
    const char *trained = found->fit.stopped != 0 ? ", and its training ended with the time" : "";
    if (best->number == 0 && found->end == GML_SEARCH_TIME) {
        snprintf(text, room, "the time was over before a trial had ended, so it is the first%s", trained);
        return;
    }
    if (best->number == 0) {
        snprintf(text, room, "%zu samples to judge by and %zu columns leave no choice%s", found->judge_samples,
                 gml_dataset_features(run->data.all), trained);
        return;
    }
    tell_where(run, where, sizeof where);
    if (found->winner_count > 1) {
        snprintf(alone, sizeof alone, "; the first alone has %.5g", best->score);
    }
    if (found->second[0] != '\0' && !isnan(found->mean_second) && !choice->averages) {
        snprintf(second, sizeof second, " (%s %.4f)", found->second, found->mean_second);
    }
    snprintf(text, room, "%sbest of %zu by %s %s: %.5g%s%s", found->winner_count > 1 ? "averaged, the " : "the ",
             found->trials, found->metric, where, found->mean_score, second, alone);
}

/* Writes the settings of the winners: "realmlp + mlp_light". */
static void name_winners(train_choice *choice)
{
    const gml_search_result *found = &choice->search;
    size_t used = 0;
    snprintf(choice->assignment, sizeof choice->assignment, "%s", found->best.assignment);
    for (size_t i = 0; found->winner_count > 1 && i < found->winner_count && used < sizeof choice->assignment; i++) {
        used += (size_t)snprintf(choice->assignment + used, sizeof choice->assignment - used, "%s%s",
                                 i > 0 ? " + " : "", without_word(found->winners[i].assignment));
    }
}

/* ---- for one network ---- */

/* Opens --val-data, by a network that is made for this alone. */
static int open_validation(train_run *run)
{
    int code = run->flags.validation_data != NULL ? train_make_network(run, run->data.all) : 0;
    if (code == 0 && run->network != NULL) {
        code = train_open_others(run->network, &run->flags, run->path, &run->data);
    }
    gml_network_destroy(run->network);
    train_recipe_clear(&run->recipe);
    run->network = NULL;
    return code;
}

/* Trials are judged as the run will be: by their best epoch on one part, or with --val 0 over folds by their last. */
static int search_for_one(train_run *run)
{
    const train_flags *flags = &run->flags;
    const bool held_back = flags->validation != 0 || flags->validation_data != NULL;
    gml_search_options options = search_options(run);
    train_recipe base;
    options.folds = held_back;
    options.fraction = flags->validation > 0 ? flags->validation : 0;
    options.keep_folds = held_back ? GML_CHOICE_YES : GML_CHOICE_NO;
    int code = train_recipe_create(flags, &base);
    if (code == 0) {
        const gml_status status = gml_find_recipe(run->context, run->data.all, run->data.validation, &base.base,
                                                  &options, NULL, &run->choice.search);
        code = status == GML_OK ? 0 : complain_of_recipe(run->context, status);
    }
    train_recipe_clear(&base);
    if (!held_back) {
        run->flags.fit.metric = NULL; /* it has chosen the recipe */
    } else if (run->choice.search.best.number > 0) {
        const bool by_loss = flags->fit.metric == NULL && gml_dataset_task(run->data.all) == GML_TASK_REGRESSION;
        run->flags.fit.metric = by_loss ? NULL : run->choice.search.metric; /* it chooses the epoch, as in the trials */
        if (flags->validation < 0 && flags->validation_data == NULL) {
            run->flags.validation = 0.2; /* the part that it was chosen by */
        }
    }
    return code;
}

static int choose_one(train_run *run)
{
    train_choice *choice = &run->choice;
    catch_interrupts();
    int code = open_validation(run);
    if (code == 0) {
        code = search_for_one(run);
    }
    if (code == 0 && interrupt() != 0) {
        code = complain(EXIT_SIGNAL + interrupt(), "interrupted in the choice of a recipe, so nothing is written to %s",
                        run->flags.output);
    }
    if (code == 0) {
        explain(run);
        name_winners(choice);
    }
    clear_line(run);
    choice->seconds = now() - choice->start;
    return code;
}

int train_settle_choice(train_run *run)
{
    train_choice *choice = &run->choice;
    train_flags *flags = &run->flags;
    const char *reason, *named = train_flag_against_folds(flags, &reason);
    if (flags->seconds == 0 && gml_recipe_takes_time(flags->recipe)) {
        flags->seconds = seconds_of_best;
    }
    choice->averages = named == NULL && flags->ensemble == 0;
    if (choice->averages) {
        return 0; /* it trains the networks itself: train_fit_choice */
    }
    if (named != NULL) {
        snprintf(choice->reason, sizeof choice->reason, "one %s, since %s is given: %s; ",
                 flags->ensemble > 0 ? "recipe" : "network", named, reason);
    }
    if (flags->validation == 0 && flags->validation_data == NULL &&
        (flags->fit.patience > 0 || flags->fit.keep_best == GML_CHOICE_YES)) {
        return complain(EXIT_USAGE, "%s: %s leaves no fold for validation, and --val 0 no other part",
                        flags->fit.patience > 0 ? "--patience" : "--keep best", named != NULL ? named : "--ensemble");
    }
    return choose_one(run);
}

/* ---- for the mean of the best ---- */

/* Replaces the network of the run, which was made to check the flags. */
static gml_status take_network(train_run *run, gml_network *network, train_result *result)
{
    gml_network_destroy(run->network);
    run->network = network;
    result->report = run->choice.search.fit;
    result->report.kept_epochs = result->report.epochs;
    explain(run);
    name_winners(&run->choice);
    return gml_network_set_fact(network, "recipe", run->flags.recipe);
}

gml_status train_fit_choice(train_run *run, train_result *result)
{
    const gml_search_options options = search_options(run);
    gml_network *network = NULL;
    const gml_status status = gml_find_recipe(run->context, run->data.all, run->data.validation, &run->recipe.base,
                                              &options, &network, &run->choice.search);
    clear_line(run);
    return status == GML_OK && network != NULL ? take_network(run, network, result) : status;
}
