/* data/transform/transform.h - the table of transforms, and the inside of a preparation.
 *
 * Each column of the data goes through a chain of transforms. A chain works on up to GML_MOST_LANES values of a sample,
 * the lanes: one at first, more after date_parts. Lanes become inputs at the end of the chain; an encoding of a
 * category (one_hot, code, encode) ends a chain by itself. impute may add an input that marks missing cells; later
 * transforms leave it as it is.
 *
 * Inputs are in the order of three parts: numbers, one-hot inputs and marks, codes; within a part in the order of the
 * columns. Models of versions up to 0.7 have them in the order of the columns, the mark of a column after its others.
 */
#ifndef GML_DATA_TRANSFORM_TRANSFORM_H
#define GML_DATA_TRANSFORM_TRANSFORM_H

#include <stdbool.h>

#include "base/call.h"
#include "data/pile.h"
#include "data/rows.h"
#include "gemmule/preparation.h"
#include "kernel/transform/transform.h"

enum {
    GML_MOST_LANES = GML_DATE_PARTS,
    GML_LANE_ROWS = 64, /* rows that go through a chain together */
    GML_CHAIN_STEPS = 8 /* transforms of a chain */
};

/* A transform of a chain, fitted. */
typedef struct gml_step {
    gml_call call;
    size_t lanes;   /* that it takes; it gives `lanes` times the row's `spread` */
    size_t first;   /* of its numbers, among those of the preparation */
    size_t numbers; /* of all lanes together, equally many for each */
} gml_step;

/* What a transform is fitted to: one lane of the training rows. */
typedef struct gml_fitting {
    gml_context *context;
    const gml_call *call;
    const gml_column *column;
    const double *known; /* [known_count] the values that are not missing, ascending */
    size_t known_count;
    size_t count; /* values, missing ones included */
    gml_pile *numbers;
} gml_fitting;

/* Values of a block of rows within a chain. */
typedef struct gml_lanes {
    size_t rows, count;
    double x[GML_MOST_LANES][GML_LANE_ROWS];
    double mark[GML_LANE_ROWS]; /* 1 where the cell is missing */
    bool marked;
} gml_lanes;

/* What an encoding makes of a category. */
typedef enum gml_category_form {
    GML_CATEGORY_ONE_HOT, /* an input for each level */
    GML_CATEGORY_SIGN,    /* one input, -1 or 1, of two levels */
    GML_CATEGORY_CODE     /* one input, the code of the level */
} gml_category_form;

typedef struct gml_category_rule {
    gml_category_form form;
    size_t most; /* if there are more levels, the most frequent `own` have a place of their own, others share one */
    size_t own;
} gml_category_rule;

typedef struct gml_category {
    gml_category_form form;
    size_t inputs;
    size_t codes; /* of the form code: places of levels, of others or unseen ones, and of missing cells */
    gml_one_hot map;
} gml_category;

typedef struct gml_transform {
    gml_entry entry;
    unsigned kinds;  /* that it takes, as bits 1 << gml_column_kind; a date may be taken as a number of days */
    bool keeps_kind; /* its results are of the kind that it takes, else numbers */
    size_t spread;   /* lanes for each lane */
    bool last;       /* writes inputs: ends a chain */
    bool line;       /* a shift and a scale: its numbers */
    /* Of encodings: what becomes of a category of `levels` levels. */
    gml_category_rule (*encode)(const gml_call *call, size_t levels);
    /* Appends the numbers of one lane. Errors: memory. */
    gml_status (*fit)(const gml_fitting *fitting);
    /* True if these finite numbers may be those of one lane; null: it has none. */
    bool (*holds)(const gml_call *call, const gml_column *column, const double *numbers, size_t count);
    /* Transforms lane `lane` of the block; `numbers` are that lane's. Null for a transform that is last. */
    void (*apply)(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes);
    /* slope[i] *= derivative at the lane's values x[i]; null: the slope is 0. */
    void (*slope)(const gml_step *step, const double *numbers, size_t count, const double *x, double *slope);
} gml_transform;

extern const gml_transform gml_transform_standard, gml_transform_robust, gml_transform_minmax, gml_transform_quantile,
    gml_transform_smooth_clip, gml_transform_log, gml_transform_impute, gml_transform_one_hot, gml_transform_code,
    gml_transform_encode, gml_transform_ordinal, gml_transform_date_parts;

static inline const gml_transform *gml_step_row(const gml_step *step)
{
    return gml_call_row(&step->call);
}

/* The parts of the inputs, in their order. */
typedef enum gml_part { GML_PART_NUMBERS, GML_PART_ONE_HOT, GML_PART_CODES, GML_PARTS } gml_part;

/* The chain of a column and its inputs. */
typedef struct gml_chain {
    gml_step *steps; /* [step_count], of the preparation */
    size_t step_count;
    gml_part part;                   /* of its inputs but the mark */
    size_t first_input, input_count; /* without the mark */
    size_t mark;                     /* if `marked`: the input that marks missing cells */
    size_t first_code, code_count;   /* of codes: those of this column; the last is that of missing cells */
    size_t before[GML_PARTS];        /* inputs of each part in the columns before; in [0] all if not `by_parts` */
    bool marked;
} gml_chain;

struct gml_preparation {
    gml_context *context;
    size_t columns, inputs;
    bool by_parts; /* inputs are in the order of their parts, and that of the columns is another */
    gml_preparation_layout layout;
    size_t starts[GML_PARTS]; /* of the parts; [0] alone counts if not `by_parts` */
    gml_chain *chains;        /* [columns] */
    gml_column *kinds;        /* [columns] */
    char **names;             /* [columns] or null */
    gml_pile steps;           /* gml_step of all chains */
    gml_pile numbers;         /* f64: the fitted numbers of all steps */
    gml_pile description;     /* text that ends with a NUL */
};

/* ---- preparation.c ---- */

/* Columns without chains. */
typedef struct gml_prepared_columns {
    size_t count;
    const gml_column *kinds;  /* [count] or null: all are numbers */
    const char *const *names; /* [count] or null */
} gml_prepared_columns;

/* Makes a preparation without chains, with copies of these kinds and names. Errors: memory. */
gml_status gml_preparation_begin(gml_context *context, const gml_prepared_columns *columns,
                                 gml_preparation **preparation);

/* ---- copy.c ---- */

/* Makes a copy in the memory of another context, or the same. Errors: memory. */
gml_status gml_preparation_copy(gml_context *context, const gml_preparation *preparation, gml_preparation **copy);

/* What a file has of a preparation. */
typedef struct gml_preparation_parts {
    gml_prepared_columns columns;
    const char *description;
    const size_t *counts; /* [step_count]: numbers of each transform, column by column */
    size_t step_count;
    const double *numbers; /* [number_count] of all transforms, in the same order; finite */
    size_t number_count;
    bool by_parts; /* the order of the inputs; see above */
} gml_preparation_parts;

/* Makes a preparation from its parts, which may come from anywhere. Errors: argument and name (in words), shape,
 * memory. */
gml_status gml_preparation_assemble(gml_context *context, const gml_preparation_parts *parts,
                                    gml_preparation **preparation);

/* Returns the fitted numbers of all transforms, [*count], column by column. */
const double *gml_preparation_numbers(const gml_preparation *preparation, size_t *count);

/* ---- describe.c ---- */

/* Reads a description into the chains of all columns, without numbers, and keeps it in canonical form. Errors:
 * argument, name, memory. */
gml_status gml_preparation_read(gml_preparation *made, const char *description);

/* ---- place.c ---- */

/* Finds the inputs of each column, once the steps have their numbers, in the order of parts or of columns. Errors:
 * shape (more than a network can have). */
gml_status gml_preparation_place(gml_preparation *made, bool by_parts);

/* The inputs of a column. */
static inline gml_column_inputs gml_chain_inputs(const gml_chain *chain)
{
    return (gml_column_inputs){{{chain->first_input, chain->input_count}, {chain->mark, chain->marked}}};
}

/* ---- encode.c ---- */

/* The encoding of a fitted step with these numbers. */
gml_category gml_category_of(const gml_step *step, const double *numbers, const gml_column *column);

/* ---- apply.c ---- */

/* Writes 0 for each input that is the same number for every value of its column, because that was constant in training;
 * else 1. live [inputs]. */
void gml_preparation_live(const gml_preparation *preparation, double *live);

/* Transforms rows order[0 .. count - 1] of `columns` (null: row i) into the rows of `inputs`. */
void gml_preparation_rows(const gml_preparation *preparation, gml_matrix columns, const size_t *order, size_t count,
                          gml_matrix inputs);

/* Writes the derivative of each input with respect to its column for the rows of `columns`, like
 * gml_preparation_slopes, without checks. */
void gml_preparation_slope_rows(const gml_preparation *preparation, gml_matrix columns, gml_matrix slopes);

/* Sums values of inputs, [n x inputs] f32 or f64, to values of columns, [n x columns] f32 or f64: each input's value
 * times its factor. `factors` has the type and stride of `values`, or has no data: all are 1. */
void gml_preparation_fold(const gml_preparation *preparation, gml_matrix values, gml_matrix factors,
                          gml_matrix columns);

/* Finds the first of these rows, and its first column, with a value that is not finite in `dtype` after its chain.
 * False if there is none. Allocates nothing. */
bool gml_preparation_find_unfit(const gml_preparation *preparation, const gml_batch *batch, gml_dtype dtype,
                                gml_bad_entry *bad);

/* Applies one step to a block. */
void gml_step_apply(const gml_preparation *preparation, const gml_step *step, gml_lanes *lanes);

#endif
