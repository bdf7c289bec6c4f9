/* cli/shell/output.c - whether an output file can be created; whether stdout was written completely. */
#include "cli/shell/output.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shell/exit.h"
#include "cli/shell/path.h"

static int output_error; /* the errno of the first write to stdout that failed */

/* ---- inputs are never overwritten ---- */

static bool is_file(const char *path, const struct stat *file)
{
    struct stat found;
    return stat(path, &found) == 0 && found.st_dev == file->st_dev && found.st_ino == file->st_ino;
}

/* True if `path` is a file of IDX data in the folder, under any name, or has the name of such a file and does not
 * exist.
 */
static bool is_idx_data(const char *path, const char *folder)
{
    char own_folder[PATH_MAX], name[PATH_MAX];
    struct stat file;
    if (stat(path, &file) != 0) {
        return path_folder(path, own_folder) && is_same_file(own_folder, folder) && strstr(path, "-ubyte") != NULL;
    }
    DIR *opened = opendir(folder);
    bool found = false;
    for (const struct dirent *entry; !found && opened != NULL && (entry = readdir(opened)) != NULL;) {
        found = (strstr(entry->d_name, "images") != NULL || strstr(entry->d_name, "labels") != NULL) &&
                snprintf(name, sizeof name, "%s/%s", folder, entry->d_name) < PATH_MAX && is_file(name, &file);
    }
    if (opened != NULL) {
        closedir(opened);
    }
    return found;
}

/* True if `path` is the input or, if that is IDX data, one of its files. */
static bool is_input(const char *path, const char *input)
{
    char folder[PATH_MAX];
    struct stat found;
    if (stat(input, &found) != 0 || is_file(path, &found)) {
        return is_same_file(path, input);
    }
    if (S_ISDIR(found.st_mode)) {
        return is_idx_data(path, input);
    }
    const char *slash = strrchr(input, '/');
    return strstr(slash != NULL ? slash : input, "images") != NULL && path_folder(input, folder) &&
           is_idx_data(path, folder);
}

/* ---- whether a file can be created ---- */

/* Creates and removes a file: permissions, read-only mounts and some file systems show only then. Returns an errno. */
static int try_to_create_beside(const char *path)
{
    char probe[PATH_MAX], folder[PATH_MAX];
    if (!path_folder(path, folder) || snprintf(probe, sizeof probe, "%s.gemmule-XXXXXX", folder) >= PATH_MAX) {
        return ENAMETOOLONG;
    }
    const int file = mkstemp(probe);
    if (file < 0) {
        return errno;
    }
    close(file);
    unlink(probe);
    return 0;
}

bool output_path_is_usable(const char *path, const char *const *inputs)
{
    char target[PATH_MAX];
    struct stat there;
    const bool exists = stat(path, &there) == 0;
    if (path[strlen(path) - 1] == '/' || (exists && S_ISDIR(there.st_mode))) {
        complain(EXIT_CREATE, "cannot create '%s': it names a folder, a file is expected", path);
        return false;
    }
    if (exists && !S_ISREG(there.st_mode)) {
        complain(EXIT_CREATE, "cannot create '%s': what is there is not a regular file", path);
        return false;
    }
    for (size_t i = 0; inputs[i] != NULL; i++) {
        if (is_input(path, inputs[i])) {
            complain(EXIT_CREATE, "cannot create '%s': that would overwrite the input '%s'", path, inputs[i]);
            return false;
        }
    }
    const int failure = path_follow_links(path, target) ? try_to_create_beside(target) : errno;
    if (failure != 0) {
        complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(failure));
    }
    return failure == 0;
}

/* ---- folders and stdout ---- */

bool stdout_is_usable(const char *const *inputs)
{
    struct stat out;
    if (fstat(STDOUT_FILENO, &out) != 0 || !S_ISREG(out.st_mode)) {
        return true;
    }
    for (size_t i = 0; inputs[i] != NULL; i++) {
        if (is_file(inputs[i], &out)) {
            complain(EXIT_CREATE, "the standard output is the input '%s'; write to another file", inputs[i]);
            return false;
        }
    }
    return true;
}

int make_folder(const char *folder)
{
    return mkdir(folder, 0777) == 0 || errno == EEXIST
               ? 0
               : complain(EXIT_CREATE, "cannot create the folder '%s': %s", folder, strerror(errno));
}

bool flush_output(void)
{
    if (ferror(stdout) == 0) { /* else it is that of the write that failed, unless other calls followed */
        errno = 0;
    }
    if ((fflush(stdout) != 0 || ferror(stdout)) && output_error == 0) {
        output_error = errno != 0 ? errno : EIO;
    }
    return output_error == 0;
}

int finish_output(int code)
{
    flush_output();
    if (fclose(stdout) != 0 && output_error == 0) {
        output_error = errno;
    }
    if (output_error == 0 || code != 0) {
        return code;
    }
    if (output_error == EPIPE) {
        return EXIT_SIGNAL + SIGPIPE;
    }
    return complain(EXIT_IO, "cannot write to the standard output: %s", strerror(output_error));
}
