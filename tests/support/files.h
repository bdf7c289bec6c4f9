/* tests/support/files.h - the fixture of tests with files: a context whose hooks can fail, and a folder. */
#ifndef GML_TESTS_FILES_H
#define GML_TESTS_FILES_H

#include "faults.h"
#include "harness.h"

/* Made for each test; after it the folder is removed, all memory given back, and no file open or locked. */
extern faults f;
extern gml_context *context;

/* Runs the tests of a file, each with a context and a folder of its own. */
int run_file_tests(const char *name, double seconds);

#endif
