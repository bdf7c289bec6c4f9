/* cli/main.c - the program gemmule: its table of commands. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/shell/exit.h"
#include "cli/shell/flags.h"
#include "cli/shell/output.h"

static int run_help(int argc, char **argv);

static const command commands[] = {
    {"describe", "say what the columns of a table are", run_describe},
    {"train", "train a network on data and save it as a model file", run_train},
    {"tune", "search for a network and its training, or a learning rate", run_tune},
    {"cv", "cross-validate: how good a network is, and how sure that is", run_cv},
    {"plot", "draw the curves of runs of training", run_plot},
    {"report", "write a page about a run or a model: one HTML file", run_report},
    {"eval", "measure a model on data", run_eval},
    {"inspect", "show the health of a model's layers and units", run_inspect},
    {"predict", "write the predictions of a model as CSV or NPY", run_predict},
    {"explain", "show how much each input contributes to a prediction", run_explain},
    {"info", "describe a model, or the plan of a training step", run_info},
    {"diff", "find where two models first part, layer by layer", run_diff},
    {"fold", "fold normalisation layers, for prediction only", run_fold},
    {"split", "write parts of data as files, for training and test", run_split},
    {"check", "compare the gradients with finite differences", run_check},
    {"list", "list activations, layers, losses, optimizers and more", run_list},
    {"activations", "list the activations, or draw them", run_activations},
    {"help", "describe a command; `man gemmule' describes everything", run_help},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void read_command(const flag *row, const char *text, void *field)
{
    const char *names[COMMANDS + 1] = {NULL};
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
    }
    *(const command **)field = &commands[flag_word(row, text, names)];
}

static const flag arguments[] = {{"COMMAND", .help = "`gemmule help' lists the commands", .read = read_command}, {0}};

/* The command line up to the name of a command. Its help is the overview. */
static void parse_top(int argc, char **argv, const command **chosen)
{
    char overview[2048];
    size_t used = (size_t)snprintf(overview, sizeof overview,
                                   "Trains and runs dense neural networks, as in `gemmule train digits'. Commands:\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        used += (size_t)snprintf(overview + used, sizeof overview - used, "  %-13s%s\n", commands[i].name,
                                 commands[i].summary);
    }
    overview[used - 1] = '\0'; /* without the last newline */
    const command_line line = {"COMMAND [OPTION...]", overview, arguments, {{NULL}}, NULL};
    parse_flags(&line, argc, argv, chosen);
}

static int run_command(const command *chosen, int argc, char **argv)
{
    static char name[64];
    snprintf(name, sizeof name, "gemmule %s", chosen->name);
    argv[0] = name;
    speak_as(name);
    return chosen->run(argc, argv);
}

static int run_help(int argc, char **argv)
{
    static const command_line line = {
        "[COMMAND]", "Prints the help of COMMAND, or the overview of all commands.", arguments, {{NULL}}, NULL};
    static char program[] = "gemmule", word[] = "--help";
    char *help[] = {program, word, NULL};
    const command *chosen = NULL;
    parse_flags(&line, argc, argv, &chosen);
    if (chosen != NULL) {
        return run_command(chosen, 2, help);
    }
    parse_top(2, help, &chosen);
    return 0;
}

int main(int argc, char **argv)
{
    const command *chosen = NULL;
    int position = 1; /* of the name of the command, which reads the flags after it */
    while (position < argc && argv[position][0] == '-') {
        position++;
    }
    argp_err_exit_status = EXIT_USAGE;
    /* A closed pipe then shows as a failed write, and a training run still saves its model. */
    signal(SIGPIPE, SIG_IGN);
    parse_top(position < argc ? position + 1 : argc, argv, &chosen);
    if (chosen == NULL) {
        return EXIT_USAGE;
    }
    return finish_output(run_command(chosen, argc - position, argv + position));
}
