/* tests/train/checkpoint_damage.c - damaged and forged checkpoints are refused, and a checkpoint that cannot be written
 * leaves the old one. */
#include <errno.h>

#include "checkpoint_case.h"

static void assert_bytes_refused(const void *file, size_t size)
{
    gml_network *network = network_of(net);
    const gml_train_options options = {.epochs = 4, .batch = 9, .resume = put_file("broken", file, size)};
    size_t before = f.live_bytes;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, NULL), GML_ERROR_DATA, "broken", NULL);
    ck_assert_uint_eq(f.live_bytes, before);
    ck_assert_uint_eq(f.open_files, 0);
    gml_network_destroy(network);
}

TEST(any_damaged_byte_and_any_cut_is_refused)
{
    stopped_run();
    size_t size = 0;
    char *file = get_file(in_folder("run"), &size);
    for (size_t i = 0; i < size; i += 3) {
        file[i] ^= 0x10;
        assert_bytes_refused(file, size);
        file[i] ^= 0x10;
        assert_bytes_refused(file, i);
    }
    free(file);
    free_data();
}

TEST(a_state_that_lies_under_a_right_checksum_is_refused)
{
    static const struct {
        const char *from, *to, *words;
    } lies[] = {
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":6", "\"fit.batches\" is not a count that this state can have"},
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":-2", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2", "\\\"fit.batches\\\":2.5", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2,", "", "\"fit.batches\" is not a count"},
        {"\\\"fit.batches\\\":2", "\\\"more\\\":1,\\\"fit.batches\\\":2", "values; this state has"},
        {"\\\"trainer.average_used\\\":false", "\\\"trainer.average_used\\\":0", "is not true or false"},
        {"\\\"schedule.best\\\":\\\"inf\\\"", "\\\"schedule.best\\\":\\\"much\\\"", "is not a number as a text"},
        {"\\\"state\\\":{", "\\\"state\\\":[],\\\"s\\\":{", "is not a count"},
        {"\"checkpoint\":\"{", "\"checkpoint\":\"[", "valid JSON"},
        {"checkpoint.snapshot", "checkpoint.snapshut", "has no array \"snapshot.parameters\""},
        {"\"needs\":\"checkpoint\"", "\"needs\":\"checkpaint\"", "the unknown feature \"checkpaint\""},
    };
    gml_train_options options = stopped_run();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i].from, lies[i].to);
        options.resume = put_file("forged", forged.data, forged.size);
        gml_status expected = strstr(lies[i].to, "snapshut") != NULL ? GML_ERROR_SHAPE : GML_ERROR_DATA;
        assert_resume_refused(loaded(), data, &options, expected, lies[i].words);
        free(forged.data);
    }
    free(file.data);
    free_data();
}

TEST(a_model_load_refuses_arrays_that_are_not_those_of_a_checkpoint)
{
    static const char *const lies[][2] = {
        {"\"checkpoint.snapshot.", "\"checkpaint.snapshot."},
        {"\"checkpoint.snapshot.", "\"checkpoint.a-name-that-is-much-too-long-for-it."},
        {"\"checkpoint\":\"{", "\"checkpaint\":\"{"},
        {",\"checkpoint.optimizer.0\":{\"dtype\":\"F32\"", ",\"checkpoint.optimizer.0\":{\"dtype\":\"F64\""}};
    stopped_run();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        bytes forged = forge(file, lies[i][0], lies[i][1]);
        gml_network *network = NULL;
        put_file("forged", forged.data, forged.size);
        assert_refused(context, gml_model_load(context, in_folder("forged"), &network), GML_ERROR_DATA, "forged", NULL);
        free(forged.data);
    }
    free(file.data);
    free_data();
}

/* ---- failures ---- */

/* If writing checkpoints fails, the fit ends with the same weights, and the old file stays. */
static void check_failure(gml_network *expected, bytes old)
{
    const gml_train_options options = {.epochs = 3, .batch = 9, .checkpoint = in_folder("run")};
    gml_fit_report report;
    gml_network *network = network_of(net);
    warnings = 0;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_WRITE, "run", NULL);
    ck_assert_uint_eq(report.epochs, 3);
    ck_assert_uint_eq(report.checkpoints, 0);
    ck_assert_int_eq(report.checkpoint, GML_ERROR_WRITE);
    ck_assert_uint_ge(warnings, 3);
    assert_same_parameters(expected, network);
    size_t size = 0;
    char *now = get_file(in_folder("run"), &size);
    ck_assert_uint_eq(size, old.size);
    ck_assert_mem_eq(now, old.data, size);
    ck_assert_uint_eq(count_files(), 1);
    ck_assert_uint_eq(f.open_files, 0);
    free(now);
    gml_network_destroy(network);
    reset_faults(&f);
}

TEST(a_disk_that_fills_leaves_the_old_file_and_the_fit_goes_on)
{
    stopped_run();
    bytes old = {NULL, 0};
    old.data = (unsigned char *)get_file(in_folder("run"), &old.size);
    gml_network *expected = network_of(net);
    const gml_train_options options = {.epochs = 3, .batch = 9};
    assert_ok(context, gml_fit(expected, data, NULL, &options, NULL, NULL));
    context->hooks.log = note_warning;
    f.write_budget = 100;
    check_failure(expected, old);
    f.sync_failure = EIO;
    check_failure(expected, old);
    f.rename_failure = EXDEV;
    check_failure(expected, old);
    gml_network_destroy(expected);
    free(old.data);
    free_data();
}

TEST(a_checkpoint_every_so_many_epochs_or_minutes_and_none_after_a_divergence)
{
    make_data();
    gml_fit_report report;
    gml_train_options options = {.epochs = 7, .batch = 9, .checkpoint = in_folder("run")};
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 7);
    options.checkpoint_epochs = 3;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 3); /* after 3 and 6, and at the end */
    options.checkpoint_epochs = 0;
    options.checkpoint_minutes = 1e-12;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 7 * 5 + 1); /* after each batch, and the end of the last epoch */
    options.checkpoint_minutes = 1000;
    gml_network_destroy(fitted(&options, NULL, &report));
    ck_assert_uint_eq(report.checkpoints, 1);
    gml_network *network = network_of("3 -> 2");
    options = (gml_train_options){
        .optimizer = "sgd(lr=1e6)", .epochs = 50, .checkpoint = in_folder("diverged"), .checkpoint_epochs = 1000};
    ck_assert_int_eq(gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(report.checkpoints, 0);
    options.checkpoint_minutes = -1;
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, &report), GML_ERROR_ARGUMENT,
                   "checkpoint_minutes is -1", NULL);
    gml_network_destroy(network);
    free_data();
}
