/* tests/layer/custom.c - custom activations train, differentiate and predict as well as ours, and stand in descriptions
 * and files. */
#include <math.h>
#include <string.h>

#include "custom_activations.h"
#include "faults.h"

static void run_wrong(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    my_tanh.function(user, arguments, count, x, y, slope);
    for (size_t i = 0; slope != NULL && i < count; i++) {
        slope[i] += 0.01;
    }
}

static gml_network *trained(gml_context *context, const char *description, gml_dtype dtype)
{
    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    gml_network *network = NULL;
    gml_dataset *data = NULL;
    fill_data(x, y);
    assert_ok(context,
              gml_network_create(context, description, &(gml_network_options){.dtype = dtype, .seed = 3}, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, SAMPLES, INPUTS),
                                                 gml_matrix_f32(y, SAMPLES, OUTPUTS), GML_TASK_REGRESSION, &data));
    gml_train_options options = {.epochs = 3, .batch = 100, .learning_rate = 0.01};
    assert_ok(context, gml_fit(network, data, data, &options, NULL, NULL));
    gml_dataset_destroy(data);
    return network;
}

static void assert_trains_alike(const char *products, gml_dtype dtype, double tolerance)
{
    gml_context *context = custom_context((gml_context_options){.threads = 2, .products = products});
    gml_network *own = trained(context, "5 -> 300 my_tanh -> my_tanh -> 9 my_tanh -> 3", dtype);
    gml_network *ours = trained(context, "5 -> 300 tanh -> tanh -> 9 tanh -> 3", dtype);
    ck_assert_double_le(difference(own, ours), tolerance);
    gml_network_destroy(own);
    gml_network_destroy(ours);
    gml_context_destroy(context);
}

TEST(a_copy_of_tanh_trains_as_tanh_does)
{
    assert_trains_alike("auto", GML_F64, 1e-11);
    assert_trains_alike("auto", GML_F32, 1e-4);
    assert_trains_alike("blas", GML_F64, 1e-11); /* which leaves the bias to the activation */
    assert_trains_alike("blas", GML_F32, 1e-4);
}

TEST(a_function_for_float_is_called_for_networks_in_float)
{
    gml_context *context = context_of(1);
    int called = 0;
    gml_custom_activation both = my_tanh;
    both.entry.name = "both";
    both.user = &called;
    both.function_f32 = run_tanh_f32;
    assert_ok(context, gml_register_activation(context, &both));
    gml_network *wide = trained(context, "5 -> 40 both -> 3", GML_F64);
    ck_assert_int_eq(called, 0);
    gml_network *own = trained(context, "5 -> 40 both -> 3", GML_F32);
    gml_network *ours = trained(context, "5 -> 40 tanh -> 3", GML_F32);
    ck_assert_int_eq(called, 1);
    ck_assert_double_le(difference(own, ours), 1e-4);
    gml_network_destroy(wide);
    gml_network_destroy(own);
    gml_network_destroy(ours);
    gml_context_destroy(context);
}

TEST(training_gives_the_same_bits_for_any_number_of_threads)
{
    gml_context *one = context_of(1), *two = context_of(2);
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        const char *description = "5 -> 70 wave -> layernorm -> 33 my_tanh -> 3 wave(omega=0.5)";
        gml_network *a = trained(one, description, (gml_dtype)dtype), *b = trained(two, description, (gml_dtype)dtype);
        ck_assert_double_eq(difference(a, b), 0);
        gml_network_destroy(a);
        gml_network_destroy(b);
    }
    gml_context_destroy(one);
    gml_context_destroy(two);
}

TEST(gradients_are_right_and_a_wrong_slope_is_found)
{
    gml_context *context = context_of(2);
    gml_custom_activation wrong = {.entry = {.name = "wrong"}, .function = run_wrong};
    assert_ok(context, gml_register_activation(context, &wrong));
    ck_assert_double_lt(worst_gradient(context, "5 -> 8 wave -> my_tanh -> 6 prelu -> 3 wave(omega=3)", NULL, false),
                        1e-6);
    ck_assert_double_gt(worst_gradient(context, "5 -> 8 wave -> wrong -> 6 prelu -> 3 wave(omega=3)", NULL, false),
                        1e-4);
    gml_context_destroy(context);
}

TEST(it_can_be_applied_to_arrays_in_place_and_at_strides)
{
    gml_context *context = context_of(1);
    double x[2 * 400], y[2 * 300], slope[2 * 300];
    for (size_t i = 0; i < 800; i++) {
        x[i] = sin((double)i);
    }
    gml_matrix in = {.data = x, .dtype = GML_F64, .rows = 2, .cols = 300, .stride = 400};
    assert_ok(context, gml_activation_apply(context, "wave(omega=3)", in, gml_matrix_f64(y, 2, 300),
                                            gml_matrix_f64(slope, 2, 300)));
    assert_ok(context, gml_activation_apply(context, "wave(omega=3)", in, in, gml_matrix_none()));
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < 300; j++) {
            const double at = sin((double)(i * 400 + j));
            ck_assert_double_eq(y[i * 300 + j], wave_height * sin(3 * at));
            ck_assert_double_eq(x[i * 400 + j], y[i * 300 + j]);
            ck_assert_double_eq(slope[i * 300 + j], wave_height * 3 * cos(3 * at));
        }
    }
    ck_assert_double_eq(x[300], sin(300));
    gml_context_destroy(context);
}

TEST(its_name_stands_in_descriptions_and_in_json)
{
    gml_context *context = context_of(1);
    gml_network *network = NULL, *again = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 4 wave(omega=2.5) -> wave -> my_tanh -> 2", NULL, &network));
    ck_assert_str_eq(gml_network_description(network), "5 -> 4 wave(omega=2.5) -> wave -> my_tanh -> 2");
    assert_ok(context, gml_network_create(context, gml_network_to_json(network), NULL, &again));
    ck_assert_str_eq(gml_network_description(again), gml_network_description(network));
    ck_assert_ptr_nonnull(strstr(gml_network_to_json(network), "lecun_normal"));
    gml_network_destroy(network);
    gml_network_destroy(again);
    assert_refused(context, gml_network_create(context, "5 -> 4 wawe -> 2", NULL, &network), GML_ERROR_NAME,
                   "did you mean \"wave\"", NULL);
    assert_refused(context, gml_network_create(context, "5 -> my_tan -> 2", NULL, &network), GML_ERROR_NAME,
                   "did you mean \"my_tanh\"", NULL);
    assert_refused(context, gml_network_create(context, "5 -> 4 wave(omega=11) -> 2", NULL, &network),
                   GML_ERROR_ARGUMENT, "omega is 11", NULL);
    gml_context_destroy(context);
}

TEST(a_file_is_loaded_only_where_it_is_registered)
{
    make_folder();
    gml_context *context = context_of(2), *stranger = test_context();
    gml_network *network = trained(context, "5 -> 40 wave(omega=1.5) -> 3", GML_F32), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_refused(stranger, gml_model_load(stranger, in_folder("m"), &again), GML_ERROR_NAME, in_folder("m"),
                   "must be registered before", "\"wave\"", NULL);
    assert_ok(context, gml_model_load(context, in_folder("m"), &again));
    ck_assert_double_eq(difference(network, again), 0);

    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS], a[SAMPLES * OUTPUTS], b[SAMPLES * OUTPUTS];
    fill_data(x, y);
    assert_ok(context, gml_network_predict(network, gml_matrix_f32(x, SAMPLES, INPUTS), gml_matrix_f32(a, SAMPLES, 3)));
    assert_ok(context, gml_network_predict(again, gml_matrix_f32(x, SAMPLES, INPUTS), gml_matrix_f32(b, SAMPLES, 3)));
    ck_assert_int_eq(memcmp(a, b, sizeof a), 0);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
    gml_context_destroy(stranger);
    remove_folder();
}

int main(void)
{
    return run_tests("custom_activation", 60);
}
