/* cli/flags.h - reading the command line strictly: every value is understood whole, or refused with its flag named. */
#ifndef GML_CLI_FLAGS_H
#define GML_CLI_FLAGS_H

#include <argp.h>
#include <stdbool.h>

#include "gemmule/gemmule.h"

/* Each of these reads the value of a flag, or ends the program with a message that names the flag and exit code 64. */

/* A whole number from minimum to maximum. */
uint64_t flag_whole(const struct argp_state *state, const char *flag, const char *text, uint64_t minimum,
                    uint64_t maximum);

/* A finite number above `above`. */
double flag_above(const struct argp_state *state, const char *flag, const char *text, double above);

/* A finite number of at least minimum and below `below`, which may be infinite. */
double flag_from(const struct argp_state *state, const char *flag, const char *text, double minimum, double below);

/* The index of a word in a list that ends with null. */
int flag_choice(const struct argp_state *state, const char *flag, const char *text, const char *const *words);

/* Ends the program with a message and exit code 64. */
void refuse(const struct argp_state *state, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

/* The name of a file: not empty, and not "-", the usual word for a standard stream. `flag` may be an argument, "DATA".
 */
const char *flag_file(const struct argp_state *state, const char *flag, const char *text);

/* argp_parse with the flags of help.h, which meets an unknown long option with the nearest known one. */
void parse_flags(const struct argp *argp, int argc, char **argv, void *input);

enum { MISSING_UNSET = 0, MISSING_ERROR, MISSING_MASK };

/* Where data comes from and how a CSV is to be read: flags that train, eval and predict share. */
typedef struct data_flags {
    const char *target;  /* --target, or null */
    gml_choice header;   /* --header */
    const char *weights; /* --weights, or null */
    int missing;         /* --missing-targets: MISSING_ERROR, MISSING_MASK or, not given, 0 */
    size_t threads;      /* --threads, or 0 */
    bool bad_inputs;     /* inputs that are no finite numbers are read as NaN */
} data_flags;

extern const struct argp data_argp; /* its input is a data_flags */

/* The text of a network: `value` itself, or what the file of that name holds, good until the next call. Ends the
 * program where there is no such file or it cannot be one. */
const char *flag_net(const char *value);

#endif
