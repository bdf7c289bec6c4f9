/* cli/exit.h - how the program ends: one code for each kind of trouble, and one way to say what it was. */
#ifndef GML_CLI_EXIT_H
#define GML_CLI_EXIT_H

#include "gemmule/gemmule.h"

/* From 64 on they are those of sysexits. After a signal it is 128 plus its number: 130 for Ctrl-C. */
enum {
    EXIT_CHECK_FAILED = 1, /* a gradient is over the threshold */
    EXIT_DIVERGED = 3,     /* the loss was no longer finite */
    EXIT_USAGE = 64,       /* flags that are wrong, or ask for what cannot be */
    EXIT_DATA = 65,        /* data or a model file that says something wrong, or data that does not fit the model */
    EXIT_NO_INPUT = 66,    /* a file that is not there */
    EXIT_UNSUPPORTED = 69, /* the build lacks what is needed */
    EXIT_MEMORY = 71,      /* not enough memory */
    EXIT_CREATE = 73,      /* an output file that cannot be made */
    EXIT_IO = 74,          /* reading or writing stopped */
    EXIT_SIGNAL = 128
};

enum { SENTENCE_SIZE = 8192 }; /* room for two paths */

/* The name messages begin with: "gemmule train". It is not copied. */
void speak_as(const char *name);

/* Prints "NAME: sentence" to stderr, what a terminal would obey escaped, and returns `code`. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A message of the library with its advice in the words of the command line: "mask missing targets" becomes
 * "use --missing-targets mask". */
void program_words(const char *message, char text[SENTENCE_SIZE]);

/* The code for a status that flags are to blame for. */
int exit_code(gml_status status);

/* Prints the context's sentence about a failure that flags are to blame for, and returns the code for `status`. */
int complain_status(const gml_context *context, gml_status status);

/* The same where the files named are to blame: what does not fit is wrong data (65), not wrong usage (64). */
int complain_input(const gml_context *context, gml_status status);

#endif
