/* data/column/coding.c - the numbers that stand for the cells of a column: values, codes of categories, days of dates.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/column/column.h"
#include "data/column/date.h"
#include "data/target/class_name.h"

/* A column on its way to numbers. */
typedef struct encoder {
    const gml_cells *cells;
    size_t index;
    const gml_cells_column *column;
    const gml_column_wish *wish;
    bool bad_inputs;
    gml_column_coding *coding;
    gml_column *made;
} encoder;

gml_status gml_column_refuse(const gml_cells *cells, size_t column, size_t label, const char *complaint)
{
    char buffer[GML_NUMBER_SIZE];
    const double wanted = gml_cell_of_label((uint32_t)label);
    size_t row = 0;
    while (row + 1 < cells->rows && gml_cell_bits(gml_cells_row(cells, row)[column]) != gml_cell_bits(wanted)) {
        row++;
    }
    gml_field field = gml_cells_field(cells, column, row, wanted, buffer);
    return gml_field_refuse(cells->context, &field, complaint);
}

/* Refuses the first cell with a number. */
static gml_status refuse_number(const encoder *of, double number, const char *complaint)
{
    char buffer[GML_NUMBER_SIZE];
    size_t row = 0;
    while (row + 1 < of->cells->rows && !(gml_cells_row(of->cells, row)[of->index] == number)) {
        row++;
    }
    gml_field field = gml_cells_field(of->cells, of->index, row, number, buffer);
    return gml_field_refuse(of->cells->context, &field, complaint);
}

static gml_status fail(const encoder *of, gml_status status, const char *complaint)
{
    char name[GML_EXCERPT_NAME_SIZE];
    gml_excerpt_name(of->column->name, name);
    return gml_fail(of->cells->context, status, "%s: column %zu%s: %s", of->cells->origin.path, of->index + 1, name,
                    complaint);
}

/* ---- numbers ---- */

static gml_status code_numbers(const encoder *of)
{
    for (size_t label = 0; label < of->column->texts.count; label++) {
        const gml_text_kind kind = gml_cells_kind(of->column, label);
        of->coding->by_label[label] = gml_text_is_number(kind)
                                          ? gml_cells_value(of->cells, of->index, gml_cell_of_label((uint32_t)label))
                                          : gml_cell_missing();
        if (kind == GML_TEXT_WORD && !of->bad_inputs) {
            double value;
            size_t length;
            const char *text = gml_cells_text(of->column, label, &length);
            return gml_column_refuse(of->cells, of->index, label,
                                     gml_text_to_double(text, length, &value) ? "is not a finite number"
                                                                              : "is not a number");
        }
    }
    return GML_OK;
}

/* ---- categories ---- */

static bool is_level(const void *user, size_t label)
{
    return gml_column_has_label(user, label);
}

/* The distinct numbers become coding->numbers; more than there can be levels are an error. */
static gml_status label_numbers(const encoder *of)
{
    gml_column_coding *coding = of->coding;
    gml_status status = of->column->whole + of->column->fractions == 0
                            ? GML_OK
                            : gml_column_label_numbers(of->cells, of->index, GML_MOST_LEVELS, &coding->numbers);
    if (status != GML_OK) {
        return status;
    }
    if (coding->numbers.count > GML_MOST_LEVELS && !of->wish->fixed) {
        char complaint[96];
        snprintf(complaint, sizeof complaint, "more than %d different values, which are too many to be listed",
                 GML_MOST_LEVELS);
        return fail(of, GML_ERROR_DATA, complaint);
    }
    coding->by_number = gml_allocate(of->cells->context, coding->numbers.count, sizeof *coding->by_number, "levels");
    return coding->by_number != NULL ? GML_OK : GML_ERROR_MEMORY;
}

static double number_at(const gml_column_coding *coding, size_t label)
{
    size_t length;
    double number;
    memcpy(&number, gml_labels_key(&coding->numbers, label, &length), sizeof number);
    return number;
}

/* Refuses the first level that cannot be a name. */
static gml_status check_levels(const encoder *of)
{
    for (size_t label = 0; label < of->column->texts.count; label++) {
        size_t length;
        const char *text = gml_cells_text(of->column, label, &length);
        if (gml_column_has_label(of->column, label) && !gml_utf8_is_name(text, length)) {
            return gml_column_refuse(of->cells, of->index, label, GML_NOT_UTF8);
        }
    }
    return GML_OK;
}

/* The values found are the levels. */
static gml_status find_levels(const encoder *of)
{
    gml_context *context = of->cells->context;
    gml_column_coding *coding = of->coding;
    gml_levels levels = {.numbers = coding->numbers};
    gml_status status =
        gml_levels_rank(context, of->column, of->column->uses[GML_TEXT_WORD] > 0, is_level, of->column, &levels);
    const size_t count = levels.names.count;
    if (status == GML_OK && count == 0) {
        status = fail(of, GML_ERROR_DATA, "all cells are missing, and a category has at least one level");
    }
    if (status == GML_OK && count > GML_MOST_LEVELS) {
        status = fail(of, GML_ERROR_DATA, "too many different values for a category");
    }
    if (status == GML_OK) {
        of->made->levels = (const char *const *)gml_levels_copy_names(context, &levels);
        status = of->made->levels != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    if (status == GML_OK) {
        of->made->level_count = count;
        for (size_t i = 0; i < levels.texts; i++) {
            coding->by_label[i] = levels.text_rank[i] >= 0 ? levels.text_rank[i] : gml_cell_missing();
        }
        for (size_t i = 0; i < coding->numbers.count; i++) {
            coding->by_number[i] = gml_levels_rank_of(&levels, number_at(coding, i));
        }
    }
    levels.numbers = (gml_labels){0}; /* those of the coding */
    gml_levels_clear(context, &levels);
    return status;
}

static gml_status refuse_level(const encoder *of, size_t label, double number)
{
    const gml_column *known = &of->wish->known;
    char complaint[400], excerpt[GML_EXCERPT_SIZE];
    size_t used =
        (size_t)snprintf(complaint, sizeof complaint, "is none of the %zu levels that are known:", known->level_count);
    for (size_t i = 0; i < known->level_count && used < sizeof complaint - GML_EXCERPT_SIZE - 8; i++) {
        gml_excerpt(known->levels[i], strlen(known->levels[i]), excerpt);
        used += (size_t)snprintf(complaint + used, sizeof complaint - used, "%s %s", i > 0 ? "," : "", excerpt);
    }
    return label != SIZE_MAX ? gml_column_refuse(of->cells, of->index, label, complaint)
                             : refuse_number(of, number, complaint);
}

/* Numbers the names of the levels that a network knows. */
static gml_status add_known(const encoder *of, gml_labels *names)
{
    const gml_column *known = &of->wish->known;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < known->level_count; i++) {
        char buffer[GML_NUMBER_SIZE];
        double number;
        size_t label, length = strlen(known->levels[i]);
        const gml_cell_kind kind = gml_cell_read(known->levels[i], length, &number);
        const char *name = gml_class_key(kind, number, known->levels[i], &length, buffer);
        status = gml_labels_add(of->cells->context, names, name, length, &label);
        if (status == GML_OK && label != i) {
            status = gml_fail(of->cells->context, GML_ERROR_ARGUMENT,
                              "column_kinds[...]: the level \"%.60s\" is there twice", known->levels[i]);
        }
    }
    return status;
}

/* Counts a value that is none of a network's levels. */
static void note_unseen(gml_column_coding *coding, double cell)
{
    coding->first_unseen = coding->unseen++ == 0 ? cell : coding->first_unseen;
}

/* The levels are those of a network; a text that stands for a missing cell may be one. */
static gml_status match_levels(const encoder *of, const gml_labels *names)
{
    gml_column_coding *coding = of->coding;
    const double unseen = (double)of->wish->known.level_count;
    const bool strict = of->wish->unseen_error && !of->bad_inputs;
    size_t label = 0;
    for (size_t i = 0; i < of->column->texts.count; i++) {
        size_t length;
        const char *text = gml_cells_text(of->column, i, &length);
        const bool known = gml_labels_find(names, text, length, &label), value = gml_column_has_label(of->column, i);
        coding->by_label[i] = known ? (double)label : value ? unseen : gml_cell_missing();
        if (!known && value) {
            note_unseen(coding, gml_cell_of_label((uint32_t)i));
        }
        if (!known && value && strict) {
            return refuse_level(of, i, 0);
        }
    }
    for (size_t i = 0; i < coding->numbers.count; i++) {
        char name[GML_NUMBER_SIZE];
        gml_class_name(number_at(coding, i), name);
        const bool known = gml_labels_find(names, name, strlen(name), &label);
        coding->by_number[i] = known ? (double)label : unseen;
        if (!known) {
            note_unseen(coding, number_at(coding, i));
        }
        if (!known && strict) {
            return refuse_level(of, SIZE_MAX, number_at(coding, i));
        }
    }
    coding->other = unseen;
    return GML_OK;
}

static gml_status code_category(const encoder *of)
{
    of->coding->listed = true;
    gml_labels names = {0};
    gml_status status = of->column->endless && !of->wish->fixed
                            ? fail(of, GML_ERROR_DATA, "too many different texts for a category")
                            : label_numbers(of);
    if (status == GML_OK && !of->wish->fixed) {
        status = check_levels(of);
        return status == GML_OK ? find_levels(of) : status;
    }
    if (status == GML_OK) {
        status = add_known(of, &names);
    }
    if (status == GML_OK) {
        status = match_levels(of, &names);
    }
    gml_labels_clear(of->cells->context, &names);
    return status;
}

/* ---- dates ---- */

/* Finds the order of dates where it is not said. */
static gml_status find_order(const encoder *of, gml_date_order *order)
{
    gml_date_survey survey;
    gml_column_survey_dates(of->column, &survey);
    *order = survey.year_first ? GML_DATE_YEAR_FIRST : survey.day_first ? GML_DATE_DAY_FIRST : GML_DATE_MONTH_FIRST;
    return survey.year_first || survey.day_first != survey.month_first || of->bad_inputs
               ? GML_OK
               : gml_column_refuse(of->cells, of->index, survey.sample,
                                   survey.day_first ? "could be day or month first, like all dates of the column; give "
                                                      "its kind as dmy or mdy"
                                                    : "is a date, but neither all dates have the day first nor all the "
                                                      "month");
}

/* Reads numbers such as 20140217. */
static gml_status code_numbered_dates(const encoder *of)
{
    gml_column_coding *coding = of->coding;
    gml_status status = label_numbers(of);
    coding->listed = true;
    for (size_t i = 0; status == GML_OK && i < coding->numbers.count; i++) {
        coding->by_number[i] = gml_date_of_number(number_at(coding, i));
        if (isnan(coding->by_number[i]) && !of->bad_inputs) {
            status = refuse_number(of, number_at(coding, i), "is a number and no date");
        }
    }
    return status;
}

static gml_status code_dates(const encoder *of, const gml_column_finding *finding)
{
    gml_date_order order = finding->date_order;
    gml_status status = of->wish->given && !of->wish->fixed && !of->wish->ordered ? find_order(of, &order) : GML_OK;
    if (status == GML_OK && of->column->whole + of->column->fractions > 0) {
        status = code_numbered_dates(of);
    }
    for (size_t label = 0; status == GML_OK && label < of->column->texts.count; label++) {
        gml_date date;
        size_t length;
        const char *text = gml_cells_text(of->column, label, &length);
        const bool read = gml_date_read(text, length, &date);
        double days = gml_cell_missing();
        if (read && !(date.form == GML_DATE_TWO_ORDERS && order == GML_DATE_YEAR_FIRST)) {
            days = gml_date_days(&date, order);
        }
        of->coding->by_label[label] = days;
        if (isnan(days) && gml_column_has_label(of->column, label) && !of->bad_inputs) {
            status = gml_column_refuse(of->cells, of->index, label,
                                       !read                          ? "is no date"
                                       : order == GML_DATE_YEAR_FIRST ? "is no date with the year first"
                                       : order == GML_DATE_DAY_FIRST  ? "is no date with the day first"
                                                                      : "is no date with the month first");
        }
    }
    of->made->date_order = order;
    return status == GML_OK && of->column->endless && !of->bad_inputs
               ? fail(of, GML_ERROR_DATA, "too many different texts for dates")
               : status;
}

/* ---- all kinds ---- */

gml_status gml_column_code(const gml_cells *cells, size_t column, const gml_column_wish *wish,
                           const gml_column_finding *finding, bool bad_inputs, gml_column_coding *coding,
                           gml_column *made)
{
    const encoder of = {.cells = cells,
                        .index = column,
                        .column = &cells->column[column],
                        .wish = wish,
                        .bad_inputs = bad_inputs,
                        .coding = coding,
                        .made = made};
    const bool number = finding->kind != GML_COLUMN_CATEGORY && finding->kind != GML_COLUMN_DATE;
    *coding = (gml_column_coding){.other = gml_cell_missing(), .texts = cells->column[column].texts.count};
    *made = (gml_column){.kind = number ? GML_COLUMN_NUMBER : finding->kind};
    coding->by_label = gml_allocate(cells->context, coding->texts, sizeof *coding->by_label, "the codes of a column");
    if (coding->by_label == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = number                                 ? code_numbers(&of)
                        : finding->kind == GML_COLUMN_CATEGORY ? code_category(&of)
                                                               : code_dates(&of, finding);
    if (status == GML_OK && wish->fixed && made->kind == GML_COLUMN_CATEGORY) {
        gml_column *copy = NULL;
        status = gml_columns_copy(cells->context, &wish->known, 1, &copy);
        if (status == GML_OK) {
            *made = *copy;
            gml_release(cells->context, copy, 1, sizeof *copy);
        }
    }
    return status;
}

double gml_column_coded(const gml_column_coding *coding, double cell)
{
    size_t label = 0;
    if (gml_cell_is_text(cell)) {
        label = gml_cell_label(cell);
        return label < coding->texts ? coding->by_label[label] : coding->other;
    }
    cell += 0.0; /* -0 is 0 */
    return coding->listed && gml_labels_find(&coding->numbers, &cell, sizeof cell, &label) ? coding->by_number[label]
           : coding->listed && !isnan(cell)                                                ? coding->other
                                                                                           : cell;
}

void gml_column_coding_clear(gml_context *context, gml_column_coding *coding)
{
    gml_release(context, coding->by_label, coding->texts, sizeof *coding->by_label);
    gml_release(context, coding->by_number, coding->numbers.count, sizeof *coding->by_number);
    gml_labels_clear(context, &coding->numbers);
    *coding = (gml_column_coding){0};
}
