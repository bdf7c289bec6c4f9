/* tests/base/decimal.c - decimal numbers to doubles (base/decimal.h), against strtod. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "harness.h"

static uint64_t state = 88172645463325252u;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t below(size_t n)
{
    return (size_t)(next_random() % n);
}

/* The text as the scanner finds it: an end that continues no number, and bytes to read after it. */
static const char *in_place(const char *text)
{
    static char copy[512];
    strcpy(copy, text);
    strcat(copy, ",77777777");
    return copy;
}

static bool has_leading_zero(const char *text)
{
    text += *text == '-' || *text == '+';
    return text[0] == '0' && text[1] >= '0' && text[1] <= '9';
}

/* Both readers agree with strtod to the bit; the fast one may give up, but not on plain numbers. Asserts only where
 * that is not so: an assertion costs more than the reading. */
static void assert_same(const char *text)
{
    double expected = strtod(text, NULL), got = -12345;
    if (!gml_decimal_read(text, strlen(text), (gml_decimal_style){.mark = '.'}, &got) ||
        memcmp(&got, &expected, sizeof got) != 0) {
        ck_abort_msg("%s: %a, not %a", text, got, expected);
    }
    gml_decimal_number number;
    const char *begin = in_place(text), *end = gml_decimal_scan(begin, '.', &number);
    bool code = fabs(expected) >= 0x1p53 || has_leading_zero(text);
    if (end == NULL) {
        size_t digits = strspn(text + (*text == '-' || *text == '+'), "0123456789.");
        if (!code && digits <= 19 && fabs(expected) >= 1e-40) {
            ck_abort_msg("%s: no fast path", text);
        }
    } else if ((size_t)(end - begin) != strlen(text) || memcmp(&number.value, &expected, sizeof expected) != 0) {
        ck_abort_msg("%s: scanned as %a up to %td, not %a", text, number.value, end - begin, expected);
    } else if (code || number.whole != (floor(expected) == expected)) {
        ck_abort_msg("%s: code %d, whole %d", text, code, number.whole);
    }
}

TEST(edge_cases_are_those_of_strtod)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "+0",
                                        "0.0",
                                        "-0.000",
                                        ".5",
                                        "5.",
                                        "-.5e1",
                                        "1e22",
                                        "1e23",
                                        "-1e-22",
                                        "9007199254740991",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "9007199254740991.0",
                                        "9007199254740992.5",
                                        "0.1",
                                        "1E5",
                                        "1e+5",
                                        "1e-5",
                                        "00",
                                        "00.5",
                                        "007",
                                        "1e0001",
                                        "12345678",
                                        "123456789",
                                        "1234567.8",
                                        "12345678.12345678",
                                        "0.00000000",
                                        "1e15",
                                        "9999999999999999999",
                                        "0.9999999999999999999",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "4503599627370496.5",
                                        "4503599627370497.5",
                                        "9007199254740993e-1",
                                        "1e-64",
                                        "1e-65",
                                        "123e-66",
                                        "1e64",
                                        "1e65",
                                        "1e-300",
                                        "4.9e-324",
                                        "2.4e-324",
                                        "2.5e-324",
                                        "2.2250738585072011e-308",
                                        "1e400",
                                        "1e-400",
                                        "1.7976931348623157e308",
                                        "1.7976931348623159e308",
                                        "0e99999",
                                        "7e-0003",
                                        "123456789012345678901234567890",
                                        "0.1234567890123456789012345678901234567890",
                                        "1.00000000000000011102230246251565404236316680908203125",
                                        "1.00000000000000011102230246251565404236316680908203124",
                                        "1.00000000000000011102230246251565404236316680908203126"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_same(texts[i]);
    }
}

TEST(a_million_random_texts_are_read_as_strtod_reads_them)
{
    char text[64];
    for (size_t i = 0; i < 1200000; i++) {
        size_t used = 0, digits = 1 + below(i % 8 == 0 ? 24 : 19), mark = below(2 * digits);
        if (below(3) == 0) {
            text[used++] = below(4) == 0 ? '+' : '-';
        }
        for (size_t k = 0; k < digits; k++) {
            text[used++] = (char)('0' + below(10));
            if (k == mark) {
                text[used++] = '.';
            }
        }
        text[used] = '\0';
        if (below(2) == 0) {
            snprintf(text + used, sizeof text - used, "%c%d", below(2) == 0 ? 'e' : 'E', (int)below(150) - 75);
        }
        assert_same(text);
    }
}

TEST(shortest_and_longest_texts_of_random_doubles_come_back)
{
    char text[64];
    for (size_t i = 0; i < 300000; i++) {
        uint64_t bits = next_random();
        if (i % 2 == 0) { /* magnitudes that files hold */
            bits = (bits & 0x800FFFFFFFFFFFFFu) | (uint64_t)(1023 - 40 + below(80)) << 52;
        }
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        snprintf(text, sizeof text, "%.*g", (int)(15 + i % 6), value);
        assert_same(text);
        snprintf(text, sizeof text, "%.*e", (int)(i % 20), value);
        assert_same(text);
    }
}

/* A text half way between two doubles, and its neighbours on both sides. */
TEST(ties_and_their_neighbours_are_rounded_as_strtod_rounds_them)
{
    char text[64];
    for (size_t i = 0; i < 100000; i++) {
        uint64_t odd = ((uint64_t)1 << 53) | (next_random() >> 11) | 1; /* 54 bits, the last set: a tie */
        int shift = (int)below(9);
        uint64_t value = odd << shift;
        for (int off = -1; off <= 1; off++) {
            snprintf(text, sizeof text, "%llu", (unsigned long long)(value + (uint64_t)(int64_t)off));
            assert_same(text);
        }
        snprintf(text, sizeof text, "%llu.5e-1", (unsigned long long)(value / 100));
        assert_same(text);
        /* An odd number of 53 bits and a half, a quarter, ... are exact decimals. */
        snprintf(text, sizeof text, "%llu.%s", (unsigned long long)((odd >> 4) | 1), (i & 1) != 0 ? "5" : "125");
        assert_same(text);
    }
}

static bool read_as(const char *text, char mark, char thousands, double *value)
{
    return gml_decimal_read(text, strlen(text), (gml_decimal_style){.mark = mark, .thousands = thousands}, value);
}

TEST(marks_and_thousands_are_those_of_the_style)
{
    static const struct {
        const char *text;
        char mark, thousands;
        double value; /* NaN: no number */
    } cases[] = {
        {"1,5", ',', 0, 1.5},
        {"-0,25e2", ',', 0, -25},
        {",5", ',', 0, 0.5},
        {"1.5", ',', 0, NAN},
        {"1,5", '.', 0, NAN},
        {"1,234.5", '.', ',', 1234.5},
        {"1.234.567,25", ',', '.', 1234567.25},
        {"12 345", '.', ' ', 12345},
        {"-1'000'000", '.', '\'', -1000000},
        {"1,23", '.', ',', NAN},
        {"1,2345", '.', ',', NAN},
        {"1234,567", '.', ',', NAN},
        {",123", '.', ',', NAN},
        {"1,,234", '.', ',', NAN},
        {"1,234,56", '.', ',', NAN},
        {"0.123,456", '.', ',', NAN},
        {"1,234e3", '.', ',', 1234000},
        {"1,234,567,890,123,456,789,012", '.', ',', 1234567890123456789012.0},
        {"1,000.00000000000000000000000000000000000000000000000000001", '.', ',', 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = NAN;
        bool read = read_as(cases[i].text, cases[i].mark, cases[i].thousands, &value);
        ck_assert_msg(read == !isnan(cases[i].value), "%s: read %d", cases[i].text, read);
        ck_assert_msg(!read || value == cases[i].value, "%s: %g", cases[i].text, value);
    }
    gml_decimal_number number;
    const char *text = in_place("12,75;");
    ck_assert_ptr_eq(gml_decimal_scan(text, ',', &number), text + 5);
    ck_assert_double_eq(number.value, 12.75);
}

TEST(the_fast_path_stops_where_the_number_stops)
{
    static const struct {
        const char *text;
        ptrdiff_t length; /* -1: no number */
    } cases[] = {{"12abc", 2}, {"1.2.3", 3}, {"-", -1},   {"+", -1},   {".", -1},
                 {"-.", -1},   {"e5", -1},   {"1e", -1},  {"1e+", -1}, {"1e12345", -1},
                 {"nan", -1},  {"", -1},     {"--1", -1}, {"0x10", 1}, {"1 2", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_decimal_number number;
        const char *text = in_place(cases[i].text), *end = gml_decimal_scan(text, '.', &number);
        ck_assert_msg(cases[i].length < 0 ? end == NULL : end == text + cases[i].length, "%s", cases[i].text);
    }
}

int main(void)
{
    return run_tests("decimal", 120);
}
