/* tests/data/cache_options.c - which readings of a table a cache serves: those with the same options, and those for a
 * network whose columns it has (data/cache/options_json.c, match.c). */
#include "cache_case.h"

/* ---- the same options ---- */

static const char *const FEATURES[] = {"a", "b"};
static const char *const CLASSES[] = {"no", "yes"};
static const gml_column KINDS[] = {{.kind = GML_COLUMN_NUMBER}, {.kind = GML_COLUMN_NUMBER}};

/* An option with another value than in `base`. */
typedef struct change {
    const char *name;
    gml_dataset_options options;
} change;

/* A cache must not serve a reading with an option that it was not made with. A new option of gml_dataset_options
 * belongs into data/cache/options_json.c and here. */
TEST(a_cache_serves_no_reading_with_another_option)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options base = {.target = "y", .cache = cache};
    const change changes[] = {
        {"header", {.target = "y", .header = GML_CHOICE_YES}},
        {"target", {.target = "color"}},
        {"targets", {.target = "y", .targets = GML_CHOICE_YES}},
        {"task", {.target = "y", .task = GML_TASK_CLASSIFICATION}},
        {"features", {.target = "y", .features = 2, .feature_names = FEATURES, .column_kinds = KINDS}},
        {"classes", {.target = "y", .class_names = CLASSES, .classes = 2}},
        {"weights", {.target = "y", .weights = "w"}},
        {"missing_targets", {.target = "y", .missing_targets = 1}},
        {"target_index", {.target = "y", .target_index = "7"}},
        {"weights_index", {.target = "y", .weights = "w", .weights_index = "5"}},
        {"weights_optional", {.target = "y", .weights_optional = 1}},
        {"bad_inputs", {.target = "y", .bad_inputs = 1}},
        {"groups", {.target = "y", .groups = "g"}},
        {"groups_index", {.target = "y", .groups = "g", .groups_index = "6"}},
        {"groups_unread", {.target = "y", .groups_unread = 1}},
        {"delimiter", {.target = "y", .delimiter = ","}},
        {"decimal", {.target = "y", .decimal = "."}},
        {"thousands", {.target = "y", .thousands = "'"}},
        {"comment", {.target = "y", .comment = "#"}},
        {"missing", {.target = "y", .missing = "NA"}},
        {"columns", {.target = "y", .columns = "a=number"}},
        {"ignore", {.target = "y", .ignore = "a"}},
        {"unseen_error", {.target = "y", .unseen_error = 1}},
    };
    gml_dataset_destroy(open_noted(path, base, "was made"));
    gml_dataset_destroy(open_noted(path, base, "read from"));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        gml_dataset_options options = changes[i].options;
        options.cache = cache;
        gml_dataset *dataset = open_table(path, options);
        const char *note = cache_note(dataset);
        ck_assert_msg(note != NULL && strstr(note, "made with other options") != NULL, "%s: %s", changes[i].name, note);
        gml_dataset_destroy(dataset);
        gml_dataset_destroy(open_noted(path, options, "read from"));
        gml_dataset_destroy(open_noted(path, base, "made with other options"));
    }
}

/* Options that change nothing about a CSV: the format and the part of another, and how the cache is checked. */
TEST(a_cache_serves_readings_with_options_that_do_not_matter)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    gml_dataset_destroy(open_noted(path, (gml_dataset_options){.cache = cache}, "was made"));
    const gml_dataset_options options = {.format = "csv", .part = "train", .cache_check = 1, .cache = cache};
    gml_dataset_destroy(open_noted(path, options, "read from"));
}

/* The sizes are those of the fields that this page and data/cache/schema_json.c know. */
TEST(no_option_and_no_part_of_the_schema_is_unknown_to_the_cache)
{
    if (sizeof(void *) == 8) {
        ck_assert_msg(sizeof(gml_dataset_options) == 248, "%zu bytes of options: is the new one in options_json.c?",
                      sizeof(gml_dataset_options));
        ck_assert_msg(sizeof(gml_schema) == 160, "%zu bytes of schema: is the new part in schema_json.c?",
                      sizeof(gml_schema));
    }
}

/* ---- data of a network ---- */

/* A network for the data of a table. */
static gml_network *network_for(const gml_dataset *data)
{
    gml_network *network = NULL;
    const gml_recipe recipe = {.hidden = "3 tanh"};
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    return network;
}

/* Reads the table for a network without and with the cache, which must serve, and compares. */
static void assert_serves(const char *path, gml_dataset_options options, const char *cache)
{
    gml_dataset *plain = open_table(path, options);
    options.cache = cache;
    gml_dataset *read = open_noted(path, options, "read from");
    assert_same_data(plain, read);
    gml_dataset_destroy(plain);
    gml_dataset_destroy(read);
}

/* The cache must not serve, and is made anew; then it is made as it was. */
static void assert_does_not_serve(const char *path, gml_dataset_options options, const char *cache,
                                  gml_dataset_options first)
{
    options.cache = cache;
    gml_dataset_destroy(open_noted(path, options, "other options"));
    gml_dataset_destroy(open_noted(path, first, "other options"));
}

TEST(a_cache_serves_a_network_that_asks_for_its_columns)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options first = table_options(cache);
    gml_dataset *data = open_noted(path, first, "was made");
    gml_network *network = network_for(data);
    gml_dataset_options options = gml_network_data_options(network);
    assert_serves(path, options, cache);
    options.targets = GML_CHOICE_YES;
    assert_serves(path, options, cache);
    options.bad_inputs = 1;
    assert_serves(path, options, cache);
    options.targets = GML_CHOICE_NO;
    assert_serves(path, options, cache);
    options = gml_network_data_options(network);
    options.weights = NULL;
    options.weights_optional = 0;
    assert_serves(path, options, cache);
    options.groups_unread = 0;
    assert_serves(path, options, cache);
    options.groups = NULL;
    assert_serves(path, options, cache);
    options = gml_network_data_options(network); /* with names alone, as flags of the program give them */
    options.target_index = options.weights_index = options.groups_index = NULL;
    options.groups_unread = 0;
    assert_serves(path, options, cache);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(a_cache_of_numbers_serves_a_network_of_numbers)
{
    const char *path = kept(put_text("t.csv", "p,q,y\n1,2,0.5\n3,4,1.5\n5,7,0\n")), *cache = kept(in_folder("cache"));
    gml_dataset *data = open_noted(path, (gml_dataset_options){.cache = cache}, "was made");
    gml_network *network = network_for(data);
    assert_serves(path, gml_network_data_options(network), cache);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    path = kept(put_text("t.csv", "1,2,0.5\n3,4,1.5\n5,7,0\n"));
    data = open_noted(path, (gml_dataset_options){.cache = cache}, "anew");
    network = network_for(data);
    assert_serves(path, gml_network_data_options(network), cache);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(a_cache_does_not_serve_a_network_that_asks_for_something_else)
{
    static const char *const swapped[] = {"yes", "no"};
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options first = table_options(cache);
    gml_dataset *data = open_noted(path, first, "was made");
    gml_network *network = network_for(data);
    const gml_dataset_options known = gml_network_data_options(network);
    gml_dataset_options options = known;
    options.target = "7";
    assert_does_not_serve(path, options, cache, first);
    options = known;
    options.class_names = swapped;
    assert_does_not_serve(path, options, cache, first);
    options = known;
    options.missing_targets = 1;
    assert_does_not_serve(path, options, cache, first);
    options = known;
    options.weights = "a";
    options.target = "y";
    options.features = 4;
    const char *const names[] = {"b", "color", "when", "w"};
    options.feature_names = names;
    const gml_column *kinds = known.column_kinds;
    const gml_column four[] = {kinds[1], kinds[2], kinds[3], kinds[0]};
    options.column_kinds = four;
    assert_does_not_serve(path, options, cache, first);
    options = known;
    const char *const moved[] = {"b", "a", "color", "when"};
    options.feature_names = moved;
    assert_does_not_serve(path, options, cache, first);
    options = known;
    gml_column changed[] = {kinds[0], kinds[1], kinds[2], kinds[3]};
    const char *const levels[] = {"blue", "red", "green"};
    changed[2].levels = levels;
    options.column_kinds = changed;
    assert_does_not_serve(path, options, cache, first);
    options = known;
    options.missing = "NA,x";
    assert_does_not_serve(path, options, cache, first);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

/* A cache that was made for a network in which faulty cells were read as missing has NaN where another reading stops.
 */
TEST(a_cache_with_faulty_inputs_does_not_serve_a_reading_that_refuses_them)
{
    const char *path = kept(put_text("t.csv", "p,q,y\n1,x,0.5\n3,4,1.5\n5,7,0\n")), *cache = kept(in_folder("cache"));
    static const char *const names[] = {"p", "q"};
    gml_dataset_options options = {
        .features = 2, .feature_names = names, .target = "y", .target_index = "2", .bad_inputs = 1, .cache = cache};
    gml_dataset_destroy(open_noted(path, options, "was made"));
    gml_dataset *dataset = NULL;
    options.bad_inputs = 0;
    assert_refused(context, gml_dataset_open(context, path, &options, &dataset), GML_ERROR_DATA, "\"x\"", NULL);
    ck_assert_ptr_null(dataset);
}

/* The marks, the words and the list of targets are kept, and the inputs alone are there too. */
TEST(a_cache_of_several_targets_serves_a_network)
{
    const char *path = kept(put_text("t.csv", "p;q;s;t\n1,5;2;3;x\n2,5;3;x;5\n4,5;5;7;8\n"));
    const char *cache = kept(in_folder("cache"));
    const gml_dataset_options first = {
        .target = "t,s", .delimiter = ";", .decimal = ",", .missing = "x", .missing_targets = 1, .cache = cache};
    gml_dataset *data = open_noted(path, first, "was made");
    gml_network *network = network_for(data);
    gml_dataset_options options = gml_network_data_options(network);
    assert_serves(path, options, cache);
    options.targets = GML_CHOICE_NO;
    assert_serves(path, options, cache);
    options = gml_network_data_options(network);
    options.target = "s,t";
    assert_does_not_serve(path, options, cache, first);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(a_cache_that_leaves_columns_out_serves_a_network_without_them)
{
    const char *path = put_table("table.csv", TABLE_ROWS), *cache = kept(in_folder("cache"));
    const gml_dataset_options first = {.target = "y", .ignore = "name,w", .columns = "a=number", .cache = cache};
    gml_dataset *data = open_noted(path, first, "was made"), *dataset = NULL;
    gml_network *network = network_for(data);
    gml_dataset_options options = gml_network_data_options(network);
    assert_serves(path, options, cache);
    options.cache = cache;
    options.ignore = "a";
    assert_refused(context, gml_dataset_open(context, path, &options, &dataset), GML_ERROR_DATA, "cannot be ignored",
                   NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

/* A reading stops at a broken row, unless it leaves such rows out and tells of them. */
TEST(a_cache_without_broken_rows_serves_where_they_are_left_out)
{
    const char *path = kept(put_text("t.csv", "p,q,y\n1,2,0.5\nx,3,1\n3,4,1.5\n4\n5,7,0\n"));
    const char *whole = kept(put_text("u.csv", "p,q,y\n1,2,0.5\n3,4,1.5\n5,7,0\n")), *cache = kept(in_folder("cache"));
    gml_dataset_options first = {.target = "y", .columns = "p=number", .broken_rows = 1, .cache = cache};
    gml_dataset *data = open_noted(path, first, "was made"), *dataset = NULL;
    gml_network *network = network_for(data);
    gml_dataset_options options = gml_network_data_options(network);
    options.broken_rows = 1;
    assert_serves(path, options, cache);
    options.cache = cache;
    dataset = open_noted(path, options, "read from");
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 1), "2 rows are broken and left out; the first: "));
    gml_dataset_destroy(dataset);
    options.broken_rows = 0;
    dataset = NULL;
    assert_refused(context, gml_dataset_open(context, path, &options, &dataset), GML_ERROR_DATA, "line 5 has 1 column",
                   NULL);
    first.cache = kept(in_folder("another"));
    gml_dataset_destroy(open_noted(whole, first, "was made"));
    assert_serves(whole, options, first.cache);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(a_cache_that_was_made_without_the_marks_does_not_serve_where_they_count)
{
    const char *path = kept(put_text("t.csv", "a,b,y\n1,2,0.5\n3,4,1.5\n5,7,0\n")), *cache = kept(in_folder("cache"));
    gml_dataset_options options = {.features = 2, .feature_names = FEATURES, .target = "y", .target_index = "2"};
    gml_dataset *dataset = NULL;
    options.delimiter = ";";
    options.marks_optional = 1;
    options.cache = cache;
    gml_dataset_destroy(open_noted(path, options, "was made"));
    options.marks_optional = 0;
    ck_assert_int_ne(gml_dataset_open(context, path, &options, &dataset), GML_OK);
    ck_assert_ptr_null(dataset);
}

int main(void)
{
    return run_file_tests("data_cache_options", 120);
}
