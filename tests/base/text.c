/* tests/base/text.c - numbers as text and back (base/text.h), and what text is (base/utf8.h). */
#define _GNU_SOURCE
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "harness.h"

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double read_number(const char *text)
{
    double value = -12345.0;
    ck_assert_msg(gml_text_to_double(text, strlen(text), &value), "not read: %s", text);
    return value;
}

static void assert_same(const char *text)
{
    double expected = strtod(text, NULL);
    double got = read_number(text);
    ck_assert_msg(memcmp(&got, &expected, sizeof got) == 0, "%s: %a, not %a", text, got, expected);
}

TEST(reads_every_kind_of_decimal_as_strtod_does)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "+1",
                                        ".5",
                                        "5.",
                                        "-.5e1",
                                        "1e22",
                                        "1e23",
                                        "9007199254740993",
                                        "9007199254740992.5",
                                        "123456789012345678901234567890",
                                        "0.1",
                                        "1e-7",
                                        "1E5",
                                        "4.9e-324",
                                        "2.4e-324",
                                        "2.5e-324",
                                        "2.2250738585072011e-308",
                                        "1.7976931348623157e308",
                                        "1.7976931348623159e308",
                                        "1e400",
                                        "1e-400",
                                        "0e999999999999999999999",
                                        "1e999999999999999999999",
                                        "1e-999999999999999999999",
                                        "18446744073709551615",
                                        "18446744073709551616",
                                        "0.000000000000000000000000000000000000001",
                                        "1000000000000000000000000000000000000",
                                        "9999999999999999999e27",
                                        "9999999999999999999e-27",
                                        "9999999999999999999e28",
                                        "00000000000000000000000001",
                                        "3.14159265358979323846264338327950288"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_same(texts[i]);
    }
}

TEST(reads_random_decimals_of_every_length_as_strtod_does)
{
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        char text[80];
        size_t digits = 1 + next_random(&state) % 24;
        size_t point = next_random(&state) % (digits + 1);
        size_t used = 0;
        for (size_t k = 0; k < digits; k++) {
            if (k == point) {
                text[used++] = '.';
            }
            text[used++] = (char)('0' + next_random(&state) % 10);
        }
        snprintf(text + used, sizeof text - used, "e%d", (int)(next_random(&state) % 90) - 45);
        assert_same(text);
    }
}

TEST(rounds_halfway_cases_to_even)
{
    uint64_t state = 3;
    for (int i = 0; i < 50000; i++) {
        char text[64];
        uint64_t odd = ((next_random(&state) >> 11) | (uint64_t)1 << 52) * 2 + 1;
        snprintf(text, sizeof text, "%llu", (unsigned long long)odd);
        assert_same(text);
        snprintf(text, sizeof text, "%llu.5", (unsigned long long)odd >> 2);
        assert_same(text);
    }
}

TEST(decides_a_tie_by_a_digit_a_thousand_places_on)
{
    char text[1600];
    strcpy(text, "9007199254740993.");
    memset(text + strlen("9007199254740993."), '0', 1500);
    strcpy(text + 1517, "1");
    ck_assert_double_eq(read_number(text), 9007199254740994.0);
    text[1517] = '0';
    ck_assert_double_eq(read_number(text), 9007199254740992.0);
}

TEST(reads_infinities_and_nan_in_any_case)
{
    ck_assert(isinf(read_number("inf")) && read_number("INF") > 0);
    ck_assert(isinf(read_number(" -Infinity ")) && read_number("-Infinity") < 0);
    ck_assert(isnan(read_number("NaN")));
}

TEST(refuses_what_is_no_decimal_number)
{
    static const char *const texts[] = {"",   " ",    ".",     "-",      "+-1",   "1e",      "1e+",
                                        "e5", "0x10", "1.2.3", "1,5",    "1 2",   "1f",      "nanx",
                                        "in", "1e5.", "--1",   "nan(1)", "1_000", "\xc2\xa0"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value;
        ck_assert_msg(!gml_text_to_double(texts[i], strlen(texts[i]), &value), "read: \"%s\"", texts[i]);
    }
    double value;
    ck_assert(!gml_text_to_double("1\0002", 3, &value));
}

TEST(reads_no_further_than_the_length)
{
    double value = 0;
    ck_assert(gml_text_to_double("12345", 2, &value));
    ck_assert_double_eq(value, 12.0);
}

TEST(writes_the_shortest_text_that_reads_back)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {1e-8, "1e-08"},
                 {0.0, "0"},
                 {-0.0, "-0"},
                 {5e-324, "5e-324"},
                 {1e22, "1e+22"},
                 {1.0 / 3.0, "0.3333333333333333"},
                 {100.0, "100"},
                 {-2.5, "-2.5"},
                 {0.1 + 0.2, "0.30000000000000004"}};
    char text[GML_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_text_from_double(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].text);
    }
    gml_text_from_double((double)NAN, text);
    ck_assert_str_eq(text, "nan");
    gml_text_from_double(-(double)INFINITY, text);
    ck_assert_str_eq(text, "-inf");
}

TEST(every_double_reads_back_as_it_was)
{
    uint64_t state = 7;
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = next_random(&state);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            char text[GML_NUMBER_SIZE];
            gml_text_from_double(value, text);
            double back = read_number(text);
            ck_assert_msg(memcmp(&back, &value, sizeof value) == 0, "%s: %a, not %a", text, back, value);
        }
    }
}

/* Only where the machine has a locale with another decimal point; elsewhere it finds out nothing. */
TEST(no_locale_changes_numbers)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "ps_AF.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (setlocale(LC_NUMERIC, names[i]) == NULL) {
            continue;
        }
        char text[GML_NUMBER_SIZE];
        gml_text_from_double(0.125, text);
        ck_assert_str_eq(text, "0.125");
        ck_assert_double_eq(read_number("0.12500000000000000000000000000"), 0.125);
        ck_assert_double_eq(read_number("1.25e-300"), 1.25 * 1e-300);
    }
    setlocale(LC_NUMERIC, "C");
}

TEST(sizes_are_whole_and_may_not_overflow)
{
    size_t value = 0;
    ck_assert(gml_text_to_size("18446744073709551615", 20, &value) || SIZE_MAX < UINT64_MAX);
    ck_assert(gml_text_to_size("007", 3, &value) && value == 7);
    ck_assert(!gml_text_to_size("18446744073709551616", 20, &value));
    ck_assert(!gml_text_to_size("", 0, &value));
    ck_assert(!gml_text_to_size("-1", 2, &value));
    ck_assert(!gml_text_to_size(" 1", 2, &value));
    ck_assert(!gml_text_to_size("1.0", 3, &value));
}

TEST(characters_are_utf8_as_rfc_3629_has_it)
{
    static const struct {
        const char *text;
        size_t size;
    } cases[] = {
        {"a", 1},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"", 0},
        {"\x80", 0},                 /* goes on with nothing */
        {"\xc3", 0},                 /* cut off */
        {"\xe6\x97", 0},             /* cut off */
        {"\xc3z", 0},                /* does not go on */
        {"\xc1\xbf", 0},             /* overlong */
        {"\xe0\x9f\xbf", 0},         /* overlong */
        {"\xf0\x8f\xbf\xbf", 0},     /* overlong */
        {"\xed\xa0\x80", 0},         /* surrogate */
        {"\xed\xbf\xbf", 0},         /* surrogate */
        {"\xf4\x90\x80\x80", 0},     /* past U+10FFFF */
        {"\xf8\x88\x80\x80\x80", 0}, /* five bytes */
        {"\xff", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t length = strlen(cases[i].text);
        ck_assert_msg(gml_utf8_character(cases[i].text, length) == cases[i].size, "case %zu", i);
        ck_assert_int_eq(gml_utf8_is_name(cases[i].text, length), cases[i].size > 0 || length == 0);
    }
    ck_assert_uint_eq(gml_utf8_character("", 1), 1);
    ck_assert(!gml_utf8_is_name("a\0b", 3));
    ck_assert(gml_utf8_is_name("gr\xc3\xbcn, \xe6\x97\xa5", 10));
    ck_assert(!gml_utf8_is_name("gr\xc3\xbcn, \xe6\x97\xa5", 9));
}

TEST(distance_counts_single_edits)
{
    ck_assert_uint_eq(gml_text_distance("kitten", 6, "sitting"), 3);
    ck_assert_uint_eq(gml_text_distance("", 0, "abc"), 3);
    ck_assert_uint_eq(gml_text_distance("relu", 4, "relu"), 0);
    ck_assert_uint_eq(gml_text_distance("ReLU", 4, "rElu"), 0);
    ck_assert_uint_eq(gml_text_distance("tahn", 4, "tanh"), 1);
    ck_assert_uint_eq(gml_text_distance("abcd", 4, "badc"), 2);
    ck_assert_uint_eq(gml_text_distance("abc", 3, ""), 3);
    ck_assert_uint_eq(gml_text_distance("reluxx", 4, "rlu"), 1);
    char longer[200];
    memset(longer, 'a', sizeof longer);
    ck_assert_uint_eq(gml_text_distance(longer, sizeof longer, "a"), 62);
}

static void format(char text[64], const char *form, ...)
{
    va_list arguments;
    va_start(arguments, form);
    gml_text_format(text, 64, form, arguments);
    va_end(arguments);
}

TEST(a_number_that_is_none_is_written_without_a_sign)
{
    char text[64];
    format(text, "loss %g, %g; scale %.3f", -(double)NAN, -(double)INFINITY, copysign((double)NAN, -1));
    ck_assert_str_eq(text, "loss nan, -inf; scale nan");
    format(text, "x-nan.csv: \"-nan\" and -nano");
    ck_assert_str_eq(text, "x-nan.csv: \"-nan\" and -nano");
}

int main(void)
{
    return run_tests("text", 60);
}
