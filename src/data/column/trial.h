/* data/column/trial.h - the judgement of one column, divided among the files find*.c. */
#ifndef GML_DATA_COLUMN_TRIAL_H
#define GML_DATA_COLUMN_TRIAL_H

#include "data/column/column.h"

/* A column that is judged. */
typedef struct gml_trial {
    const gml_cells *cells;
    size_t index;
    const gml_cells_column *column;
    gml_column_finding *found;
    gml_column_hint hint;
    size_t numbers, words; /* cells; codes and amounts are numbers */
} gml_trial;

/* Settles the kind, and whether the column becomes an input; the text is the reason. */
void gml_trial_settle(const gml_trial *of, gml_column_kind kind, bool used, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Judges a column of numbers alone (find_numbers.c). Errors: memory. */
gml_status gml_trial_judge_numbers(const gml_trial *of);

/* Decides between category, identifier and text; `what` names the values. Errors: memory. */
gml_status gml_trial_judge_texts(const gml_trial *of, const char *what);

#endif
