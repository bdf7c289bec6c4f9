/* kernel/product/terms.h - which terms of the sums of a product there are to add.
 *
 * The borders of images are black, and relu leaves most of its outputs at 0. Where an entry of op(A) is 0, so is its
 * term in all sums of its row: a bit for each entry says where it is not. */
#ifndef GML_KERNEL_PRODUCT_TERMS_H
#define GML_KERNEL_PRODUCT_TERMS_H

#include <stddef.h>
#include <stdint.h>

enum {
    GML_TERM_DEPTH = 48,   /* entries of a row that one word may tell of */
    GML_TERM_WORDS = 4096, /* of all rows together: 32 KiB */
};

/* Words for a row of k entries. */
static inline size_t gml_term_words(size_t k)
{
    return (k + GML_TERM_DEPTH - 1) / GML_TERM_DEPTH;
}

/* Of op(A) [m x k]: entry (i, p) is bit p % depth of bits[p / depth * m + i]. */
typedef struct gml_terms {
    size_t depth, words;               /* of a word, of a row */
    uint64_t bits[GML_TERM_WORDS + 1]; /* one more, which may be read and means nothing */
} gml_terms;

#endif
