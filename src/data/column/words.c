/* data/column/words.c - what is known of a column's values: its name, its texts as dates, its distinct numbers. */
#include <ctype.h>
#include <string.h>

#include "data/column/column.h"
#include "data/column/date.h"

/* ---- names ---- */

enum { NAME_SIZE = 24 };

/* Where the words of a rule stand in a name. */
typedef enum word_place {
    WORD_WHOLE, /* all letters and digits of the name */
    WORD_LAST,  /* the last of its words */
    WORD_ANY
} word_place;

/* The first rule that fits a name counts. A word of a name begins at a capital after a small letter, or after a
 * character that is neither letter nor digit. */
static const struct {
    gml_column_hint hint;
    word_place place;
    const char *words[32];
} rules[] = {
    {GML_HINT_ROW, WORD_WHOLE, {"row",    "rows",   "rowname",  "rownames",   "rownum", "rownumber", "rowno",
                                "index",  "idx",    "no",       "nr",         "sno",    "slno",      "serialno",
                                "serial", "number", "#",        "unnamed0",   "obs",    "record",    "case",
                                "sample", "line",   "instance", "observation"}},
    {GML_HINT_IDENTIFIER, WORD_LAST, {"id", "uuid", "guid", "phone", "telephone", "mobile", "email", "iban"}},
    {GML_HINT_IDENTIFIER,
     WORD_WHOLE,
     {"key", "identifier", "uid", "pid", "sku", "customername", "fullname", "firstname", "lastname", "surname",
      "username", "phonenumber"}},
    {GML_HINT_POSTCODE, WORD_ANY, {"zip", "zipcode", "postal", "postalcode", "postcode", "plz"}},
    {GML_HINT_ROW, WORD_LAST, {"no", "nr", "number", "nummer"}},
    {GML_HINT_DATE, WORD_LAST, {"date", "datum", "yyyymmdd", "ymd"}},
    {GML_HINT_DATE, WORD_WHOLE, {"day"}},
    {GML_HINT_KIND, WORD_LAST, {"type",       "kind",     "class",   "category", "code", "status",   "occupation",
                                "profession", "industry", "sector",  "gender",   "sex",  "race",     "ethnicity",
                                "religion",   "region",   "country", "state",    "city", "district", "department",
                                "color",      "colour",   "brand",   "language"}},
};

/* Copies the letters and digits of a name in lower case; false if there are more than fit. */
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

/* Copies the next word of a name in lower case, cut if it is longer than fits; false if there is none. */
static bool next_word(const char **at, char word[NAME_SIZE])
{
    const char *p = *at;
    size_t used = 0;
    while (*p != '\0' && (unsigned char)*p < 128 && !isalnum((unsigned char)*p)) {
        p++;
    }
    const char *begin = p;
    for (; (unsigned char)*p >= 128 || isalnum((unsigned char)*p); p++) {
        if (p > begin && isupper((unsigned char)*p) && islower((unsigned char)p[-1])) {
            break;
        }
        word[used] = (char)tolower((unsigned char)*p);
        used += used + 1 < NAME_SIZE;
    }
    word[used] = '\0';
    *at = p;
    return used > 0;
}

static bool is_among(const char *text, const char *const *list)
{
    while (*list != NULL && strcmp(text, *list) != 0) {
        list++;
    }
    return *list != NULL;
}

/* True if a name has one of the words at a place. */
static bool has_word(const char *name, word_place place, const char *const *words)
{
    char word[NAME_SIZE];
    bool found = false;
    if (place == WORD_WHOLE) {
        return simplify(name, word) && is_among(word, words);
    }
    while (!(found && place == WORD_ANY) && next_word(&name, word)) {
        found = is_among(word, words);
    }
    return found;
}

gml_column_hint gml_column_hint_of(const char *name)
{
    if (name == NULL) {
        return GML_HINT_NONE;
    }
    if (name[strspn(name, " ")] == '\0') {
        return GML_HINT_ROW;
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (has_word(name, rules[i].place, rules[i].words)) {
            return rules[i].hint;
        }
    }
    return GML_HINT_NONE;
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
