/* tests/optimizer/custom.c - custom optimizers train as well as ours, with all that surrounds a step, and are named in
 * files. */
#include <stdatomic.h>

#include "custom_optimizers.h"
#include "faults.h"

static gml_dataset *data_of(gml_context *context)
{
    static float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    gml_dataset *data = NULL;
    fill_data(x, y);
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, SAMPLES, INPUTS),
                                                 gml_matrix_f32(y, SAMPLES, OUTPUTS), GML_TASK_REGRESSION, &data));
    return data;
}

/* 51 batches, unless the options say otherwise. */
static gml_network *trained(gml_context *context, const char *optimizer, gml_dtype dtype, gml_train_options options)
{
    gml_network *network = NULL;
    gml_dataset *data = data_of(context);
    const gml_network_options made = {.dtype = dtype, .seed = 3};
    assert_ok(context, gml_network_create(context, "5 -> 301 tanh -> 9 prelu -> 3", &made, &network));
    options.optimizer = optimizer;
    options.epochs = options.epochs != 0 ? options.epochs : 17;
    options.batch = options.batch != 0 ? options.batch : 100;
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    gml_dataset_destroy(data);
    return network;
}

static void assert_alike(gml_context *context, const char *own, const char *ours, gml_train_options options)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *a = trained(context, own, (gml_dtype)dtype, options);
        gml_network *b = trained(context, ours, (gml_dtype)dtype, options);
        const double apart = difference(a, b);
        ck_assert_msg(apart <= (dtype == GML_F64 ? 1e-12 : 1e-6), "%s and %s, type %d: %g", own, ours, dtype, apart);
        gml_network_destroy(a);
        gml_network_destroy(b);
    }
}

TEST(copies_of_ours_train_as_they_do_in_every_kernel_set)
{
    for (size_t set = 0; gml_kernel_set_name(set) != NULL; set++) {
        gml_context *context = custom_context((gml_context_options){.threads = 2, .isa = gml_kernel_set_name(set)});
        const gml_train_options plain = {.seed = 1};
        assert_alike(context, "my_sgd", "sgd(lr=0.01)", plain);
        assert_alike(context, "both", "sgd(lr=0.01)", plain);
        assert_alike(context, "my_momentum(dampening=0.5)", "momentum(lr=0.01, dampening=0.5)", plain);
        assert_alike(context, "my_adam(lr=0.002)", "adam(lr=0.002)", plain);
        gml_context_destroy(context);
    }
}

TEST(all_that_surrounds_ours_surrounds_it)
{
    gml_context *context = context_of(2);
    const gml_train_options around[] = {
        {.l2 = 0.01, .clip_norm = 0.1, .clip_value = 0.02},
        {.groups = "all(first=1, last=1, rate=0); weights(first=2, last=2, rate=0.3, decay=0.5)", .l2 = 0.1},
        {.average = "ema(decay=0.9)", .schedule = "cosine"},
        {.average = "swa", .accumulate = 2, .batch = 40, .epochs = 5},
        {.l1 = 0.01, .max_norm = 0.9},
        {.gradient_noise = 0.01, .keep_gradients = 1, .learning_rate = 0.02},
    };
    for (size_t i = 0; i < sizeof around / sizeof around[0]; i++) {
        assert_alike(context, "my_momentum", "momentum(lr=0.01)", around[i]);
    }
    gml_context_destroy(context);
}

TEST(decay_by_its_name_is_that_of_adamw)
{
    gml_context *context = context_of(2);
    const gml_train_options plain = {.seed = 1}, groups = {.groups = "weights(last=2, decay=0.2)"};
    assert_alike(context, "my_adam(lr=0.002, weight_decay=0.3)", "adamw(lr=0.002, weight_decay=0.3)", plain);
    assert_alike(context, "my_adam(lr=0.002, weight_decay=0.3)", "adamw(lr=0.002, weight_decay=0.3)", groups);
    gml_context_destroy(context);
}

TEST(a_function_for_float_is_called_for_networks_in_float)
{
    gml_context *context = context_of(1);
    called_in_float = 0;
    gml_network *wide = trained(context, "both", GML_F64, (gml_train_options){.epochs = 1});
    ck_assert_int_eq(called_in_float, 0);
    gml_network *narrow = trained(context, "both", GML_F32, (gml_train_options){.epochs = 1});
    ck_assert_int_eq(called_in_float, 1);
    gml_network_destroy(wide);
    gml_network_destroy(narrow);
    gml_context_destroy(context);
}

TEST(training_gives_the_same_bits_for_any_number_of_threads)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *networks[3];
        gml_context *contexts[3];
        for (size_t i = 0; i < 3; i++) {
            contexts[i] = context_of(i + 1);
            networks[i] = trained(contexts[i], "my_adam", (gml_dtype)dtype, (gml_train_options){.clip_norm = 0.1});
            ck_assert_double_eq(difference(networks[i], networks[0]), 0);
        }
        for (size_t i = 0; i < 3; i++) {
            gml_network_destroy(networks[i]);
            gml_context_destroy(contexts[i]);
        }
    }
}

static void assert_all_entries(const gml_network *network, double value)
{
    for (size_t k = 0; k < gml_network_block_count(network); k++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, k, &block), GML_OK);
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            ck_assert_double_eq(block_entry(&block, i), value);
        }
    }
}

static void assert_diary(gml_dtype dtype)
{
    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    gml_context *context = context_of(2);
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    fill_data(x, y);
    gml_matrix inputs = gml_matrix_f32(x, SAMPLES, INPUTS), targets = gml_matrix_f32(y, SAMPLES, OUTPUTS);
    const gml_network_options options = {.dtype = dtype};
    assert_ok(context, gml_network_create(context, "5 -> 300 tanh -> 3", &options, &network));
    const gml_train_options training = {.optimizer = "diary(lr=0.25, scale=3)", .batch = SAMPLES, .accumulate = 2};
    assert_ok(context, gml_trainer_create(network, &training, &trainer));
    for (size_t step = 1; step <= 3; step++) {
        const double rate = step == 3 ? 0.5 : 0.25;
        assert_ok(context, gml_trainer_set_learning_rate(trainer, rate));
        assert_ok(context, gml_trainer_step(trainer, inputs, targets, NULL));
        assert_ok(context, gml_trainer_step(trainer, inputs, targets, NULL));
        assert_all_entries(network, (double)step + 100 * rate + 30000);
    }
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(it_is_told_arguments_rate_and_number_and_keeps_its_state)
{
    assert_diary(GML_F32);
    assert_diary(GML_F64);
}

static void run_count(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                      double *const *state)
{
    (void)step, (void)w, (void)g, (void)state;
    atomic_fetch_add((atomic_size_t *)user, count);
}

/* Blocks lie with gaps between them, of which it hears nothing, in tiny steps as in others. */
TEST(it_is_told_of_each_parameter_once_a_step_and_of_nothing_else)
{
    atomic_size_t told = 0;
    const gml_custom_optimizer record = {
        .entry = {.name = "count", .parameters = {LR}, .parameter_count = 1}, .user = &told, .update = run_count};
    float x[SAMPLES * INPUTS], y[SAMPLES * OUTPUTS];
    fill_data(x, y);
    const char *const networks[] = {"5 -> 4 tanh -> 3", "5 -> 300 tanh -> 3"};
    for (size_t i = 0; i < 2; i++) {
        gml_context *context = context_of(2);
        gml_network *network = NULL;
        gml_trainer *trainer = NULL;
        const gml_train_options options = {.optimizer = "count", .batch = 8};
        assert_ok(context, gml_register_optimizer(context, &record));
        assert_ok(context, gml_network_create(context, networks[i], NULL, &network));
        assert_ok(context, gml_trainer_create(network, &options, &trainer));
        told = 0;
        assert_ok(context,
                  gml_trainer_step(trainer, gml_matrix_f32(x, 8, INPUTS), gml_matrix_f32(y, 8, OUTPUTS), NULL));
        ck_assert_uint_eq(told, gml_network_parameter_count(network));
        gml_trainer_destroy(trainer);
        gml_network_destroy(network);
        gml_context_destroy(context);
    }
}

TEST(steps_that_are_not_finite_are_told)
{
    gml_context *context = context_of(2);
    gml_network *network = NULL;
    gml_dataset *data = data_of(context);
    assert_ok(context, gml_network_create(context, "5 -> 4 tanh -> 3", NULL, &network));
    const gml_train_options options = {.optimizer = "bad"};
    assert_refused(context, gml_fit(network, data, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED, "step 2", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(a_file_names_it_and_is_loaded_anywhere)
{
    make_folder();
    gml_context *context = context_of(2), *stranger = test_context();
    gml_network *network = trained(context, "my_adam(beta1=0.5)", GML_F32, (gml_train_options){.epochs = 1});
    gml_network *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("m")));
    assert_ok(stranger, gml_model_load(stranger, in_folder("m"), &again));
    ck_assert_str_eq(gml_network_fact(again, "optimizer"), "my_adam(beta1=0.5)");
    ck_assert_double_eq(difference(network, again), 0);
    gml_network_destroy(network);
    gml_network_destroy(again);
    gml_context_destroy(context);
    gml_context_destroy(stranger);
    remove_folder();
}

int main(void)
{
    return run_tests("custom_optimizer", 60);
}
