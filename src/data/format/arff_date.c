/* data/format/arff_date.c - reading dates by a pattern of Java's SimpleDateFormat, which is what weka takes. */
#include "data/format/arff_date.h"

#include <stdio.h>
#include <string.h>

#include "data/column/date.h"

static const char letters[] = "yMdHhmsSaEZX";

/* A field of a pattern, or a text between fields. */
typedef struct part {
    char letter; /* of a field; 0: the character `text` must be there */
    char text;
    size_t count;  /* letters */
    bool adjacent; /* digits of another field follow, so that the field has `count` of them */
} part;

/* What was read. */
typedef struct moment {
    unsigned year, month, day, hour, minute, second, milli;
    bool twelve, afternoon; /* hours of 1 to 12 */
    char zone[8];
} moment;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- patterns ---- */

/* Takes the next part of a pattern; false at its end. `quoted` says whether the cursor is within quotes. */
static bool take_part(const char **pattern, bool *quoted, part *made)
{
    const char *at = *pattern;
    *made = (part){0};
    while (at[0] == '\'' && at[1] != '\'') {
        *quoted = !*quoted;
        at++;
    }
    if (*at == '\0') {
        return false;
    }
    if (*quoted || !is_letter(*at)) {
        at += *at == '\''; /* two quotes are one */
        made->text = *at;
        *pattern = at + 1;
        return true;
    }
    made->letter = *at;
    while (at[made->count] == made->letter) {
        made->count++;
    }
    at += made->count;
    made->adjacent = is_letter(*at) && strchr("aEZX", *at) == NULL && !(at[0] == 'M' && strncmp(at, "MMM", 3) == 0);
    *pattern = at;
    return true;
}

bool gml_arff_check_pattern(const char *pattern, char *letter)
{
    bool quoted = false;
    part next;
    while (take_part(&pattern, &quoted, &next)) {
        if (next.letter != 0 && strchr(letters, next.letter) == NULL) {
            *letter = next.letter;
            return false;
        }
    }
    *letter = '\'';
    return !quoted;
}

/* ---- dates ---- */

static bool take_number(const char **text, const char *end, const part *field, unsigned *value)
{
    enum { MOST_DIGITS = 9 };
    const size_t most = field->adjacent ? field->count : MOST_DIGITS;
    size_t count = 0;
    for (*value = 0; *text < end && count < most && is_digit(**text); ++*text, count++) {
        *value = *value * 10 + (unsigned)(**text - '0');
    }
    return count > 0 && (!field->adjacent || count == most);
}

/* Takes letters, which are the name of a month, of a day, or of a half of the day. */
static bool take_name(const char **text, const char *end, char letter, moment *to)
{
    const char *begin = *text;
    while (*text < end && is_letter(**text)) {
        ++*text;
    }
    const size_t length = (size_t)(*text - begin);
    if (letter == 'M') {
        return gml_date_month(begin, length, &to->month);
    }
    if (letter == 'a') {
        to->afternoon = length == 2 && (begin[0] == 'P' || begin[0] == 'p');
        return length == 2 && (begin[1] == 'M' || begin[1] == 'm') && strchr("AaPp", begin[0]) != NULL;
    }
    return length > 0;
}

/* Takes Z, +01, +0100 or +01:00. */
static bool take_zone(const char **text, const char *end, moment *to)
{
    size_t length = 0;
    while (*text + length < end && length < sizeof to->zone - 1 &&
           (is_digit((*text)[length]) || strchr("Z+-:", (*text)[length]) != NULL)) {
        to->zone[length] = (*text)[length];
        length++;
    }
    to->zone[length] = '\0';
    *text += length;
    return length > 0;
}

static bool take_field(const char **text, const char *end, const part *field, moment *to)
{
    unsigned number = 0;
    const char letter = field->letter;
    if (letter == 'Z' || letter == 'X') {
        return take_zone(text, end, to);
    }
    if (letter == 'a' || letter == 'E' || (letter == 'M' && field->count >= 3)) {
        return take_name(text, end, letter, to);
    }
    const char *begin = *text;
    if (!take_number(text, end, field, &number)) {
        return false;
    }
    if (letter == 'y' && field->count == 2 && *text - begin == 2) {
        number += number < 69 ? 2000 : 1900;
    }
    to->twelve = to->twelve || letter == 'h';
    *(letter == 'y'                    ? &to->year
      : letter == 'M'                  ? &to->month
      : letter == 'd'                  ? &to->day
      : letter == 'H' || letter == 'h' ? &to->hour
      : letter == 'm'                  ? &to->minute
      : letter == 's'                  ? &to->second
                                       : &to->milli) = number;
    return true;
}

/* Writes a date, and checks that there is one. */
static bool write(const moment *from, char iso[GML_ARFF_DATE_SIZE])
{
    unsigned hour = from->hour;
    gml_date date;
    if (from->twelve) {
        if (hour < 1 || hour > 12) {
            return false;
        }
        hour = hour % 12 + (from->afternoon ? 12 : 0);
    }
    if (from->year > 9999 || from->month > 12 || from->day > 31 || hour > 23 || from->minute > 59 ||
        from->second > 60 || from->milli > 999) {
        return false;
    }
    const int used = snprintf(iso, GML_ARFF_DATE_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", from->year, from->month,
                              from->day, hour, from->minute, from->second);
    char *end = iso + used;
    end += from->milli > 0 ? snprintf(end, GML_ARFF_DATE_SIZE - (size_t)used, ".%03u", from->milli) : 0;
    snprintf(end, (size_t)(iso + GML_ARFF_DATE_SIZE - end), "%s", from->zone);
    return gml_date_read(iso, strlen(iso), &date);
}

bool gml_arff_read_date(const char *pattern, const char *text, size_t length, char iso[GML_ARFF_DATE_SIZE])
{
    const char *end = text + length;
    moment made = {.year = 1970, .month = 1, .day = 1};
    bool quoted = false;
    part next;
    while (take_part(&pattern, &quoted, &next)) {
        if (next.letter != 0) {
            if (!take_field(&text, end, &next, &made)) {
                return false;
            }
        } else if (text == end || *text++ != next.text) {
            return false;
        }
    }
    return text == end && write(&made, iso);
}
