/* cli/shell/staged.h - output files that appear when they are complete.
 *
 * The bytes go into a temporary file beside the target, which is then renamed to it. An existing file is unchanged
 * until then, and keeps its permissions; if the path is a symbolic link, the file that it leads to is replaced. */
#ifndef GML_CLI_STAGED_H
#define GML_CLI_STAGED_H

#include <limits.h>
#include <stdio.h>

typedef struct staged_file {
    FILE *stream;     /* for writing; null once closed */
    const char *path; /* as given */
    char target[PATH_MAX], temporary[PATH_MAX];
} staged_file;

/* Begins a file; `path` must outlive it. On failure prints a message. Returns the exit code. */
int staged_open(const char *path, staged_file *file);

/* Completes the temporary file, with its bytes on the disk. On failure prints a message and removes it. Returns the
 * exit code. */
int staged_finish(staged_file *file);

/* Renames a finished file to its target. On failure prints a message and removes the temporary file. Returns the exit
 * code. */
int staged_commit(staged_file *file);

/* Removes a temporary file that is not committed; the target is unchanged. */
void staged_abandon(staged_file *file);

#endif
