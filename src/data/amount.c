/* data/amount.c - reading amounts. */
#include "data/amount.h"

#include <string.h>

#include "base/decimal.h"

enum { MOST_TEXT = 64, MOST_DIGITS = 48 };

typedef struct cursor {
    const char *at, *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes the first of the texts that follows; null if none does. */
static const char *take_any(cursor *from, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        const size_t length = strlen(*texts);
        if ((size_t)(from->end - from->at) >= length && memcmp(from->at, *texts, length) == 0) {
            from->at += length;
            return *texts;
        }
    }
    return NULL;
}

static const char *const blanks[] = {" ", "\xc2\xa0", "\xe2\x80\xaf", NULL}; /* the latter without a break */

static void skip_blanks(cursor *from)
{
    while (take_any(from, blanks) != NULL) {
    }
}

/* Takes a currency or a percent sign, unless there was one. Behind the dollar: euro, pound, yen and rupee. */
static void take_unit(cursor *from, gml_amount *amount)
{
    static const char *const units[] = {"%",   "$",   "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", "\xe2\x82\xb9", "EUR",
                                        "USD", "GBP", "CHF",          "JPY",      "CNY",      "INR",          "SEK",
                                        "NOK", "DKK", "PLN",          "CZK",      "CAD",      "AUD",          NULL};
    amount->unit = amount->unit == NULL ? take_any(from, units) : amount->unit;
}

/* Takes one sign; U+2212 is a minus that no plain number has. */
static bool take_sign(cursor *from, bool *negative, bool *special)
{
    static const char *const minus[] = {"\xe2\x88\x92", NULL};
    *special = *special || take_any(from, minus) != NULL;
    const bool plain = !*special && from->at < from->end && (*from->at == '-' || *from->at == '+');
    *negative = *special || (plain && *from->at == '-');
    from->at += plain;
    return *special || plain;
}

/* Takes digits, their groups and a decimal mark into `plain`, where the mark is a point; false if there is no digit, or
 * more than fit. */
static bool take_digits(cursor *from, char mark, char plain[MOST_DIGITS + 1], bool *grouped)
{
    const char *const separators[] = {mark == ',' ? "." : ",", "'", "\xe2\x80\x99", " ", "\xc2\xa0",
                                      "\xe2\x80\xaf",          NULL};
    const char *separator = NULL;
    size_t used = 0, group = 0;
    const bool zero = from->at < from->end && *from->at == '0';
    while (used < MOST_DIGITS && from->at < from->end) {
        cursor next = *from;
        if (is_digit(*from->at)) {
            plain[used++] = *from->at++;
            group++;
            continue;
        }
        const char *found = group > 0 && group <= 3 ? take_any(&next, separators) : NULL;
        if (found == NULL || next.at == next.end || !is_digit(*next.at)) {
            break;
        }
        if (zero || (separator != NULL && (found != separator || group != 3))) {
            return false;
        }
        separator = found;
        group = 0;
        *from = next;
    }
    *grouped = separator != NULL;
    if (*grouped && group != 3) {
        return false;
    }
    bool any = used > 0;
    if (used < MOST_DIGITS && from->at < from->end && *from->at == mark) {
        plain[used++] = '.';
        for (from->at++; used < MOST_DIGITS && from->at < from->end && is_digit(*from->at); from->at++) {
            plain[used++] = *from->at;
            any = true;
        }
    }
    plain[used] = '\0';
    return any && used < MOST_DIGITS;
}

bool gml_amount_read(const char *text, size_t length, char mark, gml_amount *amount)
{
    cursor from = {.at = text, .end = text + length};
    char plain[MOST_DIGITS + 1];
    bool negative = false, special = false, grouped = false;
    *amount = (gml_amount){0};
    if (length > MOST_TEXT) {
        return false;
    }
    const bool enclosed = length > 2 && *from.at == '(' && from.end[-1] == ')';
    from.at += enclosed;
    from.end -= enclosed;
    const bool is_signed = take_sign(&from, &negative, &special);
    take_unit(&from, amount);
    skip_blanks(&from);
    if (!is_signed && amount->unit != NULL) {
        take_sign(&from, &negative, &special);
    }
    if (!take_digits(&from, mark, plain, &grouped)) {
        return false;
    }
    skip_blanks(&from);
    take_unit(&from, amount);
    if (from.at < from.end || !(grouped || special || enclosed || amount->unit != NULL) ||
        !gml_decimal_read(plain, strlen(plain), (gml_decimal_style){.mark = '.'}, &amount->value)) {
        return false;
    }
    amount->value = negative != enclosed ? -amount->value : amount->value;
    return !(enclosed && (negative || is_signed));
}
