/* tests/train/checkpoint_refusal.c - under other conditions a checkpoint is refused, and the message says what differs.
 */
#include "checkpoint_case.h"

TEST(other_data_is_refused_by_one_value_one_sample_or_its_order_and_no_override_allows_it)
{
    gml_train_options options = stopped_run();
    options.resume_override = 1;
    x[17] = -x[17];
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT,
                          "training was 40 samples of 3 inputs, checksum");
    x[17] = -x[17];
    y[3] += 1e-12;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "cannot go on with these");
    y[3] -= 1e-12;
    gml_dataset *fewer = dataset_of(x, ROWS - 1), *first = NULL, *second = NULL;
    assert_resume_refused(loaded(), fewer, &options, GML_ERROR_ARGUMENT, "is 39 samples");
    assert_ok(context, gml_dataset_split(data, 0.1, 1, &first, &second));
    assert_resume_refused(loaded(), first, &options, GML_ERROR_ARGUMENT, "is 36 samples");
    gml_network *network = loaded();
    assert_refused(context, gml_fit(network, data, second, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "validation was none, is 4 samples", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(second);
    gml_dataset_destroy(first);
    gml_dataset_destroy(fewer);
    free_data();
}

TEST(other_options_are_refused_and_named)
{
    const gml_train_options plain = stopped_run();
    const struct {
        gml_train_options other;
        const char *words;
    } cases[] = {
        {{.loss = "mean_absolute_error"}, "loss was mean_squared_error, is mean_absolute_error"},
        {{.optimizer = "adam(beta1=0.8)"}, "optimizer was adam, is adam(beta1=0.8)"},
        {{.optimizer = "sgd"}, "optimizer was adam, is sgd"},
        {{.learning_rate = 0.25}, "optimizer was adam, is adam(lr=0.25)"},
        {{.l2 = 0.125}, "l2 was 0, is 0.125"},
        {{.l1 = 0.125}, "l1 was 0, is 0.125"},
        {{.max_norm = 2}, "max_norm was none, is 2"},
        {{.clip_norm = 2}, "clip_norm was none, is 2"},
        {{.clip_value = 2}, "clip_value was none, is 2"},
        {{.gradient_noise = 0.5}, "gradient_noise was 0, is 0.5"},
        {{.noise_decay = 0.5}, "noise_decay was 0.55, is 0.5"},
        {{.groups = "weights(rate=0.5)"}, "groups was none, is weights(rate=0.5)"},
        {{.batch = 10}, "batch was 9, is 10"},
        {{.accumulate = 2}, "accumulate was 1, is 2"},
        {{.epochs = 9}, "epochs was 4, is 9"},
        {{.seed = 8}, "seed was 0, is 8"},
        {{.schedule = "linear"}, "schedule was cosine, is linear"},
        {{.noise_schedule = "linear"}, "noise_schedule was constant, is linear"},
        {{.decay_schedule = "linear"}, "decay_schedule was constant, is linear"},
        {{.average = "ema"}, "average was none, is ema"},
        {{.drop_last = 1}, "drop_last was no, is yes"},
        {{.missing_targets = 1}, "missing_targets was no, is yes"},
        {{.halvings = 3}, "halvings was 0, is 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_train_options options = cases[i].other;
        options.resume = plain.resume;
        options.epochs = options.epochs > 0 ? options.epochs : plain.epochs;
        options.batch = options.batch > 0 ? options.batch : plain.batch;
        options.schedule = options.schedule != NULL ? options.schedule : plain.schedule;
        assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, cases[i].words);
    }
    free_data();
}

TEST(another_way_to_choose_the_weights_is_refused_and_named)
{
    make_data();
    gml_train_options options = {
        .epochs = 2, .batch = 9, .checkpoint = in_folder("run"), .metric = "r2", .patience = 5};
    gml_network_destroy(validated(&options, NULL));
    options.checkpoint = NULL;
    options.resume = in_folder("run");
    const struct {
        const char *metric;
        gml_choice keep_best;
        size_t patience;
        const char *words;
    } cases[] = {{NULL, GML_CHOICE_AUTO, 5, "metric was r2, is loss"},
                 {"mae", GML_CHOICE_AUTO, 5, "metric was r2, is mae"},
                 {"r2", GML_CHOICE_NO, 5, "keep_best was yes, is no"},
                 {"r2", GML_CHOICE_AUTO, 6, "patience was 5, is 6"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_train_options other = options;
        other.metric = cases[i].metric;
        other.keep_best = cases[i].keep_best;
        other.patience = cases[i].patience;
        gml_network *network = loaded();
        assert_refused(context, gml_fit(network, data, data, &other, NULL, NULL), GML_ERROR_ARGUMENT, cases[i].words,
                       NULL);
        gml_network_destroy(network);
    }
    free_data();
}

/* Scores of another metric mean nothing: the best epoch is one of those that follow. */
TEST(an_override_with_another_metric_chooses_among_the_epochs_from_then_on)
{
    make_data();
    gml_train_options options = {.epochs = 2, .batch = 9, .checkpoint = in_folder("run"), .metric = "r2"};
    gml_network_destroy(validated(&options, NULL));
    options =
        (gml_train_options){.epochs = 4, .batch = 9, .resume = in_folder("run"), .resume_override = 1, .metric = "mae"};
    gml_network *network = loaded();
    gml_fit_report report;
    assert_ok(context, gml_fit(network, data, data, &options, NULL, &report));
    ck_assert_uint_ge(report.best_epoch, 3);
    ck_assert_uint_eq(report.kept_epochs, report.best_epoch);
    gml_network_destroy(network);
    free_data();
}

/* The state in the file has other arrays. */
TEST(no_override_changes_keep_best_or_brings_halvings_and_nothing_else_is_logged_then)
{
    make_data();
    gml_train_options options = {.epochs = 2, .batch = 9, .checkpoint = in_folder("run")};
    gml_network_destroy(validated(&options, NULL));
    gml_network *network = loaded();
    context->hooks.log = note_warning;
    warnings = 0;
    options = (gml_train_options){
        .epochs = 4, .batch = 9, .resume = in_folder("run"), .resume_override = 1, .keep_best = GML_CHOICE_NO};
    assert_refused(context, gml_fit(network, data, data, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "keep_best was yes, is no. A checkpoint cannot go on with these", NULL);
    options.keep_best = GML_CHOICE_YES;
    options.halvings = 2;
    assert_refused(context, gml_fit(network, data, data, &options, NULL, NULL), GML_ERROR_ARGUMENT,
                   "halvings was 0, is 2. A checkpoint cannot go on with these", NULL);
    ck_assert_uint_eq(warnings, 0);
    gml_network_destroy(network);
    free_data();
}

TEST(an_override_goes_on_with_other_options_and_logs_each_but_not_with_another_batch_seed_or_optimizer)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    context->hooks.log = note_warning;
    options.resume_override = 1;
    options.schedule = "linear";
    options.l2 = 0.5;
    warnings = 0;
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    ck_assert_uint_eq(warnings, 2);
    ck_assert_ptr_nonnull(strstr(warning, "was cosine, is linear"));
    gml_network_destroy(network);
    options.batch = 8;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "cannot go on with these");
    options.batch = 9;
    options.seed = 3;
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "seed was 0, is 3");
    options.seed = 0;
    options.optimizer = "rmsprop";
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "optimizer was adam, is rmsprop");
    options.optimizer = NULL;
    options.average = "ema"; /* there is no average to go on with */
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "average was none, is ema");
    free_data();
}

TEST(another_network_is_refused)
{
    gml_train_options options = stopped_run();
    gml_network *plain = network_of(net), *double_one = NULL;
    assert_resume_refused(network_of("3 -> 7 prelu -> 2"), data, &options, GML_ERROR_SHAPE, "another network");
    assert_resume_refused(plain, data, &options, GML_ERROR_SHAPE, "adapted to data of other columns");
    const gml_network_options wide = {.dtype = GML_F64};
    assert_ok(context, gml_network_create(context, net, &wide, &double_one));
    assert_ok(context, gml_network_adapt(double_one, data, GML_SCALING_AUTO));
    assert_resume_refused(double_one, data, &options, GML_ERROR_SHAPE, "computes in F32, this one in F64");
    gml_network *scaled = loaded();
    scaled->input.scale[1] *= 2;
    assert_resume_refused(scaled, data, &options, GML_ERROR_SHAPE, "input.scale differs");
    free_data();
}

TEST(a_checkpoint_of_another_build_is_refused_and_an_override_allows_it)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    bytes file = {NULL, 0};
    file.data = (unsigned char *)get_file(in_folder("run"), &file.size);
    bytes other = forge(file, "\\\"gemmule\\\":\\\"0", "\\\"gemmule\\\":\\\"9");
    put_file("run", other.data, other.size);
    assert_resume_refused(loaded(), data, &options, GML_ERROR_ARGUMENT, "gemmule was 9");
    options.resume_override = 1;
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    gml_network_destroy(network);
    free(other.data);
    free(file.data);
    free_data();
}

TEST(files_of_another_kind_are_refused)
{
    gml_train_options options = stopped_run();
    gml_network *network = loaded();
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, NULL, &trainer));
    assert_refused(context, gml_checkpoint_load(trainer, in_folder("run"), 0), GML_ERROR_DATA, "a checkpoint of a fit",
                   NULL);
    assert_ok(context, gml_checkpoint_save(trainer, in_folder("trainer")));
    assert_ok(context, gml_model_save(network, in_folder("model")));
    gml_trainer_destroy(trainer);
    options.resume = in_folder("trainer");
    assert_resume_refused(network, data, &options, GML_ERROR_DATA, "a checkpoint of a trainer");
    options.resume = in_folder("model");
    assert_resume_refused(loaded(), data, &options, GML_ERROR_DATA, "a model without the state of its training");
    options.resume = in_folder("none");
    assert_resume_refused(loaded(), data, &options, GML_ERROR_NOT_FOUND, "none");
    free_data();
}
