/* tests/data/cache.c - a table that is read from its cache is the table (data/cache). */
#include <math.h>
#include <sys/stat.h>

#include "cache_case.h"
#include "data/pile.h"

TEST(a_table_of_every_kind_of_column_is_equal_with_and_without_a_cache)
{
    assert_cached(put_table("table.csv", TABLE_ROWS), table_options(kept(in_folder("table.csv.gmlcache"))));
    ck_assert_uint_eq(count_files(), 2);
}

TEST(tables_with_other_targets_are_equal_too)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options options[] = {
        {.target = "a", .ignore = "name", .cache = cache},
        {.target = "b", .missing_targets = 1, .cache = cache},
        {.target = "g", .missing_targets = 1, .task = GML_TASK_CLASSIFICATION, .cache = cache},
        {.targets = GML_CHOICE_NO, .cache = cache},
        {.target = "y", .columns = "a=category; when=ymd; name=ignore", .cache = cache}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        assert_cached(path, options[i]);
    }
}

TEST(tables_without_names_are_equal_too)
{
    const char *cache = kept(in_folder("cache"));
    assert_cached(put_text("a.csv", "1,2,0\n3,4,1\n5,7,0\n7,9,1\n"), (gml_dataset_options){.cache = cache});
    assert_cached(put_text("b.csv", "1;x;0\n3;x;1\n5;y;0\n7;z;1\n"), (gml_dataset_options){.cache = cache});
    assert_cached(put_text("c.csv", "\n1,2,0.5\n\n\n3,4,1.5\n5,7,0"), (gml_dataset_options){.cache = cache});
}

TEST(several_files_have_one_cache_and_keep_their_lines)
{
    const char *first = put_table("a.csv", 40), *second = put_table("b.csv", 70), *third = put_table("c.csv", 31);
    gml_dataset_options options = table_options(kept(in_folder("a.csv.gmlcache")));
    options.more = (const char *const[]){second, third};
    options.more_count = 2;
    assert_cached(first, options);
    put_table("b.csv", 71);
    gml_dataset *dataset = open_noted(first, options, "b.csv: has changed since");
    ck_assert_uint_eq(gml_dataset_size(dataset), 142);
    gml_dataset_destroy(dataset);
    options.more_count = 1;
    dataset = open_noted(first, options, "made of 3 files, not 2");
    gml_dataset_destroy(dataset);
}

TEST(files_of_which_all_rows_are_broken_keep_their_places)
{
    const char *first = kept(put_text("a.csv", "p,y\n1,2\nx,3\n2,5\n"));
    const char *const more[] = {kept(put_text("b.csv", "p,y\nx,1\nx,2\n")), kept(put_text("c.csv", "p,y\n3,4\n4,6\n"))};
    char place[GML_ORIGIN_SIZE];
    gml_dataset_options options = {.header = GML_CHOICE_YES, .target = "y", .columns = "p=number", .broken_rows = 1};
    options.more = more;
    for (size_t count = 1; count <= 2; count++) {
        options.more_count = count;
        options.cache = kept(in_folder(count == 1 ? "cache" : "another"));
        assert_cached(first, options);
    }
    gml_dataset *dataset = open_table(first, options);
    gml_dataset_place(dataset, 2, place);
    ck_assert_msg(strstr(place, "c.csv: line 2") != NULL, "%s", place);
    gml_dataset_destroy(dataset);
}

TEST(a_cache_that_is_removed_or_replaced_serves_on_where_it_is_mapped)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset *made = open_table(path, table_options(cache));
    ck_assert_int_eq(remove(cache), 0);
    gml_dataset *again = open_noted(path, table_options(cache), "was made");
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    put_table("table.csv", 5);
    gml_dataset_destroy(open_noted(path, table_options(cache), "anew"));
    assert_same_table(plain, made);
    assert_same_table(plain, again);
    assert_same_table(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(made);
    gml_dataset_destroy(again);
    gml_dataset_destroy(read);
}

/* Makes a network for the data and trains it for two epochs. */
static gml_network *train(const gml_dataset *data)
{
    gml_network *network = NULL;
    const gml_recipe recipe = {.hidden = "16 tanh", .fit = {.epochs = 2, .batch = 16, .seed = 5}};
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    return network;
}

TEST(a_fit_on_a_cache_has_the_bits_of_one_in_memory)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset *plain = open_table(path, table_options(NULL));
    gml_dataset *made = open_noted(path, table_options(cache), "was made");
    gml_dataset *read = open_noted(path, table_options(cache), "read from");
    gml_network *of_plain = train(plain), *of_made = train(made), *of_read = train(read);
    for (size_t i = 0; i < gml_network_block_count(of_plain); i++) {
        gml_block a, b, c;
        assert_ok(context, gml_network_block(of_plain, i, &a));
        assert_ok(context, gml_network_block(of_made, i, &b));
        assert_ok(context, gml_network_block(of_read, i, &c));
        assert_same_bytes(a.values, b.values);
        assert_same_bytes(a.values, c.values);
    }
    gml_network_destroy(of_plain);
    gml_network_destroy(of_made);
    gml_network_destroy(of_read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(made);
    gml_dataset_destroy(read);
}

/* ---- memory ---- */

/* A table of numbers with a target of two classes, weights and groups. */
static const char *put_numbers(const char *name, size_t rows)
{
    const char *path = kept(in_folder(name));
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("a,b,w,g,y\n", file);
    for (size_t i = 0; i < rows; i++) {
        fprintf(file, "%04zu.000000000000000000000005,%030zu.0,%zu,%zu,%zu\n", i * 7919 % 1000, i % 17, i % 3 + 1,
                i / 4 % 50, i % 2);
    }
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

/* Returns the most bytes that were allocated while a table was read. */
static size_t peak_of(const char *path, const char *cache)
{
    const gml_dataset_options options = {.target = "y", .weights = "w", .groups = "g", .cache = cache};
    const size_t before = f.live_bytes;
    f.peak_bytes = before;
    gml_dataset_destroy(open_table(path, options));
    return f.peak_bytes - before;
}

TEST(a_cache_knows_the_greatest_magnitude_of_each_input)
{
    const char *path = put_text("table.csv", "a,b,c,y\n1,-7,,0\n-5,1e300,2,1\n3,2,1,0\n");
    gml_dataset_options options = {.cache = kept(in_folder("cache"))};
    for (size_t k = 0; k < 2; k++) { /* made, read again */
        gml_dataset *dataset = open_table(path, options);
        ck_assert_ptr_nonnull(dataset->greatest);
        ck_assert_double_eq(dataset->greatest[0], 5);
        ck_assert_double_eq(dataset->greatest[1], 1e300);
        ck_assert(isinf(dataset->greatest[2]));
        gml_dataset_destroy(dataset);
    }
    options.ignore = "c";
    options.cache = kept(in_folder("another"));
    gml_dataset *dataset = open_table(path, options), *parts[2];
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 2 softmax", NULL, &network));
    assert_refused(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO), GML_ERROR_DATA, "line 3",
                   "too large for a network in f32", NULL);
    assert_ok(context,
              gml_dataset_split(dataset, 0.3, 0, &parts[0], &parts[1])); /* a part may be without that sample */
    size_t refused = 0;
    for (size_t k = 0; k < 2; k++) {
        refused += gml_network_adapt(network, parts[k], GML_SCALING_AUTO) == GML_ERROR_DATA;
        gml_dataset_destroy(parts[k]);
    }
    ck_assert_uint_eq(refused, 1);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(memory_does_not_grow_with_the_rows)
{
    const char *few = put_numbers("few.csv", 250000), *many = put_numbers("many.csv", 500000);
    const char *cache = kept(in_folder("cache"));
    const size_t of_few = peak_of(few, cache), of_many = peak_of(many, cache), of_read = peak_of(many, cache);
    const size_t in_memory = peak_of(many, NULL);
    ck_assert_msg(of_many < of_few + (of_few >> 4), "%zu bytes of 250000 rows, %zu of 500000", of_few, of_many);
    ck_assert_msg(of_many < in_memory / 2, "%zu bytes with a cache, %zu without", of_many, in_memory);
    ck_assert_msg(of_read < 1 << 17, "%zu bytes to read a cache", of_read);
}

TEST(a_pile_with_a_folder_takes_no_memory_once_it_is_large)
{
    gml_pile pile = {.folder = in_folder(".")};
    const size_t before = f.live_bytes;
    for (size_t i = 0; i < 1 << 19; i++) {
        assert_ok(context, gml_pile_push(context, &pile, &i, sizeof i, "numbers"));
    }
    ck_assert_uint_eq(f.live_bytes, before);
    for (size_t i = 0; i < 1 << 19; i++) {
        ck_assert_uint_eq(((size_t *)pile.data)[i], i);
    }
    gml_pile_clear(context, &pile);
}

int main(void)
{
    return run_file_tests("data_cache", 120);
}
