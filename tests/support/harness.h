/* tests/support/harness.h - what every test file needs: Check, a context, and a main of one line. */
#ifndef GML_TESTS_HARNESS_H
#define GML_TESTS_HARNESS_H

#include <check.h>

#include "gemmule/gemmule.h"

/* Runs the tests of one file under one name, each for as long as `seconds`; the exit code. `tests` ends with null. */
int run_tests(const char *name, double seconds, const TTest *const *tests);

/* A context with default hooks and two threads. */
gml_context *test_context(void);

/* Fails the test with the context's message unless `status` is GML_OK. */
void assert_ok(const gml_context *context, gml_status status);

/* Fails the test unless `status` is `expected` and the message contains every one of the null-ended texts. */
void assert_refused(const gml_context *context, gml_status status, gml_status expected, ...) __attribute__((sentinel));

#endif
