/* base/hooks.c - the default hooks of memory and time. Those of files are in base/files.c. */
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/context.h"

/* Columns of wide matrices are packed faster if a page holds many rows. */
enum { LARGE_PAGE = 2 << 20 };

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

uint64_t gml_default_clock(void *user)
{
    (void)user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
