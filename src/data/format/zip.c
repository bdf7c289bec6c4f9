/* data/format/zip.c - reads a zip archive from its start to its end: APPNOTE.TXT 6.3, sections 4.3 and 4.5.3. */
#include "data/format/zip.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"

enum { SIGNATURE_SIZE = 4, DRAIN = 4096 };

static const uint8_t member_signature[] = {'P', 'K', 3, 4}, directory_signature[] = {'P', 'K', 1, 2},
                     end_signature[] = {'P', 'K', 5, 6}, descriptor_signature[] = {'P', 'K', 7, 8};

bool gml_zip_recognizes(const uint8_t *bytes, size_t size)
{
    return size >= SIGNATURE_SIZE &&
           (memcmp(bytes, member_signature, SIGNATURE_SIZE) == 0 || memcmp(bytes, end_signature, SIGNATURE_SIZE) == 0);
}

void gml_zip_begin(gml_context *context, gml_reader *reader, gml_zip *zip)
{
    memset(zip, 0, sizeof *zip);
    zip->context = context;
    zip->path = gml_reader_path(reader);
    zip->file = gml_bytes_of_reader(context, reader);
    zip->ended = true;
}

void gml_zip_clear(gml_zip *zip)
{
    gml_gunzip_destroy(zip->inflate);
}

/* ---- the bytes of the file ---- */

/* Fills the empty buffer; it stays empty at the end of the file. */
static gml_status fill(gml_zip *zip)
{
    zip->begin = zip->end = 0;
    return gml_bytes_read(&zip->file, zip->buffer, sizeof zip->buffer, &zip->end);
}

/* Reads bytes of the file; fewer only at its end. */
static gml_status take(gml_zip *zip, void *bytes, size_t size, size_t *got)
{
    gml_status status = GML_OK;
    for (*got = 0; *got < size;) {
        if (zip->begin == zip->end) {
            status = fill(zip);
        }
        const size_t piece = gml_least(zip->end - zip->begin, size - *got);
        if (status != GML_OK || piece == 0) {
            return status;
        }
        memcpy((char *)bytes + *got, zip->buffer + zip->begin, piece);
        zip->begin += piece;
        *got += piece;
    }
    return GML_OK;
}

gml_status gml_zip_take(gml_zip *zip, void *bytes, size_t size, const char *what)
{
    size_t got = 0;
    gml_status status = take(zip, bytes, size, &got);
    return status == GML_OK && got < size
               ? gml_fail(zip->context, GML_ERROR_DATA, "%s: the archive ends at byte %" PRIu64 ", inside %s",
                          zip->path, zip->file.position, what)
               : status;
}

uint64_t gml_zip_number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

gml_status gml_zip_refuse(const gml_zip *zip, const char *complaint)
{
    return gml_fail(zip->context, GML_ERROR_DATA, "%s: %s", zip->title, complaint);
}

/* ---- the bytes of a member ---- */

/* Reads sizes and checksum that follow a member. */
static gml_status take_description(gml_zip *zip)
{
    uint8_t bytes[20] = {0};
    const size_t size = zip->wide ? 16 : 8;
    gml_status status = gml_zip_take(zip, bytes, 4, "the description of a member");
    if (status == GML_OK && memcmp(bytes, descriptor_signature, SIGNATURE_SIZE) == 0) {
        status = gml_zip_take(zip, bytes, 4, "the description of a member");
    }
    zip->expected = (uint32_t)gml_zip_number(bytes, 4);
    return status == GML_OK ? gml_zip_take(zip, bytes, size, "the description of a member") : status;
}

static gml_status end_member(gml_zip *zip)
{
    gml_status status = zip->described ? take_description(zip) : GML_OK;
    zip->ended = true;
    if (status == GML_OK && !zip->described && (zip->packed > 0 || zip->unpacked > 0)) {
        return gml_zip_refuse(zip, "has another size than its header says");
    }
    return status == GML_OK && gml_gunzip_available() && zip->sum != zip->expected
               ? gml_zip_refuse(zip, "is damaged: its checksum differs from the stored one")
               : status;
}

/* Inflates a piece; `got` may be 0 before the end. */
static gml_status inflate_piece(gml_zip *zip, void *buffer, size_t capacity, size_t *got, bool *last)
{
    if (zip->begin == zip->end) {
        gml_status status = fill(zip);
        if (status != GML_OK) {
            return status;
        }
        if (zip->end == 0) {
            return gml_zip_refuse(zip, "is cut off at the end of the archive");
        }
    }
    size_t size = zip->end - zip->begin;
    size = zip->described || size < zip->packed ? size : (size_t)zip->packed;
    gml_gunzip_step step = {.in = zip->buffer + zip->begin, .in_size = size, .out = buffer, .out_size = capacity};
    gml_gunzip_run(zip->inflate, &step);
    const size_t used = size - step.in_size;
    zip->begin += used;
    zip->packed -= zip->described ? 0 : used;
    *got = capacity - step.out_size;
    *last = step.member_ended;
    if (step.lacks_memory) {
        return GML_ERROR_MEMORY;
    }
    if (step.problem != NULL || (used == 0 && *got == 0 && !*last)) {
        return gml_fail(zip->context, GML_ERROR_DATA, "%s: broken deflate data: %s", zip->title,
                        step.problem != NULL ? step.problem : "it continues after the size in its header");
    }
    return GML_OK;
}

/* Reads a piece of a stored member. */
static gml_status copy_piece(gml_zip *zip, void *buffer, size_t capacity, size_t *got, bool *last)
{
    const size_t size = zip->packed < capacity ? (size_t)zip->packed : capacity;
    gml_status status = gml_zip_take(zip, buffer, size, zip->title);
    *got = status == GML_OK ? size : 0;
    zip->packed -= *got;
    *last = zip->packed == 0;
    return status;
}

static gml_status read_member(void *from, void *buffer, size_t capacity, size_t *got)
{
    gml_zip *zip = from;
    *got = 0;
    while (*got < capacity && !zip->ended) {
        size_t piece = 0;
        bool last = false;
        uint8_t *to = (uint8_t *)buffer + *got;
        gml_status status = zip->deflated ? inflate_piece(zip, to, capacity - *got, &piece, &last)
                                          : copy_piece(zip, to, capacity - *got, &piece, &last);
        if (status != GML_OK) {
            return status;
        }
        zip->sum = gml_gunzip_checksum(zip->sum, to, piece);
        if (!zip->described && piece > zip->unpacked) {
            return gml_zip_refuse(zip, "is larger than its header says");
        }
        zip->unpacked -= zip->described ? 0 : piece;
        *got += piece;
        status = last ? end_member(zip) : GML_OK;
        if (status != GML_OK) {
            return status;
        }
    }
    return GML_OK;
}

gml_bytes gml_zip_member(gml_zip *zip)
{
    return (gml_bytes){.context = zip->context, .name = zip->title, .read = read_member, .from = zip};
}

/* Moves past the rest of a member. */
static gml_status skip_member(gml_zip *zip)
{
    uint8_t buffer[DRAIN];
    size_t got = sizeof buffer;
    gml_status status = GML_OK;
    while (status == GML_OK && !zip->ended && got > 0) {
        status = read_member(zip, buffer, sizeof buffer, &got);
    }
    return status;
}

gml_status gml_zip_next(gml_zip *zip, bool *found)
{
    uint8_t signature[SIGNATURE_SIZE] = {0};
    gml_status status = skip_member(zip);
    *found = false;
    if (status == GML_OK) {
        status = gml_zip_take(zip, signature, sizeof signature, "its members");
    }
    if (status != GML_OK) {
        return status;
    }
    if (memcmp(signature, directory_signature, SIGNATURE_SIZE) == 0 ||
        memcmp(signature, end_signature, SIGNATURE_SIZE) == 0) {
        return GML_OK;
    }
    if (memcmp(signature, member_signature, SIGNATURE_SIZE) != 0) {
        return gml_fail(zip->context, GML_ERROR_DATA,
                        "%s: is a broken zip archive: bytes %02x %02x %02x %02x where a member should begin", zip->path,
                        signature[0], signature[1], signature[2], signature[3]);
    }
    *found = true;
    return gml_zip_begin_member(zip);
}
