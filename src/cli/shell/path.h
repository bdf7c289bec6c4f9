/* cli/shell/path.h - the folder and the target of a path, which need not exist. */
#ifndef GML_CLI_PATH_H
#define GML_CLI_PATH_H

#include <limits.h>
#include <stdbool.h>

/* Writes the folder of `path`, with a slash at the end; false if its name is too long. */
bool path_folder(const char *path, char folder[PATH_MAX]);

/* Writes the target of a chain of symbolic links from `path`; false with an errno for a cycle of links. */
bool path_follow_links(const char *path, char target[PATH_MAX]);

#endif
