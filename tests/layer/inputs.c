/* tests/layer/inputs.c - layers on inputs: embeddings of codes and of numbers, in networks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "kinds_case.h"

/* Rows of random numbers, with codes below `levels` in the last columns. */
static double *coded_rows(size_t rows, size_t inputs, size_t codes, size_t levels)
{
    double *x = random_doubles(rows * inputs, 8);
    for (size_t i = 0; i < rows * inputs; i++) {
        x[i] = i % inputs >= inputs - codes ? (double)(i * i % levels) : x[i];
    }
    return x;
}

TEST(an_embedding_has_the_gradient_of_its_formula)
{
    static const char *const nets[] = {
        "5 -> embedding(columns=2, levels=4, size=3) -> 6 tanh -> 3",
        "5 -> pbld(numbers=2, std=0.5) -> embedding(columns=2, levels=4, size=3) -> scale -> 6 tanh -> 3",
        "2 -> embedding(columns=2, levels=4, size=3) -> 3", "2 -> embedding(columns=2, levels=4, size=1)"};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        enum { MOST = 16 };
        gml_network *network = new_network(context, nets[i], GML_F64, 4);
        const size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
        double *x = coded_rows(ROWS, inputs, 2, 4), *y = random_doubles(ROWS * outputs, 9);
        gml_check_block blocks[MOST];
        size_t count = 0;
        assert_ok(context,
                  gml_gradient_check(network, gml_matrix_f64(x, ROWS, inputs), gml_matrix_f64(y, ROWS, outputs),
                                     "mean_squared_error", 0, blocks, MOST, &count));
        for (size_t k = 0; k < count; k++) {
            ck_assert_msg(blocks[k].worst <= 1e-6 && blocks[k].float_worst <= 5e-5 && blocks[k].checked > 0,
                          "%s: %s differs by %g and %g", nets[i], blocks[k].name, blocks[k].worst,
                          blocks[k].float_worst);
        }
        free(x), free(y);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(embeddings_start_as_their_sources_say)
{
    enum { LARGE = 4000 };
    static const struct {
        const char *net, *block;
        double deviation, bound; /* bound 0: none */
    } starts[] = {{"1 -> embedding(columns=1, levels=1000, size=10)", "layers.0.table", 1, 0},
                  {"300 -> pbld(numbers=300, std=0.25)", "layers.0.frequency", 0.25, 0},
                  {"300 -> pbld(numbers=300)", "layers.0.phase", 1.8137993642342178, 3.15},
                  {"300 -> pbld(numbers=300)", "layers.0.mix", 0.14433756729740643, 0.25},
                  {"300 -> pbld(numbers=300, size=21)", "layers.0.bias", 0.14433756729740643, 0.25},
                  {"300 -> plr(numbers=300)", "layers.0.frequency", 0.0098658, 0.03},
                  {"300 -> plr(numbers=300)", "layers.0.mix", 0.05892556509887896, 0.1020621},
                  {"300 -> ple(numbers=300)", "layers.0.scale", 0.14433756729740643, 0.25}};
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        gml_network *network = new_network(context, starts[i].net, GML_F64, 4);
        const gml_block block = block_named(context, network, starts[i].block);
        const double *values = block.values.data, size = (double)(block.values.rows * block.values.cols);
        double sum = 0, square = 0, most = 0;
        ck_assert_int_eq(block.role, GML_ROLE_EMBEDDING);
        ck_assert_double_ge(size, LARGE);
        for (size_t k = 0; k < block.values.rows * block.values.cols; k++) {
            sum += values[k];
            square += values[k] * values[k];
            most = fmax(most, fabs(values[k]));
        }
        ck_assert_double_eq_tol(sum / size, 0, 5 * starts[i].deviation / sqrt(size));
        ck_assert_double_eq_tol(sqrt(square / size), starts[i].deviation, 0.05 * starts[i].deviation);
        ck_assert(starts[i].bound == 0 || most <= starts[i].bound);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

/* ---- inputs that do not fit ---- */

TEST(training_on_inputs_that_are_no_codes_is_refused_in_words)
{
    static const double wrong[] = {-1, 3, 0.5, 1e30};
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> embedding(columns=1, levels=3, size=2) -> 1", GML_F64, 4);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double x[] = {7, 0, 7, 2, 7, wrong[i]}, y[] = {1, 2, 3};
        gml_trainer *trainer = NULL;
        assert_ok(context, gml_trainer_create(network, &(gml_train_options){.batch = 3}, &trainer));
        assert_refused(context, gml_trainer_step(trainer, gml_matrix_f64(x, 3, 2), gml_matrix_f64(y, 3, 1), NULL),
                       GML_ERROR_DIVERGED, "layer 1, embedding", "a whole number from 0 to levels - 1", NULL);
        gml_trainer_destroy(trainer);
        double good[2];
        assert_ok(context, gml_network_predict(network, gml_matrix_f64(x + 2, 2, 2), gml_matrix_f64(good, 2, 1)));
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_gradient_check_on_inputs_that_are_no_codes_is_refused_in_words)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> embedding(columns=1, levels=3, size=2) -> 1", GML_F64, 4);
    double x[] = {7, 0, 7, -1}, y[] = {1, 2};
    gml_check_block blocks[8];
    size_t count = 0;
    assert_refused(context,
                   gml_gradient_check(network, gml_matrix_f64(x, 2, 2), gml_matrix_f64(y, 2, 1), "mean_squared_error",
                                      0, blocks, 8, &count),
                   GML_ERROR_DATA, "sample 2, input 2 is -1", "a whole number from 0 to 2", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(arguments_that_do_not_fit_the_inputs_are_refused)
{
    static const struct {
        const char *net, *what;
        gml_status status;
    } refusals[] = {
        {"4 -> pbld", "0 means those of the data", GML_ERROR_SHAPE},
        {"4 -> embedding(columns=2)", "levels is 0", GML_ERROR_SHAPE},
        {"4 -> embedding(levels=2)", "takes none of them", GML_ERROR_SHAPE},
        {"4 -> ple(numbers=5)", "more inputs than there are", GML_ERROR_SHAPE},
        {"4 -> embedding(columns=5, levels=2)", "more inputs than there are", GML_ERROR_SHAPE},
        {"4 -> plr(numbers=1.5)", "whole numbers", GML_ERROR_SHAPE},
        {"4 -> pbld(numbers=4, frequencies=2.5)", "whole numbers", GML_ERROR_SHAPE},
        {"4 -> pbld(numbers=4, frequencies=257)", "frequencies is 257", GML_ERROR_ARGUMENT},
        {"2147483647 -> pbld(numbers=16777216)", "too many outputs", GML_ERROR_SHAPE},
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        gml_network *network = NULL;
        assert_refused(context, gml_network_create(context, refusals[i].net, NULL, &network), refusals[i].status,
                       refusals[i].what, NULL);
        ck_assert_ptr_null(network);
    }
    gml_context_destroy(context);
}

/* ---- with a preparation ---- */

static const char *const letters[] = {"a", "b", "c", "d"};
static const gml_column coded_columns[] = {{.kind = GML_COLUMN_CATEGORY, .levels = letters, .level_count = 4},
                                           {.kind = GML_COLUMN_NUMBER},
                                           {.kind = GML_COLUMN_CATEGORY, .levels = letters, .level_count = 4}};

enum { SAMPLES = 60 };

static gml_dataset *coded_data(gml_context *context, double *x, double *y)
{
    gml_dataset *data = NULL;
    for (size_t i = 0; i < SAMPLES; i++) {
        x[3 * i] = (double)(i % 4);
        x[3 * i + 1] = sin((double)i);
        x[3 * i + 2] = i % 9 == 0 ? NAN : (double)(i / 4 % 4);
        y[i] = x[3 * i] * x[3 * i + 1] + (i / 4 % 4 == 2 ? 1 : 0);
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, SAMPLES, 3),
                                     .targets = gml_matrix_f64(y, SAMPLES, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = coded_columns};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    return data;
}

TEST(a_recipe_gives_embeddings_what_the_data_has_and_leaves_out_those_of_nothing)
{
    static const struct {
        const char *hidden, *preparation, *description;
    } cases[] = {
        {"pbld -> embedding(size=2) -> scale -> 5 tanh", "category -> code",
         "3 -> pbld(numbers=1) -> embedding(columns=2, levels=12, size=2) -> scale -> 5 tanh -> 1"},
        {"embedding -> 5 tanh", "category -> one_hot", "9 -> 5 tanh -> 1"},
        {"ple(bins=5)->plr", "1 -> code; 2 -> standard; 3 -> code",
         "3 -> ple(numbers=1, bins=5) -> plr(numbers=1) -> embedding"},
        {"embedding(size=3) -> relu", "category -> encode(one_hot=3, levels=2)",
         "3 -> embedding(columns=2, levels=8, size=3) -> relu -> 1"},
        {"pbld", "number -> standard; category -> one_hot", "9 -> pbld(numbers=1) -> 1"},
    };
    gml_context *context = test_context();
    double x[SAMPLES * 3], y[SAMPLES];
    gml_dataset *data = coded_data(context, x, y);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const gml_recipe recipe = {.hidden = cases[i].hidden, .preparation = cases[i].preparation};
        gml_network *network = NULL;
        const gml_status status = gml_recipe_network(&recipe, data, &network);
        if (i == 2) { /* codes that no layer reads */
            assert_refused(context, status, GML_ERROR_SHAPE, "no layer embedding to read them", NULL);
            continue;
        }
        assert_ok(context, status);
        ck_assert_str_eq(gml_network_description(network), cases[i].description);
        size_t parameters = 0;
        assert_ok(context, gml_recipe_measure(&recipe, data, &parameters));
        ck_assert_uint_eq(parameters, gml_network_parameter_count(network));
        gml_network_destroy(network);
    }
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_recipe_fits_bins_and_learns_categories_and_a_file_keeps_them)
{
    gml_context *context = test_context();
    double x[SAMPLES * 3], y[SAMPLES], out[2][SAMPLES];
    gml_dataset *data = coded_data(context, x, y);
    const gml_recipe recipe = {.hidden = "ple(bins=6) -> embedding(size=4) -> 32 tanh",
                               .preparation = "number -> standard; category -> code(levels=3)",
                               .options = {.dtype = GML_F64, .seed = 2},
                               .fit = {.optimizer = "adamw(lr=0.02)", .epochs = 150, .batch = 20}};
    gml_network *network = NULL, *again = NULL;
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    const gml_block edges = block_named(context, network, "layers.0.edges");
    ck_assert_double_gt(((const double *)edges.values.data)[6], ((const double *)edges.values.data)[0]);
    assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    double error = 0, spread = 0;
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, SAMPLES, 3), gml_matrix_f64(out[0], SAMPLES, 1)));
    for (size_t i = 0; i < SAMPLES; i++) {
        error += (out[0][i] - y[i]) * (out[0][i] - y[i]);
        spread += y[i] * y[i];
    }
    ck_assert_double_lt(error, 0.1 * spread);
    make_folder();
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    assert_ok(context, gml_network_predict(again, gml_matrix_f64(x, SAMPLES, 3), gml_matrix_f64(out[1], SAMPLES, 1)));
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    remove_folder();
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_preparation_whose_codes_the_network_cannot_read_is_refused)
{
    static const struct {
        const char *net, *what;
    } cases[] = {{"3 -> 4 tanh -> 1", "no layer embedding"},
                 {"3 -> embedding(columns=1, levels=12) -> 1", "takes 1 columns with 12 levels"},
                 {"3 -> embedding(columns=2, levels=11) -> 1", "2 columns with 12 levels"}};
    gml_context *context = test_context();
    double x[SAMPLES * 3], y[SAMPLES];
    gml_dataset *data = coded_data(context, x, y);
    gml_preparation *preparation = NULL;
    assert_ok(context, gml_preparation_fit(context, data, "category -> code", &preparation));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_network *network = new_network(context, cases[i].net, GML_F32, 4);
        assert_refused(context, gml_network_set_preparation(network, preparation), GML_ERROR_SHAPE, cases[i].what,
                       NULL);
        gml_network_destroy(network);
    }
    gml_preparation_destroy(preparation);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(attributions_of_categories_that_are_embedded_are_by_columns)
{
    gml_context *context = test_context();
    double x[SAMPLES * 3], y[SAMPLES], a[SAMPLES * 3];
    gml_dataset *data = coded_data(context, x, y);
    const gml_recipe recipe = {.hidden = "embedding(size=2) -> 5 tanh", .preparation = "category -> code"};
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    static const char *const methods[] = {"occlusion", "shapley", "gradient_x_input"};
    for (size_t m = 0; m < 3; m++) {
        const gml_attribution_options options = {.method = methods[m],
                                                 .baseline = m == 1 ? gml_matrix_f64(x, 7, 3) : gml_matrix_none()};
        gml_attribution_report reports[SAMPLES];
        assert_ok(context, gml_attribute(network, gml_matrix_f64(x, SAMPLES, 3), &options,
                                         gml_matrix_f64(a, SAMPLES, 3), reports));
        for (size_t i = 0; i < SAMPLES * 3; i++) {
            ck_assert(isfinite(a[i]));
        }
        ck_assert_double_gt(fabs(a[4]), 1e-9);
        ck_assert(m == 2 ? a[3] == 0 : fabs(a[3]) > 1e-9);
    }
    assert_refused(context,
                   gml_attribute(network, gml_matrix_f64(x, SAMPLES, 3),
                                 &(gml_attribution_options){.method = "integrated_gradients"},
                                 gml_matrix_f64(a, SAMPLES, 3), NULL),
                   GML_ERROR_ARGUMENT, "nothing is between two levels", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

/* ---- much and little ---- */

TEST(a_category_of_a_million_levels_takes_bounded_memory)
{
    enum { N = 3000, MOST = 1 << 20 };
    gml_context *context = test_context();
    const char **names = malloc(MOST * sizeof *names);
    double x[N], y[N], out[N];
    ck_assert_ptr_nonnull(names);
    for (size_t i = 0; i < MOST; i++) {
        names[i] = "same";
    }
    for (size_t i = 0; i < N; i++) { /* half of the rows share two levels, the others are all different */
        x[i] = i % 2 == 0 ? 17 + (double)(i / 2 % 2) : (double)(i * 331);
        y[i] = i % 4 == 0 ? 1 : i % 4 == 2 ? -1 : 0;
    }
    const gml_column category = {.kind = GML_COLUMN_CATEGORY, .levels = names, .level_count = MOST};
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, N, 1),
                                     .targets = gml_matrix_f64(y, N, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = &category};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    const gml_recipe recipe = {.hidden = "pbld -> embedding(size=4) -> 8 relu",
                               .preparation = "category -> encode(levels=100)",
                               .options = {.dtype = GML_F64},
                               .fit = {.optimizer = "adamw(lr=0.01)", .epochs = 3}};
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    ck_assert_str_eq(gml_network_description(network), "1 -> embedding(columns=1, levels=102, size=4) -> 8 relu -> 1");
    assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, N, 1), gml_matrix_f64(out, N, 1)));
    ck_assert_double_gt(out[0], out[2] + 0.5); /* frequent levels keep rows of their own */
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    free(names);
    gml_context_destroy(context);
}

/* Trains a step with all layers on inputs on a table of so many columns, of which every `every`th is a category. */
static void train_wide(size_t columns, size_t every, const char *description)
{
    enum { N = 8 };
    static const char *const two[] = {"a", "b", "c"};
    gml_context *context = test_context();
    gml_column *kinds = calloc(columns, sizeof *kinds);
    double *x = calloc(N * columns, sizeof *x), y[N];
    for (size_t j = 0; j < columns; j++) {
        if (every > 0 && j % every == 0) {
            kinds[j] = (gml_column){.kind = GML_COLUMN_CATEGORY, .levels = two, .level_count = 3};
        }
    }
    for (size_t i = 0; i < N * columns; i++) {
        x[i] = (double)(i * i % 3);
    }
    for (size_t i = 0; i < N; i++) {
        y[i] = (double)i;
    }
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, N, columns),
                                     .targets = gml_matrix_f64(y, N, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .columns = kinds};
    assert_ok(context, gml_dataset_create(context, &parts, &data));
    const gml_recipe recipe = {.hidden = "pbld(size=2, frequencies=2) -> embedding(size=2) -> scale -> 2 relu",
                               .preparation = "number -> robust; category -> code",
                               .fit = {.optimizer = "adamw", .epochs = 1, .batch = 4}};
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    ck_assert_str_eq(gml_network_description(network), description);
    assert_ok(context, gml_fit(network, data, NULL, &recipe.fit, NULL, NULL));
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    free(kinds), free(x);
    gml_context_destroy(context);
}

TEST(one_column_no_number_and_no_category_each_make_a_network)
{
    train_wide(1, 0, "1 -> pbld(numbers=1, size=2, frequencies=2) -> scale -> 2 relu -> 1");
    train_wide(1, 1, "1 -> embedding(columns=1, levels=5, size=2) -> scale -> 2 relu -> 1");
    train_wide(3, 1, "3 -> embedding(columns=3, levels=15, size=2) -> scale -> 2 relu -> 1");
}

TEST(a_hundred_thousand_columns_make_a_network)
{
    train_wide(
        100000, 4,
        "100000 -> pbld(numbers=75000, size=2, frequencies=2) -> embedding(columns=25000, levels=125000, size=2) "
        "-> scale -> 2 relu -> 1");
}

int main(void)
{
    return run_tests("inputs", 120);
}
