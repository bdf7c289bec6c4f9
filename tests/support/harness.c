/* tests/support/harness.c - runs the tests of a program, and says of a status what was wrong. */
#include "harness.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    const TTest *test;
    int rounds;
    bool large;
} known[64];
static size_t known_count;

static void add_known(const TTest *test, int rounds, bool large)
{
    if (known_count == sizeof known / sizeof known[0]) {
        fprintf(stderr, "more than %zu tests in one program\n", known_count);
        abort();
    }
    known[known_count].test = test;
    known[known_count].rounds = rounds;
    known[known_count++].large = large;
}

void know_test(const TTest *test, int rounds)
{
    add_known(test, rounds, false);
}

void know_large_test(const TTest *test)
{
    add_known(test, 1, true);
}

int run_tests(const char *name, double seconds)
{
    return run_tests_within(name, seconds, NULL, NULL);
}

int run_tests_within(const char *name, double seconds, void (*set_up)(void), void (*tear_down)(void))
{
    Suite *suite = suite_create(name);
    TCase *cases[] = {tcase_create(name), tcase_create(name)}; /* the usual ones, the large ones */
    tcase_set_tags(cases[true], "large");
    for (size_t i = 0; i < 2; i++) {
        tcase_set_timeout(cases[i], seconds);
        tcase_add_checked_fixture(cases[i], set_up, tear_down);
        suite_add_tcase(suite, cases[i]);
    }
    for (size_t i = 0; i < known_count; i++) {
        tcase_add_loop_test(cases[known[i].large], known[i].test, 0, known[i].rounds);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

gml_context *test_context(void)
{
    return context_with((gml_context_options){.threads = 2});
}

gml_context *context_with(gml_context_options options)
{
    gml_context *context = NULL;
    char message[256] = "";
    gml_status status = gml_context_create(&options, &context, message, sizeof message);
    ck_assert_msg(status == GML_OK, "no context: %s", message);
    return context;
}

gml_network *new_network(gml_context *context, const char *description, gml_dtype dtype, uint64_t seed)
{
    gml_network *network = NULL;
    gml_network_options options = {.dtype = dtype, .seed = seed};
    assert_ok(context, gml_network_create(context, description, &options, &network));
    return network;
}

void assert_ok(const gml_context *context, gml_status status)
{
    ck_assert_msg(status == GML_OK, "%s: %s", gml_status_name(status), gml_context_message(context));
}

void assert_refused(const gml_context *context, gml_status status, gml_status expected, ...)
{
    ck_assert_msg(status == expected, "expected %s, got %s: %s", gml_status_name(expected), gml_status_name(status),
                  gml_context_message(context));
    va_list texts;
    va_start(texts, expected);
    for (const char *text = va_arg(texts, const char *); text != NULL; text = va_arg(texts, const char *)) {
        ck_assert_msg(strstr(gml_context_message(context), text) != NULL, "\"%s\" is not in: %s", text,
                      gml_context_message(context));
    }
    va_end(texts);
}
