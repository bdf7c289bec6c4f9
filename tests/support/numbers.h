/* tests/support/numbers.h - numbers to compute with, and how far apart results are. */
#ifndef GML_TESTS_NUMBERS_H
#define GML_TESTS_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "gemmule/gemmule.h"

/* Numbers from -1 to 1 that depend on `seed` and the index alone. */
double *random_doubles(size_t count, uint64_t seed);

/* Class numbers 0 .. classes-1, each at least once if count allows. */
double *random_classes(size_t count, size_t classes, uint64_t seed);

/* Number `i` of a sequence in [-1, 1] that looks random and is the same each time. */
double scattered(size_t i);

/* The greatest difference over the greatest magnitude in `expected`. */
double worst_difference(const double *got, const double *expected, size_t count);

/* Copies all parameters, block by block, into values [capacity]; `statistic`, unless null, is set to true for each that
 * is a statistic. Returns their number. */
size_t read_parameters(const gml_network *network, size_t capacity, double *values, bool *statistic);

/* A number that depends on every bit of all blocks. */
uint64_t hash_weights(const gml_network *network);

#endif
