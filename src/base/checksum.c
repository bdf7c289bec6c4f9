/* base/checksum.c - CRC-64/XZ: four bits at a time, or many bytes by eight at a time.
 *
 * The polynomial is ECMA-182's, reflected (0xc96c5795d7870f42); initial value and final xor are all ones. The checksum
 * of "123456789" is 995dc9bbdf1939fa. */
#include "base/checksum.h"

/* Remainders of all values of four bits. */
static const uint64_t remainders[16] = {
    0x0000000000000000, 0x7d9ba13851336649, 0xfb374270a266cc92, 0x86ace348f355aadb,
    0x64b62bcaebc387a1, 0x192d8af2baf0e1e8, 0x9f8169ba49a54b33, 0xe21ac88218962d7a,
    0xc96c5795d7870f42, 0xb4f7f6ad86b4690b, 0x325b15e575e1c3d0, 0x4fc0b4dd24d2a599,
    0xadda7c5f3c4488e3, 0xd041dd676d77eeaa, 0x56ed3e2f9e224471, 0x2b769f17cf112238,
};

/* Remainders of all values of a byte that `k` zero bytes follow. */
typedef uint64_t shifted_remainders[8][256];

enum { MANY_BYTES = 1 << 13 }; /* from here on making the tables pays */

static uint64_t add_byte(uint64_t sum, uint8_t byte)
{
    sum ^= byte;
    sum = sum >> 4 ^ remainders[sum & 15];
    return sum >> 4 ^ remainders[sum & 15];
}

static void make_tables(shifted_remainders tables)
{
    for (size_t value = 0; value < 256; value++) {
        uint64_t sum = tables[0][value] = add_byte(0, (uint8_t)value);
        for (size_t k = 1; k < 8; k++) {
            sum = tables[k][value] = add_byte(sum, 0);
        }
    }
}

static uint64_t word_at(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) {
        word |= (uint64_t)bytes[i] << 8 * i;
    }
    return word;
}

/* Adds `words` groups of eight bytes. The lowest byte comes first, so 7 bytes follow it. */
static uint64_t add_words(uint64_t sum, const uint8_t *bytes, size_t words)
{
    shifted_remainders tables;
    make_tables(tables);
    for (size_t i = 0; i < words; i++, bytes += 8) {
        uint64_t word = sum ^ word_at(bytes);
        sum = 0;
        for (int k = 0; k < 8; k++) {
            sum ^= tables[7 - k][word >> 8 * k & 255];
        }
    }
    return sum;
}

uint64_t gml_checksum(uint64_t before, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t sum = ~before;
    size_t first = size >= MANY_BYTES ? size / 8 * 8 : 0;
    if (first > 0) {
        sum = add_words(sum, bytes, first / 8);
    }
    for (size_t i = first; i < size; i++) {
        sum = add_byte(sum, bytes[i]);
    }
    return ~sum;
}
