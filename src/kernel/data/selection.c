/* kernel/data/selection.c - finds the rows of samples in a set of bits. */
#include "kernel/data/selection.h"

/* Returns in byte k the number of bits in bytes 0 .. k of a word; in byte 7 that of all bits. */
static uint64_t count_bits(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    return ((word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu) * 0x0101010101010101u;
}

/* Returns the place of the bit that has `before` set bits below it; `counts` are those of the word. */
static size_t find_bit(uint64_t word, uint64_t counts, size_t before)
{
    unsigned shift = 0;
    while ((counts >> shift & 255) <= before) {
        shift += 8;
    }
    before -= shift > 0 ? counts >> (shift - 8) & 255 : 0;
    for (word >>= shift; before > 0; before--) {
        word &= word - 1;
    }
    return shift + (size_t)__builtin_ctzll(word);
}

/* Returns the row of the sample `further` after that of `row`. */
static size_t move(const uint64_t *bits, size_t row, size_t further)
{
    size_t word = row / 64;
    uint64_t left = bits[word] >> row % 64 << row % 64, counts = count_bits(left);
    while (counts >> 56 <= further) {
        further -= counts >> 56;
        left = bits[++word];
        counts = count_bits(left);
    }
    return word * 64 + find_bit(left, counts, further);
}

size_t gml_selection_row(const gml_selection *selection, size_t sample)
{
    if (selection->rows != NULL) {
        return selection->rows[sample];
    }
    return selection->bits == NULL
               ? sample
               : move(selection->bits, selection->marks[sample / GML_SELECTION_MARK], sample % GML_SELECTION_MARK);
}

const size_t *gml_selection_rows(const gml_selection *selection, size_t first, size_t count, size_t *room)
{
    if (selection->bits == NULL) {
        return selection->rows != NULL ? selection->rows + first : NULL;
    }
    const size_t begin = count > 0 ? gml_selection_row(selection, first) : 0;
    size_t word = begin / 64;
    uint64_t left = selection->bits[word] >> begin % 64 << begin % 64;
    for (size_t i = 0; i < count; i++) {
        while (left == 0) {
            left = selection->bits[++word];
        }
        room[i] = word * 64 + (size_t)__builtin_ctzll(left);
        left &= left - 1;
    }
    return room;
}
