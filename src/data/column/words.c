/* data/column/words.c - what is known of a column's values: its name, its texts as dates, its distinct numbers. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "data/column/column.h"
#include "data/column/date.h"

/* ---- names ---- */

enum { NAME_SIZE = 24 };

/* Copies the letters and digits of a name in lower case; false if it is longer. */
static bool simplify(const char *name, char simple[NAME_SIZE])
{
    size_t used = 0;
    for (; *name != '\0'; name++) {
        unsigned char c = (unsigned char)*name;
        if (c >= 128 || isalnum(c) || c == '#') {
            if (used + 1 == NAME_SIZE) {
                return false;
            }
            simple[used++] = (char)tolower(c);
        }
    }
    simple[used] = '\0';
    return true;
}

static bool is_among(const char *text, const char *const *list)
{
    while (*list != NULL && strcmp(text, *list) != 0) {
        list++;
    }
    return *list != NULL;
}

/* True for customer_id, "Order ID", customerID and PassengerId, not for paid. */
static bool ends_in_id(const char *name)
{
    size_t length = strlen(name);
    const char *end = name + length - 2;
    if (length < 3 || strncasecmp(end, "id", 2) != 0) {
        return false;
    }
    return strchr("_- .", end[-1]) != NULL || (end[0] == 'I' && islower((unsigned char)end[-1]));
}

gml_column_hint gml_column_hint_of(const char *name)
{
    static const char *const rows[] = {
        "row", "rows",   "rowname", "rownames", "rownum",   "rownumber", "rowno",       "index", "idx",
        "no",  "nr",     "sno",     "slno",     "serialno", "serial",    "number",      "#",     "unnamed0",
        "obs", "record", "case",    "sample",   "instance", "line",      "observation", NULL};
    static const char *const identifiers[] = {"id", "key", "uuid", "guid", "identifier", NULL};
    static const char *const postcodes[] = {"zip", "zipcode", "postal", "postalcode", "postcode", "plz", NULL};
    static const char *const dates[] = {"date", "day", "datum", "yyyymmdd", "ymd", NULL};
    char simple[NAME_SIZE];
    if (name == NULL) {
        return GML_HINT_NONE;
    }
    if (name[strspn(name, " ")] == '\0') {
        return GML_HINT_ROW;
    }
    if (ends_in_id(name)) {
        return GML_HINT_IDENTIFIER;
    }
    return !simplify(name, simple)         ? GML_HINT_NONE
           : is_among(simple, rows)        ? GML_HINT_ROW
           : is_among(simple, identifiers) ? GML_HINT_IDENTIFIER
           : is_among(simple, postcodes)   ? GML_HINT_POSTCODE
           : is_among(simple, dates)       ? GML_HINT_DATE
                                           : GML_HINT_NONE;
}

/* ---- dates ---- */

void gml_column_survey_dates(const gml_cells_column *column, gml_date_survey *survey)
{
    gml_date first = {.form = GML_DATE_NONE}, date;
    *survey = (gml_date_survey){.other = SIZE_MAX, .sample = SIZE_MAX, .day_first = true, .month_first = true};
    for (size_t label = 0; label < column->texts.count; label++) {
        size_t length;
        const char *text = gml_cells_text(column, label, &length);
        if (!gml_column_has_label(column, label)) {
            continue;
        }
        bool read = gml_date_read(text, length, &date);
        if (read && first.form == GML_DATE_NONE) {
            first = date;
            survey->sample = label;
        }
        if (read && date.form == first.form && date.mark == first.mark) {
            survey->dates++;
            survey->day_first = survey->day_first && !isnan(date.day_first);
            survey->month_first = survey->month_first && !isnan(date.month_first);
        } else {
            survey->mixed = survey->others++ == 0 ? read : survey->mixed;
            survey->other = survey->other == SIZE_MAX ? label : survey->other;
        }
    }
    survey->year_first = first.form != GML_DATE_TWO_ORDERS;
}

/* ---- distinct values ---- */

gml_status gml_column_label_numbers(const gml_cells *cells, size_t column, size_t limit, gml_labels *numbers)
{
    gml_status status = GML_OK;
    size_t label = 0;
    for (size_t row = 0; status == GML_OK && row < cells->rows && numbers->count <= limit; row++) {
        double number = gml_cells_row(cells, row)[column] + 0.0; /* -0 is 0 */
        if (!isnan(number)) {
            status = gml_labels_add(cells->context, numbers, &number, sizeof number, &label);
        }
    }
    return status;
}

gml_status gml_column_count(const gml_cells *cells, size_t column, gml_column_finding *finding)
{
    const gml_cells_column *of = &cells->column[column];
    gml_labels numbers = {0};
    if (finding->distinct != SIZE_MAX) {
        return GML_OK;
    }
    gml_status status =
        of->whole + of->fractions > 0 ? gml_column_label_numbers(cells, column, GML_COLUMN_COUNTED, &numbers) : GML_OK;
    size_t count = numbers.count + finding->texts;
    finding->distinct = count > GML_COLUMN_COUNTED || of->endless ? GML_COLUMN_COUNTED + 1 : count;
    gml_labels_clear(cells->context, &numbers);
    return status;
}
