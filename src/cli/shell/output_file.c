/* cli/shell/output_file.c - output files, which replace what is there as a whole or not at all.
 *
 * A file is written beside its target and renamed over it. Its name follows from the target and the process. What is
 * no regular file, such as a pipe or a device, is written directly. Ctrl-C removes what is not in its place yet. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shell/exit.h"
#include "cli/shell/output.h"
#include "cli/shell/path.h"

typedef struct output_names {
    char target[PATH_MAX], temporary[PATH_MAX];
} output_names;

/* ---- files that are not in their place, for signals ---- */

enum { MOST_UNFINISHED = 64 }; /* more are left behind by Ctrl-C */

/* A signal may come between any two writes: a path counts from when it is whole. */
static struct {
    char path[PATH_MAX];
    volatile sig_atomic_t counts;
} unfinished[MOST_UNFINISHED];

static void remove_unfinished(int signal_number)
{
    for (size_t i = 0; i < MOST_UNFINISHED; i++) {
        if (unfinished[i].counts) {
            unlink(unfinished[i].path);
        }
    }
    raise(signal_number); /* SA_RESETHAND: ends the process */
}

/* To be called before the file is created. A signal that is ignored, or that the command handles, stays as it is. */
static void note_unfinished(const char *path)
{
    const struct sigaction action = {.sa_handler = remove_unfinished, .sa_flags = (int)SA_RESETHAND};
    const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < MOST_UNFINISHED; i++) {
        if (!unfinished[i].counts) {
            snprintf(unfinished[i].path, PATH_MAX, "%s", path);
            unfinished[i].counts = 1;
            break;
        }
    }
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction before;
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
            sigaction(signals[i], &action, NULL);
        }
    }
}

static void forget_unfinished(const char *path)
{
    for (size_t i = 0; i < MOST_UNFINISHED; i++) {
        if (unfinished[i].counts && strcmp(unfinished[i].path, path) == 0) {
            unfinished[i].counts = 0;
        }
    }
}

/* ---- names ---- */

/* FNV-1a. */
static uint32_t hash(const char *text)
{
    uint32_t sum = 2166136261U;
    for (; *text != '\0'; text++) {
        sum = (sum ^ (unsigned char)*text) * 16777619U;
    }
    return sum;
}

/* Finds the names for a path; false with an errno. */
static bool name_files(const char *path, output_names *names)
{
    char folder[PATH_MAX];
    if (!path_follow_links(path, names->target)) {
        return false;
    }
    if (!path_folder(names->target, folder) || snprintf(names->temporary, PATH_MAX, "%s.gemmule-%08x-%ld.tmp", folder,
                                                        (unsigned)hash(names->target), (long)getpid()) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

/* Creates the file beside the target, with the permissions of a file that is there. */
static FILE *create_beside(const output_names *names)
{
    struct stat there;
    const bool replaces = stat(names->target, &there) == 0;
    const mode_t mode = replaces ? there.st_mode & 0777 : 0666;
    unlink(names->temporary); /* of a process with the same number that was killed */
    note_unfinished(names->temporary);
    const int file = open(names->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file >= 0 && replaces) {
        (void)!fchmod(file, mode); /* without the umask */
    }
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    if (stream == NULL) {
        const int reason = errno;
        if (file >= 0) {
            close(file);
            unlink(names->temporary);
        }
        forget_unfinished(names->temporary);
        errno = reason;
    }
    return stream;
}

FILE *output_open(const char *path, const char *input)
{
    output_names names;
    struct stat there;
    if (input != NULL && is_same_file(path, input)) {
        complain(EXIT_CREATE, "cannot create '%s': that would overwrite the input '%s'", path, input);
        return NULL;
    }
    const bool direct = stat(path, &there) == 0 && !S_ISREG(there.st_mode);
    FILE *stream = direct ? fopen(path, "w") : name_files(path, &names) ? create_beside(&names) : NULL;
    if (stream == NULL) {
        complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(errno));
    }
    return stream;
}

/* True if the stream is a file beside its target. */
static bool is_beside(FILE *stream)
{
    struct stat opened;
    return fstat(fileno(stream), &opened) == 0 && S_ISREG(opened.st_mode);
}

/* Writes everything out. Returns an errno. */
static int write_out(FILE *stream)
{
    errno = 0;
    const bool written = fflush(stream) == 0 && !ferror(stream);
    /* EINVAL: a file system that cannot sync */
    const bool failed = !written || (is_beside(stream) && fsync(fileno(stream)) != 0 && errno != EINVAL);
    return failed ? errno != 0 ? errno : EIO : 0;
}

int output_complete(FILE *stream, const char *path)
{
    const int reason = write_out(stream);
    return reason == 0 ? 0 : complain(EXIT_IO, "cannot write '%s': %s", path, strerror(reason));
}

int output_close(FILE *stream, const char *path)
{
    output_names names;
    const bool beside = is_beside(stream);
    int reason = write_out(stream);
    if (fclose(stream) != 0 && reason == 0) {
        reason = errno;
    }
    if (beside && !name_files(path, &names)) {
        return complain(EXIT_IO, "cannot write '%s': %s", path, strerror(errno));
    }
    if (beside && reason == 0 && rename(names.temporary, names.target) != 0) {
        reason = errno;
    }
    if (beside && reason != 0) {
        unlink(names.temporary);
    }
    if (beside) {
        forget_unfinished(names.temporary);
    }
    return reason == 0 ? 0 : complain(EXIT_IO, "cannot write '%s': %s", path, strerror(reason));
}

void output_discard(FILE *stream, const char *path)
{
    output_names names;
    const bool beside = is_beside(stream);
    fclose(stream);
    if (beside && name_files(path, &names)) {
        unlink(names.temporary);
        forget_unfinished(names.temporary);
    }
}
