/* kernel/product/terms.h - the nonzero terms of the sums of a product.
 *
 * Borders of images are black, and relu sets most of its outputs to 0. An entry of op(A) that is 0 makes a term of
 * every sum of its row 0. One bit for each entry: 1 if it is not 0. */
#ifndef GML_KERNEL_PRODUCT_TERMS_H
#define GML_KERNEL_PRODUCT_TERMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GML_TERM_DEPTH = 48,   /* greatest number of entries in a word */
    GML_TERM_WORDS = 4096, /* for all rows: 32 KiB */
    GML_TERM_ROWS = 60,    /* least rows of a part that is searched by itself */
};

/* Returns the number of words for a row of k entries. */
static inline size_t gml_term_words(size_t k)
{
    return (k + GML_TERM_DEPTH - 1) / GML_TERM_DEPTH;
}

/* True if a product of this size looks for zeros. At a greater depth there are too few words. */
static inline bool gml_terms_pay(size_t m, size_t n, size_t k)
{
    const size_t words = gml_term_words(k);
    return m >= 32 && n >= 128 && (m * words <= GML_TERM_WORDS || GML_TERM_WORDS / words >= GML_TERM_ROWS);
}

/* For op(A) [m x k]: entry (i, p) is bit p % depth of bits[p / depth * m + i]. */
typedef struct gml_terms {
    size_t depth, words;               /* entries in a word, words in a row */
    uint64_t bits[GML_TERM_WORDS + 1]; /* one more that is read but not used */
} gml_terms;

#endif
