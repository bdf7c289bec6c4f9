/* cli/shell/staged.c - a temporary file beside the target, and its rename. */
#include "cli/shell/staged.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/shell/exit.h"

/* Returns the permissions of the target, or those of a new file. */
static mode_t permissions(const char *target)
{
    struct stat there;
    if (stat(target, &there) == 0) {
        return there.st_mode & 0777;
    }
    const mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

int staged_open(const char *path, staged_file *file)
{
    *file = (staged_file){.path = path};
    if (realpath(path, file->target) == NULL &&
        snprintf(file->target, sizeof file->target, "%s", path) >= (int)sizeof file->target) {
        return complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(ENAMETOOLONG));
    }
    if (snprintf(file->temporary, sizeof file->temporary, "%s.gemmule-XXXXXX", file->target) >=
        (int)sizeof file->temporary) {
        file->temporary[0] = '\0';
        return complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(ENAMETOOLONG));
    }
    const int descriptor = mkstemp(file->temporary);
    if (descriptor < 0) {
        file->temporary[0] = '\0';
        return complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(errno));
    }
    file->stream = fchmod(descriptor, permissions(file->target)) == 0 ? fdopen(descriptor, "wb") : NULL;
    if (file->stream == NULL) {
        const int reason = errno;
        close(descriptor);
        staged_abandon(file);
        return complain(EXIT_CREATE, "cannot create '%s': %s", path, strerror(reason));
    }
    return 0;
}

int staged_finish(staged_file *file)
{
    bool failed = fflush(file->stream) != 0 || ferror(file->stream);
    failed = failed || (fsync(fileno(file->stream)) != 0 && errno != EINVAL);
    int reason = errno;
    if (fclose(file->stream) != 0 && !failed) {
        failed = true;
        reason = errno;
    }
    file->stream = NULL;
    if (failed) {
        staged_abandon(file);
        return complain(EXIT_IO, "cannot write '%s': %s", file->path, strerror(reason));
    }
    return 0;
}

int staged_commit(staged_file *file)
{
    if (rename(file->temporary, file->target) != 0) {
        const int reason = errno;
        staged_abandon(file);
        return complain(EXIT_CREATE, "cannot create '%s': %s", file->path, strerror(reason));
    }
    file->temporary[0] = '\0';
    return 0;
}

void staged_abandon(staged_file *file)
{
    if (file->stream != NULL) {
        fclose(file->stream);
        file->stream = NULL;
    }
    if (file->temporary[0] != '\0') {
        unlink(file->temporary);
        file->temporary[0] = '\0';
    }
}
