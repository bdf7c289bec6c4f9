/* cli/tune.c - `gemmule tune`: the command line of the search for a recipe and of the range test. */
#include "cli/tune/tune.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "cli/command.h"
#include "cli/shell/exit.h"

static const flag arguments[] = {
    {"DATA", .help = "a file of CSV, ARFF, NPY, NPZ, safetensors, LIBSVM or IDX data, or the word digits",
     .read = read_data, .field = offsetof(tune_flags, run.flags.data)},
    {0}};

static const flag tune_table[] = {
    {"trials", "N", "the most trials (100, of a grid all)", GROUP_TRAINING | MAIN, read_whole,
     .field = offsetof(tune_flags, search.trials), 1, INT_MAX},
    {"time", "SECONDS", "the most time (30 without --trials; no limit with --trials or a grid)", MAIN, read_positive,
     .field = offsetof(tune_flags, search.seconds)},
    {"space", "SPACE", "values to try, as in 'lr=log(1e-4,0.3); hidden=choice(64, 256x2)'; see `gemmule list space'",
     MAIN, read_text, .field = offsetof(tune_flags, search.space)},
    {"method", "CALL", "how trials are chosen (random); see `gemmule list methods'", MAIN, read_text,
     .field = offsetof(tune_flags, search.method)},
    {"folds", "N",
     "parts of the data that each trial is judged on in turn; 1: on one part (5 below 2000 samples, else 1)", 0,
     read_whole, .field = offsetof(tune_flags, search.folds), 1, INT_MAX},
    {"repeats", "N", "how often the folds are drawn anew (1)", 0, read_whole,
     .field = offsetof(tune_flags, search.repeats), 1, INT_MAX},
    {"lr-range", NULL, "choose the learning rate alone", MAIN, read_switch, .field = offsetof(tune_flags, rate_range)},
    {"svg", "FILE", "with --lr-range: draw the curve as FILE", 0, read_file, .field = offsetof(tune_flags, svg)},
    {"output", "MODEL", "file to save the best network in (model.safetensors)", GROUP_REPORT | MAIN, read_file,
     .field = offsetof(tune_flags, run.flags.output), .letter = 'o'},
    {"journal", "FILE", "file for a line of each trial; the search goes on from one that exists", MAIN, read_file,
     .field = offsetof(tune_flags, journal)},
    {"json", NULL, "report as one JSON object on stdout; text goes to stderr", 0, read_switch,
     .field = offsetof(tune_flags, run.flags.json)},
    {"quiet", NULL, "print errors only", 0, read_switch, .field = offsetof(tune_flags, run.flags.quiet)},
    {0}};

/* Flags of the search, refused beside --lr-range. */
static void check_range(const tune_flags *flags)
{
    const gml_search_options *search = &flags->search;
    const struct {
        const char *name;
        bool given;
    } others[] = {{"--trials", search->trials > 0},     {"--time", search->seconds > 0},
                  {"--space", search->space != NULL},   {"--method", search->method != NULL},
                  {"--folds", search->folds > 0},       {"--repeats", search->repeats > 0},
                  {"--journal", flags->journal != NULL}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i].given) {
            refuse("%s is about the search, and --lr-range chooses the learning rate alone", others[i].name);
        }
    }
    if (flags->run.flags.fit.learning_rate > 0 || flags->run.flags.rate_auto) {
        refuse("--lr gives the learning rate, and --lr-range chooses it");
    }
}

static void check(const void *read)
{
    const tune_flags *flags = read;
    const gml_train_options *fit = &flags->run.flags.fit;
    train_flags_check(&flags->run.flags);
    if (flags->rate_range) {
        check_range(flags);
        return;
    }
    if (flags->svg != NULL) {
        refuse("--svg draws the curve of --lr-range, which is not given");
    }
    if (flags->run.flags.rate_auto) {
        refuse("--lr auto is for one training; a search tries rates itself");
    }
    if (fit->checkpoint != NULL || fit->resume != NULL) {
        refuse("--checkpoint and --resume are for one training; --journal keeps a search");
    }
    if (fit->keep_best != GML_CHOICE_AUTO || fit->patience > 0) {
        refuse("--keep and --patience compare epochs in validation; a search compares trials by their last weights");
    }
    if (flags->run.flags.calibrate) {
        refuse("--calibrate needs a validation part beside the training data, and a search trains on all of it");
    }
    if (flags->run.flags.validation == 0) {
        refuse("--val 0 leaves nothing to judge trials by");
    }
    if (flags->search.folds > 1 && flags->run.flags.validation > 0) {
        refuse("--val holds back one part, and --folds divides all samples; leave one out");
    }
    if (flags->search.folds > 0 && flags->run.flags.validation_data != NULL) {
        refuse("--val-data is the data that trials are judged on: --folds does not go with it");
    }
}

int run_tune(int argc, char **argv)
{
    static const command_line line = {
        "DATA",
        "Searches for a network and training options that are good for DATA (CSV, NPY, IDX, digits), "
        "trains the "
        "best on all of it and saves the model.\v"
        "Defaults are in parentheses. Trials run side by side, and are judged on samples that they were not trained "
        "on. Flags that `gemmule train' has as well hold for every trial, and are left out of the default space. With "
        "--trials and without --time the result depends on --seed alone.\n\n"
        "Ctrl-C ends the search. With --journal the same command goes on.\n\n"
        "--lr-range trains a copy of the network while the rate grows from 1e-6 to 10; trials of up to 9 rates then "
        "decide. `gemmule train --lr auto' does the same first.",
        arguments,
        {{rate_table, offsetof(tune_flags, run.flags)},
         {fit_table, offsetof(tune_flags, run.flags)},
         {data_table, offsetof(tune_flags, run.flags.file)},
         {broken_table, offsetof(tune_flags, run.flags.file)},
         {network_table, offsetof(tune_flags, run.flags)},
         {tune_table, 0}},
        check};
    static tune_flags flags; /* too large for the stack: it has the list of hidden layers */
    memset(&flags, 0, sizeof flags);
    train_flags_clear(&flags.run.flags);
    parse_own_flags(&line, tune_table, argc, argv, &flags);
    const int code = flags.rate_range ? tune_rate(&flags) : tune_search(&flags);
    train_clear(&flags.run);
    return code;
}
