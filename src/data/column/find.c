/* data/column/find.c - what a column is. The rules are in gemmule/dataset.h ("Kinds of columns"). */
#include <stdio.h>
#include <string.h>

#include "data/amount.h"
#include "data/column/date.h"
#include "data/column/trial.h"

void gml_trial_settle(const gml_trial *of, gml_column_kind kind, bool used, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    of->found->kind = kind;
    of->found->used = used;
    vsnprintf(of->found->reason, sizeof of->found->reason, format, values);
    va_end(values);
}

/* Finds the line of the first cell with a label. */
static size_t line_of(const gml_trial *of, size_t label)
{
    const char *path;
    size_t line = 0, row = 0;
    const double cell = gml_cell_of_label((uint32_t)label);
    while (row + 1 < of->cells->rows &&
           gml_cell_bits(gml_cells_row(of->cells, row)[of->index]) != gml_cell_bits(cell)) {
        row++;
    }
    gml_origin_find(&of->cells->origin, row, &path, &line);
    return line;
}

/* No dataset can have the column: the text with a label is at fault. */
static void refuse(const gml_trial *of, gml_column_kind kind, size_t label, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void refuse(const gml_trial *of, gml_column_kind kind, size_t label, const char *format, ...)
{
    gml_column_finding *found = of->found;
    char excerpt[GML_EXCERPT_SIZE];
    size_t length;
    const char *text = gml_cells_text(of->column, label, &length);
    va_list values;
    gml_excerpt(text, length, excerpt);
    const int used = snprintf(found->reason, sizeof found->reason, "%s in line %zu ", excerpt, line_of(of, label));
    found->complaint = (size_t)used;
    found->culprit = label;
    found->kind = kind;
    found->refused = true;
    va_start(values, format);
    vsnprintf(found->reason + used, sizeof found->reason - (size_t)used, format, values);
    va_end(values);
}

/* ---- texts ---- */

gml_status gml_trial_judge_texts(const gml_trial *of, const char *what)
{
    gml_column_finding *found = of->found;
    const gml_cells_column *column = of->column;
    gml_status status = gml_column_count(of->cells, of->index, found);
    const size_t k = found->distinct, known = found->known;
    const size_t mean = column->texts.count > 0 ? column->texts.bytes.size / column->texts.count : 0;
    const bool named = of->hint == GML_HINT_IDENTIFIER, brief = mean <= GML_COLUMN_SHORT;
    const bool different = k == known && k > GML_COLUMN_FEW;
    const bool often = k <= known / 10 || (brief && k <= known / 2);
    if (status != GML_OK) {
        return status;
    }
    if (k > GML_COLUMN_COUNTED) {
        gml_trial_settle(of, GML_COLUMN_TEXT, false, "more than %d different %s", GML_COLUMN_COUNTED, what);
    } else if (k <= GML_COLUMN_FEW || (often && !named && k <= GML_COLUMN_MOST_FOUND)) {
        gml_trial_settle(of, GML_COLUMN_CATEGORY, true, "%zu different %s in %zu cells", k, what, known);
    } else if (named) {
        gml_trial_settle(of, GML_COLUMN_IDENTIFIER, false,
                         "%zu different %s in %zu cells, and the name says identifier", k, what, known);
    } else {
        char size[48] = "";
        if (mean > 0) {
            snprintf(size, sizeof size, ", %zu byte%s on average", mean, mean == 1 ? "" : "s");
        }
        gml_trial_settle(of, brief ? GML_COLUMN_IDENTIFIER : GML_COLUMN_TEXT, false,
                         different ? "all %zu %s are different%s" : "%zu different %s, which repeat too rarely%s", k,
                         what, size);
    }
    return GML_OK;
}

/* Decides on texts that are dates. False if they are none. */
static bool judge_dates(const gml_trial *of)
{
    gml_date_survey survey;
    gml_column_survey_dates(of->column, &survey);
    if (survey.dates == 0 || of->column->endless || survey.dates <= survey.others) {
        return false;
    }
    if (survey.others > 0) {
        refuse(of, GML_COLUMN_DATE, survey.other,
               survey.mixed ? "is written in another way than other dates of the column"
                            : "is no date, as other texts of the column are");
        return true;
    }
    if (!survey.year_first && survey.day_first && survey.month_first) {
        refuse(of, GML_COLUMN_DATE, survey.sample,
               "could be day or month first, like all dates of the column; give its kind as dmy or mdy");
        return true;
    }
    if (!survey.day_first && !survey.month_first) {
        refuse(of, GML_COLUMN_DATE, survey.sample,
               "is a date, but neither all dates have the day first nor all the month");
        return true;
    }
    of->found->date_order = survey.year_first  ? GML_DATE_YEAR_FIRST
                            : survey.day_first ? GML_DATE_DAY_FIRST
                                               : GML_DATE_MONTH_FIRST;
    gml_trial_settle(of, GML_COLUMN_DATE, true, "%zu different dates%s", survey.dates,
                     survey.year_first  ? ""
                     : survey.day_first ? ", day first"
                                        : ", month first");
    return true;
}

/* Returns an amount with another unit than one before it; SIZE_MAX: there is none. */
static size_t find_other_unit(const gml_trial *of)
{
    const char *unit = NULL;
    for (size_t label = 0; of->column->uses[GML_TEXT_AMOUNT] > 0 && label < of->column->texts.count; label++) {
        size_t length;
        gml_amount amount;
        const char *text = gml_cells_text(of->column, label, &length);
        if (gml_cells_kind(of->column, label) == GML_TEXT_AMOUNT &&
            gml_amount_read(text, length, of->cells->style.mark, &amount) && amount.unit != NULL) {
            if (unit != NULL && amount.unit != unit) {
                return label;
            }
            unit = amount.unit;
        }
    }
    return SIZE_MAX;
}

/* Dollars and euros are no numbers of one column. */
static gml_status judge_units(const gml_trial *of, size_t other)
{
    gml_status status = gml_column_count(of->cells, of->index, of->found);
    if (status == GML_OK && of->found->distinct <= GML_COLUMN_FEW) {
        return gml_trial_judge_texts(of, "amounts");
    }
    refuse(of, GML_COLUMN_NUMBER, other, "has another unit than amounts before it; give the kind of the column");
    return status;
}

/* Texts among numbers: a category of few values, or numbers with faults. */
static gml_status judge_mixture(const gml_trial *of)
{
    gml_column_finding *found = of->found;
    gml_status status = gml_column_count(of->cells, of->index, found);
    const size_t k = found->distinct, known = found->known;
    const bool typical = k * k <= known, often = 20 * of->words >= known;
    const bool texts = of->numbers == of->column->uses[GML_TEXT_AMOUNT];
    if (status == GML_OK && k <= GML_COLUMN_FEW &&
        (texts ? typical || often : typical && often && of->column->fractions == 0)) {
        gml_trial_settle(of, GML_COLUMN_CATEGORY, true, "%zu different texts%s in %zu cells", k,
                         texts ? "" : " and whole numbers", known);
        return GML_OK;
    }
    refuse(
        of, GML_COLUMN_NUMBER, of->column->words[0].label,
        "is not a number, as %zu of the %zu cells are; name it as a word for missing cells, or the kind of the column",
        of->numbers, known);
    return status;
}

/* Finds a number that is not finite, such as inf or 1e999, among the texts; SIZE_MAX: there is none. */
static size_t find_infinite(const gml_cells_column *column)
{
    for (size_t label = 0; label < column->texts.count; label++) {
        size_t length;
        double value;
        const char *text = gml_cells_text(column, label, &length);
        if (gml_cells_kind(column, label) == GML_TEXT_WORD && gml_text_to_double(text, length, &value)) {
            return label;
        }
    }
    return SIZE_MAX;
}

static gml_status judge(const gml_trial *of, const gml_column_wish *wish)
{
    const gml_cells_column *column = of->column;
    gml_column_finding *found = of->found;
    const size_t plain = column->whole + column->fractions;
    if (found->known == 0) {
        gml_trial_settle(of, GML_COLUMN_EMPTY, false, "all cells are missing");
        return GML_OK;
    }
    if (found->missing == 0 && found->known > 1 && !column->endless &&
        ((found->texts == 1 && plain == 0) || (found->texts == 0 && column->least == column->greatest))) {
        gml_trial_settle(of, GML_COLUMN_CONSTANT, of->words == 0, "all cells are equal");
        return GML_OK;
    }
    if (wish->declared) {
        gml_trial_settle(of, wish->known.kind, true, "as the file declares");
        return GML_OK;
    }
    if (of->numbers > 0 && column->declared && column->declaration.kind == GML_COLUMN_TEXT) {
        return gml_trial_judge_texts(of, "texts");
    }
    if (of->words == 0) {
        const size_t other = find_other_unit(of);
        return other == SIZE_MAX ? gml_trial_judge_numbers(of) : judge_units(of, other);
    }
    if (of->numbers == 0 && judge_dates(of)) {
        return GML_OK;
    }
    const size_t infinite = plain > 0 ? find_infinite(column) : SIZE_MAX;
    if (infinite != SIZE_MAX) {
        refuse(of, GML_COLUMN_NUMBER, infinite, "is not a finite number");
        return gml_column_count(of->cells, of->index, found);
    }
    return 2 * of->words > found->known ? gml_trial_judge_texts(of, plain > 0 ? "texts and numbers" : "texts")
                                        : judge_mixture(of);
}

gml_status gml_column_find(const gml_cells *cells, size_t column, const gml_column_wish *wish,
                           gml_column_finding *finding)
{
    const gml_cells_column *of = &cells->column[column];
    const size_t words = of->uses[GML_TEXT_WORD],
                 numbers = of->whole + of->fractions + of->uses[GML_TEXT_CODE] + of->uses[GML_TEXT_AMOUNT];
    *finding = (gml_column_finding){
        .known = words + numbers, .missing = cells->rows - words - numbers, .distinct = SIZE_MAX, .culprit = SIZE_MAX};
    for (size_t label = 0; label < of->texts.count; label++) {
        finding->texts += gml_column_has_label(of, label);
    }
    gml_trial made = {.cells = cells,
                      .index = column,
                      .column = of,
                      .found = finding,
                      .hint = gml_column_hint_of(of->name),
                      .numbers = numbers,
                      .words = words};
    if (wish->given && !wish->declared) {
        finding->date_order = wish->known.date_order;
        gml_trial_settle(&made, wish->known.kind, true, wish->fixed ? "as the network has learned" : "as was said");
        return GML_OK;
    }
    gml_status status = judge(&made, wish);
    if (status == GML_OK && wish->ignored) {
        gml_trial_settle(&made, finding->kind, false, "is ignored, as was said");
        finding->refused = false;
    }
    return status;
}
