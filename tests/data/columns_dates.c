/* tests/data/columns_dates.c - texts that are dates (data/column/date.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/column/date.h"
#include "harness.h"

static gml_date read_date(const char *text)
{
    gml_date date;
    bool read = gml_date_read(text, strlen(text), &date);
    ck_assert_int_eq(read, date.form != GML_DATE_NONE);
    return date;
}

TEST(dates_of_each_form_are_read)
{
    static const struct {
        const char *text;
        gml_date_form form;
        double day_first, month_first;
    } cases[] = {
        {"1970-01-01", GML_DATE_YEAR_MONTH, 0, 0},
        {"2014-02-17", GML_DATE_YEAR_MONTH, 16118, 16118},
        {"2014/2/7", GML_DATE_YEAR_MONTH, 16108, 16108},
        {"0001-01-01", GML_DATE_YEAR_MONTH, -719162, -719162},
        {"9999-12-31", GML_DATE_YEAR_MONTH, 2932896, 2932896},
        {"2000-02-29", GML_DATE_YEAR_MONTH, 11016, 11016},
        {"17.02.2014", GML_DATE_TWO_ORDERS, 16118, NAN},
        {"17/02/2014", GML_DATE_TWO_ORDERS, 16118, NAN},
        {"2/17/2014", GML_DATE_TWO_ORDERS, NAN, 16118},
        {"3-4-2014", GML_DATE_TWO_ORDERS, 16163, 16133},
        {"3.4.2014", GML_DATE_TWO_ORDERS, 16163, NAN},
        {"17.02.14", GML_DATE_TWO_ORDERS, 16118, NAN},
        {"2/17/14 18:00", GML_DATE_TWO_ORDERS, NAN, 16118.75},
        {"17/2/68", GML_DATE_TWO_ORDERS, 35841, NAN},
        {"17/2/69", GML_DATE_TWO_ORDERS, -318, NAN},
        {"17 Feb 2014", GML_DATE_NAMED_MONTH, 16118, 16118},
        {"17-FEB-2014", GML_DATE_NAMED_MONTH, 16118, 16118},
        {"Feb 17, 2014", GML_DATE_NAMED_MONTH, 16118, 16118},
        {"February 17 2014", GML_DATE_NAMED_MONTH, 16118, 16118},
        {"Feb. 17,2014", GML_DATE_NAMED_MONTH, 16118, 16118},
        {"2014-02-17 06:00", GML_DATE_YEAR_MONTH, 16118.25, 16118.25},
        {"2014-02-17T18:00:00Z", GML_DATE_YEAR_MONTH, 16118.75, 16118.75},
        {"2014-02-17T18:00:00.000+06:00", GML_DATE_YEAR_MONTH, 16118.5, 16118.5},
        {"2014-02-17 18:00 -0600", GML_DATE_YEAR_MONTH, 16119, 16119},
        {"2/17/2014 6:00 PM", GML_DATE_TWO_ORDERS, NAN, 16118.75},
        {"2/17/2014 12:00 AM", GML_DATE_TWO_ORDERS, NAN, 16118},
        {"2014-12-31 23:59:60", GML_DATE_YEAR_MONTH, 16436, 16436},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_date date = read_date(cases[i].text);
        ck_assert_msg(date.form == cases[i].form, "%s", cases[i].text);
        ck_assert_msg(date.day_first == cases[i].day_first || (isnan(date.day_first) && isnan(cases[i].day_first)),
                      "%s: %.6f", cases[i].text, date.day_first);
        ck_assert_msg(date.month_first == cases[i].month_first ||
                          (isnan(date.month_first) && isnan(cases[i].month_first)),
                      "%s: %.6f", cases[i].text, date.month_first);
    }
}

TEST(what_is_no_date_is_none)
{
    static const char *const texts[] = {
        "",
        "2014",
        "2014-02",
        "20140217",
        "2014-02-30",
        "1900-02-29",
        "2014-13-01",
        "2014-00-10",
        "2014-1-0",
        "0000-01-01",
        "2014-02/17",
        "1.02.14",
        "1.2.10",
        "17-02-14",
        "17/02/1",
        "17/02/114",
        "32/1/2014",
        "13/13/2014",
        "17 Fub 2014",
        "17 Fe 2014",
        "Feb 2014",
        "Feb 31, 2014",
        "a",
        "-",
        "-02-17",
        "2014-02-17T",
        "2014-02-17x",
        "2014-02-17 25:00",
        "2014-02-17 10:60",
        "2014-02-17 10",
        "2014-02-17 13:00 PM",
        "2014-02-17 10:00 +25:00",
        "2014-02-17 10:00 +1",
        "12345-01-01",
        "999999999999999999999-1-1",
        "1/2/3/2014",
        "2014-02-17 10:00:61",
        "17-02-",
        "17-",
        "17",
        "Feb",
        "Feb 17,",
        "2014-02-17 1:5",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ck_assert_msg(read_date(texts[i]).form == GML_DATE_NONE || texts[i][10] == 'T', "\"%s\"", texts[i]);
    }
    gml_date date;
    ck_assert(!gml_date_read("2014-02-17\0", 11, &date));
    ck_assert(!gml_date_read("-\0", 2, &date));
}

/* Nothing behind the end of a text is read. */
TEST(a_text_ends_where_its_length_says)
{
    gml_date date;
    const char *text = "2014-02-17 10:30:15 PM";
    for (size_t length = 0; length <= strlen(text); length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, text, length);
        copy[length] = '9';
        bool read = gml_date_read(copy, length, &date);
        ck_assert_int_eq(read, length == 9 || length == 10 || length == 11 || length == 16 || length == 19 ||
                                   length == 20 || length == 22);
        free(copy);
    }
}

int main(void)
{
    return run_tests("columns_dates", 10);
}
