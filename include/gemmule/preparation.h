/* gemmule/preparation.h - what is done to the columns of the data before the first layer: scaling, missing cells,
 * categories, dates.
 *
 * A preparation has a chain of transforms for each column. It is fitted on training samples alone, belongs to a network
 * then, is saved with it, and is applied wherever the network runs. It turns the columns of a sample into the inputs of
 * the first layer: a category into an input for each level, or into a code for a layer of embeddings, a date into its
 * parts.
 *
 * A description has rules, separated by semicolons:
 *
 *     number -> impute(value=median) -> robust; category -> one_hot; 'unit price' -> log -> standard
 *
 *     rule       kind or column, and its transforms in their order, each after an arrow; none: the column as it is
 *     kind       number, category or date: all columns of this kind without a rule of their own
 *     column     its name; in single quotes, doubled inside, if it is the name of a kind or has other characters than
 *                letters, digits, '_', '.' and '-'. Columns without names are called 1, 2, ...
 *     transform  a call of the table of transforms: "standard", "quantile(quantiles=100)"
 *
 * The rules of kinds that a description leaves out are:
 *
 *     number -> impute(value=mean) -> standard
 *     category -> one_hot
 *     date -> impute(value=mean) -> date_parts -> standard
 *
 * The inputs are in the order of their parts (gml_preparation_layout); gml_preparation_input names the column of each.
 *
 * A number that is missing after all transforms stays NaN. All functions are thread-safe beside each other. */
#ifndef GEMMULE_PREPARATION_H
#define GEMMULE_PREPARATION_H

#include "gemmule/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_preparation gml_preparation;

/* Returns row `index` of the table of transforms; null past the last. */
GML_API const gml_entry *gml_transform_entry(size_t index);

/* Fits a preparation to the samples of a dataset. Of more than 2^20 samples, as many are drawn evenly over the dataset,
 * in runs of 64. Missing cells and, for numbers, infinite ones are left out.
 *
 * description  as above; null: the rules of all kinds are those above
 *
 * Errors: argument (a malformed description, a transform that does not take the column's kind), name (no such column or
 * transform), shape (more inputs than a network can have), memory. */
GML_API gml_status gml_preparation_fit(gml_context *context, const gml_dataset *dataset, const char *description,
                                       gml_preparation **preparation);

/* Frees a preparation; null is allowed. */
GML_API void gml_preparation_destroy(gml_preparation *preparation);

GML_API size_t gml_preparation_columns(const gml_preparation *preparation); /* columns of the data */
GML_API size_t gml_preparation_inputs(const gml_preparation *preparation);  /* inputs of the first layer */

/* The inputs that a preparation gives, in the order of three parts: numbers; inputs that are 0, 1 or -1; codes. Within
 * a part they are in the order of the columns. */
typedef struct gml_preparation_layout {
    size_t numbers; /* the first inputs: numbers, parts of dates, ordinal numbers */
    size_t one_hot; /* then levels of categories, and marks of missing cells */
    size_t codes;   /* the last: categories, as codes for a layer of embeddings */
    size_t levels; /* of all columns with codes; codes are below it. Those of a column follow those of the one before */
    int by_parts;  /* 0: a model of version 0.7 or earlier, with inputs in the order of the columns */
} gml_preparation_layout;

/* Returns all zeros for a null pointer. */
GML_API gml_preparation_layout gml_preparation_layout_of(const gml_preparation *preparation);

/* Returns the description in canonical form, with the rules of all kinds that the data has. */
GML_API const char *gml_preparation_description(const gml_preparation *preparation);

/* Applies the preparation.
 *
 * columns  [n x columns], f32 or f64, read: values, codes of levels, days, NaN
 * inputs   [n x inputs], f32 or f64, written
 *
 * Allocates nothing. Errors: shape, argument. */
GML_API gml_status gml_preparation_apply(const gml_preparation *preparation, gml_matrix columns, gml_matrix inputs);

/* Computes the derivative of each input with respect to its column, 0 where there is none: inputs of a category, marks
 * of missing cells, ordinal numbers, parts of dates but the days.
 *
 * columns  [n x columns], f32 or f64, read
 * slopes   [n x inputs], f32 or f64, written
 *
 * Allocates nothing. Errors: shape, argument. */
GML_API gml_status gml_preparation_slopes(const gml_preparation *preparation, gml_matrix columns, gml_matrix slopes);

enum { GML_INPUT_NAME_SIZE = 160 };

/* An input of the first layer. */
typedef struct gml_prepared_input {
    size_t column;                  /* of the data, from 0 */
    char name[GML_INPUT_NAME_SIZE]; /* "age", "color = red", "color (others)", "age (missing)", "day (month)", cut to
                                       whole characters; columns without names are called "column 1", ... */
} gml_prepared_input;

/* Describes input `index`. Errors: argument (no such input). */
GML_API gml_status gml_preparation_input(const gml_preparation *preparation, size_t index, gml_prepared_input *input);

#ifdef __cplusplus
}
#endif
#endif
