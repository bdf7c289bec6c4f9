/* data/format/zip_header.c - the header before a member of a zip archive: APPNOTE.TXT 6.3, sections 4.3.7 and 4.5.3. */
#include <stdio.h>

#include "base/least.h"
#include "data/field.h"
#include "data/format/zip.h"

enum {
    HEADER_REST = 26, /* bytes of a header after its signature */
    STORED = 0,
    DEFLATED = 8,
    ENCRYPTED_FLAG = 1,
    DESCRIBED_FLAG = 8,
    WIDE_EXTRA = 1, /* the extra field of sizes with 8 bytes */
    DRAIN = 4096
};

/* Reads the name of a member, which messages show. */
static gml_status take_name(gml_zip *zip, size_t length)
{
    char excerpt[GML_EXCERPT_SIZE], rest[DRAIN];
    const size_t kept = gml_least(length, GML_ZIP_NAME - 1);
    gml_status status = gml_zip_take(zip, zip->name, kept, "the name of a member");
    zip->name[kept] = '\0';
    for (size_t left = length - kept; status == GML_OK && left > 0;) {
        const size_t piece = gml_least(left, sizeof rest);
        status = gml_zip_take(zip, rest, piece, "the name of a member");
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
        uint8_t front[4] = {0}, field[64] = {0};
        gml_status status = gml_zip_take(zip, front, sizeof front, "an extra field");
        const size_t size = (size_t)gml_zip_number(front + 2, 2);
        if (status == GML_OK && size > length - 4) {
            return gml_zip_refuse(zip, "has a broken extra field");
        }
        const size_t kept = gml_zip_number(front, 2) == WIDE_EXTRA ? gml_least(size, sizeof field) : 0;
        if (status == GML_OK) {
            status = gml_zip_take(zip, field, kept, "an extra field");
        }
        for (size_t left = size - kept; status == GML_OK && left > 0;) {
            uint8_t rest[64];
            const size_t piece = gml_least(left, sizeof rest);
            status = gml_zip_take(zip, rest, piece, "an extra field");
            left -= piece;
        }
        if (status != GML_OK) {
            return status;
        }
        size_t at = 0;
        zip->wide = zip->wide || kept > 0;
        if (kept >= at + 8 && zip->unpacked == UINT32_MAX) {
            zip->unpacked = gml_zip_number(field + at, 8);
            at += 8;
        }
        if (kept >= at + 8 && zip->packed == UINT32_MAX) {
            zip->packed = gml_zip_number(field + at, 8);
        }
        length -= 4 + size;
    }
    uint8_t rest[4];
    return gml_zip_take(zip, rest, length, "an extra field");
}

gml_status gml_zip_begin_member(gml_zip *zip)
{
    uint8_t header[HEADER_REST] = {0};
    gml_status status = gml_zip_take(zip, header, sizeof header, "the header of a member");
    if (status != GML_OK) {
        return status;
    }
    const uint64_t flags = gml_zip_number(header + 2, 2), method = gml_zip_number(header + 4, 2);
    zip->deflated = method == DEFLATED;
    zip->described = (flags & DESCRIBED_FLAG) != 0;
    zip->wide = zip->ended = false;
    zip->expected = (uint32_t)gml_zip_number(header + 10, 4);
    zip->packed = gml_zip_number(header + 14, 4);
    zip->unpacked = gml_zip_number(header + 18, 4);
    zip->sum = 0;
    status = take_name(zip, (size_t)gml_zip_number(header + 22, 2));
    if (status == GML_OK) {
        status = take_extras(zip, (size_t)gml_zip_number(header + 24, 2));
    }
    if (status != GML_OK) {
        return status;
    }
    if ((flags & ENCRYPTED_FLAG) != 0) {
        return gml_zip_refuse(zip, "is encrypted");
    }
    if (method != STORED && method != DEFLATED) {
        return gml_zip_refuse(zip, "is compressed by another method than deflate");
    }
    if (zip->described && !zip->deflated) {
        return gml_zip_refuse(
            zip, "is stored, and its size follows it, so that its end cannot be found; write the archive to a "
                 "file, not to a pipe");
    }
    if (!zip->deflated && zip->packed != zip->unpacked) {
        return gml_zip_refuse(zip, "is stored with two sizes that differ");
    }
    return zip->deflated && zip->inflate == NULL ? gml_inflate_create(zip->context, zip->path, &zip->inflate) : GML_OK;
}
