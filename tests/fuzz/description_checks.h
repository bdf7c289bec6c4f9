/* tests/fuzz/description_checks.h - what holds of every description of a network that is accepted. */
#ifndef GML_TESTS_FUZZ_DESCRIPTION_CHECKS_H
#define GML_TESTS_FUZZ_DESCRIPTION_CHECKS_H

#include "fuzz.h"

/* Reads the description [size] and checks the status; written as text and as JSON and read again it is the same.
 * A network that is small is made, and answers. */
void check_description(const uint8_t *data, size_t size);

#endif
