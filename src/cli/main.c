/* cli/main.c - the program gemmule: its table of commands, and the way to them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "exit.h"
#include "flags.h"
#include "output.h"

static const command commands[] = {
    {"train", "train a network on data and save it as a model file", run_train},
    {"eval", "measure a model on data", run_eval},
    {"predict", "write a model's answers to data as CSV", run_predict},
    {"info", "say what a model is", run_info},
    {"fold", "fold normalisation layers into their neighbours, for prediction only", run_fold},
    {"check", "compare the gradients with finite differences", run_check},
    {"list", "list what there is: activations, losses, optimizers and more", run_list},
    {"activations", "list the activations, or draw them", run_activations},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

typedef struct choice {
    const command *command;
    int position; /* of the command's name in argv */
} choice;

static void choose_command(const struct argp_state *state, const char *name, choice *chosen)
{
    const char *names[COMMANDS + 1] = {NULL};
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, commands[i].name) == 0) {
            chosen->command = &commands[i];
            return;
        }
    }
    const char *nearest = gml_name_nearest(name, names);
    if (nearest != NULL) {
        refuse(state, "'%s' is not a command; did you mean '%s'?", name, nearest);
    }
    refuse(state, "'%s' is not a command", name);
}

static error_t parse_top(int key, char *value, struct argp_state *state)
{
    choice *chosen = state->input;
    switch (key) {
    case ARGP_KEY_ARG:
        choose_command(state, value, chosen);
        chosen->position = state->next - 1;
        state->next = state->argc; /* the rest is the command's */
        return 0;
    case ARGP_KEY_NO_ARGS:
        refuse(state, "a command is missing");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Puts the table of commands and the exit codes under the options of --help. */
static char *extend_help(int key, const char *text, void *input)
{
    (void)input;
    char *extended = NULL;
    size_t size;
    FILE *stream = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&extended, &size) : NULL;
    if (stream == NULL) {
        return (char *)(uintptr_t)text;
    }
    fputs("Commands:\n", stream);
    for (size_t i = 0; i < COMMANDS; i++) {
        fprintf(stream, "  %-13s%s\n", commands[i].name, commands[i].summary);
    }
    fputs("\n`gemmule COMMAND --help' tells more of each.\n\n"
          "Exit codes: 0 well; 1 a gradient is over the threshold; 3 training diverged; 64 wrong usage; 65 wrong data; "
          "66 no such input; 69 not in this build; 71 not enough memory; 73 the output cannot be made; 74 reading or "
          "writing failed; 130 interrupted; 141 the reader of the output went away.",
          stream);
    fclose(stream);
    return extended;
}

static void print_version(FILE *stream, struct argp_state *state)
{
    (void)state;
    fprintf(stream, "gemmule %s\n", gml_version());
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        fprintf(stream, "%s\n", gml_build_feature(i));
    }
}

int main(int argc, char **argv)
{
    static const struct argp top = {
        NULL, parse_top, "COMMAND [OPTION...]", "Trains and runs dense neural networks.\v", NULL, extend_help, NULL};
    choice chosen = {NULL, 0};
    char name[64];

    argp_program_version_hook = print_version;
    argp_err_exit_status = EXIT_USAGE;
    /* A reader that goes away shows as a failed write: a training run must still save its model. */
    signal(SIGPIPE, SIG_IGN);

    for (int i = 1; i < argc && argv[i][0] == '-'; i++) {
        refuse_hidden_option(argv[i]);
    }
    if (argp_parse(&top, argc, argv, ARGP_IN_ORDER, NULL, &chosen) != 0 || chosen.command == NULL) {
        return EXIT_USAGE;
    }
    snprintf(name, sizeof name, "gemmule %s", chosen.command->name);
    argv[chosen.position] = name;
    speak_as(name);
    const int code = chosen.command->run(argc - chosen.position, argv + chosen.position);
    return finish_output(code);
}
