/* cli/calls.h - what flags give as text for the library, refused in the words of the command line. */
#ifndef GML_CLI_CALLS_H
#define GML_CLI_CALLS_H

#include "gemmule/gemmule.h"

/* Checks the value of a flag that is a call of the table `kind` (gml_call_check); null passes. On failure prints a
 * message that names the flag, and returns the exit code. */
int check_call(gml_context *context, const char *flag, const char *kind, const char *call);

/* Prints the context's sentence, in which `flag` stands for the word that it begins with, and returns the exit code.
 * A sentence that begins with another word stays as it is. */
int complain_of_flag(const gml_context *context, gml_status status, const char *word, const char *flag);

/* Prints the context's sentence about training options, in which the names of the options become those of the flags:
 * "clip_norm" becomes "--clip-norm". Quoted text stays as it is. Returns the exit code. */
int complain_of_options(const gml_context *context, gml_status status);

#endif
