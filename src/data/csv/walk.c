/* data/csv/walk.c - finding records and fields. */
#include "data/csv/walk.h"

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

void gml_csv_end_record(gml_csv_cursor *cursor)
{
    bool pair = cursor->at[0] == '\r' && cursor->at + 1 < cursor->end && cursor->at[1] == '\n';
    cursor->line += cursor->at < cursor->end;
    cursor->at += cursor->at < cursor->end ? 1 + pair : 0;
}

bool gml_csv_find_record(const gml_csv_dialect *dialect, gml_csv_cursor *cursor)
{
    while (cursor->at < cursor->end) {
        char *p = cursor->at;
        while (p < cursor->end && gml_csv_is_blank(dialect, *p)) {
            p++;
        }
        bool comment = p < cursor->end && dialect->comment != 0 && *p == dialect->comment;
        while (comment && p < cursor->end && !is_line_end(*p)) {
            p++;
        }
        if (p < cursor->end && !is_line_end(*p)) {
            return true;
        }
        cursor->at = p;
        gml_csv_end_record(cursor);
    }
    return false;
}

/* Finds the closing quote of the field whose text begins at p; null if there is none. */
static char *find_close(char *p, const char *end, char quote, bool *doubled)
{
    while ((p = memchr(p, quote, (size_t)(end - p))) != NULL) {
        if (p + 1 >= end || p[1] != quote) {
            return p;
        }
        *doubled = true;
        p += 2;
    }
    return NULL;
}

gml_csv_fault gml_csv_take_field(const gml_csv_dialect *dialect, char *at, char *end, gml_csv_field *field)
{
    char *p = at, *after;
    while (p < end && gml_csv_is_blank(dialect, *p)) {
        p++;
    }
    *field = (gml_csv_field){.text = p, .quoted = p < end && *p == dialect->quote};
    if (field->quoted) {
        field->text = p + 1;
        char *close = find_close(p + 1, end, dialect->quote, &field->doubled);
        if (close == NULL) {
            field->length = (size_t)(end - field->text);
            return field->length > GML_CSV_MOST_FIELD ? GML_CSV_LONG_FIELD : GML_CSV_OPEN_QUOTE;
        }
        field->length = (size_t)(close - field->text);
        after = close + 1;
    } else {
        while (p < end && !dialect->stops[(unsigned char)*p]) {
            p++;
        }
        after = p;
        while (p > field->text && gml_csv_is_blank(dialect, p[-1])) {
            p--;
        }
        field->length = (size_t)(p - field->text);
    }
    if (field->length > GML_CSV_MOST_FIELD) {
        return GML_CSV_LONG_FIELD;
    }
    char *blank = after;
    while (after < end && gml_csv_is_blank(dialect, *after)) {
        after++;
    }
    field->last = after >= end || is_line_end(*after);
    field->next = after + (!field->last && *after == dialect->delimiter);
    bool delimited = field->last || *after == dialect->delimiter || (dialect->delimiter == ' ' && after > blank);
    return delimited ? GML_CSV_FINE : GML_CSV_STRAY_QUOTE;
}

bool gml_csv_skip_record(const gml_csv_dialect *dialect, gml_csv_cursor *cursor, gml_csv_fault *fault)
{
    gml_csv_field field = {.next = cursor->at};
    size_t lines = 0;
    *fault = GML_CSV_FINE;
    while (!field.last && *fault == GML_CSV_FINE) {
        *fault = gml_csv_take_field(dialect, field.next, cursor->end, &field);
        lines += *fault == GML_CSV_FINE ? gml_csv_count_lines(&field) : 0;
    }
    if (*fault == GML_CSV_FINE) {
        cursor->at = field.next;
        cursor->line += lines;
    } else {
        while (cursor->at < cursor->end && !is_line_end(*cursor->at)) {
            cursor->at++;
        }
    }
    const bool ends = cursor->at < cursor->end;
    gml_csv_end_record(cursor);
    return ends;
}

size_t gml_csv_undouble(const gml_csv_field *field, char quote, char *to)
{
    size_t length = 0;
    for (size_t i = 0; i < field->length; i++) {
        to[length++] = field->text[i];
        i += field->doubled && field->text[i] == quote;
    }
    return length;
}

size_t gml_csv_count_lines(const gml_csv_field *field)
{
    size_t lines = 0;
    const char *end = field->text + field->length;
    for (const char *p = field->text; field->quoted && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) {
        lines++;
    }
    return lines;
}
