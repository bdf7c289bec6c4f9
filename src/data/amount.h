/* data/amount.h - numbers as tables show them to people: $1,234.50, 12.5 %, 1.234,50 EUR, (35.00).
 *
 * An amount is a number with at least one of these: separators between groups of three digits of the whole part; one
 * currency or percent sign before or behind it, or one of the usual three letters (EUR, USD, ...); parentheses around
 * it, which make it negative; the minus sign of Unicode. Groups are separated by the one of comma and point that is not
 * the decimal mark, by an apostrophe or by a blank, with or without a break; the first has no leading zero. */
#ifndef GML_DATA_AMOUNT_H
#define GML_DATA_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gml_amount {
    double value;     /* of 12.5 % it is 12.5 */
    const char *unit; /* the sign or the letters, one pointer for all texts that have it; null: none */
} gml_amount;

/* Reads a whole text; `mark` is the decimal mark. False if it is no amount, as plain numbers are none. */
bool gml_amount_read(const char *text, size_t length, char mark, gml_amount *amount);

#endif
