/* tests/fuzz/fuzz_npz.c - NPZ archives. The first byte chooses options (array_options.h).
 *
 * If its bit 7 is 0, the rest is the file. Otherwise the rest is three arrays, stored in an archive with the right
 * sizes and checksums, so that the fuzzer also reaches what lies behind a checksum: the second byte times 8 is the size
 * of x.npy, the third times 4 that of y.npy, and what is left is w.npy. */
#include <string.h>
#include <zlib.h>

#include "array_options.h"

enum { MOST_BYTES = 1 << 16 };

static void put_number(uint8_t *bytes, size_t size, size_t number)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(number >> 8 * i);
    }
}

/* Appends a stored member. */
static size_t add_member(uint8_t *archive, size_t at, const char *name, const uint8_t *data, size_t size)
{
    uint8_t *header = archive + at;
    memset(header, 0, 30);
    memcpy(header, "PK\3\4\x14", 5);
    put_number(header + 14, 4, crc32(0, data, (uInt)size));
    put_number(header + 18, 4, size);
    put_number(header + 22, 4, size);
    put_number(header + 26, 2, strlen(name));
    memcpy(header + 30, name, strlen(name));
    memcpy(header + 30 + strlen(name), data, size);
    return at + 30 + strlen(name) + size;
}

static size_t make_archive(const uint8_t *data, size_t size, uint8_t *archive)
{
    size_t x = 8 * (size_t)data[0], y = 4 * (size_t)data[1];
    data += 2;
    size -= 2;
    x = x < size ? x : size;
    y = y < size - x ? y : size - x;
    size_t at = add_member(archive, 0, "x.npy", data, x);
    at = add_member(archive, at, "y.npy", data + x, y);
    at = add_member(archive, at, "w.npy", data + x + y, size - x - y);
    memcpy(archive + at, "PK\1\2", 4);
    return at + 4;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"w", "w", "g"};
    static uint8_t archive[MOST_BYTES + 200];
    if (size < 3 || size > MOST_BYTES) {
        return 0;
    }
    const gml_dataset_options options = array_options("npz", data[0], names);
    fuzz_begin(((size_t)8 << 20) + ((size_t)1 << 14) * size);
    if ((data[0] & 128) != 0) {
        fuzz_put("a.npz", archive, make_archive(data + 1, size - 1, archive));
    } else {
        fuzz_put("a.npz", data + 1, size - 1);
    }
    check_reading("a.npz", &options);
    fuzz_end();
    return 0;
}
