/* cli/train/train_recipe.c - the recipe of a run: by its name, or by a choice among recipes. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/train/train.h"

enum { MOST_RECIPES = 64 };

static const char named[] = "recipe="; /* begins the assignment of a recipe without other values */

/* ---- flags ---- */

/* A name of the table, or settings, which have "=". */
static void read_recipe(const flag *row, const char *text, void *field)
{
    const char *names[MOST_RECIPES + 1] = {NULL};
    for (size_t i = 0; i < MOST_RECIPES && gml_recipe_entry(i) != NULL; i++) {
        names[i] = gml_recipe_entry(i)->name;
    }
    if (strchr(text, '=') == NULL) {
        flag_word(row, text, names);
    }
    *(const char **)field = text;
}

const flag recipe_table[] = {{"recipe", "NAME", "recipe (plain); see `gemmule list recipes'", GROUP_TRAINING | MAIN,
                              read_recipe, .field = offsetof(train_flags, recipe)},
                             {0}};

bool train_chooses(const train_flags *flags)
{
    return gml_recipe_winners(flags->recipe) > 0;
}

bool train_averages(const train_flags *flags)
{
    return gml_recipe_winners(flags->recipe) > 1;
}

void train_check_recipe_flags(const train_flags *flags)
{
    const struct {
        bool given;
        const char *flag, *reason;
    } refused[] = {
        {flags->validation == 0 && flags->validation_data == NULL, "--val 0", "it leaves nothing to choose by"},
        {flags->rate_auto, "--lr auto", "the recipes have their rates"},
        {flags->calibrate, "--calibrate", "all samples are trained on, and none are left to calibrate by"},
        {flags->validation_data == NULL && flags->interval > 0, "--interval",
         "all samples are trained on, and none are left to find intervals by; --val-data holds samples back"},
        {flags->validation_data == NULL && flags->fit.patience > 0, "--patience",
         "all samples are trained on, and none are left to judge epochs by"},
        {flags->validation_data == NULL && flags->fit.keep_best == GML_CHOICE_YES, "--keep best",
         "all samples are trained on, and none are left to judge epochs by"},
    };
    if (flags->seconds > 0 && !train_averages(flags)) {
        refuse("--time is the time that --recipe best may take, which is not given");
    }
    for (size_t i = 0; train_chooses(flags) && i < sizeof refused / sizeof refused[0]; i++) {
        if (refused[i].given) {
            refuse("--recipe %s chooses among recipes and trains the best: %s does not go with it: %s", flags->recipe,
                   refused[i].flag, refused[i].reason);
        }
    }
}

int complain_of_recipe(const gml_context *context, gml_status status)
{
    static const char *const words[] = {"recipe", "assignment", NULL};
    const char *const *word = words;
    while (word[1] != NULL && strncmp(gml_context_message(context), *word, strlen(*word)) != 0) {
        word++;
    }
    return complain_of_flag(context, status, *word, "--recipe");
}

/* ---- the choice ---- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
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
        fprintf(stderr, "%zu of the choice  ", choice->trial_count);
        print_text(stderr, trial->assignment, 0);
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

static int on_batch(void *user)
{
    (void)user;
    return interrupt();
}

void train_explain_choice(train_run *run)
{
    train_choice *choice = &run->choice;
    const gml_search_result *found = &choice->search;
    const gml_trial *best = &found->best;
    char where[64] = "on the samples they were trained on", second[96] = "";
    if (best->number == 0 && found->end == GML_SEARCH_TIME) {
        snprintf(choice->reason, sizeof choice->reason,
                 "the time was over before a trial had ended, so it is the first");
        return;
    }
    if (best->number == 0) {
        snprintf(choice->reason, sizeof choice->reason, "%zu samples are too few to choose by",
                 gml_dataset_size(run->data.validation != NULL ? run->data.validation : run->data.all));
        return;
    }
    if (run->data.validation != NULL) {
        snprintf(where, sizeof where, "on --val-data");
    } else if (found->folds > 1) {
        snprintf(where, sizeof where, "over %zu folds", found->folds);
    } else if (found->folds == 1) {
        snprintf(where, sizeof where, "on a validation part");
    }
    if (found->second[0] != '\0' && !isnan(best->second)) {
        snprintf(second, sizeof second, " (%s %.4f)", found->second, best->second);
    }
    char mean[48] = "";
    if (found->members > 1) {
        snprintf(mean, sizeof mean, "and %zu more, averaged; ", found->members - 1);
    }
    snprintf(choice->reason, sizeof choice->reason, "%sthe best of %zu by %s %s: %.5g%s", mean, found->trials,
             found->metric, where, best->score, second);
}

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

gml_search_options train_choice_options(train_run *run)
{
    const train_flags *flags = &run->flags;
    return (gml_search_options){.choice = flags->recipe,
                                .seconds = flags->seconds,
                                .folds = flags->validation > 0 ? 1 : 0,
                                .fraction = flags->validation > 0 ? flags->validation : 0,
                                .split = flags->split,
                                .metric = flags->fit.metric,
                                .seed = flags->fit.seed,
                                .user = run,
                                .on_trial = on_trial,
                                .on_batch = on_batch};
}

static int search(train_run *run)
{
    const train_flags *flags = &run->flags;
    const gml_search_options options = train_choice_options(run);
    train_recipe base;
    int code = train_recipe_create(flags, &base);
    if (code == 0) {
        const gml_status status = gml_find_recipe(run->context, run->data.all, run->data.validation, &base.base,
                                                  &options, NULL, &run->choice.search);
        code = status == GML_OK ? 0 : complain_of_recipe(run->context, status);
    }
    train_recipe_clear(&base);
    return code;
}

/* The winner is trained as its trials were: to the last epoch. */
static void settle_fit(train_flags *flags, const train_data *data)
{
    if (flags->fit.keep_best == GML_CHOICE_AUTO) {
        flags->fit.keep_best = GML_CHOICE_NO;
    }
    if (data->validation == NULL) {
        flags->fit.metric = NULL; /* it has chosen the recipe */
    }
}

static int choose(train_run *run)
{
    train_choice *choice = &run->choice;
    const double start = now();
    catch_interrupts();
    int code = open_validation(run);
    if (code == 0) {
        code = search(run);
    }
    if (code == 0 && interrupt() != 0) {
        code = complain(EXIT_SIGNAL + interrupt(), "interrupted in the choice of a recipe, so nothing is written to %s",
                        run->flags.output);
    }
    if (code == 0) {
        train_explain_choice(run);
        settle_fit(&run->flags, &run->data);
        snprintf(choice->assignment, sizeof choice->assignment, "%s", choice->search.best.assignment);
    }
    choice->seconds = now() - start;
    return code;
}

int train_settle_recipe(train_run *run)
{
    train_flags *flags = &run->flags;
    train_choice *choice = &run->choice;
    const bool by_default = flags->recipe == NULL && flags->recipe_default;
    if (by_default) {
        flags->recipe = train_default_recipe(flags, run->data.all, &choice->why);
        choice->plain = strcmp(flags->recipe, "plain") == 0;
    }
    if (train_chooses(flags) && !train_averages(flags)) {
        return choose(run);
    }
    if (train_averages(flags)) {
        return 0; /* the search trains the networks itself: train_fit_best */
    }
    if (flags->recipe == NULL || choice->plain) {
        return 0;
    }
    const int length = snprintf(choice->assignment, sizeof choice->assignment, "%s%s",
                                strchr(flags->recipe, '=') != NULL ? "" : named, flags->recipe);
    return length >= 0 && (size_t)length < sizeof choice->assignment
               ? 0
               : complain(EXIT_USAGE, "--recipe: it has more than %d characters", GML_ASSIGNMENT_SIZE - 1);
}

/* ---- the report ---- */

/* Returns the name of the recipe, or its settings; null: there is none. */
static const char *shown(const train_choice *choice)
{
    const bool alone = strncmp(choice->assignment, named, strlen(named)) == 0;
    return choice->plain                   ? "plain"
           : choice->assignment[0] == '\0' ? NULL
                                           : choice->assignment + (alone ? strlen(named) : 0);
}

void print_recipe(FILE *stream, const train_choice *choice)
{
    if (shown(choice) == NULL) {
        return;
    }
    fprintf(stream, "%-12s", "recipe");
    print_text(stream, shown(choice), 0);
    if (choice->reason[0] != '\0') {
        fprintf(stream, ": %s", choice->reason);
    }
    if (choice->why != NULL) {
        fprintf(stream, "%s the default for %s", choice->reason[0] != '\0' ? ";" : ":", choice->why);
    }
    fputc('\n', stream);
}

json_t *recipe_json(const train_choice *choice)
{
    if (shown(choice) == NULL) {
        return json_null();
    }
    json_t *trials = json_array();
    for (size_t i = 0; i < choice->trial_count; i++) {
        const gml_trial *trial = &choice->trials[i];
        json_array_append_new(trials, json_pack("{so so so so}", "settings", json_text(trial->assignment), "score",
                                                json_number(trial->score), "second", json_number(trial->second),
                                                "message", json_text(trial->message)));
    }
    const bool chosen = choice->search.best.number > 0;
    return json_pack("{so so so so so}", "settings", json_text(shown(choice)), "default_for", json_text(choice->why),
                     "reason", json_text(choice->reason[0] != '\0' ? choice->reason : NULL), "metric",
                     json_text(chosen ? choice->search.metric : NULL), "trials", trials);
}
