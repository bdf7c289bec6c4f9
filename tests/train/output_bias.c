/* tests/train/output_bias.c - where the outputs of a fresh network begin in a fit. */
#include <math.h>
#include <stdbool.h>

#include "base/random.h"
#include "harness.h"

enum { ROWS = 400, FEATURES = 3 };

typedef struct fixture {
    gml_context *context;
    double x[ROWS * FEATURES], y[ROWS], weights[ROWS];
} fixture;

static fixture f;

static double uniform(uint32_t i)
{
    uint32_t words[4];
    gml_random_block(&(gml_stream){.seed = 3, .purpose = GML_RANDOM_CHECK}, i / 4, words);
    return 2 * ((double)words[i % 4] + 0.5) * 0x1p-32 - 1;
}

/* Amounts around 1000: a mean whose logarithm is linear in x, times noise of a quarter. Sample i weighs i % 3. */
static void set_up(void)
{
    f.context = test_context();
    for (uint32_t i = 0; i < ROWS; i++) {
        for (uint32_t j = 0; j < FEATURES; j++) {
            f.x[i * FEATURES + j] = uniform(i * 8 + j);
        }
        double noise = (uniform(i * 8 + 4) + uniform(i * 8 + 5) + uniform(i * 8 + 6)) / 4;
        const double *x = f.x + (size_t)i * FEATURES;
        f.y[i] = round(exp(6.8 + 0.3 * x[0] - 0.2 * x[1] + 0.1 * x[2]) * (1 + noise));
        f.weights[i] = i % 3;
    }
}

static void tear_down(void)
{
    gml_context_destroy(f.context);
}

static gml_dataset *dataset(const double *y, gml_task task, bool weighed)
{
    gml_dataset *made = NULL;
    gml_dataset_parts parts = {
        .inputs = gml_matrix_f64(f.x, ROWS, FEATURES), .targets = gml_matrix_f64((void *)y, ROWS, 1), .task = task};
    if (weighed) {
        parts.weights = gml_matrix_f64(f.weights, ROWS, 1);
    }
    assert_ok(f.context, gml_dataset_create(f.context, &parts, &made));
    return made;
}

static gml_network *network(const char *description)
{
    gml_network *made = NULL;
    assert_ok(f.context, gml_network_create(f.context, description, &(gml_network_options){.dtype = GML_F64}, &made));
    return made;
}

/* The last block with the role of a bias. */
static double *output_bias(const gml_network *of)
{
    double *found = NULL;
    for (size_t i = 0; i < gml_network_block_count(of); i++) {
        gml_block block;
        assert_ok(f.context, gml_network_block(of, i, &block));
        found = block.role == GML_ROLE_BIAS ? block.values.data : found;
    }
    ck_assert_ptr_nonnull(found);
    return found;
}

/* A fit that moves nothing: what is left is where it began. */
static void begin(gml_network *net, const gml_dataset *data, const char *loss, gml_choice choice)
{
    gml_train_options options = {.loss = loss, .epochs = 1, .learning_rate = 1e-300, .optimizer = "sgd"};
    options.output_bias = choice;
    assert_ok(f.context, gml_fit(net, data, NULL, &options, NULL, NULL));
}

static double mean_target(void)
{
    double sum = 0;
    for (size_t i = 0; i < ROWS; i++) {
        sum += f.y[i];
    }
    return sum / ROWS;
}

static double r2_of(const char *description, const char *loss, const char *optimizer, size_t epochs,
                    const gml_dataset *data)
{
    gml_network *net = network(description);
    gml_train_options options = {.loss = loss, .optimizer = optimizer, .epochs = epochs};
    gml_metrics metrics;
    assert_ok(f.context, gml_network_adapt(net, data, GML_SCALING_AUTO));
    assert_ok(f.context, gml_fit(net, data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_evaluate(net, data, NULL, &metrics));
    gml_network_destroy(net);
    return metrics.r2;
}

TEST(targets_around_1000_are_learned_as_well_as_by_a_generalized_linear_model)
{
    set_up();
    gml_dataset *data = dataset(f.y, GML_TASK_REGRESSION, false);
    const char *const losses[] = {"poisson", "gamma", "tweedie(power=1.5)"};
    for (size_t i = 0; i < 3; i++) {
        /* lbfgs finds the one minimum of the generalized linear model; adam with its defaults begins from scratch */
        double best = r2_of("3 -> 1 exponential", losses[i], "lbfgs", 200, data);
        double adam = r2_of("3 -> 32 relu -> 1 exponential", losses[i], "adam", 230, data);
        ck_assert_double_gt(best, 0.3);
        ck_assert_double_gt(adam, best - 0.02);
    }
    gml_dataset_destroy(data);
    tear_down();
}

TEST(a_fit_of_amounts_begins_at_the_logarithm_of_their_mean)
{
    set_up();
    gml_dataset *data = dataset(f.y, GML_TASK_REGRESSION, false);
    const char *const nets[] = {"3 -> 4 tanh -> 1 exponential", "3 -> 1 -> exponential", "3 -> 1"};
    for (size_t i = 0; i < 3; i++) {
        gml_network *net = network(nets[i]);
        begin(net, data, "poisson", GML_CHOICE_AUTO);
        ck_assert_double_eq_tol(output_bias(net)[0], log(mean_target()), 1e-12);
        gml_network_destroy(net);
    }
    gml_dataset_destroy(data);
    tear_down();
}

TEST(weights_and_unknown_targets_count_in_the_mean)
{
    set_up();
    double y[ROWS], sum = 0, weights = 0;
    for (size_t i = 0; i < ROWS; i++) {
        y[i] = i % 5 == 0 ? NAN : f.y[i];
        sum += i % 5 == 0 ? 0 : f.weights[i] * f.y[i];
        weights += i % 5 == 0 ? 0 : f.weights[i];
    }
    gml_dataset_parts parts = {.inputs = gml_matrix_f64(f.x, ROWS, FEATURES),
                               .targets = gml_matrix_f64(y, ROWS, 1),
                               .weights = gml_matrix_f64(f.weights, ROWS, 1),
                               .task = GML_TASK_REGRESSION,
                               .missing_targets = 1};
    gml_dataset *data = NULL;
    assert_ok(f.context, gml_dataset_create(f.context, &parts, &data));
    gml_network *net = network("3 -> 1 exponential");
    begin(net, data, "gamma", GML_CHOICE_AUTO);
    ck_assert_double_eq_tol(output_bias(net)[0], log(sum / weights), 1e-12);
    gml_network_destroy(net);
    gml_dataset_destroy(data);
    tear_down();
}

TEST(outputs_of_classes_begin_at_the_shares_of_the_classes_where_that_is_asked_for)
{
    set_up();
    double classes[ROWS], yes = 0;
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = i % 10 == 0 ? 1 : 0;
        yes += classes[i] / ROWS;
    }
    gml_dataset *data = dataset(classes, GML_TASK_CLASSIFICATION, false);
    const struct {
        const char *net, *loss;
        double first, last;
    } cases[] = {
        {"3 -> 1 sigmoid", "binary_cross_entropy", log(yes / (1 - yes)), log(yes / (1 - yes))},
        {"3 -> 1 sigmoid", "binary_cross_entropy(pos_weight=3)", log(3 * yes / (1 - yes)), log(3 * yes / (1 - yes))},
        {"3 -> 2 softmax", "softmax_cross_entropy", log(1 - yes), log(yes)},
        {"3 -> 3 softmax", "softmax_cross_entropy", log(1 - yes), log(0.5 / ROWS)},
        {"3 -> 2 softmax", "softmax_cross_entropy(smoothing=0.2)", log(0.8 * (1 - yes) + 0.1), log(0.8 * yes + 0.1)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_network *net = network(cases[i].net), *drawn = network(cases[i].net);
        begin(drawn, data, cases[i].loss, GML_CHOICE_AUTO);
        begin(net, data, cases[i].loss, GML_CHOICE_YES);
        size_t outputs = gml_network_outputs(net);
        ck_assert_double_eq_tol(output_bias(net)[0], cases[i].first, 1e-12);
        ck_assert_double_eq_tol(output_bias(net)[outputs - 1], cases[i].last, 1e-12);
        ck_assert_double_ne(output_bias(drawn)[0], cases[i].first);
        gml_network_destroy(net);
        gml_network_destroy(drawn);
    }
    gml_dataset_destroy(data);
    tear_down();
}

TEST(a_bias_that_is_not_as_it_was_drawn_stays)
{
    set_up();
    gml_dataset *data = dataset(f.y, GML_TASK_REGRESSION, false);
    gml_network *net = network("3 -> 1 exponential"), *copy = NULL;
    double drawn = output_bias(net)[0];
    begin(net, data, "poisson", GML_CHOICE_NO); /* a fit, which is told to leave it */
    ck_assert_double_eq_tol(output_bias(net)[0], drawn, 1e-9);
    begin(net, data, "poisson", GML_CHOICE_AUTO); /* no longer fresh */
    ck_assert_double_eq_tol(output_bias(net)[0], drawn, 1e-9);

    gml_network_initialize(net, 0); /* fresh again, and so is a copy */
    assert_ok(f.context, gml_network_copy(net, GML_F64, &copy));
    assert_ok(f.context, gml_model_save(copy, "fresh.safetensors"));
    begin(copy, data, "poisson", GML_CHOICE_AUTO);
    ck_assert_double_eq_tol(output_bias(copy)[0], log(mean_target()), 1e-12);
    gml_network_destroy(copy);

    assert_ok(f.context, gml_model_load(f.context, "fresh.safetensors", &copy));
    begin(copy, data, "poisson", GML_CHOICE_AUTO); /* from a file */
    ck_assert_double_eq_tol(output_bias(copy)[0], drawn, 1e-9);
    gml_network_destroy(copy);

    output_bias(net)[0] = 2.5; /* set by the caller */
    begin(net, data, "poisson", GML_CHOICE_AUTO);
    ck_assert_double_eq_tol(output_bias(net)[0], 2.5, 1e-9);

    gml_network_initialize(net, 0);
    gml_trainer *trainer = NULL; /* a step of a trainer */
    gml_train_options options = {.loss = "poisson", .optimizer = "sgd", .learning_rate = 1e-300, .batch = ROWS};
    assert_ok(f.context, gml_trainer_create(net, &options, &trainer));
    assert_ok(f.context,
              gml_trainer_step(trainer, gml_matrix_f64(f.x, ROWS, FEATURES), gml_matrix_f64(f.y, ROWS, 1), NULL));
    gml_trainer_destroy(trainer);
    begin(net, data, "poisson", GML_CHOICE_AUTO);
    ck_assert_double_eq_tol(output_bias(net)[0], drawn, 1e-9);

    gml_network_initialize(net, 0);
    options = (gml_train_options){.loss = "poisson", .epochs = 1, .groups = "all(first=1, last=1, rate=0)"};
    assert_ok(f.context, gml_fit(net, data, NULL, &options, NULL, NULL)); /* frozen */
    ck_assert_double_eq_tol(output_bias(net)[0], drawn, 1e-9);
    gml_network_destroy(net);
    gml_dataset_destroy(data);
    tear_down();
}

TEST(targets_with_no_finite_start_leave_the_bias_as_it_was_drawn)
{
    set_up();
    static const double none[ROWS]; /* counts that are all 0 have a mean whose logarithm is not finite */
    gml_dataset *data = dataset(none, GML_TASK_REGRESSION, false);
    gml_network *net = network("3 -> 1 exponential");
    double drawn = output_bias(net)[0];
    begin(net, data, "poisson", GML_CHOICE_AUTO);
    ck_assert_double_eq_tol(output_bias(net)[0], drawn, 1e-9);
    gml_network_destroy(net);
    gml_dataset_destroy(data);
    tear_down();
}

int main(void)
{
    return run_tests("output bias", 60);
}
