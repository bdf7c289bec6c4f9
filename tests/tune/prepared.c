/* tests/tune/prepared.c - a preparation is fitted to training parts alone, in cross-validation and searches. */
#include <string.h>

#include "mixed_case.h"

enum { FOLDS = 3, PLANTED = 41 }; /* a sample whose cells tell of themselves in every statistic */

static const gml_recipe recipe = {.hidden = "5 tanh",
                                  .options = {.dtype = GML_F64, .seed = 5},
                                  .scaling = GML_SCALING_NONE,
                                  .fit = {.batch = 8, .epochs = 3, .seed = 7},
                                  .preparation = "age -> impute(value=median) -> quantile; size -> minmax"};

/* Cross-validates; writes the predictions and returns the fold of the planted sample. */
static size_t cross_validate(const mixed_case *f, double predictions[MIXED_ROWS], size_t folds_of[MIXED_ROWS])
{
    gml_split *split = NULL;
    gml_cv_result *result = NULL;
    assert_ok(f->context, gml_split_create(f->data, &(gml_split_options){.kind = "order", .folds = FOLDS}, &split));
    assert_ok(f->context, gml_cross_validate(&recipe, f->data, split, NULL, 0, NULL, &result));
    memcpy(predictions, result->predictions.data, MIXED_ROWS * sizeof *predictions);
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        folds_of[i] = gml_split_fold_of(split, 0, i);
    }
    gml_cv_destroy(result);
    gml_split_destroy(split);
    return folds_of[PLANTED];
}

TEST(no_statistic_of_a_validation_part_reaches_its_network)
{
    mixed_case f = set_up_mixed(NULL, "2", GML_F64);
    double before[MIXED_ROWS], after[MIXED_ROWS];
    size_t folds_of[MIXED_ROWS], others = 0, changed = 0;
    cross_validate(&f, before, folds_of);
    f.x[PLANTED * MIXED_COLUMNS] = 1e5;
    f.x[PLANTED * MIXED_COLUMNS + 2] = 40000;
    f.x[PLANTED * MIXED_COLUMNS + 3] = -1e5;
    f.y[PLANTED] = 3;
    const size_t own = cross_validate(&f, after, folds_of);
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        if (folds_of[i] == own && i != PLANTED) {
            ck_assert(before[i] == after[i]); /* the same network predicts them */
            others++;
        }
        changed += folds_of[i] != own && before[i] != after[i];
    }
    ck_assert_uint_gt(others, 20);
    ck_assert_uint_gt(changed, 40); /* other networks were trained on the planted sample */
    tear_down_mixed(&f);
}

TEST(each_fold_has_the_network_of_its_training_part)
{
    mixed_case f = set_up_mixed(NULL, "2", GML_F64);
    double predictions[MIXED_ROWS], y[MIXED_ROWS];
    size_t folds_of[MIXED_ROWS];
    cross_validate(&f, predictions, folds_of);
    gml_split *split = NULL;
    assert_ok(f.context, gml_split_create(f.data, &(gml_split_options){.kind = "order", .folds = FOLDS}, &split));
    for (size_t fold = 0; fold < FOLDS; fold++) {
        gml_dataset *training = NULL, *validation = NULL;
        gml_network *network = NULL;
        gml_recipe own = recipe;
        own.options.seed += fold;
        own.fit.seed += fold;
        assert_ok(f.context, gml_split_fold(split, 0, fold, &training, &validation));
        assert_ok(f.context, gml_recipe_network(&own, training, &network));
        const gml_train_options options = gml_recipe_fit_options(&own, gml_dataset_size(training));
        assert_ok(f.context, gml_fit(network, training, NULL, &options, NULL, NULL));
        assert_ok(f.context,
                  gml_network_predict(network, mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(y, MIXED_ROWS, 1)));
        for (size_t i = 0; i < MIXED_ROWS; i++) {
            ck_assert(folds_of[i] != fold || y[i] == predictions[i]);
        }
        gml_network_destroy(network);
        gml_dataset_destroy(training);
        gml_dataset_destroy(validation);
    }
    gml_split_destroy(split);
    tear_down_mixed(&f);
}

TEST(a_search_prepares_columns_and_leaves_a_prepared_network)
{
    mixed_case f = set_up_mixed(NULL, "2", GML_F32);
    gml_network *network = NULL;
    const gml_search_options options = {.trials = 2};
    gml_recipe quick = recipe;
    quick.hidden = NULL;
    quick.fit.epochs = 2;
    gml_search_result result;
    gml_search_key key, other;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &quick, &options, &network, &result));
    ck_assert_uint_eq(gml_network_columns(network), MIXED_COLUMNS);
    ck_assert_ptr_nonnull(strstr(gml_preparation_description(gml_network_preparation(network)), "size -> minmax"));
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &quick, &options, &key));
    quick.preparation = NULL;
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &quick, &options, &other));
    ck_assert_mem_ne(&key, &other, sizeof key);
    gml_network_destroy(network);
    tear_down_mixed(&f);
}
