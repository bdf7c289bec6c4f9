/* data/column/column.h - what each column of a table of cells is, and its way into the inputs of a dataset.
 *
 * gemmule/dataset.h has the rules ("Kinds of columns"). A column is judged when all rows are read: `gml_column_find`
 * counts what the rules need, and no more, so that columns of numbers cost nothing. */
#ifndef GML_DATA_COLUMN_COLUMN_H
#define GML_DATA_COLUMN_COLUMN_H

#include "data/cells.h"

/* ---- what the user said (wish.c) ---- */

typedef struct gml_column_wish {
    bool ignored;
    bool given;        /* the kind is given: a number, a category or a date */
    bool ordered;      /* of a date: its order too */
    bool fixed;        /* the levels of `known` are all there are */
    bool unseen_error; /* of fixed levels: others are errors */
    bool declared;     /* the file says so (gml_column_wish_of) */
    gml_column known;  /* the kind, and of a network levels and order of dates; not owned */
} gml_column_wish;

/* Reads gml_dataset_options.columns and .ignore, each or both null, into wishes [count]. `names` has the columns'
 * names, all different, in their order; null: they have none. Errors: argument (bad grammar, a column twice), name (no
 * such column), memory. */
gml_status gml_wishes_read(gml_context *context, const char *path, const char *columns, const char *ignore,
                           const gml_labels *names, size_t count, gml_column_wish *wishes);

/* Returns the wish, or if it leaves the kind open what the file declares: of a category or a date. */
gml_column_wish gml_column_wish_of(const gml_cells_column *column, const gml_column_wish *said);

/* ---- what a column is (find.c, words.c) ---- */

enum {
    GML_COLUMN_FEW = 20,           /* texts of at most so many values are categories */
    GML_COLUMN_MOST_FOUND = 10000, /* levels of a category that is not asked for */
    GML_COLUMN_SHORT = 24,         /* mean bytes of texts that are names */
    GML_COLUMN_REASON = 640,
    GML_COLUMN_COUNTED = 1 << 20 /* distinct numbers are counted up to here */
};

typedef struct gml_column_finding {
    gml_column_kind kind;
    gml_date_order date_order;
    bool used;    /* it becomes an input */
    bool refused; /* no dataset can have the column as an input; the reason says why, from `complaint` on of a text */
    size_t culprit, complaint; /* the label of that text; SIZE_MAX: none */
    size_t known;              /* cells that are not missing */
    size_t missing;
    size_t texts;    /* distinct words, and codes and amounts as texts */
    size_t distinct; /* distinct values; GML_COLUMN_COUNTED + 1: more; SIZE_MAX: not counted */
    char reason[GML_COLUMN_REASON];
} gml_column_finding;

/* Judges a column; `column` has its name in the cells. Errors: memory. */
gml_status gml_column_find(const gml_cells *cells, size_t column, const gml_column_wish *wish,
                           gml_column_finding *finding);

/* Counts the distinct values, if that is not done yet. Errors: memory. */
gml_status gml_column_count(const gml_cells *cells, size_t column, gml_column_finding *finding);

/* True if a text of a column counts as a value where the column has texts: words, codes and amounts, not words for
 * missing cells. */
static inline bool gml_column_has_label(const gml_cells_column *column, size_t label)
{
    gml_text_kind kind = gml_cells_kind(column, label);
    return kind == GML_TEXT_WORD || gml_text_is_number(kind);
}

/* Labels the distinct numbers of a column by their eight bytes, codes not among them. Stops above `limit`. Errors:
 * memory. */
gml_status gml_column_label_numbers(const gml_cells *cells, size_t column, size_t limit, gml_labels *numbers);

/* What the name of a column says of it. */
typedef enum gml_column_hint {
    GML_HINT_NONE = 0,
    GML_HINT_ROW,
    GML_HINT_IDENTIFIER,
    GML_HINT_POSTCODE,
    GML_HINT_DATE,
    GML_HINT_KIND
} gml_column_hint;
gml_column_hint gml_column_hint_of(const char *name);

/* How the texts of a column are dates. */
typedef struct gml_date_survey {
    size_t dates, others;        /* distinct texts that are dates in one form, and others */
    size_t other;                /* the first label that is no date or is written in another way; SIZE_MAX: none */
    bool mixed;                  /* that one is a date */
    bool day_first, month_first; /* both: the order cannot be told */
    bool year_first;             /* the form has one order alone */
    size_t sample;               /* the first label that is a date */
} gml_date_survey;

void gml_column_survey_dates(const gml_cells_column *column, gml_date_survey *survey);

/* ---- levels of a category (levels.c) ---- */

/* The distinct values of a column in the order of their names, which are those of classes. */
typedef struct gml_levels {
    gml_labels numbers; /* the distinct numbers, keyed by their eight bytes */
    gml_labels names;   /* numbers first, then texts, in the order of their labels */
    size_t *order;      /* [2 * names.count]: the value of each rank, then the rank of each value */
    double *text_rank;  /* [texts]: the rank of each text that is a value; others -1 */
    size_t texts;       /* of the column */
} gml_levels;

/* Ranks the numbers in levels->numbers and those texts [texts.count] of a column that `is_value` accepts. Text decides
 * the order if `worded`, else numbers. `levels` must be cleared, on failure too. Errors: memory. */
typedef bool (*gml_levels_accept)(const void *user, size_t label);
gml_status gml_levels_rank(gml_context *context, const gml_cells_column *column, bool worded,
                           gml_levels_accept is_value, const void *user, gml_levels *levels);

/* Returns the names in the order of their ranks, in hooked memory; null if there is none. */
char **gml_levels_copy_names(gml_context *context, const gml_levels *levels);

/* Returns the rank of a cell with a number; -1 if it has none. */
double gml_levels_rank_of(const gml_levels *levels, double number);

void gml_levels_clear(gml_context *context, gml_levels *levels);

/* ---- from cells to numbers (coding.c) ---- */

/* The number that stands for each cell of a column. */
typedef struct gml_column_coding {
    bool listed;      /* its numbers are in `numbers`: of a category, and of dates such as 20140217 */
    double *by_label; /* [texts] or null: the number of each text; NaN: missing */
    size_t texts;
    double other;        /* of a text without a label */
    gml_labels numbers;  /* its distinct numbers, if they are listed */
    double *by_number;   /* [numbers.count] */
    size_t unseen;       /* values that are none of a network's levels */
    double first_unseen; /* a cell with the first of them */
} gml_column_coding;

/* Makes the coding of a column that has a kind, and its description with levels, which the caller owns. `coding` must
 * be cleared, on failure too. Errors: data (a name that is not UTF-8, a text that is no number or no date, a level that
 * is not known; the place is in the message), memory. */
gml_status gml_column_code(const gml_cells *cells, size_t column, const gml_column_wish *wish,
                           const gml_column_finding *finding, bool bad_inputs, gml_column_coding *coding,
                           gml_column *made);

/* Returns the number of a cell. */
double gml_column_coded(const gml_column_coding *coding, double cell);

void gml_column_coding_clear(gml_context *context, gml_column_coding *coding);

/* Refuses the first cell with a text. Errors: data. */
gml_status gml_column_refuse(const gml_cells *cells, size_t column, size_t label, const char *complaint);

#endif
