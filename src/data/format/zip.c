/* data/format/zip.c - reads a zip archive from its start to its end: APPNOTE.TXT 6.3, sections 4.3 and 4.5.3. */
#include "data/format/zip.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/least.h"
#include "data/field.h"

enum {
    SIGNATURE_SIZE = 4,
    HEADER_REST = 26, /* bytes of a header after its signature */
    STORED = 0,
    DEFLATED = 8,
    ENCRYPTED_FLAG = 1,
    DESCRIBED_FLAG = 8,
    WIDE_EXTRA = 1, /* the extra field of sizes with 8 bytes */
    DRAIN = 4096
};

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

static gml_status take_exactly(gml_zip *zip, void *bytes, size_t size, const char *what)
{
    size_t got = 0;
    gml_status status = take(zip, bytes, size, &got);
    return status == GML_OK && got < size
               ? gml_fail(zip->context, GML_ERROR_DATA, "%s: the archive ends at byte %" PRIu64 ", inside %s",
                          zip->path, zip->file.position, what)
               : status;
}

static uint64_t number(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

/* ---- headers ---- */

static gml_status refuse(const gml_zip *zip, const char *complaint)
{
    return gml_fail(zip->context, GML_ERROR_DATA, "%s: %s", zip->title, complaint);
}

/* Reads the name of a member, which messages show. */
static gml_status take_name(gml_zip *zip, size_t length)
{
    char excerpt[GML_EXCERPT_SIZE], rest[DRAIN];
    const size_t kept = gml_least(length, GML_ZIP_NAME - 1);
    gml_status status = take_exactly(zip, zip->name, kept, "the name of a member");
    zip->name[kept] = '\0';
    for (size_t left = length - kept; status == GML_OK && left > 0;) {
        const size_t piece = gml_least(left, sizeof rest);
        status = take_exactly(zip, rest, piece, "the name of a member");
        left -= piece;
    }
    gml_excerpt(zip->name, kept, excerpt);
    snprintf(zip->title, sizeof zip->title, "%.500s: member %s", zip->path, excerpt);
    return status;
}

/* Reads the extra fields; those of wide sizes replace the sizes of the header where these are all ones. */
static gml_status take_extras(gml_zip *zip, size_t length)
{
    while (length >= 4) {
        uint8_t front[4], field[64];
        gml_status status = take_exactly(zip, front, sizeof front, "an extra field");
        const size_t size = (size_t)number(front + 2, 2);
        if (status == GML_OK && size > length - 4) {
            return refuse(zip, "has a broken extra field");
        }
        const size_t kept = number(front, 2) == WIDE_EXTRA ? gml_least(size, sizeof field) : 0;
        if (status == GML_OK) {
            status = take_exactly(zip, field, kept, "an extra field");
        }
        for (size_t left = size - kept; status == GML_OK && left > 0;) {
            uint8_t rest[64];
            const size_t piece = gml_least(left, sizeof rest);
            status = take_exactly(zip, rest, piece, "an extra field");
            left -= piece;
        }
        if (status != GML_OK) {
            return status;
        }
        size_t at = 0;
        zip->wide = zip->wide || kept > 0;
        if (kept >= at + 8 && zip->unpacked == UINT32_MAX) {
            zip->unpacked = number(field + at, 8);
            at += 8;
        }
        if (kept >= at + 8 && zip->packed == UINT32_MAX) {
            zip->packed = number(field + at, 8);
        }
        length -= 4 + size;
    }
    uint8_t rest[4];
    return take_exactly(zip, rest, length, "an extra field");
}

static gml_status begin_member(gml_zip *zip)
{
    uint8_t header[HEADER_REST];
    gml_status status = take_exactly(zip, header, sizeof header, "the header of a member");
    if (status != GML_OK) {
        return status;
    }
    const uint64_t flags = number(header + 2, 2), method = number(header + 4, 2);
    zip->deflated = method == DEFLATED;
    zip->described = (flags & DESCRIBED_FLAG) != 0;
    zip->wide = zip->ended = false;
    zip->expected = (uint32_t)number(header + 10, 4);
    zip->packed = number(header + 14, 4);
    zip->unpacked = number(header + 18, 4);
    zip->sum = 0;
    status = take_name(zip, (size_t)number(header + 22, 2));
    if (status == GML_OK) {
        status = take_extras(zip, (size_t)number(header + 24, 2));
    }
    if (status != GML_OK) {
        return status;
    }
    if ((flags & ENCRYPTED_FLAG) != 0) {
        return refuse(zip, "is encrypted");
    }
    if (method != STORED && method != DEFLATED) {
        return refuse(zip, "is compressed by another method than deflate");
    }
    if (zip->described && !zip->deflated) {
        return refuse(zip,
                      "is stored, and its size follows it, so that its end cannot be found; write the archive to a "
                      "file, not to a pipe");
    }
    if (!zip->deflated && zip->packed != zip->unpacked) {
        return refuse(zip, "is stored with two sizes that differ");
    }
    return zip->deflated && zip->inflate == NULL ? gml_inflate_create(zip->context, zip->path, &zip->inflate) : GML_OK;
}

/* ---- the bytes of a member ---- */

/* Reads sizes and checksum that follow a member. */
static gml_status take_description(gml_zip *zip)
{
    uint8_t bytes[20];
    const size_t size = zip->wide ? 16 : 8;
    gml_status status = take_exactly(zip, bytes, 4, "the description of a member");
    if (status == GML_OK && memcmp(bytes, descriptor_signature, SIGNATURE_SIZE) == 0) {
        status = take_exactly(zip, bytes, 4, "the description of a member");
    }
    zip->expected = (uint32_t)number(bytes, 4);
    return status == GML_OK ? take_exactly(zip, bytes, size, "the description of a member") : status;
}

static gml_status end_member(gml_zip *zip)
{
    gml_status status = zip->described ? take_description(zip) : GML_OK;
    zip->ended = true;
    if (status == GML_OK && !zip->described && (zip->packed > 0 || zip->unpacked > 0)) {
        return refuse(zip, "has another size than its header says");
    }
    return status == GML_OK && gml_gunzip_available() && zip->sum != zip->expected
               ? refuse(zip, "is damaged: its checksum differs from the stored one")
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
            return refuse(zip, "is cut off at the end of the archive");
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
    gml_status status = take_exactly(zip, buffer, size, zip->title);
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
            return refuse(zip, "is larger than its header says");
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
    uint8_t signature[SIGNATURE_SIZE];
    gml_status status = skip_member(zip);
    *found = false;
    if (status == GML_OK) {
        status = take_exactly(zip, signature, sizeof signature, "its members");
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
    return begin_member(zip);
}
