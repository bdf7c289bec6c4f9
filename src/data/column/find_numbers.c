/* data/column/find_numbers.c - what a column of numbers alone is. */
#include "data/column/date.h"
#include "data/column/trial.h"

/* True if the cells are whole numbers that grow by 1 from row to row. */
static bool counts_up(const gml_trial *of)
{
    const gml_cells_column *column = of->column;
    size_t rows = of->cells->rows;
    if (column->whole < rows || rows < 2 || column->greatest - column->least != (double)(rows - 1)) {
        return false;
    }
    for (size_t row = 0; row < rows; row++) {
        if (gml_cells_row(of->cells, row)[of->index] != column->least + (double)row) {
            return false;
        }
    }
    return true;
}

/* True if all numbers are dates such as 20140217. */
static bool are_dates(const gml_trial *of)
{
    const gml_cells_column *column = of->column;
    if (column->uses[GML_TEXT_CODE] > 0 || column->least < 10000101) {
        return false;
    }
    for (size_t row = 0; row < of->cells->rows; row++) {
        const double number = gml_cells_row(of->cells, row)[of->index];
        if (!isnan(number) && isnan(gml_date_of_number(number))) {
            return false;
        }
    }
    return true;
}

/* True if the texts among the numbers are digits alone: codes such as 007, and no fixed number of places. */
static bool are_codes(const gml_cells_column *column)
{
    for (size_t label = 0; label < column->texts.count; label++) {
        size_t length;
        const char *text = gml_cells_text(column, label, &length);
        if (gml_cells_kind(column, label) == GML_TEXT_CODE) {
            for (size_t i = 0; i < length; i++) {
                if (text[i] < '0' || text[i] > '9') {
                    return false;
                }
            }
        }
    }
    return column->uses[GML_TEXT_CODE] > 0;
}

/* Judges whole numbers whose name says row, identifier or kind; `judged`: that decides. */
static gml_status judge_named(const gml_trial *of, bool *judged)
{
    gml_column_finding *found = of->found;
    *judged = true;
    if (of->hint == GML_HINT_ROW && counts_up(of)) {
        gml_trial_settle(of, GML_COLUMN_IDENTIFIER, false, "counts the rows, as its name says");
        return GML_OK;
    }
    const gml_status status = gml_column_count(of->cells, of->index, found);
    const size_t k = found->distinct, known = found->known;
    const bool different = k == known || k > GML_COLUMN_COUNTED, few = k <= GML_COLUMN_FEW && k * k <= known;
    if (of->hint == GML_HINT_ROW && different && k > 1) {
        gml_trial_settle(of, GML_COLUMN_IDENTIFIER, false, "%zu whole numbers, all different, and the name says row",
                         known);
    } else if (of->hint == GML_HINT_IDENTIFIER && (k > GML_COLUMN_FEW || (k > 2 && different))) {
        gml_trial_settle(of, GML_COLUMN_IDENTIFIER, false,
                         "%zu different whole numbers in %zu cells, and the name says identifier", k, known);
    } else if (few && ((of->hint == GML_HINT_IDENTIFIER && k >= 2) || (of->hint == GML_HINT_KIND && k > 2))) {
        gml_trial_settle(of, GML_COLUMN_CATEGORY, true, "%zu different whole numbers, and the name says %s", k,
                         of->hint == GML_HINT_KIND ? "kind" : "identifier");
    } else {
        *judged = false;
    }
    return status;
}

gml_status gml_trial_judge_numbers(const gml_trial *of)
{
    const gml_cells_column *column = of->column;
    const bool whole = column->fractions + column->broken == 0;
    bool judged = false;
    if (whole && (of->hint == GML_HINT_ROW || of->hint == GML_HINT_IDENTIFIER || of->hint == GML_HINT_KIND)) {
        gml_status status = judge_named(of, &judged);
        if (judged || status != GML_OK) {
            return status;
        }
    }
    if (whole && of->hint == GML_HINT_DATE && are_dates(of)) {
        gml_trial_settle(of, GML_COLUMN_DATE, true, "dates such as 20140217, as the name says");
    } else if (whole && (of->hint == GML_HINT_POSTCODE || are_codes(column))) {
        return gml_trial_judge_texts(of, "codes");
    } else {
        gml_trial_settle(of, GML_COLUMN_NUMBER, true, whole ? "whole numbers" : "numbers");
    }
    return GML_OK;
}
