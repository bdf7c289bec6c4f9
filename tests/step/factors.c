/* tests/step/factors.c - factors of noise layers and of decays, set by hand and by the schedules of a fit. */
#include <math.h>
#include <string.h>

#include "harness.h"

enum { IN = 5, OUT = 3, ROWS = 24, STEPS = 6 };

static double x[ROWS * IN], y[ROWS * OUT];

static void make_data(void)
{
    for (size_t i = 0; i < ROWS * IN; i++) {
        x[i] = sin(1.7 * (double)i);
    }
    for (size_t i = 0; i < ROWS * OUT; i++) {
        y[i] = cos((double)(i * i % 97));
    }
}

static gml_network *network_of(gml_context *context, const char *net)
{
    gml_network *made = NULL;
    assert_ok(context, gml_network_create(context, net, &(gml_network_options){.dtype = GML_F64, .seed = 3}, &made));
    return made;
}

static void assert_same(const gml_network *a, const gml_network *b, const char *what)
{
    ck_assert_uint_eq(gml_network_block_count(a), gml_network_block_count(b));
    for (size_t i = 0; i < gml_network_block_count(a); i++) {
        gml_block one, other;
        ck_assert_int_eq(gml_network_block(a, i, &one), GML_OK);
        ck_assert_int_eq(gml_network_block(b, i, &other), GML_OK);
        ck_assert_msg(memcmp(one.values.data, other.values.data, one.values.rows * one.values.cols * sizeof(double)) ==
                          0,
                      "%s: %s differs", what, one.name);
    }
}

/* A trained network; the caller destroys it. */
static gml_network *trained(gml_context *context, const char *net, gml_train_options options, double noise,
                            double decay)
{
    gml_network *made = network_of(context, net);
    gml_trainer *trainer = NULL;
    options.batch = ROWS;
    assert_ok(context, gml_trainer_create(made, &options, &trainer));
    assert_ok(context, gml_trainer_set_factors(trainer, noise, decay));
    for (size_t i = 0; i < STEPS; i++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, ROWS, IN), gml_matrix_f64(y, ROWS, OUT), NULL));
    }
    gml_trainer_destroy(trainer);
    return made;
}

TEST(half_a_factor_is_half_the_rate_or_deviation_of_every_noise_layer)
{
    static const char *const nets[][2] = {
        {"5 -> 70 relu -> dropout(rate=0.4) -> 3", "5 -> 70 relu -> dropout(rate=0.2) -> 3"},
        {"5 -> 70 selu -> alpha_dropout(rate=0.4) -> 3", "5 -> 70 selu -> alpha_dropout(rate=0.2) -> 3"},
        {"5 -> gaussian_noise(std=0.4) -> 70 tanh -> 3", "5 -> gaussian_noise(std=0.2) -> 70 tanh -> 3"},
    };
    make_data();
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        gml_network *halved = trained(context, nets[i][0], (gml_train_options){0}, 0.5, 1);
        gml_network *half = trained(context, nets[i][1], (gml_train_options){0}, 1, 1);
        assert_same(halved, half, nets[i][0]);
        gml_network_destroy(halved);
        gml_network_destroy(half);
    }
    gml_context_destroy(context);
}

TEST(a_factor_of_0_turns_dropout_off)
{
    make_data();
    gml_context *context = test_context();
    gml_network *off = trained(context, "5 -> 70 relu -> dropout(rate=0.4) -> 3", (gml_train_options){0}, 0, 1);
    gml_network *none = trained(context, "5 -> 70 relu -> gaussian_noise(std=0.3) -> 3", (gml_train_options){0}, 0, 1);
    assert_same(off, none, "dropout and noise");
    gml_network_destroy(off);
    gml_network_destroy(none);
    gml_context_destroy(context);
}

/* The first options with a factor of decay of 1/4 train as the second, on two nets: the second is a tiny step. */
TEST(a_factor_of_decay_scales_l2_l1_and_weight_decay_with_groups_and_without)
{
    static const gml_train_options pairs[][2] = {
        {{.l2 = 0.04}, {.l2 = 0.01}},
        {{.optimizer = "sgd(lr=0.1)", .l2 = 0.04}, {.optimizer = "sgd(lr=0.1)", .l2 = 0.01}},
        {{.l1 = 0.04}, {.l1 = 0.01}},
        {{.optimizer = "adamw(weight_decay=0.04)"}, {.optimizer = "adamw(weight_decay=0.01)"}},
        {{.optimizer = "muon(weight_decay=0.04)", .l1 = 0.04}, {.optimizer = "muon(weight_decay=0.01)", .l1 = 0.01}},
        {{.optimizer = "adamw(weight_decay=0.04)", .l2 = 0.04, .l1 = 0.4, .groups = "all(rate=0.5, decay=2)"},
         {.optimizer = "adamw(weight_decay=0.01)", .l2 = 0.01, .l1 = 0.1, .groups = "all(rate=0.5, decay=2)"}},
    };
    static const char *const nets[] = {"5 -> 70 tanh -> 3", "5 -> 4 tanh -> 3"};
    make_data();
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        for (size_t n = 0; n < 2; n++) {
            gml_network *a = trained(context, nets[n], pairs[i][0], 1, 0.25);
            gml_network *b = trained(context, nets[n], pairs[i][1], 1, 1);
            assert_same(a, b, pairs[i][0].optimizer != NULL ? pairs[i][0].optimizer : "adam");
            gml_network_destroy(a);
            gml_network_destroy(b);
        }
    }
    gml_context_destroy(context);
}

/* Every epoch of one sample is one step, so a loop of steps can follow the schedules of a fit. */
TEST(a_fit_gives_each_step_the_factors_of_its_schedules)
{
    static const char net[] = "5 -> 40 relu -> dropout(rate=0.5) -> 3", schedule[] = "flat_cosine(flat=0.25)";
    enum { EPOCHS = 20 };
    const gml_train_options options = {.batch = 1,
                                       .epochs = EPOCHS,
                                       .l2 = 0.1,
                                       .optimizer = "adamw(weight_decay=0.1)",
                                       .noise_schedule = schedule,
                                       .decay_schedule = "linear(warmup=3)"};
    make_data();
    gml_context *context = test_context();
    gml_network *fitted = network_of(context, net), *stepped = network_of(context, net);
    gml_dataset *data = NULL;
    gml_trainer *trainer = NULL;
    const gml_matrix in = gml_matrix_f64(x, 1, IN), out = gml_matrix_f64(y, 1, OUT);
    assert_ok(context, gml_dataset_from_matrices(context, in, out, GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_fit(fitted, data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_trainer_create(stepped, &options, &trainer));
    for (size_t i = 0; i < EPOCHS; i++) {
        double noise, decay;
        assert_ok(context, gml_schedule_rate(context, schedule, 1, i, EPOCHS, 1, &noise));
        assert_ok(context, gml_schedule_rate(context, options.decay_schedule, 1, i, EPOCHS, 1, &decay));
        assert_ok(context, gml_trainer_set_factors(trainer, noise, decay));
        assert_ok(context, gml_trainer_step(trainer, in, out, NULL));
    }
    assert_same(fitted, stepped, "a fit and a loop");
    ck_assert_str_eq(gml_network_fact(fitted, "noise_schedule"), schedule);
    ck_assert_str_eq(gml_network_fact(fitted, "decay_schedule"), "linear(warmup=3)");
    gml_trainer_destroy(trainer);
    gml_dataset_destroy(data);
    gml_network_destroy(fitted);
    gml_network_destroy(stepped);
    gml_context_destroy(context);
}

TEST(schedules_that_follow_scores_and_full_batch_optimizers_have_no_factors)
{
    static const struct {
        gml_train_options options;
        gml_status status;
        const char *words;
    } cases[] = {
        {{.noise_schedule = "reduce_on_plateau"}, GML_ERROR_ARGUMENT, "noise_schedule: reduce_on_plateau"},
        {{.decay_schedule = "reduce_on_plateau"}, GML_ERROR_ARGUMENT, "decay_schedule: reduce_on_plateau"},
        {{.decay_schedule = "cosin"}, GML_ERROR_NAME, "cosine"},
        {{.optimizer = "lbfgs", .decay_schedule = "linear"}, GML_ERROR_ARGUMENT, "decay_schedule"},
        {{.optimizer = "levenberg_marquardt", .noise_schedule = "linear"}, GML_ERROR_ARGUMENT, "noise_schedule"},
    };
    make_data();
    gml_context *context = test_context();
    gml_network *network = network_of(context, "5 -> 4 tanh -> 3");
    gml_dataset *data = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, IN), gml_matrix_f64(y, ROWS, OUT),
                                                 GML_TASK_REGRESSION, &data));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(context, gml_fit(network, data, NULL, &cases[i].options, NULL, NULL), cases[i].status,
                       cases[i].words, NULL);
    }
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(factors_that_are_no_shares_are_refused)
{
    const double bad[][2] = {{-0.1, 1}, {1.1, 1}, {NAN, 1}, {1, -1}, {1, NAN}, {1, INFINITY}};
    gml_context *context = test_context();
    gml_network *network = network_of(context, "5 -> 3");
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, NULL, &trainer));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_refused(context, gml_trainer_set_factors(trainer, bad[i][0], bad[i][1]), GML_ERROR_ARGUMENT,
                       "factors of noise and decay", NULL);
    }
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("factors", 60);
}
