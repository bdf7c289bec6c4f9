/* base/hooks.c - the default hooks: memory of the C library, POSIX files, the monotonic clock. */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/context.h"

/* Columns of wide matrices are packed faster if a page holds many rows. */
enum { LARGE_PAGE = 2 << 20 };

enum { MUCH = 16 << 10, REFILL_NANOSECONDS = 100000 }; /* bytes of one read, after which more are waited for so long */

enum { MOST_LINKS = 40 }; /* in a chain of symbolic links; the limit of Linux */

/* True for more memory than the machine has. */
static bool is_impossible(size_t size)
{
    long pages = sysconf(_SC_PHYS_PAGES);
    long page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 && size / (size_t)page >= (size_t)pages;
}

/* Returns null for more memory than the machine has: a system that overcommits would grant it and later kill the
 * process. Asking the system takes longer than a small allocation, which is always possible. */
static void *allocate(void *user, size_t size, size_t alignment)
{
    (void)user;
    void *pointer = NULL;
    bool large = size >= 2 * (size_t)LARGE_PAGE;
    if (large && is_impossible(size)) {
        return NULL;
    }
    if (posix_memalign(&pointer, large ? LARGE_PAGE : alignment, size) != 0) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (large) {
        madvise(pointer, size, MADV_HUGEPAGE); /* a hint: failure does not matter */
    }
#endif
    return pointer;
}

static void release(void *user, void *pointer, size_t size)
{
    (void)user;
    (void)size;
    free(pointer);
}

gml_allocator gml_default_allocator(void)
{
    return (gml_allocator){.allocate = allocate, .release = release};
}

/* An open file is represented by its descriptor + 1 as a pointer, so opening allocates no memory. */
static int descriptor(void *file)
{
    return (int)((intptr_t)file - 1);
}

/* A large buffer lets the writer of a pipe go on while its reader computes. Without permission it keeps its size. */
static void enlarge_pipe(int fd)
{
#ifdef F_SETPIPE_SZ
    struct stat opened;
    if (fstat(fd, &opened) == 0 && S_ISFIFO(opened.st_mode)) {
        fcntl(fd, F_SETPIPE_SZ, 1 << 20);
    }
#else
    (void)fd;
#endif
}

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
        enlarge_pipe(fd);
    }
    *file = (void *)((intptr_t)fd + 1);
    return 0;
}

/* Reads up to `capacity` bytes once. Returns a negative number on an error. */
static ssize_t read_once(int fd, void *buffer, size_t capacity)
{
    ssize_t n;
    do {
        n = read(fd, buffer, capacity);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* True if more bytes come within the time in which a writer refills a pipe. */
static bool more_comes(int fd)
{
    const struct timespec moment = {.tv_nsec = REFILL_NANOSECONDS};
    struct pollfd pipe = {.fd = fd, .events = POLLIN};
    return ppoll(&pipe, 1, &moment, NULL) > 0;
}

/* After a large read, reads on if more bytes arrive within a moment, because large batches of rows are predicted
 * faster. Small reads are returned immediately. */
static int read_some(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    (void)user;
    const int fd = descriptor(file);
    ssize_t n = read_once(fd, buffer, capacity);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0) {
        return errno;
    }
    while (n >= MUCH && *got < capacity && more_comes(fd)) {
        n = read_once(fd, (char *)buffer + *got, capacity - *got);
        *got += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int read_file(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    (void)user;
    size_t done = 0;
    while (done < capacity) {
        ssize_t n = read(descriptor(file), (char *)buffer + done, capacity - done);
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
        ssize_t n = write(descriptor(file), (const char *)data + done, size - done);
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
    return fsync(descriptor(file)) == 0 || errno == EINVAL ? 0 : errno;
}

static int close_file(void *user, void *file)
{
    (void)user;
    return close(descriptor(file)) == 0 ? 0 : errno;
}

static int rename_file(void *user, const char *from, const char *to)
{
    (void)user;
    return rename(from, to) == 0 ? 0 : errno;
}

static int remove_file(void *user, const char *path)
{
    (void)user;
    return unlink(path) == 0 ? 0 : errno;
}

static int sync_folder(void *user, const char *path)
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

static gml_path_kind path_kind(void *user, const char *path)
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

static int resolve_path(void *user, const char *path, char *resolved, size_t capacity)
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

/* EPERM: a file system without permissions, or an owner that only the superuser may set. If the group cannot be set,
 * its members get the permissions of others. */
static int copy_permissions(void *user, void *file, const char *path)
{
    (void)user;
    struct stat old, new;
    if (stat(path, &old) != 0) {
        return errno == ENOENT ? 0 : errno;
    }
    if (fstat(descriptor(file), &new) != 0) {
        return errno;
    }
    if (old.st_uid != new.st_uid && fchown(descriptor(file), old.st_uid, (gid_t)-1) != 0 && errno != EPERM) {
        return errno;
    }
    mode_t mode = old.st_mode & 0777;
    if (old.st_gid != new.st_gid && fchown(descriptor(file), (uid_t)-1, old.st_gid) != 0) {
        if (errno != EPERM) {
            return errno;
        }
        mode &= ~(mode_t)S_IRWXG | (mode & S_IRWXO) << 3;
    }
    return fchmod(descriptor(file), mode) == 0 || errno == EPERM ? 0 : errno;
}

/* Locks the open file; a second descriptor keeps it open after `close`. */
static int lock_file(void *user, void *file, const char *path, void **lock)
{
    (void)user;
    int fd = fcntl(descriptor(file), F_DUPFD_CLOEXEC, 0);
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

static void unlock_file(void *user, void *lock)
{
    (void)user;
    close(descriptor(lock));
}

static int stamp_file(void *user, const char *path, gml_file_stamp *stamp)
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

/* A hole in a mapped file would kill the process on a full disk, so every byte gets its space. */
static int reserve_file(void *user, void *file, uint64_t size)
{
    (void)user;
    int failure = size > INT64_MAX ? EFBIG : EINTR;
    while (failure == EINTR) {
        failure = posix_fallocate(descriptor(file), 0, (off_t)size);
    }
    return failure;
}

/* Maps for writing if the file was opened for it. */
static int map_file(void *user, void *file, void **memory, size_t *size)
{
    (void)user;
    struct stat found;
    int access = fcntl(descriptor(file), F_GETFL);
    if (access < 0 || fstat(descriptor(file), &found) != 0) {
        return errno;
    }
    *memory = NULL;
    *size = (size_t)found.st_size;
    if (!S_ISREG(found.st_mode)) {
        return EINVAL;
    }
    if (*size == 0) {
        return 0;
    }
    int protection = (access & O_ACCMODE) == O_RDWR ? PROT_READ | PROT_WRITE : PROT_READ;
    void *mapped = mmap(NULL, *size, protection, MAP_SHARED, descriptor(file), 0);
    if (mapped == MAP_FAILED) {
        return errno;
    }
    *memory = mapped;
    return 0;
}

static void unmap_file(void *user, void *memory, size_t size)
{
    (void)user;
    munmap(memory, size);
}

/* Pages of other memory are not read, since there is nothing to read. */
static void read_ahead(void *user, const void *memory, size_t size)
{
    (void)user;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)memory / page * page;
    madvise((void *)begin, (uintptr_t)memory + size - begin, MADV_WILLNEED); /* a hint: failure does not matter */
}

gml_file_system gml_default_file_system(void)
{
    return (gml_file_system){
        .open = open_file,
        .read = read_file,
        .write = write_file,
        .sync = sync_file,
        .close = close_file,
        .rename = rename_file,
        .remove = remove_file,
        .sync_folder = sync_folder,
        .kind = path_kind,
        .resolve = resolve_path,
        .copy_permissions = copy_permissions,
        .lock = lock_file,
        .unlock = unlock_file,
        .stamp = stamp_file,
        .reserve = reserve_file,
        .map = map_file,
        .unmap = unmap_file,
        .read_some = read_some,
        .read_ahead = read_ahead,
    };
}

uint64_t gml_default_clock(void *user)
{
    (void)user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
