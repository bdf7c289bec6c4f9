/* tests/support/harness.h - what every test file needs: Check, a context, and a main of one line. */
#ifndef GML_TESTS_HARNESS_H
#define GML_TESTS_HARNESS_H

#include <check.h>

#include "gemmule/gemmule.h"

/* Defines a test: TEST(a_promise) { ... }. The program knows all of its tests before main. */
#define TEST(name) KNOWN_TEST(name, know_test(name, 1))

/* The same for a test of so many GFLOP that an emulator takes minutes. CK_EXCLUDE_TAGS=large leaves it out. */
#define LARGE_TEST(name) KNOWN_TEST(name, know_large_test(name))

#define KNOWN_TEST(name, know)                                                                                         \
    static const TTest *name;                                                                                          \
    __attribute__((constructor)) static void know_##name(void)                                                         \
    {                                                                                                                  \
        know;                                                                                                          \
    }                                                                                                                  \
    START_TEST(name)

/* Adds a test defined by START_TEST that runs for each _i below `rounds`. */
void know_test(const TTest *test, int rounds);

void know_large_test(const TTest *test);

/* Runs the tests of the program under one name, each for as long as `seconds`; the exit code. */
int run_tests(const char *name, double seconds);

/* The same with a function before and one after each test. */
int run_tests_within(const char *name, double seconds, void (*set_up)(void), void (*tear_down)(void));

/* A context with default hooks and two threads. */
gml_context *test_context(void);

/* A context with these options. */
gml_context *context_with(gml_context_options options);

/* A network with weights drawn by `seed`. */
gml_network *new_network(gml_context *context, const char *description, gml_dtype dtype, uint64_t seed);

/* Fails the test with the context's message unless `status` is GML_OK. */
void assert_ok(const gml_context *context, gml_status status);

/* Fails the test unless `status` is `expected` and the message contains every one of the null-ended texts. */
void assert_refused(const gml_context *context, gml_status status, gml_status expected, ...) __attribute__((sentinel));

#endif
