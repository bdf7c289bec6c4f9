/* kernel/terms.h - which terms of the sums of a product there are to add.
 *
 * The borders of images are black, and relu leaves most of its outputs at 0. Where a group of rows of op(A) is 0 at
 * some p of k, in all of its rows, the p-th term of their sums is 0 too: a bit for each group and p says where it is
 * not. */
#ifndef GML_KERNEL_TERMS_H
#define GML_KERNEL_TERMS_H

#include <stddef.h>
#include <stdint.h>

enum {
    GML_TERM_ROWS = 4,     /* of a group */
    GML_TERM_BITS = 32,    /* of a word: of as many p */
    GML_TERM_WORDS = 8192, /* of all groups: 32 KiB of a caller's stack; a greater A is taken as it is */
};

/* Of group g and p: bit p % GML_TERM_BITS of bits[g * words + p / GML_TERM_BITS]. Rows that make no whole group have
 * none. */
typedef struct gml_terms {
    size_t words; /* of a group */
    uint32_t bits[GML_TERM_WORDS];
} gml_terms;

#endif
