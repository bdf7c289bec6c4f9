/* store/format.h - the parts of a model file.
 *
 *     8 bytes             length of the header, little-endian
 *     header              JSON, padded with spaces so that the tensors are 64-byte aligned
 *     tensors             contiguous, little-endian, in the order of gml_contents_tensor
 *
 * This is the safetensors format. The header begins with GML_HEADER_START and the 16 digits of the checksum, so both
 * can be checked before the JSON is parsed. docs/model-format.md specifies the format.
 *
 * Jansson reads and writes the JSON; it does not use the context's allocator (base/json.h). */
#ifndef GML_STORE_FORMAT_H
#define GML_STORE_FORMAT_H

#include <jansson.h>

#include "base/saved.h"
#include "network/network.h"

#define GML_FORMAT_KEY     "{\"__metadata__\":{\"format\":\"gemmule "
#define GML_FORMAT_VERSION "1"
#define GML_SAVED_PREFIX   "checkpoint." /* of the names of a checkpoint's arrays */
#define GML_HEADER_START   GML_FORMAT_KEY GML_FORMAT_VERSION "\",\"checksum\":\""

enum {
    GML_LENGTH_SIZE = 8,
    GML_DIGITS = 16, /* of the checksum, in hexadecimal */
    GML_DIGITS_AT = GML_LENGTH_SIZE + sizeof GML_HEADER_START - 1,
    GML_FRONT_SIZE = GML_DIGITS_AT + GML_DIGITS,
    GML_MAX_HEADER = 100000000 /* the limit of other safetensors readers */
};

/* ---- the tensors of a file ---- */

/* Determines which tensors a file has. */
typedef struct gml_contents {
    const gml_spec *spec;
    gml_dtype dtype; /* of the parameters */
    size_t prepared; /* numbers of the preparation; 0: it has none, or there is no preparation */
    bool input_scaling, output_scaling, limits;
    const gml_saved *saved; /* of a checkpoint: its arrays follow the layers; null for a model */
    size_t member; /* of an ensemble: the number of the member, from 1, by which its tensors are named; else 0 */
} gml_contents;

typedef struct gml_tensor {
    char name[80];
    gml_dtype dtype;
    size_t rank, shape[2];
    size_t bytes;
} gml_tensor;

/* Describes tensor `index` in the order of the file: preparation.numbers, input.shift, input.scale, output.shift,
 * output.scale, output.least, output.greatest, then the blocks of each layer, then the arrays of a checkpoint. Names of
 * a member's tensors begin with "members.0." and so on. Returns false past the last. On overflow, tensor->bytes is
 * SIZE_MAX. */
bool gml_contents_tensor(const gml_contents *contents, size_t index, gml_tensor *tensor);

/* Returns the contents of a model file by its header. `prepared`: the metadata has a preparation. `member`: as in
 * gml_contents. */
gml_contents gml_contents_read(const gml_spec *spec, json_t *header, bool prepared, size_t member);

/* Returns the contents of a file of this network; `saved` is null for a model. */
gml_contents gml_contents_of(const gml_network *network, const gml_saved *saved);

/* Checks that the header has exactly the tensors of these `count` parts: of a network, or of the members of an ensemble
 * in their order; and that they fill the `room` bytes after the header. Errors: data. */
gml_status gml_contents_check(gml_context *context, const char *path, const gml_contents *parts, size_t count,
                              json_t *header, uint64_t room);

/* Returns the width of the widest layer, the inputs included. */
size_t gml_contents_width(const gml_contents *contents);

/* Fails if layers are so wide that the network would need far more memory than the `bytes` of its tensors. `width` is
 * gml_contents_width, summed over the members of an ensemble. Applies to saving and loading. Errors: data. */
gml_status gml_contents_check_width(gml_context *context, const char *path, size_t width, uint64_t bytes);

/* Fails for a number that is not finite; the message has tensor and index. Errors: data. */
gml_status gml_tensor_check_finite(gml_context *context, const char *path, const gml_tensor *tensor,
                                   const void *numbers);

/* "F32" or "F64". */
const char *gml_tensor_dtype_name(gml_dtype dtype);

/* ---- the texts of the metadata ---- */

/* Return the data schema and the facts as JSON objects, owned by the caller. Null if there is no memory, or if a text
 * is not UTF-8; then `bad` points to it. */
json_t *gml_metadata_data(const gml_schema *schema, const char **bad);
json_t *gml_metadata_facts(const gml_network *network, const char **bad);

/* The same for the preparation of a network, which must have one (preparation.c). */
json_t *gml_metadata_preparation(const gml_network *network, const char **bad);

/* Gives the network, whose schema has been read, the preparation with this object and these numbers. Errors: data,
 * memory. */
gml_status gml_metadata_read_preparation(gml_network *network, const char *where, json_t *object, const double *numbers,
                                         size_t count);

/* The same for the prediction intervals of a network, which must have some, and for reading them (intervals.c). Errors:
 * data, memory. */
json_t *gml_metadata_intervals(const gml_network *network);
gml_status gml_metadata_read_intervals(gml_network *network, const char *where, json_t *object);

/* Returns what the members of an ensemble have besides their layers, as a JSON object, as above (members.c). */
json_t *gml_metadata_members(const gml_network *network, const char **bad);

/* What a file says of one network besides its tensors. The objects are borrowed. */
typedef struct gml_member_texts {
    const char *network; /* JSON */
    json_t *preparation; /* null: there is none */
    json_t *intervals;   /* likewise */
    json_t *facts;
    const char *target_transform; /* or null */
} gml_member_texts;

/* Returns the number of members that a file's description of an ensemble has; 0 if it is none. `network` is the parsed
 * entry, {"members": [...]}. */
size_t gml_metadata_member_count(json_t *network, json_t *members);

/* Reads what the file says of member `index`. The caller frees texts->network by free(). Errors: data, memory. */
gml_status gml_metadata_read_member(gml_context *context, const char *path, json_t *network, json_t *members,
                                    size_t index, gml_member_texts *texts);

/* Set the network's data schema and facts from these objects; unknown keys are errors. `where` begins the message.
 * `prepared`: a preparation follows, so that the data may have fewer columns than the network has inputs. */
gml_status gml_metadata_read_data(gml_network *network, const char *where, json_t *data, bool prepared);
gml_status gml_metadata_read_facts(gml_network *network, const char *where, json_t *facts);

/* ---- bytes ---- */

void gml_write_length(uint64_t length, uint8_t bytes[GML_LENGTH_SIZE]);
uint64_t gml_read_length(const uint8_t bytes[GML_LENGTH_SIZE]);

/* Converts entries between the machine's byte order and the file's, in either direction; no change on little-endian
 * machines. */
void gml_order_bytes(void *data, size_t count, size_t size);

/* Reverses the bytes of each entry. */
void gml_reverse_bytes(void *data, size_t count, size_t size);

#endif
