/* tests/data/cache_trouble.c - making a cache where something fails: the disk, memory, permissions, a table that
 * changes meanwhile, a process that is killed, two processes at once (data/cache/making.c, writing.c). */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cache_case.h"

/* The table must be read as without a cache, with these words in the note, and leave no file. */
static void assert_reads_without(const char *path, const char *cache, const char *words)
{
    gml_dataset *plain = open_table(path, table_options(NULL));
    const size_t files = count_files();
    gml_dataset *read = open_noted(path, table_options(cache), "no cache was made");
    ck_assert_msg(strstr(cache_note(read), words) != NULL, "\"%s\" is not in: %s", words, cache_note(read));
    assert_same_table(plain, read);
    ck_assert_uint_eq(count_files(), files);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
}

/* ---- files that fail ---- */

TEST(a_full_disk_leaves_the_table_in_memory)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const size_t cells = TABLE_ROWS * 8 * sizeof(double), file = TABLE_ROWS * 4 * sizeof(double);
    const size_t budgets[] = {0, 100, cells - 1, cells, cells + 100, cells + file};
    for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
        reset_faults(&f);
        gml_dataset *plain = open_table(path, table_options(NULL));
        f.write_budget = budgets[i];
        gml_dataset *read = open_noted(path, table_options(cache), "No space left on device");
        assert_same_table(plain, read);
        gml_dataset_destroy(plain);
        gml_dataset_destroy(read);
        ck_assert_uint_eq(count_files(), 1);
    }
}

/* The rows of several pieces of text are in the file, and come back. */
TEST(a_disk_that_fills_up_while_rows_are_written_loses_none)
{
    const char *path = put_table("table.csv", 150000), *cache = kept(in_folder("cache"));
    gml_dataset_options options = table_options(NULL);
    gml_dataset *plain = open_table(path, options);
    options.cache = cache;
    f.write_budget = 6 << 20;
    gml_dataset *read = open_noted(path, options, "No space left on device");
    ck_assert_uint_eq(f.write_budget, 0);
    assert_same_data(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
}

TEST(a_folder_that_is_not_there_or_may_not_be_written_is_answered_in_words)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    assert_reads_without(path, kept(in_folder("none/cache")), "No such file");
    if (geteuid() == 0) {
        ck_assert_int_eq(chmod(in_folder("."), 0755), 0);
        ck_assert_int_eq(seteuid(12345), 0);
    } else {
        ck_assert_int_eq(chmod(in_folder("."), 0555), 0);
    }
    gml_dataset *read = open_noted(path, table_options(cache), "Permission denied");
    ck_assert_int_eq(seteuid(getuid()), 0);
    ck_assert_int_eq(chmod(in_folder("."), 0755), 0);
    gml_dataset_destroy(read);
}

TEST(a_cache_in_a_folder_that_may_not_be_written_is_used)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    ck_assert_int_eq(chmod(in_folder("."), 0555), 0);
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    ck_assert_int_eq(chmod(in_folder("."), 0755), 0);
    gml_dataset_destroy(read);
}

/* Each call of the file system fails in turn, alone and with all after it. A failure to read the table itself is an
 * error; any other leaves the data as it is. */
TEST(any_call_of_the_file_system_may_fail)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset *plain = open_table(path, table_options(NULL));
    const size_t needed = 2 * f.file_calls; /* the table is opened twice */
    for (size_t once = 0; once < 2; once++) {
        size_t refused = 0, served = 0;
        for (size_t at = 1; at == 1 || f.file_calls >= at - 1; at++) {
            gml_dataset *read = NULL;
            const gml_dataset_options options = table_options(cache);
            remove(cache);
            reset_faults(&f);
            f.once = (int)once;
            f.fail_file_at = at;
            gml_status status = gml_dataset_open(context, path, &options, &read);
            if (status == GML_OK) {
                assert_same_table(plain, read);
            } else {
                ck_assert_ptr_null(read);
            }
            *(status == GML_OK ? &served : &refused) += 1;
            gml_dataset_destroy(read);
            ck_assert_uint_eq(f.open_files, 0);
        }
        ck_assert(once == 0 || refused <= needed);
        ck_assert_uint_gt(served, 20);
    }
    reset_faults(&f);
    gml_dataset_destroy(plain);
}

/* The same where there is a cache. */
TEST(any_call_may_fail_while_a_cache_is_read)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset_options options = table_options(cache);
    options.cache_check = 1;
    for (size_t at = 1; at == 1 || f.file_calls >= at - 1; at++) {
        gml_dataset *read = NULL;
        reset_faults(&f);
        gml_dataset_destroy(open_table(path, options));
        reset_faults(&f);
        f.once = 1;
        f.fail_file_at = at;
        if (gml_dataset_open(context, path, &options, &read) == GML_OK) {
            assert_same_table(plain, read);
        }
        gml_dataset_destroy(read);
    }
    reset_faults(&f);
    gml_dataset_destroy(plain);
}

TEST(any_allocation_may_fail)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options options = table_options(cache);
    gml_dataset *plain = open_table(path, table_options(NULL));
    for (size_t round = 0; round < 2; round++) { /* with a cache in the second */
        for (size_t at = 1; at == 1 || f.allocations >= at - 1; at++) {
            gml_dataset *read = NULL;
            if (round == 0) {
                remove(cache);
            }
            reset_faults(&f);
            f.once = 1;
            f.fail_at = at;
            if (gml_dataset_open(context, path, &options, &read) == GML_OK) {
                assert_same_table(plain, read);
            }
            gml_dataset_destroy(read);
        }
    }
    reset_faults(&f);
    gml_dataset_destroy(plain);
}

TEST(a_host_that_cannot_map_files_has_no_caches)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_context_options options = {.files = gml_default_file_system()};
    gml_context *usual = context;
    options.files.stamp = NULL;
    options.files.reserve = NULL;
    options.files.map = NULL;
    options.files.unmap = NULL;
    context = context_with(options);
    assert_reads_without(path, cache, "cannot map files");
    gml_context_destroy(context);
    context = usual;
}

TEST(what_is_no_regular_file_has_no_cache)
{
    const char *fifo = kept(in_folder("fifo"));
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    const pid_t child = fork();
    if (child == 0) {
        FILE *file = fopen(fifo, "w");
        fputs("a,b,y\n1,2,0.5\n3,4,1.5\n", file);
        fclose(file);
        _exit(0);
    }
    gml_dataset *read = open_noted(fifo, (gml_dataset_options){.cache = in_folder("cache")}, "is no regular file");
    ck_assert_uint_eq(gml_dataset_size(read), 2);
    gml_dataset_destroy(read);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_uint_eq(count_files(), 1);
}

/* ---- a table that changes ---- */

static void (*change)(void); /* called at the reading `change_at` that comes to the end of a file */
static size_t readings, change_at;

static int read_and_change(void *user, void *file, void *buffer, size_t capacity, size_t *got)
{
    const int failure = gml_default_file_system().read(user, file, buffer, capacity, got);
    if (failure == 0 && *got < capacity && ++readings == change_at) {
        change();
    }
    return failure;
}

static const char *changing;

static void add_row(void)
{
    FILE *table = fopen(changing, "a");
    fputs("1,2,red,2014-02-01,n,1,p1,no\n", table);
    fclose(table);
}

/* Opens the table in a context in which it changes at a reading. */
static void open_changing(const char *path, const char *cache, void (*how)(void), size_t at, const char *words)
{
    gml_context_options options = {.files = gml_default_file_system()};
    gml_context *usual = context;
    options.files.read = read_and_change;
    changing = path;
    change = how;
    change_at = at;
    context = context_with(options);
    gml_dataset_destroy(open_noted(path, table_options(cache), words));
    gml_context_destroy(context);
    context = usual;
}

TEST(a_table_that_changes_while_it_is_read_has_no_cache)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    open_changing(path, cache, add_row, 2, "table.csv: has changed while it was read");
    ck_assert_uint_eq(count_files(), 1);
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
}

static void replace_digit(void)
{
    FILE *table = fopen(changing, "r+");
    fseek(table, 60, SEEK_SET);
    for (int c = fgetc(table); c < '1' || c > '8'; c = fgetc(table)) {
    }
    fseek(table, -1, SEEK_CUR);
    fputc('9', table);
    fclose(table);
}

/* The first bytes are read to recognise the format, before anything is known of the table's time. */
TEST(a_table_that_changes_before_its_time_is_known_is_cached_as_it_is)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    open_changing(path, cache, replace_digit, 1, "was made");
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    assert_same_table(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
}

/* ---- processes ---- */

static long written, killed_at; /* bytes */

static int write_and_die(void *user, void *file, const void *data, size_t size)
{
    written += (long)size;
    if (written > killed_at) {
        raise(SIGKILL);
    }
    return gml_default_file_system().write(user, file, data, size);
}

/* Makes the cache in a process that is killed once it has written so many bytes. */
static void make_and_die(const char *path, const char *cache, long bytes)
{
    const pid_t child = fork();
    if (child == 0) {
        gml_context_options options = {.files = gml_default_file_system()};
        const gml_dataset_options reading = table_options(cache);
        gml_dataset *dataset = NULL;
        options.files.write = write_and_die;
        killed_at = bytes;
        gml_dataset_open(context_with(options), path, &reading, &dataset);
        _exit(0);
    }
    int code = 0;
    ck_assert_int_eq(waitpid(child, &code, 0), child);
    ck_assert(WIFSIGNALED(code) && WTERMSIG(code) == SIGKILL);
}

TEST(what_a_killed_process_leaves_is_removed_by_the_next)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const long cells = TABLE_ROWS * 8 * (long)sizeof(double);
    const long bytes[] = {0, cells, cells + 100, cells + TABLE_ROWS * 4 * (long)sizeof(double)};
    size_t left = 0;
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        make_and_die(path, cache, bytes[i]);
        left += count_files() - 1;
        gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
        ck_assert_uint_eq(count_files(), 2);
        ck_assert_int_eq(remove(cache), 0);
    }
    ck_assert_uint_gt(left, 0);
}

TEST(two_processes_make_the_same_cache_at_once)
{
    const char *path = put_table("table.csv", 20000), *cache = kept(in_folder("cache"));
    enum { PROCESSES = 4 };
    pid_t children[PROCESSES];
    gml_dataset *plain = open_table(path, table_options(NULL));
    for (size_t i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            gml_dataset *read = open_table(path, table_options(cache));
            assert_same_data(plain, read);
            _exit(0);
        }
    }
    for (size_t i = 0; i < PROCESSES; i++) {
        int code = 1;
        ck_assert_int_eq(waitpid(children[i], &code, 0), children[i]);
        ck_assert_int_eq(code, 0);
    }
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    assert_same_data(plain, read);
    ck_assert_uint_eq(count_files(), 2);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
}

int main(void)
{
    return run_file_tests("data_cache_trouble", 120);
}
