/* cli/main.c - the program gemmule: its table of commands, and the way to them. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "exit.h"
#include "flags.h"
#include "help.h"
#include "output.h"

static int run_help(int argc, char **argv);

static const command commands[] = {
    {"train", "train a network on data and save it as a model file", run_train},
    {"eval", "measure a model on data", run_eval},
    {"predict", "write a model's answers to data as CSV", run_predict},
    {"info", "describe a model, or the plan of a training step", run_info},
    {"fold", "fold normalisation layers, for prediction only", run_fold},
    {"check", "compare the gradients with finite differences", run_check},
    {"list", "list activations, layers, losses, optimizers and more", run_list},
    {"activations", "list the activations, or draw them", run_activations},
    {"help", "print this help, or that of a command", run_help},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

/* Reads the one word that names a command. */
static error_t parse_command(int key, char *value, struct argp_state *state)
{
    const command **chosen = state->input;
    const char *names[COMMANDS + 1] = {NULL};
    if (key != ARGP_KEY_ARG) {
        return ARGP_ERR_UNKNOWN;
    }
    if (state->arg_num > 0) {
        refuse(state, "one COMMAND is expected, but there is also '%s'", value);
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(value, commands[i].name) == 0) {
            *chosen = &commands[i];
            return 0;
        }
    }
    const char *nearest = gml_name_nearest(value, names);
    if (nearest != NULL) {
        refuse(state, "'%s' is not a command; did you mean '%s'?", value, nearest);
    }
    refuse(state, "'%s' is not a command", value);
}

static error_t parse_top(int key, char *value, struct argp_state *state)
{
    if (key == ARGP_KEY_NO_ARGS) {
        refuse(state, "a command is missing");
    }
    return parse_command(key, value, state);
}

/* The parser of what stands before the name of a command. Its help is the overview. */
static struct argp top_argp(void)
{
    static char overview[1024];
    size_t used = (size_t)snprintf(overview, sizeof overview, "Trains and runs dense neural networks.\n\nCommands:\n");
    for (size_t i = 0; i < COMMANDS; i++) {
        used += (size_t)snprintf(overview + used, sizeof overview - used, "  %-13s%s\n", commands[i].name,
                                 commands[i].summary);
    }
    snprintf(overview + used - 1, sizeof overview - used + 1,
             "\vExample: `gemmule train digits -o digits.safetensors'\n"
             "`gemmule help COMMAND' describes a command, `man gemmule' everything.");
    return (struct argp){NULL, parse_top, "COMMAND [OPTION...]", overview, NULL, NULL, NULL};
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
    static const struct argp argp = {
        NULL, parse_command, "[COMMAND]", "Prints the help of COMMAND, or the overview of all commands.",
        NULL, NULL,          NULL};
    static char flag[] = "--help";
    const command *chosen = NULL;
    parse_flags(&argp, argc, argv, &chosen);
    if (chosen != NULL) {
        return run_command(chosen, 2, (char *[]){NULL, flag, NULL});
    }
    const struct argp top = top_argp();
    print_help(&top, "gemmule", false);
    return 0;
}

int main(int argc, char **argv)
{
    const struct argp top = top_argp();
    const command *chosen = NULL;
    int position = 1; /* of the command's name; what stands after it is the command's */
    while (position < argc && argv[position][0] == '-') {
        position++;
    }
    argp_err_exit_status = EXIT_USAGE;
    /* A reader that goes away shows as a failed write: a training run must still save its model. */
    signal(SIGPIPE, SIG_IGN);
    parse_flags(&top, position < argc ? position + 1 : argc, argv, &chosen);
    if (chosen == NULL) {
        return EXIT_USAGE;
    }
    return finish_output(run_command(chosen, argc - position, argv + position));
}
