/* base/files_pipe.c - reading a pipe as its bytes arrive. */
#define _GNU_SOURCE /* F_SETPIPE_SZ, ppoll */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"

enum { MUCH = 16 << 10, REFILL_NANOSECONDS = 100000 }; /* bytes of one read, after which more are waited for so long */

void gml_files_enlarge_pipe(int fd)
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
int gml_files_read_some(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    (void)user;
    const int fd = gml_files_descriptor(file);
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
