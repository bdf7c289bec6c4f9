/* base/files_map.c - files as memory: their space on the disk, their pages. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

/* A hole in a mapped file would kill the process on a full disk, so every byte gets its space. */
int gml_files_reserve(void *user, void *file, uint64_t size)
{
    (void)user;
    int failure = size > INT64_MAX ? EFBIG : EINTR;
    while (failure == EINTR) {
        failure = posix_fallocate(gml_files_descriptor(file), 0, (off_t)size);
    }
    return failure;
}

/* Maps for writing if the file was opened for it. */
int gml_files_map(void *user, void *file, void **memory, size_t *size)
{
    (void)user;
    struct stat found;
    int access = fcntl(gml_files_descriptor(file), F_GETFL);
    if (access < 0 || fstat(gml_files_descriptor(file), &found) != 0) {
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
    void *mapped = mmap(NULL, *size, protection, MAP_SHARED, gml_files_descriptor(file), 0);
    if (mapped == MAP_FAILED) {
        return errno;
    }
    *memory = mapped;
    return 0;
}

void gml_files_unmap(void *user, void *memory, size_t size)
{
    (void)user;
    munmap(memory, size);
}

/* Pages of other memory are not read, since there is nothing to read. */
void gml_files_read_ahead(void *user, const void *memory, size_t size)
{
    (void)user;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)memory / page * page;
    madvise((void *)begin, (uintptr_t)memory + size - begin, MADV_WILLNEED); /* a hint: failure does not matter */
}
