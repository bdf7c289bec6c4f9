/* data/csv/scan.h - from blocks of a CSV's text to cells, on several threads.
 *
 * A block is a run of whole records. Its task turns numbers into cells and gathers the distinct texts of the block;
 * nothing is allocated meanwhile. Afterwards blocks are merged in their order: their texts get labels, and their cells
 * are copied. So neither cells nor labels, counts or faults depend on how the text was cut or on the number of threads.
 */
#ifndef GML_DATA_CSV_SCAN_H
#define GML_DATA_CSV_SCAN_H

#include "data/csv/csv_text.h"

enum {
    GML_CSV_BLOCK = 1 << 18, /* least bytes of a block that is not the last */
    GML_CSV_BLOCKS = 16      /* most blocks at once */
};

/* A distinct text of a column in a block. In the block's cells its index stands for the label. */
typedef struct gml_csv_word {
    const char *text;             /* [length] */
    uint32_t length, column, row; /* row of the block where it is first */
    uint32_t uses;                /* 0: only a broken record has it */
    uint64_t hash;
    double cell; /* in the table, once merged */
} gml_csv_word;

/* From `row` of the block on, records begin on consecutive lines from `line` on. */
typedef struct gml_csv_jump {
    uint32_t row;
    size_t line; /* counted from the first line of the block */
} gml_csv_jump;

/* What is known of a column's numbers in a block. */
typedef struct gml_csv_tally {
    double least, greatest;
    uint32_t fractions; /* numbers that are not whole */
    uint32_t empty;     /* missing cells */
    uint32_t texts;     /* cells with texts */
    uint32_t first_empty;
} gml_csv_tally;

typedef struct gml_csv_block {
    char *begin, *end;
    size_t fields, lines; /* at most so many are in the text; after the scan `lines` is exact */
    gml_pile cells;       /* f64 [rows x columns] */
    gml_pile words;       /* gml_csv_word */
    gml_pile slots;       /* u32 [a power of two]: a hash table of word + 1; 0: free */
    gml_pile jumps;       /* gml_csv_jump */
    gml_pile tallies;     /* gml_csv_tally [columns] */
    size_t rows, word_count, jump_count;
    gml_csv_problem problem; /* its line counts from 0 at the first line of the block */
} gml_csv_block;

typedef struct gml_csv_scan {
    const gml_csv_dialect *dialect;
    gml_cells *cells; /* to which rows are added */
    size_t threads;
    size_t block;       /* least bytes of a block: GML_CSV_BLOCK; tests have less */
    size_t block_count; /* in use */
    gml_csv_block blocks[GML_CSV_BLOCKS];
    gml_status status; /* of the merging */
} gml_csv_scan;

/* Adds the unused records of a text to the cells, up to the last whole one. Stops at a record that cannot be read,
 * which `problem` describes: the records before it are added, and the text is at it. The text is changed: doubled
 * quotes become single. Errors: memory. */
gml_status gml_csv_scan_text(gml_csv_scan *scan, gml_csv_text *text, gml_csv_problem *problem);

/* Releases the working memory. */
void gml_csv_scan_clear(gml_csv_scan *scan);

/* ---- shared by the files of this header ---- */

/* Counts the fields and lines that the text of a block can have at most. */
void gml_csv_count_block(const gml_csv_dialect *dialect, gml_csv_block *block);

/* Scans a block whose piles have room for its fields. */
void gml_csv_scan_block(const gml_csv_dialect *dialect, const gml_cells *cells, gml_csv_block *block);

#endif
