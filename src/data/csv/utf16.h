/* data/csv/utf16.h - UTF-16 text as UTF-8. */
#ifndef GML_DATA_CSV_UTF16_H
#define GML_DATA_CSV_UTF16_H

#include "base/reader.h"

typedef enum gml_encoding { GML_UTF8 = 0, GML_UTF16_LITTLE, GML_UTF16_BIG } gml_encoding;

/* Returns the encoding that a byte order mark at the start of a file names, and the length of the mark; UTF-8 and 0
 * without one. */
gml_encoding gml_encoding_of(const uint8_t *bytes, size_t size, size_t *mark);

/* Reads text of an encoding as UTF-8, `capacity` - 4 bytes or more, fewer only at the end. Errors: read, data (not
 * UTF-16: the byte in the message). */
gml_status gml_utf16_read(gml_context *context, gml_reader *reader, gml_encoding encoding, char *to, size_t capacity,
                          size_t *got);

#endif
