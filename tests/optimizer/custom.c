/* tests/optimizer/custom.c - optimizers of the user's own: with all that surrounds ours, and as good as them. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "custom_case.h"
#include "faults.h"

/* ---- sgd, momentum and adamw again, and one that writes down what it is told ---- */

static void run_sgd(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                    double *const *state)
{
    (void)user, (void)state;
    for (size_t i = 0; i < count; i++) {
        w[i] -= step->rate * g[i];
    }
}

static void run_momentum(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                         double *const *state)
{
    double *velocity = state[0];
    const double share = step->number == 1 ? 1 : 1 - step->arguments[2];
    (void)user;
    for (size_t i = 0; i < count; i++) {
        velocity[i] = step->arguments[1] * velocity[i] + share * g[i];
        w[i] -= step->rate * velocity[i];
    }
}

static void run_adam(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                     double *const *state)
{
    const double beta1 = step->arguments[1], beta2 = step->arguments[2];
    const double first = 1 - pow(beta1, (double)step->number), second = 1 - pow(beta2, (double)step->number);
    double *m = state[0], *v = state[1];
    (void)user;
    for (size_t i = 0; i < count; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
        w[i] -= step->rate / first * (m[i] / (sqrt(v[i]) / sqrt(second) + step->arguments[3]));
    }
}

static void run_sgd_f32(void *user, const gml_custom_step *step, size_t count, float *w, const float *g,
                        float *const *state)
{
    (void)state;
    *(int *)user = 1;
    for (size_t i = 0; i < count; i++) {
        w[i] -= (float)step->rate * g[i];
    }
}

/* w = number + 100 * rate + 10000 * scale; the state counts the steps. */
static void run_diary(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                      double *const *state)
{
    (void)user, (void)g;
    ck_assert_double_eq(step->arguments[0], 0.25);
    ck_assert_ptr_null(state[1]);
    for (size_t i = 0; i < count; i++) {
        state[0][i] += 1;
        ck_assert_double_eq(state[0][i], (double)step->number);
        w[i] = (double)step->number + 100 * step->rate + 10000 * step->arguments[1];
    }
}

static void run_bad(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                    double *const *state)
{
    (void)user, (void)step, (void)g, (void)state;
    for (size_t i = 0; i < count; i++) {
        w[i] = NAN;
    }
}

static int called_in_float;

#define LR                                                                                                             \
    {                                                                                                                  \
        "lr", 0.01, 1e-300, 1, "learning rate", NULL                                                                   \
    }

static const gml_custom_optimizer records[] = {
    {.entry = {.name = "my_sgd", .parameters = {LR}, .parameter_count = 1}, .update = run_sgd},
    {.entry = {.name = "my_momentum",
               .parameters = {LR, {"momentum", 0.9, 0, 1, NULL, NULL}, {"dampening", 0, 0, 1, NULL, NULL}},
               .parameter_count = 3},
     .states = 1,
     .update = run_momentum},
    {.entry = {.name = "my_adam",
               .parameters = {LR,
                              {"beta1", 0.9, 0, 1, NULL, NULL},
                              {"beta2", 0.999, 0, 1, NULL, NULL},
                              {"eps", 1e-8, 0, 1, NULL, NULL},
                              {"weight_decay", 0, 0, 1, NULL, NULL}},
               .parameter_count = 5},
     .states = 2,
     .update = run_adam},
    {.entry = {.name = "both", .parameters = {LR}, .parameter_count = 1},
     .user = &called_in_float,
     .update = run_sgd,
     .update_f32 = run_sgd_f32},
    {.entry = {.name = "diary", .parameters = {LR, {"scale", 1, 0, 8, NULL, NULL}}, .parameter_count = 2},
     .states = 1,
     .update = run_diary},
    {.entry = {.name = "bad", .parameters = {LR}, .parameter_count = 1}, .update = run_bad},
};

static void register_all(gml_context *context)
{
    for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
        assert_ok(context, gml_register_optimizer(context, &records[i]));
    }
}

static gml_context *custom_context(gml_context_options options)
{
    gml_context *context = context_with(options);
    register_all(context);
    return context;
}

static gml_context *context_of(size_t threads)
{
    return custom_context((gml_context_options){.threads = threads});
}

/* ---- training ---- */

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

/* ---- names and files ---- */

static void assert_call_refused(gml_context *context, const char *optimizer, gml_status status, const char *reason)
{
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    const gml_train_options options = {.optimizer = optimizer};
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    assert_refused(context, gml_trainer_create(network, &options, &trainer), status, reason, NULL);
    gml_network_destroy(network);
}

TEST(messages_name_what_is_registered)
{
    gml_context *context = context_of(1), *other = test_context();
    assert_call_refused(context, "my_adan", GML_ERROR_NAME, "did you mean \"my_adam\"");
    assert_call_refused(context, "my_adam(beta=1)", GML_ERROR_NAME, "argument of my_adam");
    assert_call_refused(context, "my_adam(beta1=2)", GML_ERROR_ARGUMENT, "beta1 is 2");
    assert_call_refused(context, "my_sgd(lr=0)", GML_ERROR_ARGUMENT, "lr is 0");
    assert_call_refused(other, "my_adam", GML_ERROR_NAME, "my_adam");
    gml_context_destroy(context);
    gml_context_destroy(other);
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

/* ---- registering ---- */

static void assert_record_refused(gml_context *context, gml_custom_optimizer bad, gml_status status, const char *reason)
{
    assert_refused(context, gml_register_optimizer(context, &bad), status, reason, NULL);
}

TEST(records_that_are_not_whole_and_names_that_are_taken_are_refused)
{
    gml_context *context = context_of(1);
    assert_refused(context, gml_register_optimizer(context, NULL), GML_ERROR_ARGUMENT, "`optimizer`", NULL);
    gml_custom_optimizer bad = records[1];
    bad.update = NULL;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "a function");
    bad = records[1];
    bad.states = GML_MAX_STATES + 1;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "4 arrays");
    bad = records[1];
    bad.entry.parameter_count = 0;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "\"lr\"");
    bad = records[1];
    bad.entry.parameters[0].name = "rate";
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "\"lr\"");
    bad = records[1];
    bad.entry.parameters[0].minimum = 0;
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "above 0");
    bad = records[1];
    bad.entry.name = "";
    assert_record_refused(context, bad, GML_ERROR_ARGUMENT, "a name begins");
    static const char *const taken[] = {"adam", "muon", "lbfgs", "my_adam"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        bad.entry.name = taken[i];
        assert_record_refused(context, bad, GML_ERROR_NAME, "name is already in use");
    }
    gml_context_destroy(context);
}

/* A trainer and a step. */
static gml_status use(gml_network *network, faults *hooks)
{
    float x[INPUTS] = {1, 2, 3, 4, 5}, y[OUTPUTS] = {1, 2, 3};
    gml_trainer *trainer = NULL;
    const gml_train_options options = {.optimizer = "my_adam", .batch = 1, .groups = "all(rate=0.5)"};
    gml_status status = gml_trainer_create(network, &options, &trainer);
    const size_t allocations = hooks->allocations;
    for (size_t i = 0; status == GML_OK && i < 5; i++) {
        status = gml_trainer_step(trainer, gml_matrix_f32(x, 1, INPUTS), gml_matrix_f32(y, 1, OUTPUTS), NULL);
    }
    ck_assert_uint_eq(hooks->allocations, allocations);
    gml_trainer_destroy(trainer);
    return status;
}

TEST(steps_allocate_nothing_and_without_memory_nothing_is_left_behind)
{
    faults hooks;
    gml_context *context = faulty_context(&hooks);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "5 -> 3", NULL, &network));
    size_t live = hooks.live_bytes;
    hooks.fail_at = hooks.allocations + 1;
    assert_refused(context, gml_register_optimizer(context, &records[2]), GML_ERROR_MEMORY, "optimizer", NULL);
    ck_assert_uint_eq(hooks.live_bytes, live);
    reset_faults(&hooks);
    register_all(context);
    live = hooks.live_bytes;
    gml_status status = GML_ERROR_MEMORY;
    for (size_t at = 1; status != GML_OK; at++) {
        reset_faults(&hooks);
        hooks.fail_at = at;
        status = use(network, &hooks);
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        ck_assert_uint_eq(hooks.live_bytes, live);
        ck_assert_uint_lt(at, 20);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    ck_assert_uint_eq(hooks.live_bytes, 0);
}

int main(void)
{
    return run_tests("custom_optimizer", 60);
}
