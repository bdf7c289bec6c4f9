/* store/format.h - what a model file is made of.
 *
 *     8 bytes             length of the header, little-endian
 *     header              JSON, filled up with spaces so that the tensors begin on a 64-byte line
 *     tensors             one after another, little-endian, in the order of gml_contents_tensor
 *
 * This is safetensors. The header begins with GML_HEADER_START and the 16 digits of the checksum, so that both are
 * found before anything is interpreted. docs/model-format.md has the particulars.
 *
 * The JSON is read and written by Jansson, whose memory is not the context's (base/json.h). */
#ifndef GML_STORE_FORMAT_H
#define GML_STORE_FORMAT_H

#include <jansson.h>

#include "network/network.h"

#define GML_FORMAT_KEY     "{\"__metadata__\":{\"format\":\"gemmule "
#define GML_FORMAT_VERSION "1"
#define GML_HEADER_START   GML_FORMAT_KEY GML_FORMAT_VERSION "\",\"checksum\":\""

enum {
    GML_LENGTH_SIZE = 8,
    GML_DIGITS = 16, /* of the checksum, in hexadecimal */
    GML_DIGITS_AT = GML_LENGTH_SIZE + sizeof GML_HEADER_START - 1,
    GML_FRONT_SIZE = GML_DIGITS_AT + GML_DIGITS,
    GML_MAX_HEADER = 100000000 /* as other readers of safetensors have it */
};

/* ---- the tensors of a file ---- */

/* What decides which tensors there are. */
typedef struct gml_contents {
    const gml_spec *spec;
    gml_dtype dtype; /* of the parameters */
    bool input_scaling, output_scaling;
} gml_contents;

typedef struct gml_tensor {
    char name[48];
    gml_dtype dtype;
    size_t rank, shape[2];
    size_t bytes;
} gml_tensor;

/* The tensor at `index` in the order of the file: input.shift, input.scale, output.shift, output.scale, then each
 * layer's weight and bias. False past the last. A tensor too large to be counted has SIZE_MAX bytes. */
bool gml_contents_tensor(const gml_contents *contents, size_t index, gml_tensor *tensor);

/* The contents that a header says the file has. */
gml_contents gml_contents_read(const gml_spec *spec, json_t *header);

/* Holds the header's entries against the tensors, and the tensors against the `room` bytes behind the header. Errors:
 * data. */
gml_status gml_contents_check(gml_context *context, const char *path, const gml_contents *contents, json_t *header,
                              uint64_t room);

/* Refuses layers so wide that a network in memory would be out of all proportion to the `bytes` of its tensors. Files
 * are neither written nor read with such layers. Errors: data. */
gml_status gml_contents_check_width(gml_context *context, const char *path, const gml_spec *spec, uint64_t bytes);

/* Refuses numbers that are not finite, and names the tensor and the place. Errors: data. */
gml_status gml_tensor_check_finite(gml_context *context, const char *path, const gml_tensor *tensor,
                                   const void *numbers);

/* "F32" or "F64". */
const char *gml_tensor_dtype_name(gml_dtype dtype);

/* ---- the texts of the metadata ---- */

/* What a network knows of its data, and its facts, as JSON objects; null where there is no memory, or where a text is
 * not UTF-8: then `bad` names it. */
json_t *gml_metadata_data(const gml_schema *schema, const char **bad);
json_t *gml_metadata_facts(const gml_network *network, const char **bad);

/* The reverse: fills the network from such objects, strictly. `where` begins the message. */
gml_status gml_metadata_read_data(gml_network *network, const char *where, json_t *data);
gml_status gml_metadata_read_facts(gml_network *network, const char *where, json_t *facts);

/* ---- bytes ---- */

void gml_write_length(uint64_t length, uint8_t bytes[GML_LENGTH_SIZE]);
uint64_t gml_read_length(const uint8_t bytes[GML_LENGTH_SIZE]);

/* Turns entries from the machine's order of bytes to the file's, or back: on little-endian machines, leaves them. */
void gml_order_bytes(void *data, size_t count, size_t size);

/* Turns the bytes of each entry round. */
void gml_reverse_bytes(void *data, size_t count, size_t size);

#endif
