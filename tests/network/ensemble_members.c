/* tests/network/ensemble_members.c - which networks an ensemble takes, what it knows of them, and what it refuses. */
#include <string.h>

#include "ensemble_case.h"

/* Refuses two members; the message has the text. */
static void assert_disagree(gml_context *context, gml_network *a, gml_network *b, gml_status status, const char *text)
{
    gml_network *members[] = {a, b}, *made = NULL;
    assert_refused(context, gml_ensemble_create(members, 2, &made), status, text, NULL);
    ck_assert_ptr_null(made);
}

TEST(members_that_disagree_are_refused_and_stay_the_callers)
{
    gml_context *context = test_context();
    gml_network *plain = new_network(context, "3 -> 4 relu -> 2 softmax", GML_F32, 1);
    static const struct {
        const char *description, *text;
        gml_dtype dtype;
    } cases[] = {
        {"3 -> 2 softmax", "member 2 of the ensemble has the type f64, member 1 f32", GML_F64},
        {"4 -> 2 softmax", "member 2 of the ensemble has 4 columns, member 1 3", GML_F32},
        {"3 -> 3 softmax", "member 2 of the ensemble has 3 outputs, member 1 2", GML_F32},
        {"3 -> 2", "member 2 of the ensemble has the last activation identity, member 1 softmax", GML_F32},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_network *other = new_network(context, cases[i].description, cases[i].dtype, 2);
        assert_disagree(context, plain, other, GML_ERROR_SHAPE, cases[i].text);
        gml_network_destroy(other);
    }
    gml_network *other = new_network(context, "3 -> 2 softmax", GML_F32, 2);
    assert_ok(context, gml_network_set_fact(other, "loss", "focal"));
    assert_disagree(context, plain, other, GML_ERROR_SHAPE, "the loss focal, member 1 (none)");
    gml_network_destroy(other);
    gml_network_destroy(plain);
    gml_context_destroy(context);
}

/* What a network has learned the names of. Two colors, of which `color` is one; two labels, of which `label` is one. */
typedef struct names {
    const char *column, *color, *more, *target, *label, *text; /* text: of the refusal */
} names;

/* A network for a table with these names. */
static gml_network *reader_of(gml_context *context, const names *of)
{
    const char *colors[] = {"red", of->color, "red", of->color, "red", of->more};
    const char *labels[] = {"no", of->label, "no", of->label, "no", of->label};
    const double ages[] = {3, 1, 4, 1, 5, 9};
    gml_table *table = NULL;
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    assert_ok(context, gml_table_create(context, &table));
    assert_ok(context, gml_table_add_numbers(table, of->column, ages, 6));
    if (of->color != NULL) {
        assert_ok(context, gml_table_add_texts(table, "color", colors, 6));
    } else {
        assert_ok(context, gml_table_add_numbers(table, "color", ages, 6));
    }
    assert_ok(context, gml_table_add_texts(table, of->target, labels, 6));
    assert_ok(context, gml_dataset_from_table(table, &(gml_dataset_options){.target = of->target}, &data));
    assert_ok(context, gml_recipe_network(&(gml_recipe){.hidden = "2 relu"}, data, &network));
    gml_dataset_destroy(data);
    gml_table_destroy(table);
    return network;
}

TEST(members_with_other_names_kinds_or_levels_are_refused)
{
    gml_context *context = test_context();
    gml_network *first = reader_of(context, &(names){"age", "blue", "blue", "label", "yes", NULL});
    static const names cases[] = {
        {"size", "blue", "blue", "label", "yes", "the column size, member 1 age"},
        {"age", "green", "green", "label", "yes", "the level green, member 1 blue"},
        {"age", "blue", "white", "label", "yes", "3 levels in a category, member 1 2"},
        {"age", NULL, NULL, "label", "yes", "a column of the kind number, member 1 category"},
        {"age", "blue", "blue", "answer", "yes", "the target answer, member 1 label"},
        {"age", "blue", "blue", "label", "oh", "the class oh, member 1 yes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_network *other = reader_of(context, &cases[i]);
        assert_disagree(context, first, other, GML_ERROR_SHAPE, cases[i].text);
        gml_network_destroy(other);
    }
    gml_network_destroy(first);
    gml_context_destroy(context);
}

/* A network of three outputs that is adapted to numbers as classes, or to `targets` columns of values. */
static gml_network *adapted(gml_context *context, gml_task task, size_t targets, size_t classes)
{
    double x[] = {1, 2, 3, 4, 6, 5}, y[] = {0, 1, 0, 2, 1, 2, 0, 1};
    gml_dataset *data = NULL;
    gml_network *network = new_network(context, "2 -> 2", GML_F64, classes);
    for (size_t i = 0; i < 3 && classes == 1; i++) {
        y[i] = 0;
    }
    const size_t rows = task == GML_TASK_CLASSIFICATION && classes == 1 ? 3 : 2;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, rows, 2), gml_matrix_f64(y, rows, targets),
                                                 task, &data));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_NONE));
    gml_dataset_destroy(data);
    return network;
}

TEST(members_with_another_task_or_number_of_targets_or_classes_are_refused)
{
    gml_context *context = test_context();
    gml_network *values = adapted(context, GML_TASK_REGRESSION, 2, 0),
                *mean = adapted(context, GML_TASK_REGRESSION, 1, 0);
    gml_network *one = adapted(context, GML_TASK_CLASSIFICATION, 1, 1),
                *two = adapted(context, GML_TASK_CLASSIFICATION, 1, 2);
    assert_disagree(context, values, two, GML_ERROR_SHAPE, "the task classification, member 1 regression");
    assert_disagree(context, values, mean, GML_ERROR_SHAPE, "1 targets, member 1 2");
    assert_disagree(context, one, two, GML_ERROR_SHAPE, "2 classes, member 1 1");
    gml_network_destroy(values);
    gml_network_destroy(mean);
    gml_network_destroy(one);
    gml_network_destroy(two);
    gml_context_destroy(context);
}

TEST(an_ensemble_has_each_network_once_and_no_ensemble)
{
    gml_context *context = test_context(), *elsewhere = test_context();
    gml_network *a = new_network(context, "2 -> 1", GML_F32, 1), *far = new_network(elsewhere, "2 -> 1", GML_F32, 1);
    gml_network *ensemble = NULL, *made = NULL, *alone[] = {a}, *second = new_network(context, "2 -> 1", GML_F32, 2);
    assert_disagree(context, a, a, GML_ERROR_ARGUMENT, "members 1 and 2 of the ensemble are the same network");
    assert_disagree(context, a, far, GML_ERROR_ARGUMENT, "another context");
    assert_disagree(context, a, NULL, GML_ERROR_ARGUMENT, "member 2 of the ensemble is null");
    assert_ok(context, gml_ensemble_create(alone, 1, &ensemble));
    assert_disagree(context, second, ensemble, GML_ERROR_ARGUMENT, "member 2 of the ensemble is an ensemble itself");
    ck_assert_int_eq(gml_ensemble_create(alone, 0, &made), GML_ERROR_ARGUMENT);
    assert_refused(context, gml_ensemble_create(alone, 1025, &made), GML_ERROR_ARGUMENT, "1 to 1024 members", NULL);
    gml_network_destroy(ensemble);
    gml_network_destroy(second);
    gml_network_destroy(far);
    gml_context_destroy(context);
    gml_context_destroy(elsewhere);
}

TEST(facts_that_all_members_have_alike_are_those_of_the_ensemble)
{
    gml_context *context = test_context();
    gml_network *members[2], *ensemble = NULL;
    for (size_t i = 0; i < 2; i++) {
        members[i] = new_network(context, "2 -> 1", GML_F32, i);
        assert_ok(context, gml_network_set_fact(members[i], "loss", "huber"));
        assert_ok(context, gml_network_set_fact(members[i], "seed", i == 0 ? "0" : "1"));
    }
    assert_ok(context, gml_network_set_fact(members[0], "alone", "yes"));
    assert_ok(context, gml_ensemble_create(members, 2, &ensemble));
    ck_assert_str_eq(gml_network_fact(ensemble, "loss"), "huber");
    ck_assert_ptr_null(gml_network_fact(ensemble, "seed"));
    ck_assert_ptr_null(gml_network_fact(ensemble, "alone"));
    gml_network_destroy(ensemble);
    gml_context_destroy(context);
}

TEST(an_ensemble_tells_its_members_and_the_sum_of_their_parameters)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    ck_assert_uint_eq(gml_network_members(f.ensemble), CASE_MEMBERS);
    ck_assert_uint_eq(gml_network_parameter_count(f.ensemble), (5 * 9 + 10 * 3) + (5 * 5 + 6 * 4 + 5 * 3) + 5 * 3);
    ck_assert_str_eq(gml_network_description(f.ensemble),
                     "3 networks: 4 -> 9 relu -> 3 softmax; 4 -> 5 tanh -> 4 silu -> 3 softmax; 4 -> 3 softmax");
    ck_assert_ptr_null(gml_network_member(f.ensemble, CASE_MEMBERS));
    ck_assert_uint_eq(gml_network_members(gml_network_member(f.ensemble, 0)), 0);
    ck_assert_uint_eq(gml_network_layers(f.ensemble), 0);
    ck_assert_uint_eq(gml_network_block_count(f.ensemble), 0);
    ck_assert_int_eq(gml_network_task(f.ensemble), GML_TASK_CLASSIFICATION);
    tear_down_ensemble(&f);
}

TEST(a_copy_and_a_folded_copy_predict_the_same_and_keep_the_facts)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    static double y[CASE_ROWS * CASE_CLASSES], z[CASE_ROWS * CASE_CLASSES];
    gml_network *copies[2] = {NULL};
    assert_ok(f.context, gml_network_set_fact(f.ensemble, "note", "kept"));
    assert_ok(f.context, gml_network_set_fact(f.ensemble, "optimizer", NULL));
    assert_ok(f.context, gml_network_copy(f.ensemble, GML_F32, &copies[0]));
    assert_ok(f.context, gml_network_fold(f.ensemble, &copies[1]));
    predict_doubles(f.ensemble, f.x, y);
    for (size_t i = 0; i < 2; i++) {
        predict_doubles(copies[i], f.x, z);
        ck_assert_double_le(worst_difference(z, y, CASE_ROWS * CASE_CLASSES), i == 0 ? 0 : 1e-6);
        ck_assert_str_eq(gml_network_fact(copies[i], "note"), "kept");
        ck_assert_ptr_null(gml_network_fact(copies[i], "optimizer"));
        gml_network_destroy(copies[i]);
    }
    tear_down_ensemble(&f);
}

TEST(folding_an_ensemble_folds_each_member)
{
    gml_context *context = test_context();
    gml_network *members[2], *ensemble = NULL, *folded = NULL;
    for (size_t i = 0; i < 2; i++) {
        members[i] = new_network(context, "4 -> 6 -> batchnorm -> relu -> 2", GML_F32, i);
    }
    assert_ok(context, gml_ensemble_create(members, 2, &ensemble));
    assert_ok(context, gml_network_fold(ensemble, &folded));
    ck_assert_ptr_null(strstr(gml_network_description(folded), "batchnorm"));
    gml_network_destroy(ensemble);
    gml_network_destroy(folded);
    gml_context_destroy(context);
}

TEST(what_is_for_a_single_network_refuses_an_ensemble)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    gml_network *e = f.ensemble;
    const gml_network *member = gml_network_member(e, 0);
    const gml_matrix x = gml_matrix_rows(f.x, 0, 4), y = gml_matrix_f64(f.targets, 4, 1), none = gml_matrix_none();
    static float values[64];
    const gml_matrix square = gml_matrix_f32(values, CASE_COLUMNS, CASE_CLASSES);
    gml_layer_view layer;
    gml_block block;
    gml_pass *pass = NULL;
    gml_trainer *trainer = NULL;
    gml_plan plan;
    gml_health *health = NULL;
    gml_check_block blocks[4];
    size_t count;
    gml_rate_result rate;
    gml_calibration calibration;
    gml_unit_selectivity units[9];
    gml_difference stages[4];
    gml_diff_report report;
    const gml_status refused[] = {
        gml_network_layer(e, 0, &layer),
        gml_network_block(e, 0, &block),
        gml_network_apply_activation(e, 0, 0, square, square, none),
        gml_network_scale_to_data(e, x),
        gml_network_set_preparation(e, NULL),
        gml_network_adapt(e, f.data, GML_SCALING_AUTO),
        gml_network_set_input_scaling(e, NULL, NULL),
        gml_network_set_output_scaling(e, NULL, NULL),
        gml_pass_create(e, 4, &pass),
        gml_trainer_create(e, NULL, &trainer),
        gml_network_plan(e, NULL, &plan, NULL, 0),
        gml_fit(e, f.data, NULL, NULL, NULL, NULL),
        gml_gradient_check(e, x, y, NULL, 1, blocks, 4, &count),
        gml_find_rate(e, f.data, NULL, NULL, NULL, NULL, &rate),
        gml_calibrate(e, f.data, &calibration),
        gml_class_selectivity(e, f.data, 0, units),
        gml_diff(e, member, f.data, 0, stages, &report),
        gml_diff(member, e, f.data, 0, stages, &report),
        gml_connection_weights(e, square),
        gml_garson_shares(e, square),
        gml_health_create(e, NULL, &health),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        ck_assert_msg(refused[i] == GML_ERROR_ARGUMENT, "call %zu gives %d", i, (int)refused[i]);
    }
    assert_refused(f.context, gml_fit(e, f.data, NULL, NULL, NULL, NULL), GML_ERROR_ARGUMENT, "gml_fit",
                   "an ensemble of 3", NULL);
    tear_down_ensemble(&f);
}

TEST(a_sample_that_a_member_cannot_read_is_named)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, 0);
    size_t sample = 0;
    gml_metrics metrics;
    f.inputs[CASE_COLUMNS * 7 + 2] = NAN;
    assert_refused(f.context, gml_network_check_samples(f.ensemble, f.data, 0, CASE_ROWS, gml_matrix_none(), &sample),
                   GML_ERROR_DATA, "row 8", NULL);
    ck_assert_uint_eq(sample, 7);
    assert_refused(f.context, gml_evaluate(f.ensemble, f.data, NULL, &metrics), GML_ERROR_DATA, "row 8", NULL);
    tear_down_ensemble(&f);
}

/* A dataset of columns of numbers, in which cells may be missing. */
static gml_dataset *columns_dataset(const ensemble_case *of)
{
    static const gml_column columns[CASE_COLUMNS] = {{.kind = GML_COLUMN_NUMBER}};
    const gml_dataset_parts parts = {.inputs = of->x,
                                     .targets = gml_matrix_f64(of->targets, CASE_ROWS, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = columns};
    gml_dataset *made = NULL;
    assert_ok(of->context, gml_dataset_create(of->context, &parts, &made));
    return made;
}

TEST(the_first_sample_that_any_member_refuses_is_found)
{
    static const char *const preparations[] = {"number -> impute -> standard", "number -> standard"};
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, 0);
    gml_dataset *data = columns_dataset(&f);
    gml_network *members[2] = {NULL}, *ensemble = NULL;
    size_t sample = 0;
    for (size_t i = 0; i < 2; i++) {
        const gml_recipe recipe = {.hidden = "3 relu", .preparation = preparations[i]};
        assert_ok(f.context, gml_recipe_network(&recipe, data, &members[i]));
    }
    assert_ok(f.context, gml_ensemble_create(members, 2, &ensemble));
    f.inputs[CASE_COLUMNS * 11] = INFINITY;
    f.inputs[CASE_COLUMNS * 9 + 1] = NAN;
    assert_refused(f.context, gml_network_check_samples(ensemble, data, 0, CASE_ROWS, gml_matrix_none(), &sample),
                   GML_ERROR_DATA, "row 10", "is missing", NULL);
    ck_assert_uint_eq(sample, 9);
    gml_importance importances[CASE_COLUMNS];
    assert_refused(f.context,
                   gml_permutation_importance(ensemble, data, &(gml_importance_options){.metric = "loss"}, NULL,
                                              importances, gml_matrix_none()),
                   GML_ERROR_DATA, "row 10", "is missing", NULL);
    gml_network_destroy(ensemble);
    gml_dataset_destroy(data);
    tear_down_ensemble(&f);
}
