/* tests/fuzz/arena.h - the memory of one input.
 *
 * AddressSanitizer's malloc costs more than most readers do. Under AddressSanitizer memory is therefore taken from an
 * arena that begins anew with each input. What is not allocated, or was released, is poisoned and not given out again
 * before the next input. Without AddressSanitizer, and where the arena is full, it is malloc's memory. */
#ifndef GML_TESTS_FUZZ_ARENA_H
#define GML_TESTS_FUZZ_ARENA_H

#include <stddef.h>

/* Begins an input: forgets all of the arena. Memory taken before the first call stays. */
void arena_begin(void);

/* Returns memory; null: there is none. `alignment` is a power of two, at most 64. */
void *arena_take(size_t size, size_t alignment);

void arena_give(void *pointer, size_t size);

#endif
