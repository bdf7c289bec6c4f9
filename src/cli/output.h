/* cli/output.h - writing what was asked for: to files that can be made, and to a stdout that takes it. */
#ifndef GML_CLI_OUTPUT_H
#define GML_CLI_OUTPUT_H

#include <stdbool.h>

/* True if a file can be made at `path`, which is not empty, or replaced, that is none of the inputs: a list of paths
 * that ends with null. The files of IDX data, a folder or the file of images, count as inputs too. Leaves nothing
 * behind and touches no existing file. Otherwise prints what is wrong and returns false. */
bool output_path_is_usable(const char *path, const char *const *inputs);

/* True if both paths lead to the same file, by whatever names and links. */
bool is_same_file(const char *path, const char *other);

/* True if the standard output is none of the inputs: a list of paths that ends with null. Otherwise prints that it is.
 */
bool stdout_is_usable(const char *const *inputs);

/* Sees to a folder. Where it cannot be made prints why and returns the exit code, else 0. */
int make_folder(const char *folder);

/* Pushes out what was written to stdout. False once that has failed: more output is then in vain. */
bool flush_output(void);

/* Ends the output: answers `code`, or, where all was well but stdout took not everything, the code for that. Says why,
 * except when the reader went away, as `head` does. */
int finish_output(int code);

#endif
