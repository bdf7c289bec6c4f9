/* store/verify.c - is this a model file, and whole? */
#include "store/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/checksum.h"

enum { CHUNK = 1 << 15 };

/* Does the file begin with the text, after the length? */
static bool begins(const uint8_t *bytes, size_t size, const char *text)
{
    size_t length = strlen(text);
    return size >= GML_LENGTH_SIZE + length && memcmp(bytes + GML_LENGTH_SIZE, text, length) == 0;
}

/* Says what the file is, where it is no model file of this format. */
static gml_status check_kind(gml_context *context, const char *path, const uint8_t *bytes, size_t size)
{
    const char *problem = NULL;
    if (size == 0) {
        problem = "the file is empty; a model file was expected";
    } else if (!begins(bytes, size, "{")) {
        problem = "is no model file: it does not begin with a length and a JSON header, as safetensors files do";
    } else if (gml_read_length(bytes) > GML_MAX_HEADER) {
        problem = "is no model file: its header would be longer than 100 MB";
    } else if (begins(bytes, size, GML_HEADER_START)) {
        return GML_OK;
    } else if (begins(bytes, size, GML_FORMAT_KEY)) {
        problem = "was written in another version of the format; this library reads gemmule " GML_FORMAT_VERSION;
    } else {
        problem = "is no model file of gemmule: its header does not begin as gemmule writes it";
    }
    return gml_fail(context, GML_ERROR_DATA, "%s: %s", path, problem);
}

/* Reads everything up to the digits, keeps them, and begins the sum with them as 0. */
static gml_status read_front(gml_reader *reader, gml_verified *verified, char digits[GML_DIGITS])
{
    uint8_t front[GML_FRONT_SIZE];
    gml_status status = gml_reader_read_exact(reader, front, sizeof front, "checksum");
    if (status == GML_OK) {
        verified->header = gml_read_length(front);
        memcpy(digits, front + GML_DIGITS_AT, GML_DIGITS);
        memset(front + GML_DIGITS_AT, '0', GML_DIGITS);
        verified->checksum = gml_checksum(0, front, sizeof front);
    }
    return status;
}

static gml_status read_rest(gml_reader *reader, gml_verified *verified)
{
    uint8_t chunk[CHUNK];
    size_t got = 0;
    gml_status status = GML_OK;
    do {
        status = gml_reader_read(reader, chunk, sizeof chunk, &got);
        if (status == GML_OK) {
            verified->checksum = gml_checksum(verified->checksum, chunk, got);
        }
    } while (status == GML_OK && got == sizeof chunk);
    verified->size = gml_reader_position(reader);
    return status;
}

static gml_status verify(gml_context *context, gml_reader *reader, gml_verified *verified)
{
    const char *path = gml_reader_path(reader);
    size_t size = 0;
    const uint8_t *bytes = gml_reader_peek(reader, &size);
    char digits[GML_DIGITS], expected[GML_DIGITS + 1];
    gml_status status = check_kind(context, path, bytes, size);
    if (status == GML_OK) {
        status = read_front(reader, verified, digits);
    }
    if (status == GML_OK) {
        status = read_rest(reader, verified);
    }
    if (status != GML_OK) {
        return status;
    }
    snprintf(expected, sizeof expected, "%016" PRIx64, verified->checksum);
    if (memcmp(digits, expected, GML_DIGITS) != 0) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: is damaged: its checksum is %.16s, its %" PRIu64 " bytes sum up "
                        "to %s",
                        path, digits, verified->size, expected);
    }
    if (verified->header > verified->size - GML_LENGTH_SIZE) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: says that its header has %" PRIu64 " bytes, in a file of %" PRIu64, path, verified->header,
                        verified->size);
    }
    return GML_OK;
}

gml_status gml_verify_file(gml_context *context, const char *path, gml_verified *verified)
{
    gml_reader *reader = NULL;
    gml_verified result = {0};
    gml_status status = gml_reader_open(context, path, &reader);
    if (status == GML_OK) {
        status = verify(context, reader, &result);
    }
    gml_reader_close(reader);
    if (status == GML_OK) {
        *verified = result;
    }
    return status;
}
