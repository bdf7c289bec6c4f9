/* base/files_owner.c - the permissions of a file that takes another's place, and its lock against a second writer. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

/* EPERM: a file system without permissions, or an owner that only the superuser may set. If the group cannot be set,
 * its members get the permissions of others. */
int gml_files_copy_permissions(void *user, void *file, const char *path)
{
    (void)user;
    struct stat old, new;
    if (stat(path, &old) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    if (fstat(gml_files_descriptor(file), &new) != 0) {
        return errno;
    }
    if (old.st_uid != new.st_uid && fchown(gml_files_descriptor(file), old.st_uid, (gid_t)-1) != 0 && errno != EPERM) {
        return errno;
    }
    mode_t mode = old.st_mode & 0777;
    if (old.st_gid != new.st_gid && fchown(gml_files_descriptor(file), (uid_t)-1, old.st_gid) != 0) {
        if (errno != EPERM) {
            return errno;
        }
        mode &= ~(mode_t)S_IRWXG | (mode & S_IRWXO) << 3;
    }
    return fchmod(gml_files_descriptor(file), mode) == 0 || errno == EPERM ? 0 : errno;
}

/* Locks the open file; a second descriptor keeps it open after `close`. */
int gml_files_lock(void *user, void *file, const char *path, void **lock)
{
    (void)user;
    int fd = fcntl(gml_files_descriptor(file), F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        return errno;
    }
    struct stat open_file = {0}, named = {0};
    int failure = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if (failure == 0 && (fstat(fd, &open_file) != 0 || stat(path, &named) != 0)) {
        failure = errno;
    }
    if (failure == 0 && (open_file.st_dev != named.st_dev || open_file.st_ino != named.st_ino)) {
        failure = ENOENT;
    }
    if (failure != 0) {
        close(fd);
        return failure;
    }
    *lock = (void *)((intptr_t)fd + 1);
    return 0;
}

void gml_files_unlock(void *user, void *lock)
{
    (void)user;
    close(gml_files_descriptor(lock));
}
