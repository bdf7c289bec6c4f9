/* tests/support/model_case.h - networks and files for the tests of model files. */
#ifndef GML_TESTS_MODEL_CASE_H
#define GML_TESTS_MODEL_CASE_H

#include "network/network.h"

/* A network with everything that a file can hold, and one with nothing but parameters. */
gml_network *full_network(gml_context *context, gml_dtype dtype);
gml_network *plain_network(gml_context *context);

/* Fails the test unless everything about the two and their members is the same, to the bit. */
void assert_same_network(const gml_network *a, const gml_network *b);

typedef struct bytes {
    unsigned char *data; /* freed by whoever has it; there is room for one byte more */
    size_t size;
} bytes;

/* Saves the network as "good" in the folder made last, destroys it, and gives the file. */
bytes saved(gml_context *context, gml_network *network);

/* A copy of a model file with `to` for `from` in its header, and length and checksum right again: a file that lies with
 * care. */
bytes forge(bytes file, const char *from, const char *to);

/* Sets the checksum of a model file right. */
void sign(bytes file);

#endif
