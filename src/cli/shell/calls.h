/* cli/shell/calls.h - messages of the library about calls and options, in terms of the flags. */
#ifndef GML_CLI_CALLS_H
#define GML_CLI_CALLS_H

#include "gemmule/gemmule.h"

/* Checks the value of a flag that is a call of the table `kind` (gml_call_check); null passes. On failure prints a
 * message that names the flag. Returns the exit code. */
int check_call(gml_context *context, const char *flag, const char *kind, const char *call);

/* The same for a metric, or the word loss for the mean loss, which is no row of the table. */
int check_score(gml_context *context, const char *flag, const char *score);

/* Prints the context's message, with `word` at its start replaced by `flag`. A message that starts with another word is
 * printed unchanged. Returns the exit code. */
int complain_of_flag(const gml_context *context, gml_status status, const char *word, const char *flag);

enum { FLAG_WORDS_SIZE = 16384 }; /* flags are longer than the names of their options */

/* Copies a message of the library about training options, with the names of options replaced by flags: "clip_norm"
 * becomes "--clip-norm". Quoted text is not changed. */
void flag_words(const char *message, char text[FLAG_WORDS_SIZE]);

/* Prints the context's message about training options, with the names of options replaced by flags: "clip_norm" becomes
 * "--clip-norm". Quoted text is not changed. Returns the exit code. */
int complain_of_options(const gml_context *context, gml_status status);

#endif
