/* tests/network/prepared.c - a network with a preparation computes what it computes without, from prepared inputs. */
#include <stdio.h>
#include <string.h>

#include "faults.h"
#include "mixed_case.h"
#include "network/network.h"

static const gml_dtype dtypes[] = {GML_F32, GML_F64};
enum { DTYPES = 2, MOST = 2048 };

/* ---- predictions ---- */

static void assert_same_predictions(const mixed_case *of, size_t rows)
{
    const size_t size = gml_dtype_size(gml_network_dtype(of->network)), inputs = gml_network_inputs(of->network);
    double a[MIXED_ROWS] = {0}, b[MIXED_ROWS] = {1}, *prepared = prepared_rows(of, rows);
    gml_network *bare = bare_copy(of);
    const gml_dtype dtype = gml_network_dtype(of->network);
    assert_ok(of->context, gml_network_predict(of->network, mixed_rows(of, rows), gml_matrix_view(a, dtype, rows, 1)));
    assert_ok(of->context,
              gml_network_predict(bare, gml_matrix_f64(prepared, rows, inputs), gml_matrix_view(b, dtype, rows, 1)));
    ck_assert_mem_eq(a, b, rows * size);
    gml_network_destroy(bare);
    free(prepared);
}

TEST(predictions_from_columns_are_those_from_prepared_inputs)
{
    for (size_t i = 0; i < DTYPES; i++) {
        mixed_case f = set_up_mixed(NULL, "20 relu -> batchnorm -> 9 tanh", dtypes[i]);
        ck_assert_uint_eq(gml_network_columns(f.network), MIXED_COLUMNS);
        ck_assert_uint_gt(gml_network_inputs(f.network), MIXED_COLUMNS);
        assert_same_predictions(&f, 1);
        assert_same_predictions(&f, 3);
        assert_same_predictions(&f, MIXED_ROWS);
        tear_down_mixed(&f);
    }
}

TEST(wide_layers_that_threads_share_read_prepared_inputs)
{
    mixed_case f = set_up_mixed(NULL, "2000 relu -> 300 relu", GML_F32);
    assert_same_predictions(&f, 2);
    tear_down_mixed(&f);
}

TEST(rows_apart_and_floats_are_prepared)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
    float apart[MIXED_ROWS * (MIXED_COLUMNS + 2)] = {0};
    double near[MIXED_ROWS * MIXED_COLUMNS], a[MIXED_ROWS], b[MIXED_ROWS];
    for (size_t i = 0; i < MIXED_ROWS * MIXED_COLUMNS; i++) {
        apart[i / MIXED_COLUMNS * (MIXED_COLUMNS + 2) + i % MIXED_COLUMNS] = (float)f.x[i];
        near[i] = (float)f.x[i];
    }
    gml_matrix x = gml_matrix_f32(apart, MIXED_ROWS, MIXED_COLUMNS);
    x.stride += 2;
    assert_ok(f.context, gml_network_predict(f.network, x, gml_matrix_f64(a, MIXED_ROWS, 1)));
    assert_ok(f.context, gml_network_predict(f.network, gml_matrix_f64(near, MIXED_ROWS, MIXED_COLUMNS),
                                             gml_matrix_f64(b, MIXED_ROWS, 1)));
    ck_assert_mem_eq(a, b, sizeof a);
    tear_down_mixed(&f);
}

/* ---- training ---- */

static gml_dataset *prepared_dataset(const mixed_case *of, double *prepared)
{
    gml_dataset *made = NULL;
    assert_ok(of->context, gml_dataset_from_matrices(
                               of->context, gml_matrix_f64(prepared, MIXED_ROWS, gml_network_inputs(of->network)),
                               gml_matrix_f64(of->y, MIXED_ROWS, 1), GML_TASK_REGRESSION, &made));
    return made;
}

TEST(fits_to_columns_give_the_weights_of_fits_to_prepared_inputs)
{
    static const char *const optimizers[] = {"adam", "lbfgs", "levenberg_marquardt"};
    for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++) {
        const gml_train_options options = {.optimizer = optimizers[i], .batch = 16, .epochs = 3, .seed = 4};
        mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
        double *prepared = prepared_rows(&f, MIXED_ROWS);
        gml_dataset *data = prepared_dataset(&f, prepared);
        gml_network *bare = bare_copy(&f);
        gml_metrics a, b;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        assert_ok(f.context, gml_fit(bare, data, NULL, &options, NULL, NULL));
        ck_assert_uint_eq(hash_weights(f.network), hash_weights(bare));
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &a));
        assert_ok(f.context, gml_evaluate(bare, data, NULL, &b));
        ck_assert(a.loss == b.loss && a.r2 == b.r2);
        gml_network_destroy(bare);
        gml_dataset_destroy(data);
        free(prepared);
        tear_down_mixed(&f);
    }
}

TEST(steps_on_columns_are_steps_on_prepared_inputs)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F32);
    const gml_train_options options = {.batch = 16};
    const size_t inputs = gml_network_inputs(f.network);
    double *prepared = prepared_rows(&f, 16), losses[2];
    gml_network *bare = bare_copy(&f);
    gml_trainer *a = NULL, *b = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &a));
    assert_ok(f.context, gml_trainer_create(bare, &options, &b));
    for (size_t step = 0; step < 3; step++) {
        const gml_matrix y = gml_matrix_f64(f.y, 16, 1);
        assert_ok(f.context, gml_trainer_step(a, mixed_rows(&f, 16), y, &losses[0]));
        assert_ok(f.context, gml_trainer_step(b, gml_matrix_f64(prepared, 16, inputs), y, &losses[1]));
        ck_assert(losses[0] == losses[1]);
    }
    ck_assert_uint_eq(hash_weights(f.network), hash_weights(bare));
    gml_trainer_destroy(a);
    gml_trainer_destroy(b);
    gml_network_destroy(bare);
    free(prepared);
    tear_down_mixed(&f);
}

TEST(initial_weights_are_scaled_for_prepared_inputs)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
    double *prepared = prepared_rows(&f, MIXED_ROWS);
    gml_network *bare = bare_copy(&f);
    assert_ok(f.context, gml_network_scale_to_data(f.network, mixed_rows(&f, MIXED_ROWS)));
    assert_ok(f.context,
              gml_network_scale_to_data(bare, gml_matrix_f64(prepared, MIXED_ROWS, gml_network_inputs(f.network))));
    ck_assert_uint_eq(hash_weights(f.network), hash_weights(bare));
    gml_network_destroy(bare);
    free(prepared);
    tear_down_mixed(&f);
}

TEST(any_number_of_threads_gives_the_same_bits)
{
    uint64_t hashes[3];
    for (size_t i = 0; i < 3; i++) {
        const gml_train_options options = {.batch = 64, .epochs = 4};
        gml_context *context = context_with((gml_context_options){.threads = (size_t[]){1, 2, 5}[i]});
        mixed_case f = set_up_mixed_in(context, NULL, "200 relu -> 100 tanh", GML_F32);
        assert_ok(context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        hashes[i] = hash_weights(f.network);
        tear_down_mixed(&f);
    }
    ck_assert(hashes[0] == hashes[1] && hashes[1] == hashes[2]);
}

TEST(predictions_and_steps_allocate_nothing_after_the_first)
{
    faults counted = {0};
    gml_context *context = faulty_context(&counted);
    mixed_case f = set_up_mixed_in(context, NULL, "6 tanh", GML_F32);
    gml_trainer *trainer = NULL;
    float y[MIXED_ROWS];
    double loss;
    const gml_matrix targets = gml_matrix_f64(f.y, 32, 1);
    assert_ok(context, gml_trainer_create(f.network, &(gml_train_options){.batch = 32}, &trainer));
    for (size_t i = 0; i < 3; i++) {
        const size_t before = counted.allocations;
        assert_ok(context,
                  gml_network_predict(f.network, mixed_rows(&f, MIXED_ROWS), gml_matrix_f32(y, MIXED_ROWS, 1)));
        assert_ok(context, gml_trainer_step(trainer, mixed_rows(&f, 32), targets, &loss));
        ck_assert(i == 0 || counted.allocations == before);
    }
    gml_trainer_destroy(trainer);
    tear_down_mixed(&f);
}

TEST(bytes_are_prepared_as_the_numbers_they_are)
{
    gml_context *context = test_context();
    uint8_t bytes[40 * 3];
    double wide[40 * 3], y[40];
    for (size_t i = 0; i < 40 * 3; i++) {
        wide[i] = bytes[i] = (uint8_t)(i * i % 251);
        y[i % 40] = (double)(i % 7);
    }
    const gml_recipe recipe = {.hidden = "4 tanh", .preparation = "number -> quantile"};
    gml_network *networks[2];
    gml_dataset *data[2];
    for (size_t i = 0; i < 2; i++) {
        assert_ok(context,
                  gml_dataset_from_matrices(context, i == 0 ? gml_matrix_u8(bytes, 40, 3) : gml_matrix_f64(wide, 40, 3),
                                            gml_matrix_f64(y, 40, 1), GML_TASK_REGRESSION, &data[i]));
        assert_ok(context, gml_recipe_network(&recipe, data[i], &networks[i]));
        assert_ok(context,
                  gml_fit(networks[i], data[i], NULL, &(gml_train_options){.epochs = 2, .batch = 8}, NULL, NULL));
    }
    ck_assert_uint_eq(hash_weights(networks[0]), hash_weights(networks[1]));
    for (size_t i = 0; i < 2; i++) {
        gml_network_destroy(networks[i]);
        gml_dataset_destroy(data[i]);
    }
    gml_context_destroy(context);
}

/* ---- passes ---- */

TEST(a_pass_differentiates_by_columns)
{
    mixed_case f = set_up_mixed("size -> log -> standard", "7 tanh", GML_F64);
    const size_t inputs = gml_network_inputs(f.network);
    double y[MIXED_ROWS], dy[MIXED_ROWS], dx[MIXED_ROWS * MIXED_COLUMNS], *x = calloc(1, sizeof(double[MIXED_COLUMNS]));
    gml_pass *pass = NULL;
    assert_ok(f.context, gml_pass_create(f.network, MIXED_ROWS, &pass));
    assert_ok(f.context, gml_pass_forward(pass, mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(y, MIXED_ROWS, 1)));
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        dy[i] = 1;
    }
    assert_refused(f.context,
                   gml_pass_backward(pass, gml_matrix_f64(dy, MIXED_ROWS, 1), gml_matrix_f64(dx, MIXED_ROWS, inputs)),
                   GML_ERROR_SHAPE, "gradient of the inputs", NULL);
    assert_ok(f.context, gml_pass_backward(pass, gml_matrix_f64(dy, MIXED_ROWS, 1),
                                           gml_matrix_f64(dx, MIXED_ROWS, MIXED_COLUMNS)));
    const double scale = gml_network_output_scaling(f.network).scale[0];
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        for (size_t j = 0; j < MIXED_COLUMNS; j++) {
            const double h = j == 3 ? 1e-5 : 1e-3, got = dx[i * MIXED_COLUMNS + j];
            double up, down;
            memcpy(x, f.x + i * MIXED_COLUMNS, sizeof(double[MIXED_COLUMNS]));
            if (j == 1 || isnan(x[j])) {
                ck_assert(got == 0); /* a category, or a cell that is missing */
                continue;
            }
            x[j] += h; /* within the day: the parts of a date other than the days and hours do not change */
            assert_ok(f.context,
                      gml_network_predict(f.network, gml_matrix_f64(x, 1, MIXED_COLUMNS), gml_matrix_f64(&up, 1, 1)));
            x[j] -= 2 * h;
            assert_ok(f.context,
                      gml_network_predict(f.network, gml_matrix_f64(x, 1, MIXED_COLUMNS), gml_matrix_f64(&down, 1, 1)));
            if (j != 2) { /* the slope of a date is that of its days alone */
                ck_assert_double_eq_tol(got, (up - down) / (2 * h) / scale, 1e-6);
            }
        }
    }
    gml_pass_destroy(pass);
    free(x);
    tear_down_mixed(&f);
}

TEST(the_gradient_check_finds_a_prepared_network_right)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_check_block blocks[8];
    size_t count = 0;
    assert_ok(f.context, gml_gradient_check(f.network, mixed_rows(&f, 20), gml_matrix_f64(f.y, 20, 1), NULL, 0, blocks,
                                            8, &count));
    ck_assert_uint_eq(count, 5);
    for (size_t i = 0; i < count; i++) {
        ck_assert_double_lt(blocks[i].worst, 1e-6);
        ck_assert_uint_gt(blocks[i].checked, 0);
    }
    tear_down_mixed(&f);
}

/* ---- setting ---- */

TEST(a_preparation_replaces_the_input_scaling_and_null_removes_it)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_network *network = NULL;
    assert_ok(f.context, gml_network_copy(f.network, GML_F32, &network));
    assert_ok(f.context, gml_network_set_preparation(network, NULL));
    const size_t inputs = gml_network_inputs(network);
    ck_assert_uint_eq(gml_network_columns(network), inputs);
    ck_assert_ptr_null(gml_network_preparation(network));
    ck_assert_ptr_null(gml_network_feature_name(network, 0));
    double *ones = calloc(inputs, sizeof *ones);
    assert_ok(f.context, gml_network_set_input_scaling(network, ones, NULL));
    assert_ok(f.context, gml_network_set_preparation(network, gml_network_preparation(f.network)));
    ck_assert_ptr_null(gml_network_input_scaling(network).scale);
    ck_assert_str_eq(gml_network_feature_name(network, 3), "size");
    ck_assert_uint_eq(gml_network_data_options(network).features, MIXED_COLUMNS);
    assert_refused(f.context, gml_network_set_input_scaling(network, ones, NULL), GML_ERROR_ARGUMENT,
                   "has a preparation", NULL);
    gml_network_destroy(network);
    free(ones);
    tear_down_mixed(&f);
}

TEST(a_preparation_for_other_inputs_is_refused_and_changes_nothing)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_preparation *other = NULL;
    char before[256];
    snprintf(before, sizeof before, "%s", gml_preparation_description(gml_network_preparation(f.network)));
    assert_ok(f.context, gml_preparation_fit(f.context, f.data, "category -> ordinal", &other));
    assert_refused(f.context, gml_network_set_preparation(f.network, other), GML_ERROR_SHAPE, "of 5 columns",
                   "the network takes", NULL);
    ck_assert_str_eq(gml_preparation_description(gml_network_preparation(f.network)), before);
    gml_preparation_destroy(other);
    tear_down_mixed(&f);
}

/* ---- data that does not agree ---- */

static void assert_data_refused(mixed_case *f, const gml_column *columns, const char *const *names, const char *reason)
{
    const gml_train_options options = {.epochs = 1, .batch = 8};
    gml_dataset *data = mixed_dataset(f->context, f->x, f->y, MIXED_ROWS, false);
    gml_columns_clear(f->context, data->schema.columns, MIXED_COLUMNS);
    assert_ok(f->context, gml_columns_copy(f->context, columns, MIXED_COLUMNS, &data->schema.columns));
    if (names != NULL) {
        assert_ok(f->context, gml_schema_copy_names(f->context, names, MIXED_COLUMNS, &data->schema.feature_names));
    }
    gml_metrics metrics;
    assert_refused(f->context, gml_network_adapt(f->network, data, GML_SCALING_AUTO), GML_ERROR_SHAPE, reason, NULL);
    assert_refused(f->context, gml_fit(f->network, data, NULL, &options, NULL, NULL), GML_ERROR_SHAPE, reason, NULL);
    assert_refused(f->context, gml_evaluate(f->network, data, NULL, &metrics), GML_ERROR_SHAPE, reason, NULL);
    gml_dataset_destroy(data);
}

TEST(data_with_other_kinds_levels_or_names_is_refused)
{
    static const char *const fewer[] = {"blue", "green"}, *const other[] = {"blue", "green", "yellow"};
    static const char *const names[] = {"age", "colour", "day", "size", "same"};
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_column columns[MIXED_COLUMNS];
    memcpy(columns, mixed_columns, sizeof columns);
    columns[0].kind = GML_COLUMN_DATE;
    assert_data_refused(&f, columns, NULL, "input 1 is a date in the data; the network has learned a number");
    memcpy(columns, mixed_columns, sizeof columns);
    columns[1] = (gml_column){.kind = GML_COLUMN_CATEGORY, .levels = fewer, .level_count = 2};
    assert_data_refused(&f, columns, mixed_names, "input 2 (\"color\") has 2 levels in the data");
    columns[1] = (gml_column){.kind = GML_COLUMN_CATEGORY, .levels = other, .level_count = 3};
    assert_data_refused(&f, columns, mixed_names, "\"yellow\" in the data; the network has learned \"red\"");
    assert_data_refused(&f, mixed_columns, names, "\"colour\" of the data; the preparation was fitted to \"color\"");
    tear_down_mixed(&f);
}

TEST(a_missing_cell_that_nothing_fills_is_found_and_named)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_preparation *leaky = NULL;
    gml_network *network = NULL;
    double y[MIXED_ROWS];
    size_t sample = 0;
    assert_ok(f.context, gml_preparation_fit(f.context, f.data, "number -> standard", &leaky));
    char text[64];
    snprintf(text, sizeof text, "%zu -> 4 tanh -> 1", gml_preparation_inputs(leaky));
    assert_ok(f.context, gml_network_create(f.context, text, &(gml_network_options){.dtype = GML_F64}, &network));
    assert_ok(f.context, gml_network_set_preparation(network, leaky));
    assert_refused(f.context, gml_network_adapt(network, f.data, GML_SCALING_AUTO), GML_ERROR_DATA, "row 4",
                   "input 1 (\"age\") is missing", "impute", NULL);
    assert_refused(f.context, gml_network_check_samples(network, f.data, 1, MIXED_ROWS - 1, gml_matrix_none(), &sample),
                   GML_ERROR_DATA, "input 1", NULL);
    ck_assert_uint_eq(sample, 3);
    assert_ok(f.context, gml_network_check_samples(network, f.data, 4, 6, gml_matrix_none(), NULL));
    assert_ok(f.context, gml_network_predict(network, mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(y, MIXED_ROWS, 1)));
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        ck_assert(isnan(y[i]) == (i % 7 == 3)); /* and no other row */
    }
    gml_network_destroy(network);
    gml_preparation_destroy(leaky);
    tear_down_mixed(&f);
}

TEST(a_step_names_the_column_whose_cell_is_missing)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    gml_preparation *leaky = NULL;
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    char text[64];
    double loss;
    assert_ok(f.context, gml_preparation_fit(f.context, f.data, "number -> standard", &leaky));
    snprintf(text, sizeof text, "%zu -> 4 tanh -> 1", gml_preparation_inputs(leaky));
    assert_ok(f.context, gml_network_create(f.context, text, NULL, &network));
    assert_ok(f.context, gml_network_set_preparation(network, leaky));
    assert_ok(f.context, gml_trainer_create(network, &(gml_train_options){.batch = 8}, &trainer));
    assert_refused(f.context, gml_trainer_step(trainer, mixed_rows(&f, 8), gml_matrix_f64(f.y, 8, 1), &loss),
                   GML_ERROR_DIVERGED, "column 1 (age)", "not finite after its preparation", NULL);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_preparation_destroy(leaky);
    tear_down_mixed(&f);
}

/* ---- copies ---- */

TEST(copies_and_folded_networks_have_the_preparation)
{
    mixed_case f = set_up_mixed("size -> quantile", "6 -> batchnorm -> tanh", GML_F64);
    gml_network *made[2] = {NULL};
    double expected[MIXED_ROWS], y[MIXED_ROWS];
    assert_ok(f.context, gml_network_copy(f.network, GML_F64, &made[0]));
    assert_ok(f.context, gml_network_fold(f.network, &made[1]));
    assert_ok(f.context,
              gml_network_predict(f.network, mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(expected, MIXED_ROWS, 1)));
    for (size_t i = 0; i < 2; i++) {
        ck_assert_str_eq(gml_preparation_description(gml_network_preparation(made[i])),
                         gml_preparation_description(gml_network_preparation(f.network)));
        ck_assert_ptr_ne(gml_network_preparation(made[i]), gml_network_preparation(f.network));
        assert_ok(f.context,
                  gml_network_predict(made[i], mixed_rows(&f, MIXED_ROWS), gml_matrix_f64(y, MIXED_ROWS, 1)));
        ck_assert_double_lt(worst_difference(y, expected, MIXED_ROWS), i == 0 ? 1e-300 : 1e-12);
        gml_network_destroy(made[i]);
    }
    tear_down_mixed(&f);
}

TEST(a_network_adapted_to_columns_has_no_input_scaling_and_learns_their_names)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F32);
    ck_assert_ptr_null(gml_network_input_scaling(f.network).scale);
    ck_assert_ptr_nonnull(gml_network_output_scaling(f.network).scale);
    gml_dataset *data = mixed_dataset(f.context, f.x, f.y, MIXED_ROWS, false);
    assert_ok(f.context, gml_network_adapt(f.network, data, GML_SCALING_NONE));
    ck_assert_ptr_null(gml_network_output_scaling(f.network).scale);
    ck_assert_str_eq(gml_network_feature_name(f.network, 1), "color"); /* of the preparation: this data has no names */
    gml_dataset_destroy(data);
    tear_down_mixed(&f);
}

int main(void)
{
    return run_tests("prepared", 60);
}
