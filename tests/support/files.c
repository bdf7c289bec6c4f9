/* tests/support/files.c - a faulty context and a folder around each test. */
#include "files.h"

faults f;
gml_context *context;

static void set_up(void)
{
    make_folder();
    context = faulty_context(&f);
}

static void tear_down(void)
{
    gml_context_destroy(context);
    remove_folder();
    ck_assert_uint_eq(f.live_bytes, 0);
    ck_assert_uint_eq(f.open_files, 0);
    ck_assert_uint_eq(f.locks, 0);
    ck_assert_uint_eq(f.mapped_bytes, 0);
}

int run_file_tests(const char *name, double seconds)
{
    return run_tests_within(name, seconds, set_up, tear_down);
}
