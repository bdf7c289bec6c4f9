/* base/reader.h - reading a file from its start to its end, gzip taken away where there is some.
 *
 * Memory is bounded: a fixed buffer, whatever the file says of itself. Bytes and positions are those of the contents,
 * after gzip. */
#ifndef GML_BASE_READER_H
#define GML_BASE_READER_H

#include <stdbool.h>

#include "base/context.h"

typedef struct gml_reader gml_reader;

enum { GML_PEEK_SIZE = 512 };

/* Opens a file and looks at its first bytes. Errors: not_found, read, data (broken gzip), unsupported, memory. */
gml_status gml_reader_open(gml_context *context, const char *path, gml_reader **reader);

/* Closes the file and gives back all memory. Null is fine. */
void gml_reader_close(gml_reader *reader);

/* The first bytes of the contents, up to GML_PEEK_SIZE, as long as nothing has been read. */
const uint8_t *gml_reader_peek(const gml_reader *reader, size_t *size);

/* Reads up to `capacity` bytes; fewer, down to none, only at the end. Errors: read, data (broken gzip: file and byte).
 */
gml_status gml_reader_read(gml_reader *reader, void *buffer, size_t capacity, size_t *got);

/* Reads `size` bytes of what is called `what`; too few are an error of data that says where the file ends and what was
 * missing. */
gml_status gml_reader_read_exact(gml_reader *reader, void *buffer, size_t size, const char *what);

/* Fails with data if there are more bytes, saying after what the end was expected. */
gml_status gml_reader_expect_end(gml_reader *reader, const char *after);

/* How many bytes of the contents have been read. */
uint64_t gml_reader_position(const gml_reader *reader);

const char *gml_reader_path(const gml_reader *reader);

#endif
