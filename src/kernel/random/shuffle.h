/* kernel/random/shuffle.h - random permutations. */
#ifndef GML_KERNEL_RANDOM_SHUFFLE_H
#define GML_KERNEL_RANDOM_SHUFFLE_H

#include <stddef.h>

#include "base/random.h"

/* Shuffles order[0 .. count-1] by numbers from the stream (Fisher-Yates). */
void gml_shuffle(size_t *order, size_t count, const gml_stream *stream);

#endif
