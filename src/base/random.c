/* base/random.c - Philox 4x32-10: the key is the seed, the counter is (element, layer, purpose, step). */
#include "base/random.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wundef"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

void gml_random_start(const gml_stream *stream, uint32_t counter[4], uint32_t key[2])
{
    counter[0] = 0;
    counter[1] = (uint32_t)stream->step;
    counter[2] = (uint32_t)(stream->step >> 32) << 16 | (stream->layer & 0xffffu);
    counter[3] = (uint32_t)stream->purpose;
    key[0] = (uint32_t)stream->seed;
    key[1] = (uint32_t)(stream->seed >> 32);
}

void gml_random_block(const gml_stream *stream, uint32_t block, uint32_t out[4])
{
    philox4x32_key_t key;
    philox4x32_ctr_t counter;
    gml_random_start(stream, counter.v, key.v);
    counter.v[0] = block;
    philox4x32_ctr_t drawn = philox4x32(counter, key);
    for (int i = 0; i < 4; i++) {
        out[i] = drawn.v[i];
    }
}
