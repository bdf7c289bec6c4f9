/* base/files_path.c - what lies at a path: kind, stamp, links; renaming and removing it. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { MOST_LINKS = 40 }; /* in a chain of symbolic links; the limit of Linux */

int gml_files_rename(void *user, const char *from, const char *to)
{
    (void)user;
    return rename(from, to) == 0 ? 0 : errno;
}

int gml_files_remove(void *user, const char *path)
{
    (void)user;
    return unlink(path) == 0 ? 0 : errno;
}

int gml_files_sync_folder(void *user, const char *path)
{
    (void)user;
    char copy[PATH_MAX];
    if (strlen(path) >= sizeof copy) {
        return ENAMETOOLONG;
    }
    int fd = open(dirname(strcpy(copy, path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    /* EINVAL: the file system cannot sync folders. */
    int failure = fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
    close(fd);
    return failure;
}

gml_path_kind gml_files_kind(void *user, const char *path)
{
    (void)user;
    struct stat found;
    if (stat(path, &found) != 0) {
        return GML_PATH_NONE;
    }
    return S_ISDIR(found.st_mode) ? GML_PATH_FOLDER : S_ISREG(found.st_mode) ? GML_PATH_FILE : GML_PATH_OTHER;
}

/* Replaces `path`, a symbolic link, by its target; a relative target is relative to the link's folder. */
static int follow_link(char *path, size_t capacity)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        return errno;
    }
    target[length] = '\0';
    char *slash = strrchr(path, '/');
    size_t folder = target[0] != '/' && slash != NULL ? (size_t)(slash - path) + 1 : 0;
    if (folder + (size_t)length >= capacity) {
        return ENAMETOOLONG;
    }
    memcpy(path + folder, target, (size_t)length + 1);
    return 0;
}

int gml_files_resolve(void *user, const char *path, char *resolved, size_t capacity)
{
    (void)user;
    if (strlen(path) >= capacity) {
        return ENAMETOOLONG;
    }
    strcpy(resolved, path);
    for (int links = 0; links <= MOST_LINKS; links++) {
        struct stat found;
        if (lstat(resolved, &found) != 0) {
            return errno == ENOENT ? 0 : errno;
        }
        if (!S_ISLNK(found.st_mode)) {
            return 0;
        }
        int failure = follow_link(resolved, capacity);
        if (failure != 0) {
            return failure;
        }
    }
    return ELOOP;
}

int gml_files_stamp(void *user, const char *path, gml_file_stamp *stamp)
{
    (void)user;
    struct stat found;
    if (stat(path, &found) != 0) {
        return errno;
    }
    stamp->size = (uint64_t)found.st_size;
    stamp->modified = (int64_t)found.st_mtim.tv_sec * 1000000000 + found.st_mtim.tv_nsec;
    return 0;
}
