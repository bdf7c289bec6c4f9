/* tests/fuzz/fuzz_gzip.c - the bounded reader, and gzip under it.
 *
 * Where bit 0 of the first byte is 0, the rest is a file. Reading it in pieces of two sizes gives the same bytes and
 * the same status. Where it is 1, the rest is compressed in one or two members, as bit 1 says, and reads back the same;
 * so the fuzzer also reaches what lies behind the checksum of gzip. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/reader.h"
#include "fuzz.h"

enum { MOST_BYTES = 1 << 18 };

/* Reads a file in pieces; the status, with the bytes read in `out` [MOST_BYTES]. More are not asked for. */
static gml_status read_pieces(const char *path, size_t piece, uint8_t *out, size_t *size)
{
    gml_reader *reader = NULL;
    size_t got = piece;
    *size = 0;
    gml_status status = gml_reader_open(fuzz_context(), path, &reader);
    while (status == GML_OK && got == piece && *size + piece <= MOST_BYTES) {
        status = gml_reader_read(reader, out + *size, piece, &got);
        *size += status == GML_OK ? got : 0;
    }
    fuzz_check(status != GML_OK || gml_reader_position(reader) == *size, "the position is what was read");
    gml_reader_close(reader);
    return status;
}

static void check_pieces(const char *path, uint8_t *large, size_t *large_size, gml_status *status)
{
    static const gml_status documented[] = {GML_ERROR_DATA, GML_ERROR_READ, GML_ERROR_UNSUPPORTED};
    static uint8_t small[MOST_BYTES];
    size_t small_size = 0;
    *status = read_pieces(path, 1 << 16, large, large_size);
    fuzz_status(*status, documented, 3);
    if (*large_size < 1 << 16) {
        gml_status again = read_pieces(path, 777, small, &small_size);
        fuzz_check(*status == again, "the size of pieces does not decide the status");
        fuzz_check(again != GML_OK || (small_size == *large_size && memcmp(small, large, small_size) == 0),
                   "the size of pieces does not decide the bytes");
    }
}

/* Appends one member; what comes out of zlib is at most a little longer than what goes in. */
static void compress_member(const uint8_t *data, size_t size, uint8_t *out, size_t *length, size_t room)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
    fuzz_check(deflateInit2(&stream, 1, Z_DEFLATED, 16 + 9, 1, Z_DEFAULT_STRATEGY) == Z_OK, "zlib compresses");
    stream.next_out = out + *length;
    stream.avail_out = (uInt)(room - *length);
    fuzz_check(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib compresses");
    *length = room - stream.avail_out;
    deflateEnd(&stream);
}

static void check_round_trip(const uint8_t *data, size_t size, bool two, uint8_t *large)
{
    size_t room = 2 * size + 256, length = 0, first = two ? size / 2 : size, got = 0;
    gml_status status = GML_OK;
    uint8_t *packed = malloc(room);
    fuzz_check(packed != NULL, "the fuzzer has memory");
    compress_member(data, first, packed, &length, room);
    if (two) {
        compress_member(data + first, size - first, packed, &length, room);
    }
    fuzz_put("file", packed, length);
    free(packed);
    check_pieces("file", large, &got, &status);
    fuzz_ok(status);
    fuzz_check(got == size && memcmp(large, data, size) == 0, "what is compressed reads back the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t large[MOST_BYTES];
    size_t got = 0;
    gml_status status = GML_OK;
    if (size == 0) {
        return 0;
    }
    fuzz_begin((size_t)1 << 20); /* whatever the file says: buffers are fixed */
    if ((data[0] & 1) != 0) {
        check_round_trip(data + 1, size - 1, (data[0] & 2) != 0, large);
    } else {
        fuzz_put("file", data + 1, size - 1);
        check_pieces("file", large, &got, &status);
    }
    fuzz_end();
    return 0;
}
