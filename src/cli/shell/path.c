/* cli/shell/path.c - the folder and the target of a path; whether two paths name one file. */
#include "cli/shell/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shell/output.h"

enum { MOST_LINKS = 40 }; /* the longest chain of symbolic links, as in Linux */

bool path_folder(const char *path, char folder[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    const int length = slash != NULL ? (int)(slash - path) + 1 : 2;
    return snprintf(folder, PATH_MAX, "%.*s", length, slash != NULL ? path : "./") < PATH_MAX;
}

bool path_follow_links(const char *path, char target[PATH_MAX])
{
    char link[PATH_MAX], folder[PATH_MAX];
    ssize_t length;
    if (snprintf(target, PATH_MAX, "%s", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (int links = 0; (length = readlink(target, link, sizeof link - 1)) >= 0; links++) {
        link[length] = '\0';
        if (links == MOST_LINKS) {
            errno = ELOOP;
            return false;
        }
        if (!path_folder(target, folder) ||
            snprintf(target, PATH_MAX, "%s%s", link[0] == '/' ? "" : folder, link) >= PATH_MAX) {
            errno = ENAMETOOLONG;
            return false;
        }
    }
    return errno == EINVAL || errno == ENOENT; /* not a link, or no file */
}

static bool is_one_file(const char *path, const char *other)
{
    struct stat found, second;
    return stat(path, &found) == 0 && stat(other, &second) == 0 && found.st_dev == second.st_dev &&
           found.st_ino == second.st_ino;
}

/* The name of a file in its folder. */
static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

bool is_same_file(const char *path, const char *other)
{
    char target[PATH_MAX], second[PATH_MAX], folder[PATH_MAX], second_folder[PATH_MAX];
    if (is_one_file(path, other)) {
        return true;
    }
    return path_follow_links(path, target) && path_follow_links(other, second) &&
           strcmp(last_name(target), last_name(second)) == 0 && path_folder(target, folder) &&
           path_folder(second, second_folder) && is_one_file(folder, second_folder);
}
