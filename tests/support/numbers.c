/* tests/support/numbers.c - numbers to compute with, and how far apart results are. */
#include "numbers.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/random.h"

double *random_doubles(size_t count, uint64_t seed)
{
    double *values = calloc(count + 1, sizeof *values);
    ck_assert_ptr_nonnull(values);
    gml_stream stream = {.seed = seed, .purpose = GML_RANDOM_CHECK};
    for (size_t i = 0; i < count; i++) {
        uint32_t block[4];
        gml_random_block(&stream, (uint32_t)(i / 4), block);
        values[i] = (double)block[i % 4] / 2147483648.0 - 1;
    }
    return values;
}

double *random_classes(size_t count, size_t classes, uint64_t seed)
{
    double *values = random_doubles(count, seed);
    for (size_t i = 0; i < count; i++) {
        values[i] = i < classes ? (double)i : floor((values[i] + 1) / 2 * (double)classes);
    }
    return values;
}

double scattered(size_t i)
{
    return sin(12.9898 * (double)(i + 1)) * cos(78.233 * (double)(i + 3));
}

double worst_difference(const double *got, const double *expected, size_t count)
{
    double largest = 0, apart = 0;
    for (size_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(expected[i]));
        double difference = fabs(got[i] - expected[i]);
        apart = difference > apart || isnan(difference) ? difference : apart;
    }
    return apart == 0 ? 0 : apart / largest;
}

size_t read_parameters(const gml_network *network, size_t capacity, double *values, bool *statistic)
{
    size_t count = 0;
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, b, &block), GML_OK);
        for (size_t i = 0; i < block.values.rows; i++) {
            for (size_t j = 0; j < block.values.cols; j++, count++) {
                size_t at = i * block.values.stride + j;
                ck_assert_uint_lt(count, capacity);
                values[count] = block.values.dtype == GML_F64 ? ((double *)block.values.data)[at]
                                                              : (double)((float *)block.values.data)[at];
                if (statistic != NULL) {
                    statistic[count] = block.role == GML_ROLE_STATISTIC;
                }
            }
        }
    }
    return count;
}

/* FNV-1a */
uint64_t hash_weights(const gml_network *network)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        gml_network_block(network, i, &block);
        size_t bytes = block.values.rows * block.values.cols * gml_dtype_size(block.values.dtype);
        for (size_t b = 0; b < bytes; b++) {
            hash = (hash ^ ((const unsigned char *)block.values.data)[b]) * 0x100000001b3u;
        }
    }
    return hash;
}
