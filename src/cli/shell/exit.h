/* cli/shell/exit.h - the exit codes of the program, and how it prints errors. */
#ifndef GML_CLI_EXIT_H
#define GML_CLI_EXIT_H

#include "gemmule/gemmule.h"

/* From 64 on the codes are those of sysexits.h. After a signal the code is 128 plus its number: 130 for Ctrl-C. */
enum {
    EXIT_CHECK_FAILED = 1, /* a gradient is over the threshold */
    EXIT_DIVERGED = 3,     /* the loss was no longer finite */
    EXIT_USAGE = 64,       /* flags that are wrong or contradict each other */
    EXIT_DATA = 65,        /* data or a model file with wrong content, or data that does not fit the model */
    EXIT_NO_INPUT = 66,    /* a file that does not exist or cannot be opened */
    EXIT_UNSUPPORTED = 69, /* the build lacks a feature that is needed */
    EXIT_MEMORY = 71,      /* not enough memory */
    EXIT_CREATE = 73,      /* an output file that cannot be created */
    EXIT_IO = 74,          /* reading or writing failed */
    EXIT_SIGNAL = 128
};

enum { SENTENCE_SIZE = 8192 }; /* room for two paths */

/* Sets the name that messages begin with, such as "gemmule train". The text is not copied. */
void speak_as(const char *name);

/* Prints "NAME: sentence" to stderr, with control characters escaped, and returns `code`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Refuses the command line: prints a message and where the help is, and ends the program with EXIT_USAGE. */
void refuse(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Copies a message of the library and replaces its advice by the flags to use: "mask missing targets" becomes
 * "use --missing-targets mask". */
void program_words(const char *message, char text[SENTENCE_SIZE]);

/* The exit code for a status that was caused by a flag. */
int exit_code(gml_status status);

/* Prints the context's message about a failure that was caused by a flag, and returns exit_code(status). */
int complain_status(const gml_context *context, gml_status status);

/* The same for a failure that was caused by an input file: EXIT_DATA in place of EXIT_USAGE. */
int complain_input(const gml_context *context, gml_status status);

#endif
