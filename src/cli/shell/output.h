/* cli/shell/output.h - output files and stdout. */
#ifndef GML_CLI_OUTPUT_H
#define GML_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* True if the file `path`, not empty, can be created or replaced and is none of the inputs: a list of paths that ends
 * with null. For IDX data, a folder or a file of images, all its files are inputs. Otherwise prints a message. Leaves
 * no file behind and changes no existing file. */
bool output_path_is_usable(const char *path, const char *const *inputs);

/* True if both paths are names of one file, also through links. Files that do not exist are one if they would have the
 * same name in the same folder. */
bool is_same_file(const char *path, const char *other);

/* Opens a file for writing, which replaces what is at `path` when it is closed; a pipe or a device is written directly.
 * `input`: a file that must not be overwritten, or null. On failure prints a message and returns null. */
FILE *output_open(const char *path, const char *input);

/* Closes a file of output_open and puts it in its place. If writing has failed, prints a message, and what was at
 * `path` stays. Returns the exit code. */
int output_close(FILE *stream, const char *path);

/* Writes everything to the disk and leaves the file open, so that several files are complete before the first is put in
 * its place. On failure prints a message. Returns the exit code. */
int output_complete(FILE *stream, const char *path);

/* Closes a file of output_open without putting it in its place. */
void output_discard(FILE *stream, const char *path);

/* True if the standard output is none of the inputs: a list of paths that ends with null. Otherwise prints a message.
 */
bool stdout_is_usable(const char *const *inputs);

/* Creates a folder that does not exist. On failure prints a message. Returns the exit code. */
int make_folder(const char *folder);

/* Flushes stdout. False if writing has failed, now or before. */
bool flush_output(void);

/* Closes stdout. Returns `code`, or if that is 0 and writing has failed, the exit code for that, with a message. A
 * reader that closes the pipe, as `head` does, causes no message. */
int finish_output(int code);

#endif
