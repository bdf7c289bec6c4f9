/* data/column/date.h - texts that are dates: 2014-02-17, 17.02.2014, 02/17/2014, 17 Feb 2014, each with a time or
 * without. gemmule/dataset.h describes them ("Kinds of columns"). */
#ifndef GML_DATA_COLUMN_DATE_H
#define GML_DATA_COLUMN_DATE_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/dataset.h"

/* The ways of writing a date. All dates of a column are written in one. */
typedef enum gml_date_form {
    GML_DATE_NONE = 0,   /* no date */
    GML_DATE_YEAR_MONTH, /* 2014-02-17 */
    GML_DATE_TWO_ORDERS, /* 17.02.2014 or 02/17/2014 */
    GML_DATE_NAMED_MONTH /* 17 Feb 2014, February 17, 2014 */
} gml_date_form;

typedef struct gml_date {
    gml_date_form form;
    char mark;          /* between the parts, of the first two forms; else 0 */
    double day_first;   /* days since 1970-01-01, if the day is first; NaN: there is no such date */
    double month_first; /* likewise; equal to day_first if the form has one order */
} gml_date;

/* Reads a whole text. Returns false, and the form GML_DATE_NONE, if it is no date in any order. */
bool gml_date_read(const char *text, size_t length, gml_date *date);

/* Reads the English name of a month, or its first three letters, in any case; `month` counts from 1. */
bool gml_date_month(const char *name, size_t length, unsigned *month);

/* Returns the days since 1970-01-01 of a number such as 20140217; NaN if it is no date. */
double gml_date_of_number(double number);

/* Returns the days of a date in an order; NaN if there is no such date. */
static inline double gml_date_days(const gml_date *date, gml_date_order order)
{
    return order == GML_DATE_MONTH_FIRST ? date->month_first : date->day_first;
}

#endif
