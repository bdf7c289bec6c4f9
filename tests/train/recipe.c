/* tests/train/recipe.c - recipes: the network that follows from a dataset, and the options of its fit. */
#include <stdlib.h>
#include <string.h>

#include "faults.h"
#include "harness.h"
#include "mixed_case.h"
#include "numbers.h"

enum { ROWS = 40, INPUTS = 4 };

static gml_context *context;
static double *x, *y, *classes, *pairs;

static void set_up(void)
{
    context = test_context();
    x = random_doubles((size_t)ROWS * INPUTS, 1);
    y = random_doubles((size_t)ROWS * 2, 2);
    classes = random_classes(ROWS, 3, 3);
    pairs = random_classes(ROWS, 2, 4);
}

static void tear_down(void)
{
    free(x);
    free(y);
    free(classes);
    free(pairs);
    gml_context_destroy(context);
}

static gml_dataset *dataset_of(gml_context *of, const double *targets, size_t count, gml_task task)
{
    gml_dataset *made = NULL;
    const gml_matrix wanted = targets != NULL ? gml_matrix_f64(targets, ROWS, count) : gml_matrix_none();
    assert_ok(of, gml_dataset_from_matrices(of, gml_matrix_f64(x, ROWS, INPUTS), wanted, task, &made));
    return made;
}

static void assert_description(const gml_recipe *recipe, const double *targets, size_t count, gml_task task,
                               const char *expected)
{
    gml_dataset *data = dataset_of(context, targets, count, task);
    gml_network *network = NULL;
    size_t parameters = 0;
    assert_ok(context, gml_recipe_network(recipe, data, &network));
    ck_assert_str_eq(gml_network_description(network), expected);
    assert_ok(context, gml_recipe_measure(recipe, data, &parameters));
    ck_assert_uint_eq(parameters, gml_network_parameter_count(network));
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(the_output_layer_follows_from_targets_and_loss)
{
    const gml_recipe plain = {0}, none = {.hidden = ""}, deep = {.hidden = "8 relu -> dropout 0.2 -> 5 tanh"},
                     shared = {.hidden = "8 relu", .fit.loss = "binary_cross_entropy"},
                     variances = {.hidden = "8 relu", .fit.loss = "gaussian_nll"},
                     drawn = {.hidden = "8 relu", .output_initializer = "zeros"};
    const gml_task values = GML_TASK_REGRESSION, labels = GML_TASK_CLASSIFICATION;
    assert_description(NULL, classes, 1, labels, "4 -> 128 relu -> 3 softmax");
    assert_description(&plain, y, 2, values, "4 -> 128 relu -> 2");
    assert_description(&none, y, 1, values, "4 -> 1");
    assert_description(&deep, classes, 1, labels, "4 -> 8 relu -> dropout(rate=0.2) -> 5 tanh -> 3 softmax");
    assert_description(&shared, pairs, 1, labels, "4 -> 8 relu -> 1 sigmoid");
    assert_description(&variances, y, 1, values, "4 -> 8 relu -> 2");
    assert_description(&drawn, y, 1, values, "4 -> 8 relu -> 1 init=zeros");
}

TEST(a_whole_description_is_taken_as_it_is)
{
    const gml_recipe whole = {.network = "4 -> 7 tanh -> 1", .options = {.dtype = GML_F64, .seed = 5}};
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(&whole, data, &network));
    ck_assert_str_eq(gml_network_description(network), "4 -> 7 tanh -> 1");
    ck_assert_int_eq(gml_network_dtype(network), GML_F64);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(the_network_is_adapted_to_the_dataset)
{
    const gml_recipe recipe = {.hidden = "8 relu", .options.seed = 3};
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL, *expected = new_network(context, "4 -> 8 relu -> 1", GML_F32, 3);
    float a[ROWS], b[ROWS];
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    assert_ok(context, gml_network_adapt(expected, data, GML_SCALING_AUTO));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, ROWS, INPUTS), gml_matrix_f32(a, ROWS, 1)));
    assert_ok(context, gml_network_predict(expected, gml_matrix_f64(x, ROWS, INPUTS), gml_matrix_f32(b, ROWS, 1)));
    ck_assert_mem_eq(a, b, sizeof a);
    gml_network_destroy(network);
    gml_network_destroy(expected);
    gml_dataset_destroy(data);
}

TEST(initialisation_by_data_is_a_fact_of_the_network)
{
    const gml_recipe recipe = {.hidden = "8 relu", .data_init = "lsuv"};
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    ck_assert_str_eq(gml_network_fact(network, "data_init"), "lsuv");
    gml_network_destroy(network);
    const gml_recipe other = {.hidden = "8 relu", .data_init = "per_unit( points = 2 )"};
    assert_ok(context, gml_recipe_network(&other, data, &network));
    ck_assert_str_eq(gml_network_fact(network, "data_init"), "per_unit(points=2)");
    gml_network_destroy(network);
    const gml_recipe wrong = {.hidden = "8 relu", .data_init = "lsvu"};
    assert_refused(context, gml_recipe_network(&wrong, data, &network), GML_ERROR_NAME, "data_init", "lsuv", NULL);
    gml_dataset_destroy(data);
}

/* ---- preparations ---- */

TEST(columns_of_several_kinds_get_the_default_preparation_and_numbers_none)
{
    mixed_case f = set_up_mixed_in(context, NULL, "5 tanh", GML_F32);
    ck_assert_str_eq(gml_preparation_description(gml_network_preparation(f.network)),
                     "number -> impute -> standard; category -> one_hot; date -> impute -> date_parts -> standard");
    ck_assert_str_eq(gml_network_description(f.network), "13 -> 5 tanh -> 1");
    size_t parameters = 0;
    assert_ok(context, gml_recipe_measure(&(gml_recipe){.hidden = "5 tanh"}, f.data, &parameters));
    ck_assert_uint_eq(parameters, gml_network_parameter_count(f.network));
    clear_mixed(&f);
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(NULL, data, &network));
    ck_assert_ptr_null(gml_network_preparation(network));
    gml_network_destroy(network);
    gml_dataset_destroy(data);
}

TEST(a_preparation_can_be_given_for_numbers)
{
    const gml_recipe quantile = {.hidden = "3", .preparation = "number -> quantile"},
                     wrong = {.network = "5 -> 3 -> 1", .preparation = "number -> quantile"},
                     unknown = {.preparation = "number -> quantil"};
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    assert_ok(context, gml_recipe_network(&quantile, data, &network));
    ck_assert_str_eq(gml_preparation_description(gml_network_preparation(network)), "number -> quantile");
    ck_assert_ptr_null(gml_network_input_scaling(network).scale);
    ck_assert_ptr_nonnull(gml_network_output_scaling(network).scale);
    gml_network_destroy(network);
    network = NULL;
    assert_refused(context, gml_recipe_network(&wrong, data, &network), GML_ERROR_SHAPE, "makes 4 inputs",
                   "the network takes 5", NULL);
    assert_refused(context, gml_recipe_network(&unknown, data, &network), GML_ERROR_NAME, "quantil",
                   "did you mean \"quantile\"", NULL);
    ck_assert_ptr_null(network);
    gml_dataset_destroy(data);
}

TEST(contradictions_and_bad_descriptions_make_no_network)
{
    const gml_recipe both = {.network = "4 -> 1", .hidden = "3"}, wrong = {.hidden = "8 rleu"};
    gml_dataset *data = dataset_of(context, y, 1, GML_TASK_REGRESSION), *bare = dataset_of(context, NULL, 0, 0);
    gml_network *network = NULL;
    assert_refused(context, gml_recipe_network(&both, data, &network), GML_ERROR_ARGUMENT, "network", "hidden", NULL);
    assert_refused(context, gml_recipe_network(&wrong, data, &network), GML_ERROR_NAME, "rleu", "relu", NULL);
    assert_refused(context, gml_recipe_network(NULL, bare, &network), GML_ERROR_ARGUMENT, "no targets", NULL);
    ck_assert_ptr_null(network);
    gml_dataset_destroy(data);
    gml_dataset_destroy(bare);
}

TEST(a_failed_allocation_leaves_nothing_behind)
{
    struct faults injected = {0};
    gml_context *faulty = faulty_context(&injected);
    const gml_recipe recipe = {.hidden = "8 relu", .data_init = "lsuv"};
    gml_dataset *data = dataset_of(faulty, y, 1, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    gml_status status = GML_ERROR_MEMORY;
    const size_t before = injected.live_bytes;
    for (size_t i = 1; status != GML_OK; i++) {
        injected.allocations = 0;
        injected.fail_at = i;
        status = gml_recipe_network(&recipe, data, &network);
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert(status == GML_OK || (network == NULL && injected.live_bytes == before));
    }
    injected.fail_at = 0;
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(faulty);
}

TEST(batch_and_epochs_are_settled_by_the_number_of_samples)
{
    const gml_recipe plain = {0}, given = {.fit = {.batch = 7, .epochs = 2}};
    ck_assert_uint_eq(gml_recipe_fit_options(&plain, 96000).epochs, 10);
    ck_assert_uint_eq(gml_recipe_fit_options(NULL, 3200).epochs, 30);
    ck_assert_uint_eq(gml_recipe_fit_options(&plain, 3).epochs, 300);
    ck_assert_uint_eq(gml_recipe_fit_options(&plain, 3).batch, 3);
    ck_assert_uint_eq(gml_recipe_fit_options(&given, 100).batch, 7);
    ck_assert_uint_eq(gml_recipe_fit_options(&given, 100).epochs, 2);
}

int main(void)
{
    return run_tests_within("recipe", 60, set_up, tear_down);
}
