/* cli/output.c - whether a file can be made, and whether stdout took everything. */
#include "output.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exit.h"

static int output_error; /* the errno of the first write to stdout that failed */

/* Only making a file shows that it can be made: permissions, read-only mounts and odd file systems all have a say. */
static int try_to_create_beside(const char *path)
{
    char probe[PATH_MAX];
    const int length = snprintf(probe, sizeof probe, "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof probe) {
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

bool output_path_is_usable(const char *path)
{
    struct stat there;
    const size_t length = strlen(path);
    if (length == 0) {
        complain(EXIT_CREATE, "--output: the name is empty");
        return false;
    }
    const bool exists = stat(path, &there) == 0;
    if (path[length - 1] == '/' || (exists && S_ISDIR(there.st_mode))) {
        complain(EXIT_CREATE, "cannot create '%s': it names a folder, a file is expected", path);
        return false;
    }
    if (exists && !S_ISREG(there.st_mode)) {
        complain(EXIT_CREATE, "cannot create '%s': what is there is not a regular file", path);
        return false;
    }
    const int failure = try_to_create_beside(path);
    if (failure != 0) {
        complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(failure));
    }
    return failure == 0;
}

int make_folder(const char *folder)
{
    return mkdir(folder, 0777) == 0 || errno == EEXIST
               ? 0
               : complain(EXIT_CREATE, "the folder '%s' cannot be made: %s", folder, strerror(errno));
}

bool flush_output(void)
{
    errno = 0;
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
