/* base/files.c - the default hooks of files: an open file, and the table of all hooks of files. */
#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

static int open_file(void *user, const char *path, gml_file_mode mode, void **file)
{
    (void)user;
    int access = mode == GML_FILE_READ ? O_RDONLY : mode == GML_FILE_CREATE_SCRATCH ? O_RDWR : O_WRONLY;
    int create = mode == GML_FILE_READ ? 0 : O_CREAT | O_EXCL;
    int fd = open(path, access | create | O_CLOEXEC, mode == GML_FILE_CREATE_NEW ? 0666 : 0600);
    if (fd < 0) {
        return errno;
    }
    if (mode == GML_FILE_READ) {
        gml_files_enlarge_pipe(fd);
    }
    *file = (void *)((intptr_t)fd + 1);
    return 0;
}

static int read_file(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    (void)user;
    size_t done = 0;
    while (done < capacity) {
        ssize_t n = read(gml_files_descriptor(file), (char *)buffer + done, capacity - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return errno;
        }
        if (n == 0) {
            break;
        }
        done += (size_t)n;
    }
    *got = done;
    return 0;
}

static int write_file(void *user, void *file, const void *data, size_t size)
{
    (void)user;
    size_t done = 0;
    while (done < size) {
        ssize_t n = write(gml_files_descriptor(file), (const char *)data + done, size - done);
        if (n < 0 && errno != EINTR) {
            return errno;
        }
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int sync_file(void *user, void *file)
{
    (void)user;
    /* EINVAL: a pipe or a device, which cannot be synced. */
    return fsync(gml_files_descriptor(file)) == 0 || errno == EINVAL ? 0 : errno;
}

static int close_file(void *user, void *file)
{
    (void)user;
    return close(gml_files_descriptor(file)) == 0 ? 0 : errno;
}

gml_file_system gml_default_file_system(void)
{
    return (gml_file_system){
        .open = open_file,
        .read = read_file,
        .write = write_file,
        .sync = sync_file,
        .close = close_file,
        .rename = gml_files_rename,
        .remove = gml_files_remove,
        .sync_folder = gml_files_sync_folder,
        .kind = gml_files_kind,
        .resolve = gml_files_resolve,
        .copy_permissions = gml_files_copy_permissions,
        .lock = gml_files_lock,
        .unlock = gml_files_unlock,
        .stamp = gml_files_stamp,
        .reserve = gml_files_reserve,
        .map = gml_files_map,
        .unmap = gml_files_unmap,
        .read_some = gml_files_read_some,
        .read_ahead = gml_files_read_ahead,
    };
}
