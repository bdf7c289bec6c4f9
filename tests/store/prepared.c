/* tests/store/prepared.c - a preparation is saved with its network and comes back to the bit; files that lie about one
 * are refused. */
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "gemmule/checkpoint.h"
#include "mixed_case.h"
#include "model_case.h"
#include "store/format.h"

static const char many_rules[] =
    "number -> impute(value=median) -> robust -> smooth_clip; category -> one_hot(levels=2); "
    "age -> impute -> quantile(quantiles=9); size -> log -> minmax";

static gml_network *prepared_network(const char *preparation, gml_dtype dtype)
{
    const bool codes =
        preparation != NULL && strstr(preparation, "code(levels=2)") != NULL; /* and two for the others */
    const char *layers = codes ? "embedding(columns=1, levels=4) -> 3 tanh" : "3 tanh";
    mixed_case made = set_up_mixed_in(context, preparation, layers, dtype);
    gml_network *network = made.network;
    made.network = NULL;
    clear_mixed(&made);
    return network;
}

TEST(a_preparation_comes_back_to_the_bit)
{
    static const char *const preparations[] = {NULL, many_rules, "number -> impute -> log; category -> ordinal; date",
                                               "category -> impute -> one_hot; date -> impute(indicator=yes) -> minmax",
                                               "category -> code(levels=2); number -> impute"};
    for (size_t i = 0; i < 2 * sizeof preparations / sizeof *preparations; i++) {
        gml_network *network = prepared_network(preparations[i / 2], i % 2 == 0 ? GML_F32 : GML_F64), *again = NULL;
        assert_ok(context, gml_model_save(network, in_folder("first")));
        assert_ok(context, gml_model_load(context, in_folder("first"), &again));
        assert_same_network(network, again);
        gml_network_destroy(network);
        gml_network_destroy(again);
    }
}

TEST(a_preparation_of_a_file_prepares_the_same_bits)
{
    mixed_case f64 = set_up_mixed_in(context, many_rules, "3 tanh", GML_F32);
    gml_network *again = NULL;
    assert_ok(context, gml_model_save(f64.network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    gml_network *kept = f64.network;
    double *here = prepared_rows(&f64, MIXED_ROWS);
    f64.network = again;
    double *there = prepared_rows(&f64, MIXED_ROWS);
    ck_assert_mem_eq(here, there, MIXED_ROWS * gml_network_inputs(again) * sizeof *here);
    gml_network_destroy(kept);
    free(here);
    free(there);
    clear_mixed(&f64);
}

TEST(a_preparation_without_names_comes_back_beside_named_columns)
{
    mixed_case f0 = set_up_mixed_in(context, NULL, "3 tanh", GML_F32);
    gml_dataset *nameless = mixed_dataset(context, f0.x, f0.y, MIXED_ROWS, false);
    const gml_recipe recipe = {.hidden = "3 tanh", .preparation = "4 -> log"};
    gml_network *network = NULL, *again = NULL;
    assert_ok(context, gml_recipe_network(&recipe, nameless, &network));
    assert_ok(context, gml_network_adapt(network, f0.data, GML_SCALING_AUTO));
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    assert_same_network(network, again);
    ck_assert_str_eq(gml_network_feature_name(again, 3), "size");
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_dataset_destroy(nameless);
    clear_mixed(&f0);
}

/* ---- checkpoints ---- */

TEST(a_checkpoint_has_the_preparation_and_resumes_to_the_same_weights)
{
    gml_train_options options = {.epochs = 2, .batch = 16, .checkpoint = in_folder("run")};
    mixed_case a = set_up_mixed_in(context, many_rules, "4 tanh", GML_F32);
    gml_network *whole = NULL, *loaded = NULL;
    assert_ok(context, gml_network_copy(a.network, GML_F32, &whole));
    assert_ok(context, gml_fit(a.network, a.data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_model_load(context, in_folder("run"), &loaded));
    assert_same_network(a.network, loaded);
    options.checkpoint = NULL;
    options.epochs = 5;
    assert_ok(context, gml_fit(whole, a.data, NULL, &options, NULL, NULL));
    options.resume = in_folder("run");
    options.resume_override = 1;
    assert_ok(context, gml_fit(loaded, a.data, NULL, &options, NULL, NULL));
    ck_assert_uint_eq(hash_weights(whole), hash_weights(loaded));
    gml_network_destroy(whole);
    gml_network_destroy(loaded);
    clear_mixed(&a);
}

TEST(a_checkpoint_of_another_preparation_is_refused)
{
    gml_train_options options = {.epochs = 1, .batch = 16, .checkpoint = in_folder("run")};
    mixed_case a = set_up_mixed_in(context, NULL, "4 tanh", GML_F32);
    assert_ok(context, gml_fit(a.network, a.data, NULL, &options, NULL, NULL));
    options.checkpoint = NULL;
    options.resume = in_folder("run");
    mixed_case b = set_up_mixed_in(context, "number -> impute -> robust", "4 tanh", GML_F32);
    assert_refused(context, gml_fit(b.network, b.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE,
                   "has another preparation", NULL);
    clear_mixed(&b);
    /* the same rules, fitted to other values */
    b = set_up_mixed_in(context, NULL, "4 tanh", GML_F32);
    gml_preparation *other = NULL;
    b.x[3] += 1;
    assert_ok(context, gml_preparation_fit(context, b.data, NULL, &other));
    assert_ok(context, gml_network_set_preparation(b.network, other));
    b.x[3] -= 1;
    assert_refused(context, gml_fit(b.network, b.data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE,
                   "preparation.numbers differs", NULL);
    assert_ok(context, gml_network_set_preparation(b.network, NULL));
    assert_ok(context, gml_network_set_schema(b.network, &a.network->schema));
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(b.network, &options, &trainer));
    assert_refused(context, gml_checkpoint_load(trainer, in_folder("run"), 0), GML_ERROR_SHAPE, "has a preparation",
                   NULL);
    gml_trainer_destroy(trainer);
    gml_preparation_destroy(other);
    clear_mixed(&b);
    clear_mixed(&a);
}

/* ---- files that lie ---- */

static void assert_file_refused(bytes file, const char *reason)
{
    gml_network *network = NULL;
    const size_t before = f.live_bytes;
    put_file("broken", file.data, file.size);
    assert_refused(context, gml_model_load(context, in_folder("broken"), &network), GML_ERROR_DATA, "broken", reason,
                   NULL);
    ck_assert_ptr_null(network);
    ck_assert_uint_eq(f.live_bytes, before);
}

TEST(a_header_that_lies_about_a_preparation_is_refused)
{
    static const struct {
        const char *from, *to, *reason;
    } lies[] = {
        {"\"needs\":\"kinds preparation", "\"needs\":\"kinds reparation", "the unknown feature \"reparation\""},
        {"\\\"order\\\":\\\"parts\\\"", "\\\"order\\\":\\\"part\\\"", "\"order\" is not \"parts\""},
        {"\\\"order\\\":\\\"parts\\\"", "\\\"order\\\":1", "\"order\" is not \"parts\""},
        {"\"preparation\":\"{", "\"preparation\":\"[", "valid JSON"},
        {"\\\"named\\\":true", "\\\"named\\\":false", "\"named\" is not true"},
        {"\\\"named\\\":true", "\\\"mode\\\":true", "unknown key \"mode\": a gemmule newer than"},
        {"\\\"named\\\":true,", "", "preparation"},
        {"\\\"description\\\":\\\"number", "\\\"description\\\":[],\\\"x\\\":\\\"number", "unknown key \"x\""},
        {"-> robust", "-> robost", "there is no transform \"robost\""},
        {"-> robust", "-> quantile", "these cannot be the numbers of quantile"},
        {"-> log -> minmax", "-> log", "preparation"},
        {"-> log -> minmax", "-> minmax -> log", "these cannot be the numbers of minmax"},
        {"levels=2", "levels=3", "these cannot be the numbers of one_hot"},
        {"category -> one_hot(levels=2)", "category -> ordinal", "these cannot be the numbers of ordinal"},
        {"quantiles=9", "quantiles=8", "these cannot be the numbers of quantile"},
        {"age ->", "aged ->", "there is no column \"aged\""},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":[9,2", "these cannot be the numbers of impute"},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":[2,-9", "\"counts\" is not an array of integers from 0"},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":[2,9.0", "\"counts\" is not an array of integers from 0"},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":[2,9223372036854775807", "there are too few numbers"},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":[0,2,9", "these cannot be the numbers"},
        {"\\\"counts\\\":[2,9", "\\\"counts\\\":7,\\\"x\\\":[2,9", "unknown key"},
        {"\\\"features\\\":5", "\\\"features\\\":4", "\"feature_names\" is not"},
        {"\\\"features\\\":5", "\\\"features\\\":0", "\"features\" is not"},
        {"\\\"features\\\":5", "\\\"features\\\":5000000", "\"features\" is not"},
        {"{\\\"kind\\\":\\\"date\\\"}", "{\\\"kind\\\":\\\"hour\\\"}", "column 3 of \"columns\" is no number"},
        {"{\\\"kind\\\":\\\"date\\\"}", "{\\\"kind\\\":\\\"date\\\",\\\"levels\\\":[]}",
         "is no category and has levels"},
        {"{\\\"kind\\\":\\\"date\\\"}", "{\\\"kind\\\":\\\"date\\\",\\\"unit\\\":1}", "column 3 of \"columns\""},
        {"{\\\"kind\\\":\\\"date\\\"}", "[]", "column 3 of \"columns\""},
        {"{\\\"kind\\\":\\\"date\\\"},", "", "\"columns\" is not an array with one object for each column"},
        {"[\\\"blue\\\",\\\"green\\\",\\\"red\\\"]", "[]", "has not from 1 to 1048576 levels"},
        {"[\\\"blue\\\",\\\"green\\\",\\\"red\\\"]", "\\\"blue\\\"", "has not from 1 to 1048576 levels"},
        {"[\\\"blue\\\",\\\"green\\\",\\\"red\\\"]", "[\\\"blue\\\"]", "these cannot be the numbers of one_hot"},
        {"\\\"green\\\"", "7", "has a level whose name is no text"},
        {"\\\"green\\\"", "\\\"gr\xfcn\\\"", "valid JSON"},
        {"\"preparation.numbers\":", "\"preparation.number\":", "is not in the header"},
    };
    bytes file = saved(context, prepared_network(many_rules, GML_F32));
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i].from, lies[i].to);
        assert_file_refused(forged, lies[i].reason);
        free(forged.data);
    }
    free(file.data);
}

/* Sets number `index` of the preparation in a file. */
static void set_number(bytes file, size_t index, double number)
{
    const uint64_t header = gml_read_length(file.data);
    memcpy(file.data + 8 + header + index * sizeof number, &number, sizeof number); /* the first tensor */
    sign(file);
}

TEST(numbers_that_no_transform_has_are_refused)
{
    /* age: impute 2, quantile 9; color: places of 3 levels; then others */
    static const struct {
        size_t index;
        double number;
        const char *reason;
    } lies[] = {
        {0, NAN, "preparation.numbers is nan at entry 0"},    {1, 0.5, "these cannot be the numbers of impute"},
        {4, -1e9, "these cannot be the numbers of quantile"}, {5, INFINITY, "preparation.numbers is inf at entry 5"},
        {11, 2, "these cannot be the numbers of one_hot"},    {12, 1e300, "these cannot be the numbers of one_hot"},
        {12, -1, "these cannot be the numbers of one_hot"},   {13, 0.5, "these cannot be the numbers of one_hot"}};
    bytes file = saved(context, prepared_network(many_rules, GML_F32));
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, "\"format\"", "\"format\"");
        set_number(forged, lies[i].index, lies[i].number);
        assert_file_refused(forged, lies[i].reason);
        free(forged.data);
    }
    free(file.data);
}

TEST(places_of_levels_that_are_shared_twice_or_never_are_refused)
{
    bytes file = saved(context, prepared_network(many_rules, GML_F32));
    for (size_t i = 0; i < 8; i++) { /* all ways to place three levels at 0 and 1; one level has place 0 */
        bytes forged = forge(file, "\"format\"", "\"format\"");
        size_t own = 0;
        for (size_t k = 0; k < 3; k++) {
            set_number(forged, 11 + k, (double)(i >> k & 1));
            own += 1 - (i >> k & 1);
        }
        if (own == 1) {
            gml_network *network = NULL;
            put_file("good", forged.data, forged.size);
            assert_ok(context, gml_model_load(context, in_folder("good"), &network));
            gml_network_destroy(network);
        } else {
            assert_file_refused(forged, "these cannot be the numbers of one_hot");
        }
        free(forged.data);
    }
    free(file.data);
}

TEST(a_preparation_for_another_network_is_refused)
{
    bytes file = saved(context, prepared_network("category -> one_hot", GML_F32));
    bytes forged = forge(file, "category -> one_hot", "category -> ordinal");
    assert_file_refused(forged, "makes 11 inputs; the network takes 13");
    free(forged.data);
    free(file.data);
    file = saved(context, prepared_network("category -> ordinal", GML_F32));
    forged = forge(file, "category -> ordinal", "category -> code");
    assert_file_refused(forged, "the network has no layer embedding to read them");
    free(forged.data);
    free(file.data);
}

TEST(any_changed_byte_of_a_prepared_model_is_refused)
{
    bytes file = saved(context, prepared_network(many_rules, GML_F32));
    for (size_t i = 0; i < file.size; i += 7) {
        file.data[i] ^= 1;
        assert_file_refused(file, "");
        file.data[i] ^= 1;
    }
    free(file.data);
}

int main(void)
{
    return run_file_tests("model_prepared", 120);
}
