/* data/column/date.c - reading dates. */
#include "data/column/date.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "kernel/transform/transform.h"

typedef struct cursor {
    const char *at, *end;
} cursor;

/* ---- parts ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool take(cursor *from, char c)
{
    bool found = from->at < from->end && *from->at == c;
    from->at += found;
    return found;
}

static bool skip_blanks(cursor *from)
{
    const char *begin = from->at;
    while (from->at < from->end && *from->at == ' ') {
        from->at++;
    }
    return from->at > begin;
}

/* Takes all digits that follow. Returns how many; the value is right up to 9 of them. */
static size_t take_digits(cursor *from, unsigned *value)
{
    const char *begin = from->at;
    for (*value = 0; from->at < from->end && is_digit(*from->at); from->at++) {
        *value = from->at - begin < 9 ? *value * 10 + (unsigned)(*from->at - '0') : *value;
    }
    return (size_t)(from->at - begin);
}

/* Takes a number of one or two digits. */
static bool take_small(cursor *from, unsigned *value)
{
    size_t count = take_digits(from, value);
    return count == 1 || count == 2;
}

/* Takes a number of two digits below `limit`. */
static bool take_pair(cursor *from, unsigned limit, unsigned *value)
{
    return take_digits(from, value) == 2 && *value < limit;
}

static bool take_year(cursor *from, unsigned *year)
{
    return take_digits(from, year) == 4 && *year > 0;
}

/* Takes a year of four digits or of two, 1969 to 2068, which POSIX has as well. Two digits behind a dash may be a day,
 * and numbers of versions are like 1.2.10: dates with points then have eight characters. */
static bool take_last_year(cursor *from, const char *begin, char mark, unsigned *year)
{
    const size_t digits = take_digits(from, year);
    if (digits == 2 && (mark == '/' || (mark == '.' && from->at - begin == 8))) {
        *year += *year < 69 ? 2000 : 1900;
        return true;
    }
    return digits == 4 && *year > 0;
}

bool gml_date_month(const char *name, size_t length, unsigned *month)
{
    static const char *const names[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
    for (unsigned i = 0; i < 12; i++) {
        bool whole = length == strlen(names[i]);
        if ((whole || length == 3) && strncasecmp(name, names[i], length) == 0) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* Takes the name of a month, with or without a point. */
static bool take_month(cursor *from, unsigned *month)
{
    const char *begin = from->at;
    while (from->at < from->end && is_letter(*from->at)) {
        from->at++;
    }
    bool found = gml_date_month(begin, (size_t)(from->at - begin), month);
    if (found) {
        take(from, '.');
    }
    return found;
}

/* Days since 1970-01-01; NaN if there is no such date. */
static double days_of(unsigned year, unsigned month, unsigned day)
{
    static const unsigned char lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    bool exists =
        month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] && (month != 2 || day < 29 || leap);
    return exists ? gml_days_of_date((long)year, month, day) : (double)NAN;
}

/* ---- dates ---- */

static bool take_mark(cursor *from, char *mark)
{
    if (from->at == from->end || strchr("-/.", *from->at) == NULL || *from->at == '\0') {
        return false;
    }
    *mark = *from->at++;
    return true;
}

/* After the year: -02-17. */
static bool take_year_first(cursor *from, unsigned year, gml_date *date)
{
    unsigned month, day;
    if (!take_mark(from, &date->mark) || !take_small(from, &month) || !take(from, date->mark) ||
        !take_small(from, &day)) {
        return false;
    }
    date->form = GML_DATE_YEAR_MONTH;
    date->day_first = date->month_first = days_of(year, month, day);
    return true;
}

/* After the first number: .02.2014, or the name of a month. */
static bool take_year_last(cursor *from, const char *begin, unsigned first, gml_date *date)
{
    unsigned second, year;
    const cursor before = *from;
    if (take_mark(from, &date->mark) && take_small(from, &second) && take(from, date->mark) &&
        take_last_year(from, begin, date->mark, &year)) {
        date->form = GML_DATE_TWO_ORDERS;
        date->day_first = days_of(year, second, first);
        date->month_first = date->mark == '.' ? (double)NAN : days_of(year, first, second);
        return true;
    }
    *from = before;
    bool dash = take(from, '-');
    if ((!dash && !skip_blanks(from)) || !take_month(from, &second) || (dash ? !take(from, '-') : !skip_blanks(from)) ||
        !take_year(from, &year)) {
        return false;
    }
    date->form = GML_DATE_NAMED_MONTH;
    date->mark = 0;
    date->day_first = date->month_first = days_of(year, second, first);
    return true;
}

/* February 17, 2014 */
static bool take_name_first(cursor *from, gml_date *date)
{
    unsigned year, month, day;
    if (!take_month(from, &month) || !skip_blanks(from) || !take_small(from, &day)) {
        return false;
    }
    bool comma = take(from, ',');
    if ((!skip_blanks(from) && !comma) || !take_year(from, &year)) {
        return false;
    }
    date->form = GML_DATE_NAMED_MONTH;
    date->day_first = date->month_first = days_of(year, month, day);
    return true;
}

static bool take_date(cursor *from, gml_date *date)
{
    const char *begin = from->at;
    unsigned first;
    if (from->at < from->end && is_letter(*from->at)) {
        return take_name_first(from, date);
    }
    size_t digits = take_digits(from, &first);
    return digits == 4 ? first > 0 && take_year_first(from, first, date)
                       : (digits == 1 || digits == 2) && take_year_last(from, begin, first, date);
}

/* ---- times ---- */

/* Takes AM or PM, and turns an hour of 1 to 12 into one of 0 to 23. */
static bool take_half(cursor *from, unsigned *hour)
{
    const cursor before = *from;
    skip_blanks(from);
    if (from->end - from->at >= 2 && (from->at[1] == 'M' || from->at[1] == 'm') &&
        strchr("AaPp", from->at[0]) != NULL && from->at[0] != '\0') {
        bool after = from->at[0] == 'P' || from->at[0] == 'p';
        from->at += 2;
        bool fits = *hour >= 1 && *hour <= 12;
        *hour = *hour % 12 + (after ? 12 : 0);
        return fits;
    }
    *from = before;
    return true;
}

/* Takes Z, +01:00, -0530 or +01 into the minutes that local time is ahead. */
static bool take_zone(cursor *from, double *minutes)
{
    unsigned hours = 0, rest = 0;
    *minutes = 0;
    if (take(from, 'Z') || from->at == from->end) {
        return true;
    }
    bool behind = take(from, '-');
    if (!behind && !take(from, '+')) {
        return false;
    }
    size_t digits = take_digits(from, &hours);
    if (digits == 4) {
        rest = hours % 100;
        hours /= 100;
    } else if (digits != 2 || (take(from, ':') && !take_pair(from, 60, &rest))) {
        return false;
    }
    *minutes = (behind ? -1.0 : 1.0) * (hours * 60.0 + rest);
    return hours < 24 && rest < 60;
}

static double take_fraction(cursor *from)
{
    double value = 0, place = 0.1;
    for (; from->at < from->end && is_digit(*from->at); from->at++, place /= 10) {
        value += place * (*from->at - '0');
    }
    return value;
}

/* Takes a time, as a share of a day. Seconds may be 60, at a leap second. */
static bool take_time(cursor *from, double *share)
{
    unsigned hour, minute, second = 0;
    double fraction = 0, zone;
    if (!take_small(from, &hour) || !take(from, ':') || !take_pair(from, 60, &minute)) {
        return false;
    }
    if (take(from, ':')) {
        if (!take_pair(from, 61, &second)) {
            return false;
        }
        fraction = take(from, '.') || take(from, ',') ? take_fraction(from) : 0;
    }
    if (!take_half(from, &hour) || hour > 23) {
        return false;
    }
    skip_blanks(from);
    if (!take_zone(from, &zone)) {
        return false;
    }
    *share = ((hour * 60.0 + minute - zone) * 60.0 + second + fraction) / 86400.0;
    return true;
}

double gml_date_of_number(double number)
{
    if (!(number >= 10101 && number <= 99991231) || floor(number) != number) {
        return (double)NAN;
    }
    const unsigned digits = (unsigned)number;
    return days_of(digits / 10000, digits / 100 % 100, digits % 100);
}

bool gml_date_read(const char *text, size_t length, gml_date *date)
{
    cursor from = {.at = text, .end = text + length};
    double share = 0;
    *date = (gml_date){.form = GML_DATE_NONE};
    skip_blanks(&from);
    bool read = take_date(&from, date);
    if (read && from.at < from.end) {
        const bool separated = take(&from, 'T') || skip_blanks(&from);
        read = separated && (from.at == from.end || take_time(&from, &share));
    }
    if (!read || from.at < from.end || (isnan(date->day_first) && isnan(date->month_first))) {
        *date = (gml_date){.form = GML_DATE_NONE};
        return false;
    }
    date->day_first += share;
    date->month_first += share;
    return true;
}
