/* cli/tune/tune_command.c - the command line of `gemmule train` that trains the winner of a search again. */
#include <string.h>

#include "cli/report/report.h"
#include "cli/tune/tune.h"

static void print_words(FILE *stream, const char *name, const char *value)
{
    if (value != NULL) {
        fprintf(stream, " --%s ", name);
        print_shell_word(stream, value);
    }
}

/* Exact, in the fewest digits. */
static void print_number(FILE *stream, const char *name, double value)
{
    char text[32];
    for (int digits = 6; value != 0 && digits <= 17; digits++) {
        double again = 0;
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (sscanf(text, "%lf", &again) == 1 && again == value) {
            break;
        }
    }
    if (value != 0) {
        fprintf(stream, " --%s %s", name, text);
    }
}

static void print_data_flags(FILE *stream, const train_flags *train)
{
    static const char *const tasks[] = {
        [GML_TASK_REGRESSION] = "regression", [GML_TASK_CLASSIFICATION] = "classification"};
    print_words(stream, "target", train->file.target);
    print_words(stream, "header", train->file.header != GML_CHOICE_AUTO ? choice_words[train->file.header] : NULL);
    print_words(stream, "weights", train->file.weights);
    print_words(stream, "missing-targets", train->file.missing == MISSING_MASK ? "mask" : NULL);
    print_words(stream, "missing", train->file.words);
    print_words(stream, "columns", train->file.columns);
    print_words(stream, "ignore", train->file.ignore);
    print_words(stream, "unseen", train->file.unseen ? "error" : NULL);
    print_words(stream, "delimiter", train->file.delimiter);
    print_words(stream, "decimal", train->file.decimal);
    print_words(stream, "thousands", train->file.thousands);
    print_words(stream, "comment", train->file.comment);
    for (size_t i = 0; i < train->file.more_count; i++) {
        print_words(stream, "more", train->file.more[i]);
    }
    print_words(stream, "test", train->test_data);
    print_words(stream, "task", train->task != GML_TASK_AUTO ? tasks[train->task] : NULL);
    print_words(stream, "split-by", train->groups_column);
}

static void print_network_flags(FILE *stream, const gml_recipe *recipe, const gml_network *network)
{
    static const char *const scalings[] = {
        [GML_SCALING_NONE] = "none", [GML_SCALING_UNIT] = "unit", [GML_SCALING_STANDARD] = "standard"};
    print_words(stream, "net", gml_network_description(network));
    print_words(stream, "scale", recipe->scaling != GML_SCALING_AUTO ? scalings[recipe->scaling] : NULL);
    print_words(stream, "prepare", recipe->preparation);
    print_words(stream, "prepare-target", recipe->target_preparation);
    fputs(recipe->clamp ? " --clamp" : "", stream);
    print_words(stream, "data-init", recipe->data_init);
    print_words(stream, "dtype", recipe->options.dtype == GML_F64 ? "f64" : NULL);
}

static void print_fit_flags(FILE *stream, const gml_train_options *fit)
{
    print_number(stream, "lr", fit->learning_rate);
    fprintf(stream, " --batch %zu --epochs %zu", fit->batch, fit->epochs);
    fputs(fit->drop_last != 0 ? " --drop-last" : "", stream);
    print_number(stream, "accumulate", (double)fit->accumulate);
    print_words(stream, "optimizer", fit->optimizer);
    print_words(stream, "schedule", fit->schedule);
    print_words(stream, "noise-schedule", fit->noise_schedule);
    print_words(stream, "decay-schedule", fit->decay_schedule);
    print_words(stream, "average", fit->average);
    print_words(stream, "loss", fit->loss);
    print_words(stream, "class-weights", fit->class_weights);
    print_words(stream, "output-bias", fit->output_bias != GML_CHOICE_AUTO ? choice_words[fit->output_bias] : NULL);
    print_number(stream, "l2", fit->l2);
    print_number(stream, "l1", fit->l1);
    print_number(stream, "max-norm", fit->max_norm);
    print_number(stream, "clip-norm", fit->clip_norm);
    print_number(stream, "clip-value", fit->clip_value);
    print_number(stream, "gradient-noise", fit->gradient_noise);
    print_words(stream, "on-divergence", fit->halvings > 0 ? "halve" : NULL);
    print_words(stream, "group", fit->groups);
    print_number(stream, "seed", (double)fit->seed);
}

void tune_print_command(FILE *stream, const tune_flags *flags, const gml_recipe *base, const tune_result *result)
{
    const train_run *run = &flags->run;
    gml_assigned_recipe assigned;
    if (gml_recipe_assign(run->context, base, result->search.best.assignment, run->data.all, &assigned) != GML_OK) {
        return; /* the search has assigned it before */
    }
    fputs("gemmule train ", stream);
    print_shell_word(stream, run->flags.data);
    fputs(" --val 0", stream);
    print_data_flags(stream, &run->flags);
    print_network_flags(stream, &assigned.recipe, result->network);
    print_fit_flags(stream, &assigned.recipe.fit);
    fputs(" -o ", stream);
    print_shell_word(stream, run->flags.output);
}
