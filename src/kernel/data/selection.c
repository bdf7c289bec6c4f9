/* kernel/data/selection.c - finds the rows of samples in a set of bits. */
#include "kernel/data/selection.h"

/* Moves from `row`, a sample, to the sample `further` after it; returns its row. */
static size_t move(const uint64_t *bits, size_t row, size_t further)
{
    size_t word = row / 64;
    uint64_t left = bits[word] >> row % 64 << row % 64;
    for (size_t count; (count = (size_t)__builtin_popcountll(left)) <= further; further -= count) {
        left = bits[++word];
    }
    for (; further > 0; further--) {
        left &= left - 1;
    }
    return word * 64 + (size_t)__builtin_ctzll(left);
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
