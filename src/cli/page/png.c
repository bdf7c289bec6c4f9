/* cli/page/png.c - the encoder of PNG: chunks with CRC-32, pixels in stored blocks of deflate with
 * Adler-32.
 *
 * Formats: PNG Specification, third edition, W3C 2025; RFC 1950 (zlib), RFC 1951 (deflate). */
#include "cli/page/png.h"

#include <math.h>
#include <stdlib.h>

/* ---- bytes with checksums ---- */

typedef struct encoder {
    uint8_t *bytes;
    size_t count;
    uint32_t crc;         /* of the current chunk */
    uint32_t sum, sums;   /* the two halves of Adler-32 */
    size_t left_in_block; /* bytes until the next header of a stored block */
    size_t left;          /* bytes of pixels that are still to be written */
} encoder;

/* CRC-32 by four bits at a time: entry i is the remainder of i for the polynomial 0xedb88320. */
static uint32_t extend_crc(uint32_t crc, uint8_t byte)
{
    static const uint32_t remainders[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                            0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                            0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    crc ^= byte;
    crc = remainders[crc & 15] ^ crc >> 4;
    return remainders[crc & 15] ^ crc >> 4;
}

static void put(encoder *to, uint8_t byte)
{
    to->crc = extend_crc(to->crc, byte);
    to->bytes[to->count++] = byte;
}

static void put_bytes(encoder *to, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put(to, ((const uint8_t *)bytes)[i]);
    }
}

/* The most significant byte first. */
static void put_number(encoder *to, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8) {
        put(to, (uint8_t)(number >> shift));
    }
}

/* ---- chunks ---- */

static void begin_chunk(encoder *to, const char *type, size_t length)
{
    put_number(to, (uint32_t)length);
    to->crc = UINT32_MAX;
    put_bytes(to, type, 4);
}

static void end_chunk(encoder *to)
{
    put_number(to, ~to->crc);
}

static void put_header(encoder *to, const page_png *picture)
{
    enum { GREY = 0, INDEXED = 3 };
    const uint8_t kind[] = {8, picture->signed_colors ? INDEXED : GREY, 0, 0, 0};
    begin_chunk(to, "IHDR", 13);
    put_number(to, (uint32_t)picture->width);
    put_number(to, (uint32_t)picture->height);
    put_bytes(to, kind, sizeof kind);
    end_chunk(to);
}

enum { COLORS = 256 };

static void put_palette(encoder *to)
{
    static const uint8_t gap[3] = {128, 136, 146}, below[3] = {33, 118, 214}, above[3] = {230, 97, 1};
    enum { GAP_OPACITY = 96, STEPS = 127 };
    begin_chunk(to, "PLTE", COLORS * sizeof gap);
    for (int i = 0; i < COLORS; i++) {
        put_bytes(to, i == PAGE_PNG_GAP ? gap : i < PAGE_PNG_ZERO ? below : above, sizeof gap);
    }
    end_chunk(to);
    begin_chunk(to, "tRNS", COLORS);
    for (int i = 0; i < COLORS; i++) {
        const int steps = i < PAGE_PNG_ZERO ? PAGE_PNG_ZERO - i : i - PAGE_PNG_ZERO;
        put(to, (uint8_t)(i == PAGE_PNG_GAP ? GAP_OPACITY : 255 * steps / STEPS));
    }
    end_chunk(to);
}

/* ---- pixels ---- */

enum { MOST_STORED = 65535 };

/* A byte of the stream that deflate stores, after the header of a block where one begins. */
static void store(encoder *to, uint8_t byte)
{
    enum { MODULUS = 65521 };
    if (to->left_in_block == 0) {
        const size_t length = to->left < MOST_STORED ? to->left : MOST_STORED;
        const uint8_t head[] = {length == to->left, (uint8_t)(length & 255), (uint8_t)(length >> 8),
                                (uint8_t)(~length & 255), (uint8_t)(~length >> 8 & 255)};
        put_bytes(to, head, sizeof head);
        to->left_in_block = length;
    }
    put(to, byte);
    to->sum = (to->sum + byte) % MODULUS;
    to->sums = (to->sums + to->sum) % MODULUS;
    to->left_in_block--;
    to->left--;
}

enum { ZLIB_HEADER = 2, BLOCK_HEADER = 5, ADLER = 4 };

/* The bytes of the pixels: each row has one in front, for filter 0, the pixels as they are. */
static size_t plain_size(const page_png *picture)
{
    return picture->height * (picture->width + 1);
}

static size_t stored_size(const page_png *picture)
{
    const size_t size = plain_size(picture), blocks = (size + MOST_STORED - 1) / MOST_STORED;
    return ZLIB_HEADER + blocks * BLOCK_HEADER + size + ADLER;
}

static void put_pixels(encoder *to, const page_png *picture)
{
    static const uint8_t zlib_header[ZLIB_HEADER] = {0x78, 0x01};
    begin_chunk(to, "IDAT", stored_size(picture));
    to->left = plain_size(picture);
    to->sum = 1;
    put_bytes(to, zlib_header, sizeof zlib_header);
    for (size_t row = 0; row < picture->height; row++) {
        store(to, 0);
        for (size_t col = 0; col < picture->width; col++) {
            store(to, picture->pixels[row * picture->width + col]);
        }
    }
    put_number(to, to->sums << 16 | to->sum);
    end_chunk(to);
}

/* ---- the file ---- */

static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

static size_t encoded_size(const page_png *picture)
{
    enum { CHUNK = 12, HEADER = CHUNK + 13, PALETTE = 2 * CHUNK + 4 * COLORS };
    return sizeof signature + HEADER + (picture->signed_colors ? PALETTE : 0) + CHUNK + stored_size(picture) + CHUNK;
}

uint8_t *page_png_encode(const page_png *picture, size_t *size)
{
    encoder to = {.bytes = malloc(encoded_size(picture))};
    if (to.bytes == NULL) {
        return NULL;
    }
    put_bytes(&to, signature, sizeof signature);
    put_header(&to, picture);
    if (picture->signed_colors) {
        put_palette(&to);
    }
    put_pixels(&to, picture);
    begin_chunk(&to, "IEND", 0);
    end_chunk(&to);
    *size = to.count;
    return to.bytes;
}

uint8_t page_png_color(double value, double most)
{
    const double share = isnan(value) ? 0 : fmax(-1, fmin(value / most, 1));
    return (uint8_t)(PAGE_PNG_ZERO + (int)lround(share * (PAGE_PNG_ZERO - 1)));
}
