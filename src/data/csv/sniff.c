/* data/csv/sniff.c - finding the delimiter and the decimal mark from the first records of a file. */
#include "data/amount.h"
#include "data/csv/walk.h"

enum { MOST_RECORDS = 1000 };

/* How the first records look with a delimiter. */
typedef struct look {
    size_t records, fields; /* fields of the records after the first, or of the only one */
    size_t first;           /* fields of the first record */
    size_t uneven;          /* records with another number of fields */
    size_t numbers;         /* of these, numbers or empty */
    size_t styled;          /* fields that are numbers with the marks of the dialect, or empty */
    size_t points, commas;  /* numbers such as 1.5, and such as 1,5 */
} look;

/* True if a field is a number with a decimal mark; `marked`: it holds that mark. */
static bool is_number(const gml_csv_field *field, char mark, bool *marked)
{
    double value;
    gml_amount amount;
    *marked = memchr(field->text, mark, field->length) != NULL;
    return gml_decimal_read(field->text, field->length, (gml_decimal_style){.mark = mark}, &value) ||
           gml_amount_read(field->text, field->length, mark, &amount);
}

/* True if a field is a number in a style. */
static bool has_style(const gml_csv_field *field, gml_decimal_style style)
{
    double value;
    bool marked;
    return gml_decimal_read(field->text, field->length, style, &value) || is_number(field, style.mark, &marked);
}

/* 1.234 and 1,234 are numbers with either mark, and decide nothing. */
static void look_at_field(const gml_csv_dialect *dialect, const gml_csv_field *field, look *seen)
{
    bool with_point, with_comma;
    const bool point = is_number(field, '.', &with_point);
    const bool comma = dialect->delimiter != ',' && is_number(field, ',', &with_comma);
    seen->points += point && !comma && with_point;
    seen->commas += comma && !point && with_comma;
    seen->numbers += point || comma || field->length == 0;
    seen->styled += field->length == 0 || (dialect->style.mark != 0 && has_style(field, dialect->style));
    seen->fields++;
}

/* Looks at the records of a text that ends with a newline. A fault ends the look. */
static look look_with(const gml_csv_dialect *dialect, char *text, size_t size, bool whole)
{
    look seen = {.records = 0};
    gml_csv_cursor cursor = {.at = text, .end = text + size};
    while (seen.records < MOST_RECORDS && gml_csv_find_record(dialect, &cursor)) {
        gml_csv_field field = {0};
        look before = seen;
        size_t count = 0;
        if (seen.records == 1) { /* the first record may be names */
            seen.fields = seen.numbers = seen.styled = 0;
        }
        for (; !field.last; count++) {
            if (gml_csv_take_field(dialect, cursor.at, cursor.end, &field) != GML_CSV_FINE) {
                return before;
            }
            look_at_field(dialect, &field, &seen);
            cursor.at = field.next;
        }
        if (cursor.at >= cursor.end && !whole && seen.records > 0) {
            return before; /* the end of the record is not in the text */
        }
        seen.first = seen.records == 0 ? count : seen.first;
        seen.uneven += count != seen.first;
        seen.records++;
        gml_csv_end_record(&cursor);
    }
    return seen;
}

void gml_csv_set_delimiter(gml_csv_dialect *dialect, char delimiter)
{
    memset(dialect->stops, 0, sizeof dialect->stops);
    dialect->delimiter = delimiter;
    const char stops[] = {delimiter, '\n', '\r', dialect->quote, delimiter == ' ' ? '\t' : '\n'};
    for (size_t i = 0; i < sizeof stops; i++) {
        dialect->stops[(unsigned char)stops[i]] = true;
    }
}

/* True if more of the fields are numbers with a look than with another. */
static bool has_more_numbers(const look *seen, const look *than)
{
    return (double)seen->numbers * (double)than->fields > (double)than->numbers * (double)seen->fields;
}

/* True if a delimiter splits all records alike, or all but the tenth part if broken ones are allowed, and blanks mostly
 * into numbers: sentences have blanks too. */
static bool is_possible(const gml_csv_dialect *dialect, const look *seen, bool broken)
{
    char delimiter = dialect->delimiter;
    bool numbers = seen->fields > 0 && 2 * seen->numbers >= seen->fields;
    return 10 * seen->uneven <= (broken ? seen->records : 0) && seen->first > 1 && delimiter != dialect->comment &&
           delimiter != dialect->style.mark && (delimiter != ' ' || numbers);
}

static char find_delimiter(gml_csv_dialect *dialect, char *text, size_t size, bool whole, bool broken)
{
    static const char delimiters[] = {',', ';', '\t', '|', ' '};
    char found = '\0';
    look best = {0};
    for (size_t i = 0; i < sizeof delimiters; i++) {
        gml_csv_set_delimiter(dialect, delimiters[i]);
        look seen = look_with(dialect, text, size, whole);
        if (is_possible(dialect, &seen, broken) && (found == '\0' || has_more_numbers(&seen, &best))) {
            found = delimiters[i];
            best = seen;
        }
    }
    return found != '\0' ? found
           : !broken     ? find_delimiter(dialect, text, size, whole, true)
                         : (dialect->style.mark == ',' ? ';' : ',');
}

/* Forgets optional marks that the text does not fit: a delimiter that does not split most records alike, and marks in
 * numbers with which fewer fields are numbers than with a point or a comma for a decimal mark. */
static void drop_marks(gml_csv_dialect *dialect, char *text, size_t size, bool whole)
{
    const gml_decimal_style style = dialect->style;
    dialect->style = (gml_decimal_style){0};
    if (dialect->delimiter != 0) {
        gml_csv_set_delimiter(dialect, dialect->delimiter);
        const look seen = look_with(dialect, text, size, whole);
        dialect->delimiter = 2 * seen.uneven < seen.records && seen.first > 1 ? dialect->delimiter : '\0';
    }
    if (dialect->delimiter == 0) {
        dialect->delimiter = find_delimiter(dialect, text, size, whole, false);
    }
    gml_csv_set_delimiter(dialect, dialect->delimiter);
    dialect->style = (gml_decimal_style){.mark = style.mark != 0 ? style.mark : '.', .thousands = style.thousands};
    const look seen = look_with(dialect, text, size, whole);
    const bool fits = dialect->style.mark != dialect->delimiter && seen.styled >= seen.numbers;
    dialect->style = fits ? style : (gml_decimal_style){0};
}

void gml_csv_dialect_find(gml_csv_dialect *dialect, char *text, size_t size, bool whole)
{
    if (dialect->optional) {
        drop_marks(dialect, text, size, whole);
    }
    char delimiter = dialect->delimiter;
    gml_csv_set_delimiter(dialect, delimiter != 0 ? delimiter : find_delimiter(dialect, text, size, whole, false));
    if (dialect->style.mark == 0) {
        look seen = look_with(dialect, text, size, whole);
        bool comma = seen.commas > 0 && seen.points == 0 && dialect->style.thousands != ',';
        dialect->style.mark = comma ? ',' : '.';
    }
}
