/* cli/train/train_recipe.c - the recipe of a run: by its name, or by a choice among recipes. */
#include <math.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/train/train.h"

enum { MOST_RECIPES = 64 };

const char recipe_named[] = "recipe=";

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

const flag recipe_table[] = {{"recipe", "NAME", "recipe; see `gemmule list recipes'", GROUP_TRAINING | MAIN,
                              read_recipe, .field = offsetof(train_flags, recipe)},
                             {0}};

bool train_chooses(const train_flags *flags)
{
    return gml_recipe_winners(flags->recipe) > 0;
}

void train_check_recipe_flags(const train_flags *flags)
{
    if (train_chooses(flags) && flags->rate_auto) {
        refuse("--recipe %s chooses among recipes: --lr auto does not go with it: the recipes have their rates",
               flags->recipe);
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

/* ---- the recipe of a run ---- */

int train_settle_recipe(train_run *run)
{
    train_flags *flags = &run->flags;
    train_choice *choice = &run->choice;
    if (flags->recipe == NULL && flags->recipe_default) {
        flags->recipe = train_default_recipe(flags, run->data.all, &choice->why);
        choice->plain = strcmp(flags->recipe, "plain") == 0;
    }
    if (train_chooses(flags)) {
        return train_settle_choice(run);
    }
    if (flags->seconds > 0) {
        return complain(EXIT_USAGE, "--time is the time of a choice among recipes; the recipe %s is none",
                        flags->recipe != NULL ? flags->recipe : "plain");
    }
    if (flags->recipe == NULL || choice->plain) {
        return 0;
    }
    const int length = snprintf(choice->assignment, sizeof choice->assignment, "%s%s",
                                strchr(flags->recipe, '=') != NULL ? "" : recipe_named, flags->recipe);
    return length >= 0 && (size_t)length < sizeof choice->assignment
               ? 0
               : complain(EXIT_USAGE, "--recipe: it has more than %d characters", GML_ASSIGNMENT_SIZE - 1);
}

/* ---- the report ---- */

/* Returns the name of the recipe, or its settings; null: there is none. */
static const char *shown(const train_choice *choice)
{
    const bool alone = strncmp(choice->assignment, recipe_named, strlen(recipe_named)) == 0;
    return choice->plain                   ? "plain"
           : choice->assignment[0] == '\0' ? NULL
                                           : choice->assignment + (alone ? strlen(recipe_named) : 0);
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
    return json_pack("{so so so so so so}", "settings", json_text(shown(choice)), "default_for", json_text(choice->why),
                     "reason", json_text(choice->reason[0] != '\0' ? choice->reason : NULL), "metric",
                     json_text(chosen ? choice->search.metric : NULL), "score",
                     json_number(chosen ? choice->search.mean_score : NAN), "trials", trials);
}
