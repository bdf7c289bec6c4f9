/* tests/train/ensemble.c - ensembles by a recipe: seeds, folds, failures and stops; predictions of a dataset. */
#include <stdatomic.h>
#include <string.h>

#include "ensemble_case.h"
#include "mixed_case.h"

static const gml_recipe recipe = {.hidden = "6 relu", .options = {.seed = 7}, .fit = {.epochs = 4, .seed = 20}};

static void assert_same_weights(const gml_network *a, const gml_network *b)
{
    ck_assert_uint_eq(hash_weights(a), hash_weights(b));
}

TEST(members_differ_in_their_seeds_as_fits_by_hand_do)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    gml_network *ensemble = NULL, *alone = NULL;
    gml_fit_report reports[3];
    const gml_ensemble_options options = {.members = 3};
    assert_ok(f.context, gml_ensemble_fit(&recipe, f.data, NULL, &options, &ensemble, reports));
    ck_assert_uint_eq(gml_network_members(ensemble), 3);
    ck_assert_uint_eq(gml_ensemble_size(&options), 3);
    ck_assert_str_eq(gml_network_fact(ensemble, "ensemble"), "seeds");
    for (size_t i = 0; i < 3; i++) {
        gml_recipe own = recipe;
        own.options.seed += i;
        own.fit.seed += i;
        const gml_train_options fit = gml_recipe_fit_options(&own, CASE_ROWS);
        assert_ok(f.context, gml_recipe_network(&own, f.data, &alone));
        assert_ok(f.context, gml_fit(alone, f.data, NULL, &fit, NULL, NULL));
        assert_same_weights(alone, gml_network_member(ensemble, i));
        ck_assert_uint_eq(reports[i].epochs, 4);
        gml_network_destroy(alone);
    }
    gml_network_destroy(ensemble);
    tear_down_ensemble(&f);
}

TEST(a_member_by_folds_is_trained_on_the_other_folds_and_validated_on_its_own)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    gml_split *split = NULL;
    gml_network *ensemble = NULL, *alone = NULL;
    gml_fit_report reports[4];
    assert_ok(f.context, gml_split_create(f.data, &(gml_split_options){.folds = 2, .repeats = 2, .seed = 5}, &split));
    const gml_ensemble_options options = {.split = split};
    ck_assert_uint_eq(gml_ensemble_size(&options), 4);
    assert_ok(f.context, gml_ensemble_fit(&recipe, f.data, NULL, &options, &ensemble, reports));
    ck_assert_str_eq(gml_network_fact(ensemble, "ensemble"), "folds (stratified)");
    for (size_t i = 0; i < 4; i++) {
        gml_dataset *train = NULL, *rest = NULL;
        gml_metrics metrics;
        gml_recipe own = recipe;
        own.options.seed += i;
        own.fit.seed += i;
        assert_ok(f.context, gml_split_fold(split, i / 2, i % 2, &train, &rest));
        const gml_train_options fit = gml_recipe_fit_options(&own, gml_dataset_size(train));
        assert_ok(f.context, gml_recipe_network(&own, train, &alone));
        assert_ok(f.context, gml_fit(alone, train, rest, &fit, NULL, NULL));
        assert_same_weights(alone, gml_network_member(ensemble, i));
        assert_ok(f.context, gml_evaluate(alone, rest, NULL, &metrics));
        ck_assert_double_eq(reports[i].validation.loss, metrics.loss);
        gml_network_destroy(alone);
        gml_dataset_destroy(train);
        gml_dataset_destroy(rest);
    }
    gml_network_destroy(ensemble);
    gml_split_destroy(split);
    tear_down_ensemble(&f);
}

TEST(an_ensemble_has_five_members_and_the_same_bits_for_any_number_of_threads)
{
    uint64_t sums[2][5];
    for (size_t k = 0; k < 2; k++) {
        ensemble_case f =
            set_up_ensemble(context_with((gml_context_options){.threads = k == 0 ? 1 : 3}), GML_F32, CASE_CLASSES);
        gml_network *ensemble = NULL;
        assert_ok(f.context, gml_ensemble_fit(&recipe, f.data, NULL, NULL, &ensemble, NULL));
        ck_assert_uint_eq(gml_network_members(ensemble), 5);
        for (size_t i = 0; i < 5; i++) {
            sums[k][i] = hash_weights(gml_network_member(ensemble, i));
        }
        gml_network_destroy(ensemble);
        tear_down_ensemble(&f);
    }
    ck_assert_mem_eq(sums[0], sums[1], sizeof sums[0]);
}

static int refuse_later_members(void *user, size_t member, const gml_progress *progress)
{
    (void)user, (void)progress;
    ck_assert_msg(member == 0, "member %zu has begun after the first one failed", member + 1);
    return 0;
}

TEST(the_first_member_that_fails_is_named_and_nothing_is_made)
{
    const gml_recipe wild = {.hidden = "6 relu", .fit = {.optimizer = "sgd", .learning_rate = 1e6, .epochs = 4}};
    for (size_t threads = 1; threads <= 2; threads++) {
        ensemble_case f = set_up_ensemble(context_with((gml_context_options){.threads = threads}), GML_F32, 0);
        const gml_ensemble_options options = {.members = 4, .on_batch = threads == 1 ? refuse_later_members : NULL};
        gml_network *ensemble = NULL;
        gml_fit_report reports[4];
        assert_refused(f.context, gml_ensemble_fit(&wild, f.data, NULL, &options, &ensemble, reports),
                       GML_ERROR_DIVERGED, "member 1 of 4: ", NULL);
        ck_assert_ptr_null(ensemble);
        tear_down_ensemble(&f);
    }
}

TEST(arguments_that_contradict_each_other_are_refused)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES), g = f;
    gml_dataset *other = NULL;
    gml_split *split = NULL;
    gml_network *made = NULL;
    assert_ok(f.context, gml_dataset_from_matrices(f.context, f.x, gml_matrix_f64(f.targets, CASE_ROWS, 1),
                                                   GML_TASK_CLASSIFICATION, &other));
    assert_ok(f.context, gml_split_create(f.data, &(gml_split_options){.folds = 3}, &split));
    gml_recipe saves = recipe, resumes = recipe;
    saves.fit.checkpoint = resumes.fit.resume = "run.safetensors";
    const struct {
        const gml_recipe *recipe;
        const gml_dataset *data, *validation;
        gml_ensemble_options options;
        const char *text;
    } cases[] = {
        {&saves, f.data, NULL, {0}, "a file to write checkpoints to"},
        {&resumes, f.data, NULL, {0}, "a file to resume from"},
        {&recipe, other, NULL, {.split = split}, "another dataset"},
        {&recipe, f.data, NULL, {.split = split, .members = 3}, "no number of members"},
        {&recipe, f.data, other, {.split = split}, "no validation data"},
        {&recipe, f.data, NULL, {.members = 1025}, "at most 1024"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(
            f.context,
            gml_ensemble_fit(cases[i].recipe, cases[i].data, cases[i].validation, &cases[i].options, &made, NULL),
            GML_ERROR_ARGUMENT, cases[i].text, NULL);
        ck_assert_ptr_null(made);
    }
    gml_split_destroy(split);
    gml_dataset_destroy(other);
    tear_down_ensemble(&g);
}

/* ---- stops ---- */

typedef struct stopper {
    size_t member, epoch; /* where all members are stopped */
    atomic_size_t batches;
} stopper;

static int count_batch(void *user, size_t member, const gml_progress *progress)
{
    (void)member;
    (void)progress;
    atomic_fetch_add(&((stopper *)user)->batches, 1);
    return 0;
}

static int stop_there(void *user, size_t member, const gml_progress *progress)
{
    const stopper *at = user;
    return member == at->member && progress->epoch == at->epoch;
}

TEST(members_that_ended_before_a_stop_are_the_ensemble)
{
    ensemble_case f = set_up_ensemble(context_with((gml_context_options){.threads = 1}), GML_F32, CASE_CLASSES);
    stopper at = {.member = 2, .epoch = 3};
    gml_ensemble_options options = {.members = 4, .user = &at, .on_epoch = stop_there, .on_batch = count_batch};
    gml_network *ensemble = NULL;
    gml_fit_report reports[4];
    assert_ok(f.context, gml_ensemble_fit(&recipe, f.data, NULL, &options, &ensemble, reports));
    ck_assert_uint_eq(gml_network_members(ensemble), 2);
    ck_assert_uint_eq(reports[1].epochs, 4);
    ck_assert_uint_eq(reports[2].epochs, 3);
    ck_assert_int_ne(reports[2].stopped, 0);
    ck_assert_uint_eq(reports[3].epochs, 0);
    ck_assert_uint_eq(at.batches, reports[0].steps + reports[1].steps + reports[2].steps);
    gml_network_destroy(ensemble);
    ensemble = NULL;
    at.member = 0;
    assert_ok(f.context, gml_ensemble_fit(&recipe, f.data, NULL, &options, &ensemble, NULL));
    ck_assert_ptr_null(ensemble);
    tear_down_ensemble(&f);
}

/* ---- predictions of a dataset ---- */

TEST(a_dataset_is_predicted_as_its_rows_are)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
    gml_split *split = NULL;
    gml_dataset *train = NULL, *part = NULL;
    double all[MIXED_ROWS], rows[MIXED_ROWS], some[MIXED_ROWS];
    assert_ok(f.context, gml_split_create(f.data, &(gml_split_options){.fraction = 0.3}, &split));
    assert_ok(f.context, gml_split_fold(split, 0, 0, &train, &part));
    const size_t size = gml_dataset_size(part);
    assert_ok(f.context, gml_network_predict_dataset(f.network, f.data, gml_matrix_f64(all, MIXED_ROWS, 1)));
    assert_ok(f.context,
              gml_network_predict(f.network, mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(rows, MIXED_ROWS, 1)));
    assert_ok(f.context, gml_network_predict_dataset(f.network, part, gml_matrix_f64(some, size, 1)));
    ck_assert_mem_eq(all, rows, sizeof all);
    for (size_t i = 0, k = 0; i < MIXED_ROWS; i++) {
        if (gml_split_fold_of(split, 0, i) == 0) {
            ck_assert_double_eq_tol(some[k++], all[i], 1e-12);
        }
    }
    gml_dataset_destroy(train);
    gml_dataset_destroy(part);
    gml_split_destroy(split);
    tear_down_mixed(&f);
}

TEST(a_dataset_with_other_columns_or_a_gap_is_not_predicted)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
    ensemble_case g = set_up_ensemble(f.context, GML_F64, 0);
    double y[CASE_ROWS];
    assert_refused(f.context, gml_network_predict_dataset(g.ensemble, f.data, gml_matrix_f64(y, MIXED_ROWS, 1)),
                   GML_ERROR_SHAPE, "the data has 5 inputs a sample; the network takes 4", NULL);
    assert_refused(f.context, gml_network_predict_dataset(g.ensemble, g.data, gml_matrix_f64(y, 4, 1)), GML_ERROR_SHAPE,
                   "outputs", NULL);
    assert_refused(f.context, gml_network_predict_dataset(f.network, g.data, gml_matrix_f64(y, CASE_ROWS, 1)),
                   GML_ERROR_SHAPE, "the data has 4 inputs a sample; the network takes 5", NULL);
    g.inputs[5 * CASE_COLUMNS] = NAN;
    assert_refused(f.context, gml_network_predict_dataset(g.ensemble, g.data, gml_matrix_f64(y, CASE_ROWS, 1)),
                   GML_ERROR_DATA, "row 6", NULL);
    clear_ensemble(&g);
    tear_down_mixed(&f);
}

/* A dataset of the numbers 0 to 3 under a name, and their doubles as the target. */
static gml_dataset *named_numbers(gml_context *context, const char *name)
{
    const double numbers[] = {0, 1, 2, 3}, doubles[] = {0, 2.5, 4, 6.5};
    gml_table *table = NULL;
    gml_dataset *made = NULL;
    assert_ok(context, gml_table_create(context, &table));
    assert_ok(context, gml_table_add_numbers(table, name, numbers, 4));
    assert_ok(context, gml_table_add_numbers(table, "y", doubles, 4));
    assert_ok(context,
              gml_dataset_from_table(table, &(gml_dataset_options){.target = "y", .task = GML_TASK_REGRESSION}, &made));
    gml_table_destroy(table);
    return made;
}

TEST(a_dataset_with_another_name_is_not_predicted)
{
    gml_context *context = test_context();
    gml_dataset *first = named_numbers(context, "width"), *other = named_numbers(context, "height");
    gml_network *network = NULL;
    float y[4];
    assert_ok(context, gml_recipe_network(NULL, first, &network));
    assert_ok(context, gml_network_predict_dataset(network, first, gml_matrix_f32(y, 4, 1)));
    assert_refused(context, gml_network_predict_dataset(network, other, gml_matrix_f32(y, 4, 1)), GML_ERROR_SHAPE,
                   "\"height\"", "\"width\"", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(first);
    gml_dataset_destroy(other);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("fit_ensemble", 120);
}
