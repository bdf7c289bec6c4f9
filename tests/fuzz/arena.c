/* tests/fuzz/arena.c - the memory of one input: the next part of an arena, with a gap after it. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>

#ifdef __has_feature /* clang's, which the fuzz targets are built with */
#if __has_feature(address_sanitizer)
#define WITH_ARENA 1
#endif
#endif

static void *take_from_system(size_t size, size_t alignment)
{
    void *pointer = NULL;
    return posix_memalign(&pointer, alignment, size) == 0 ? pointer : NULL;
}

#ifdef WITH_ARENA
#include <sanitizer/asan_interface.h>

enum { ARENA_SIZE = 1 << 25, ALIGNMENT = 64, GAP = 64 };

static uint8_t arena[ARENA_SIZE] __attribute__((aligned(ALIGNMENT)));
static size_t used = ARENA_SIZE; /* before the first input the arena counts as full */

void arena_begin(void)
{
    ASAN_POISON_MEMORY_REGION(arena, used);
    used = 0;
}

void *arena_take(size_t size, size_t alignment)
{
    size_t left = ARENA_SIZE - used;
    if (size > left || left - size < GAP + ALIGNMENT) {
        return take_from_system(size, alignment);
    }
    uint8_t *pointer = arena + used;
    ASAN_UNPOISON_MEMORY_REGION(pointer, size);
    used += (size + GAP + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return pointer;
}

void arena_give(void *pointer, size_t size)
{
    uintptr_t place = (uintptr_t)pointer, begin = (uintptr_t)arena;
    if (place >= begin && place < begin + ARENA_SIZE) {
        ASAN_POISON_MEMORY_REGION(pointer, size);
    } else {
        free(pointer);
    }
}

#else

void arena_begin(void)
{
}

void *arena_take(size_t size, size_t alignment)
{
    return take_from_system(size, alignment);
}

void arena_give(void *pointer, size_t size)
{
    (void)size;
    free(pointer);
}
#endif
