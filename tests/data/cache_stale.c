/* tests/data/cache_stale.c - caches of tables that have changed, and caches that are cut off, damaged or no caches
 * (data/cache/reading.c, identity.c). */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"
#include "cache_case.h"

/* The bytes of a file, which the caller changes. */
typedef struct bytes {
    char *data;
    size_t size;
} bytes;

static bytes read_bytes(const char *path)
{
    bytes made;
    made.data = get_file(path, &made.size);
    return made;
}

/* The table must be read as without a cache, with these words in the note; then the cache serves again. */
static void assert_made_anew(const char *path, const char *cache, const char *words)
{
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset *made = open_noted(path, table_options(cache), words);
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    assert_same_table(plain, made);
    assert_same_table(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(made);
    gml_dataset_destroy(read);
}

/* ---- the table has changed ---- */

static void set_time(const char *path, const struct stat *time)
{
    const struct timespec times[] = {time->st_atim, time->st_mtim};
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

TEST(a_table_of_another_size_or_time_makes_its_cache_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    put_table("table.csv", TABLE_ROWS + 1);
    assert_made_anew(path, cache, "table.csv: has changed since: its size or time");
    struct stat time;
    ck_assert_int_eq(stat(path, &time), 0);
    time.st_mtim.tv_nsec ^= 1;
    set_time(path, &time);
    assert_made_anew(path, cache, "table.csv: has changed since: its size or time");
}

/* Replaces the digit `from` at or after a place by another, and keeps the time. */
static void change_digit(const char *path, size_t at)
{
    struct stat time;
    ck_assert_int_eq(stat(path, &time), 0);
    bytes table = read_bytes(path);
    while (table.data[at] < '1' || table.data[at] > '8') {
        at++;
    }
    ck_assert_uint_lt(at, table.size);
    table.data[at]++;
    put_file("table.csv", table.data, table.size);
    free(table.data);
    set_time(path, &time);
}

TEST(a_table_with_another_byte_in_a_block_makes_its_cache_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    change_digit(path, 5000);
    assert_made_anew(path, cache, "contents are others, at the same size and time");
}

/* The table has 16 blocks of 16 KiB, at distances of some 40 KiB. */
TEST(a_byte_in_a_block_is_found_at_once_and_one_between_them_if_all_are_compared)
{
    const char *path = put_table("table.csv", 15000), *cache = kept(in_folder("cache"));
    gml_dataset_options options = table_options(cache);
    options.ignore = "name";
    struct stat found;
    ck_assert_int_eq(stat(path, &found), 0);
    ck_assert_int_gt(found.st_size, 1 << 19);
    ck_assert_int_lt(found.st_size, 1 << 20);
    gml_dataset_destroy(open_noted(path, options, "was made"));
    options.cache_check = 1;
    gml_dataset_destroy(open_noted(path, options, "read from"));
    change_digit(path, (1 << 14) + 3000);
    options.cache_check = 0;
    gml_dataset_destroy(open_noted(path, options, "read from"));
    options.cache_check = 1;
    gml_dataset_destroy(open_noted(path, options, "contents are others"));
    gml_dataset_destroy(open_noted(path, options, "read from"));
    options.cache_check = 0;
    const size_t last = (size_t)found.st_size - (1 << 14), places[] = {last / 15 * 7 + 100, last + 12000};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        change_digit(path, places[i]);
        gml_dataset_destroy(open_noted(path, options, "contents are others"));
        gml_dataset_destroy(open_noted(path, options, "read from"));
    }
}

/* ---- the cache is not what it was ---- */

TEST(a_cache_that_is_cut_off_is_made_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    bytes whole = read_bytes(cache);
    const size_t sizes[] = {0, 60, 64, 79, 80, 500, whole.size / 2, whole.size - 8, whole.size - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        put_file("cache", whole.data, sizes[i]);
        assert_made_anew(path, cache, sizes[i] == 0 ? "" : "cut off");
    }
    char *longer = calloc(1, whole.size + 1);
    memcpy(longer, whole.data, whole.size);
    put_file("cache", longer, whole.size + 1);
    assert_made_anew(path, cache, "too long");
    free(longer);
    free(whole.data);
}

TEST(a_cache_with_another_byte_in_its_header_is_made_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    bytes whole = read_bytes(cache);
    for (size_t at = 0; at < 1500; at += at < 100 ? 1 : 37) {
        if (at >= 8 && at < 49) {
            continue; /* the file would be no cache */
        }
        whole.data[at] ^= 2;
        put_file("cache", whole.data, whole.size);
        assert_made_anew(path, cache, "anew");
        whole.data[at] ^= 2;
    }
    free(whole.data);
}

TEST(a_cache_whose_header_has_another_length_is_made_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    bytes whole = read_bytes(cache);
    for (size_t length = 56; length < 4096; length += 64) {
        whole.data[0] = (char)(length % 256);
        whole.data[1] = (char)(length / 256);
        put_file("cache", whole.data, whole.size);
        gml_dataset *made = open_table(path, table_options(cache));
        ck_assert_uint_eq(gml_dataset_size(made), TABLE_ROWS);
        gml_dataset_destroy(made);
    }
    free(whole.data);
}

TEST(a_cache_with_another_byte_in_its_arrays_is_found_if_all_are_compared)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_options options = table_options(cache);
    gml_dataset_destroy(open_noted(path, options, "was made"));
    bytes whole = read_bytes(cache);
    const size_t places[] = {whole.size - 1, whole.size - 9, 4096, whole.size - 5000};
    options.cache_check = 1;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        whole.data[places[i]] ^= 1;
        put_file("cache", whole.data, whole.size);
        gml_dataset_destroy(open_noted(path, options, "do not have their checksum"));
        gml_dataset_destroy(open_noted(path, options, "read from"));
        whole.data[places[i]] ^= 1;
    }
    free(whole.data);
}

/* Groups and classes are indexes; the targets are the bytes before the checksum, and the groups are before them. */
TEST(groups_and_classes_out_of_range_are_found_at_once)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    bytes whole = read_bytes(cache);
    const size_t places[] = {whole.size - 8 - 1, whole.size - 8 - TABLE_ROWS - 4};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char before = whole.data[places[i]];
        whole.data[places[i]] = (char)200;
        put_file("cache", whole.data, whole.size);
        assert_made_anew(path, cache, "out of range");
        whole.data[places[i]] = before;
    }
    free(whole.data);
}

/* Replaces a text of the header by one of the same length, and sets the checksum of the header right. */
static void change_header(const char *cache, const char *from, const char *to)
{
    bytes whole = read_bytes(cache);
    const size_t size = 8 + (uint8_t)whole.data[0] + (size_t)(uint8_t)whole.data[1] * 256;
    const size_t length = strlen(from);
    char *place = whole.data + 8, digits[17];
    while (place + length <= whole.data + size && memcmp(place, from, length) != 0) {
        place++;
    }
    ck_assert_msg(place + length <= whole.data + size, "%s is not in the header", from);
    memcpy(place, to, strlen(to));
    memset(whole.data + 64, '0', 16);
    snprintf(digits, sizeof digits, "%016llx", (unsigned long long)gml_checksum(0, whole.data, size));
    memcpy(whole.data + 64, digits, 16);
    put_file("cache", whole.data, whole.size);
    free(whole.data);
}

TEST(a_cache_of_another_version_is_made_anew)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    change_header(cache, "gemmule-cache 2", "gemmule-cache 1");
    assert_made_anew(path, cache, "another version");
    char version[32];
    snprintf(version, sizeof version, "\\\"%s\\\"", gml_version());
    version[2] = '9';
    char right[32];
    snprintf(right, sizeof right, "\\\"%s\\\"", gml_version());
    change_header(cache, right, version);
    assert_made_anew(path, cache, "was made by version 9");
}

/* A header whose checksum is right may still be nonsense. */
TEST(a_header_that_does_not_fit_the_file_is_refused)
{
    static const char *const changes[][2] = {{"\\\"rows\\\":300", "\\\"rows\\\":301"},
                                             {"\\\"rows\\\":300", "\\\"rowz\\\":300"},
                                             {"\\\"groups\\\":50", "\\\"groups\\\":-1"},
                                             {"\\\"features\\\":4", "\\\"features\\\":5"},
                                             {"\\\"features\\\":4", "\\\"features\\\":0"},
                                             {"\\\"targets\\\":1", "\\\"targets\\\":2"},
                                             {"\\\"classes\\\":2", "\\\"classes\\\":0"},
                                             {"\\\"classes\\\":2", "\\\"classes\\\":3"},
                                             {"\\\"task\\\":2", "\\\"task\\\":7"},
                                             {"\\\"task\\\":2", "\\\"task\\\":1"},
                                             {"\\\"kind\\\":\\\"category\\\"", "\\\"kind\\\":\\\"cathedra\\\""},
                                             {"\"dtype\":\"F64\"", "\"dtype\":\"F32\""},
                                             {"\"data_offsets\":[0,", "\"data_offsets\":[8,"},
                                             {"\"inputs\"", "\"imputs\""},
                                             {"\"table\"", "\"tible\""},
                                             {"\\\"schema\\\"", "\\\"schemu\\\""},
                                             {"\\\"sources\\\"", "\\\"sourcee\\\""},
                                             {"{\\\"version", "[\\\"version"}};
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        change_header(cache, changes[i][0], changes[i][1]);
        assert_made_anew(path, cache, "anew");
    }
}

TEST(a_file_that_is_no_cache_is_not_replaced)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(put_text("cache", "my thesis"));
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset *read = open_noted(path, table_options(cache), "is no cache, and is not replaced");
    assert_same_table(plain, read);
    assert_file_holds(cache, "my thesis");
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
    read = open_noted(path, table_options(path), "is no cache, and is not replaced");
    gml_dataset_destroy(read);
    read = open_noted(path, table_options(in_folder(".")), "is no regular file");
    gml_dataset_destroy(read);
}

TEST(a_cache_is_no_data)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset *dataset = NULL;
    gml_dataset_destroy(open_noted(path, table_options(cache), "was made"));
    assert_refused(context, gml_dataset_open(context, cache, NULL, &dataset), GML_ERROR_DATA,
                   "is the cache of a table; read the table", NULL);
}

int main(void)
{
    return run_file_tests("data_cache_stale", 120);
}
