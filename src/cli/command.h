/* cli/command.h - the commands of the program. Each has its own file and a row in the table of main.c. */
#ifndef GML_CLI_COMMAND_H
#define GML_CLI_COMMAND_H

typedef struct command {
    const char *name;
    const char *summary;               /* one line */
    int (*run)(int argc, char **argv); /* argv[0] is "gemmule NAME"; returns the exit code */
} command;

int run_train(int argc, char **argv);
int run_tune(int argc, char **argv);
int run_cv(int argc, char **argv);
int run_describe(int argc, char **argv);
int run_eval(int argc, char **argv);
int run_inspect(int argc, char **argv);
int run_report(int argc, char **argv);
int run_predict(int argc, char **argv);
int run_explain(int argc, char **argv);
int run_info(int argc, char **argv);
int run_check(int argc, char **argv);
int run_list(int argc, char **argv);
int run_activations(int argc, char **argv);
int run_plot(int argc, char **argv);
int run_fold(int argc, char **argv);
int run_diff(int argc, char **argv);
int run_split(int argc, char **argv);

#endif
