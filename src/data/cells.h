/* data/cells.h - a table as it was read, of any format, before anything is decided about its columns.
 *
 * A cell is a double: a number, or a NaN. A NaN with a label stands for a text in the column's dictionary, any other
 * NaN for a missing cell. Every text is kept until all rows are read, so that all rows decide what a column is.
 *
 *     text of a cell                                    cell
 *     empty                                             missing
 *     a number below 2^53 without leading zeros         the number
 *     another finite number (007, 9007199254740993)     text, GML_TEXT_CODE
 *     an amount ($1,234.50, 12 %; data/amount.h)        text, GML_TEXT_AMOUNT
 *     a word that the user gave for missing cells       text, GML_TEXT_MISSING
 *     nan, and the usual words (gml_missing_word)       text, GML_TEXT_ABSENT
 *     anything else, infinities too                     text, GML_TEXT_WORD
 *
 * Labels number the texts of a column in the order of their first occurrence. */
#ifndef GML_DATA_CELLS_H
#define GML_DATA_CELLS_H

#include <math.h>
#include <string.h>

#include "base/decimal.h"
#include "base/text.h"
#include "data/dataset.h"
#include "data/field.h"
#include "data/target/labels.h"

typedef enum gml_text_kind {
    GML_TEXT_WORD = 0,
    GML_TEXT_CODE,    /* a number named by its text (data/target/class_name.h) */
    GML_TEXT_AMOUNT,  /* in a column of numbers a number, else a word */
    GML_TEXT_MISSING, /* missing in any column */
    GML_TEXT_ABSENT,  /* missing in a column of numbers; in a column of labels a label like any other */
    GML_TEXT_KINDS
} gml_text_kind;

enum {
    GML_CELLS_MOST_TEXTS = 1 << 20,         /* distinct texts of a column */
    GML_CELLS_MOST_TEXT_BYTES = 64 << 20,   /* bytes of these */
    GML_CELLS_OTHER = GML_CELLS_MOST_TEXTS, /* label of all further words of an endless column; not in `texts` */
    GML_CELLS_SHOWN = 3                     /* places kept for messages */
};

/* A row of the table, counted from 0, and the label of its text there; SIZE_MAX: the cell is empty. */
typedef struct gml_cells_place {
    size_t row, label;
} gml_cells_place;

typedef struct gml_cells_column {
    char *name; /* null: the table has no names */
    gml_labels texts;
    gml_pile kinds;   /* u8 [texts.count]: gml_text_kind */
    bool endless;     /* the dictionary is full: further codes and amounts are numbers, words GML_CELLS_OTHER, the rest
                         missing */
    bool skipped;     /* set by the reader of a format: texts are not kept, and missing */
    size_t whole;     /* cells that are whole numbers, codes not counted */
    size_t fractions; /* cells that are other numbers, codes not counted */
    size_t empty;     /* cells without text */
    size_t uses[GML_TEXT_KINDS]; /* cells with a text of each kind */
    size_t broken;               /* uses of codes and amounts that are not whole numbers (00.5, $0.5) */
    double least, greatest;      /* of all numbers, codes and amounts too; infinity and -infinity if there are none */
    size_t shown;                /* the first cells with words */
    gml_cells_place words[GML_CELLS_SHOWN];
    bool gapped; /* there is a missing or absent cell; `gap` is the first */
    gml_cells_place gap;
    bool declared;          /* the file says what the column is; set by the reader of a format: */
    gml_column declaration; /* its kind, which may be text; of a category the names of the levels, which are owned */
} gml_cells_column;

/* Zero-initialised: nothing to clear. */
typedef struct gml_cells {
    gml_context *context;
    size_t columns;
    size_t before;                 /* columns of the file before these, for messages */
    size_t rows;                   /* all rows that were added */
    gml_pile values;               /* f64 [rows x columns]; a reader that bounds its memory may take rows out */
    gml_pile weights;              /* f64 [rows]: sample weights that the file has beside its columns; or empty */
    gml_cells_column *column;      /* [columns] */
    gml_origin origin;             /* of the rows; its path begins messages */
    gml_decimal_style style;       /* of the numbers in texts; 1234.5 until a reader says otherwise */
    struct gml_table_cache *cache; /* that is made of them; null: none */
    const char *folder;            /* for files with large arrays; null: they are in memory */
    const char *remark;            /* a note for the dataset, valid until it is made; null: none */
    bool targetless;               /* no column is the target unless an option names one */
    bool kept;                     /* the cells belong to a table, and a dataset of them copies what it needs */
    bool partial;                  /* they are some rows of a file: how many are missing is not worth a note */
} gml_cells;

/* ---- cells as doubles ---- */

#define GML_CELL_TEXT_BITS ((uint64_t)0x7ff80001 << 32)

static inline uint64_t gml_cell_bits(double cell)
{
    uint64_t bits;
    memcpy(&bits, &cell, sizeof bits);
    return bits;
}

/* Returns the cell of a text. */
static inline double gml_cell_of_label(uint32_t label)
{
    const uint64_t bits = GML_CELL_TEXT_BITS | label;
    double cell;
    memcpy(&cell, &bits, sizeof cell);
    return cell;
}

/* Returns a missing cell. */
static inline double gml_cell_missing(void)
{
    return (double)NAN;
}

static inline bool gml_cell_is_text(double cell)
{
    return gml_cell_bits(cell) >> 32 == GML_CELL_TEXT_BITS >> 32;
}

static inline bool gml_cell_is_missing(double cell)
{
    return isnan(cell) && !gml_cell_is_text(cell);
}

/* Returns the label of a cell with a text. */
static inline uint32_t gml_cell_label(double cell)
{
    return (uint32_t)gml_cell_bits(cell);
}

/* ---- a table ---- */

/* Begins a table without rows and names; `path` may be null. The table must be cleared, on failure too. Errors: memory.
 */
gml_status gml_cells_begin(gml_context *context, const char *path, size_t columns, gml_cells *cells);

void gml_cells_clear(gml_cells *cells);

/* Releases what a column owns. */
void gml_cells_clear_column(gml_context *context, gml_cells_column *column);

/* Names a column. The text is not checked. Errors: memory. */
gml_status gml_cells_name(gml_cells *cells, size_t column, const char *text, size_t length);

/* True for a usual word for missing cells: NA, and in any case n/a, null, none, ? and -, and the errors of spreadsheets
 * such as #DIV/0!. nan is no such word: it is missing among numbers also where the user gives other words. */
bool gml_missing_word(const char *text, size_t length);

/* True for the kinds of texts that are numbers where a column has numbers. */
static inline bool gml_text_is_number(gml_text_kind kind)
{
    return kind == GML_TEXT_CODE || kind == GML_TEXT_AMOUNT;
}

/* Finds the kind of a text, and the value of a code or an amount. False for a plain number, whose value it returns; the
 * text must not be empty. */
bool gml_text_kind_of(const char *text, size_t length, gml_decimal_style style, gml_text_kind *kind, double *value);

/* Returns in `cell` the cell of a text that is not a plain number, and adds it to the dictionary. `value` is that of a
 * code or an amount. Counts nothing. Errors: memory. */
gml_status gml_cells_add_text(gml_cells *cells, size_t column, gml_text_kind kind, double value, const char *text,
                              size_t length, double *cell);

/* Returns in `cell` the cell of any text, by the table above. Counts nothing. Errors: memory. */
gml_status gml_cells_read(gml_cells *cells, size_t column, const char *text, size_t length, double *cell);

/* Adds rows [count x columns] of cells and counts them. `line` is the line of the first; the others follow it line by
 * line; 0: the table has rows and no lines. Errors: memory. */
gml_status gml_cells_add_rows(gml_cells *cells, const double *rows, size_t count, size_t line);

/* Removes all rows and texts, and keeps columns and names. The next rows are those of the file at `path`. Errors:
 * memory. */
gml_status gml_cells_restart(gml_cells *cells, const char *path);

/* Begins a table without rows that has the columns of another. It must be cleared, on failure too. Errors: memory. */
gml_status gml_cells_begin_like(const gml_cells *cells, gml_cells *copy);

/* Appends a row of another table with the same columns, with its texts and its line; `spare` [columns] is working
 * memory. Errors: memory. */
gml_status gml_cells_copy_row(const gml_cells *cells, size_t row, double *spare, gml_cells *copy);

/* Begins a table of `count` rows from `first` on of another, which has one file. It must be cleared, on failure too.
 * Errors: memory. */
gml_status gml_cells_copy_rows(const gml_cells *cells, size_t first, size_t count, gml_cells *copy);

/* Counts a cell `uses` times, without its place. */
void gml_cells_count(gml_cells *cells, size_t column, double cell, size_t uses);

/* Notes the place of a cell that is no number, for messages. Rows must ascend. */
void gml_cells_note(gml_cells *cells, size_t column, double cell, size_t row);

static inline gml_text_kind gml_cells_kind(const gml_cells_column *column, size_t label)
{
    return label < column->texts.count ? (gml_text_kind)((const uint8_t *)column->kinds.data)[label] : GML_TEXT_WORD;
}

/* Returns the text with a label; of GML_CELLS_OTHER and SIZE_MAX "" of length 0. */
const char *gml_cells_text(const gml_cells_column *column, size_t label, size_t *length);

/* Returns the numeric value of a cell: of a number, a code or an amount, else NaN. */
double gml_cells_value(const gml_cells *cells, size_t column, double cell);

/* Returns a cell as messages describe it. Valid while the cells and `buffer` are. */
gml_field gml_cells_field(const gml_cells *cells, size_t column, size_t row, double cell, char buffer[GML_NUMBER_SIZE]);

/* Returns a row of `values`. */
static inline double *gml_cells_row(const gml_cells *cells, size_t row)
{
    return (double *)cells->values.data + row * cells->columns;
}

/* ---- from cells to a dataset ---- */

/* Decides the roles of the columns from their names and the options, as in a CSV with a header if the columns have
 * names and else as without, and makes the dataset. Takes over what the cells own, on failure too, unless they are
 * `kept`; they are then cleared. Errors: as gml_dataset_open. */
gml_status gml_dataset_from_cells(gml_cells *cells, const gml_dataset_options *options, gml_dataset **dataset);

#endif
