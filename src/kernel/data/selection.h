/* kernel/data/selection.h - the rows of a matrix that are samples, in ascending order or in the order of a list.
 *
 * A set of bits takes an eighth of a byte for each row of the matrix, where a list takes 8 bytes for each sample. The
 * rows of some samples are marked, so that any sample is found in a few steps. */
#ifndef GML_KERNEL_DATA_SELECTION_H
#define GML_KERNEL_DATA_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GML_SELECTION_MARK = 64 }; /* samples from one mark to the next */

/* Zero-initialised: all rows, sample i is row i. */
typedef struct gml_selection {
    const size_t *rows;   /* sample i is row rows[i]; or null */
    const uint64_t *bits; /* row r is a sample if bit r % 64 of word r / 64 is set; or null */
    const size_t *marks;  /* with bits: sample i * GML_SELECTION_MARK is row marks[i] */
} gml_selection;

static inline bool gml_selects_all(const gml_selection *selection)
{
    return selection->rows == NULL && selection->bits == NULL;
}

/* Returns the row of a sample. */
size_t gml_selection_row(const gml_selection *selection, size_t sample);

/* Returns the rows of the samples first .. first + count - 1: a part of the list, or written to room[0 .. count-1].
 * Null if all rows are samples: then they are first, first + 1, ... */
const size_t *gml_selection_rows(const gml_selection *selection, size_t first, size_t count, size_t *room);

/* Words of a set of bits of so many rows, and marks of so many samples. */
static inline size_t gml_selection_words(size_t rows)
{
    return rows / 64 + 1;
}

static inline size_t gml_selection_marks(size_t samples)
{
    return samples / GML_SELECTION_MARK + 1;
}

/* Adds the sample after `samples` others: a row above theirs. The bits are zeros at first. */
static inline void gml_selection_add(uint64_t *bits, size_t *marks, size_t samples, size_t row)
{
    bits[row / 64] |= (uint64_t)1 << row % 64;
    if (samples % GML_SELECTION_MARK == 0) {
        marks[samples / GML_SELECTION_MARK] = row;
    }
}

#endif
