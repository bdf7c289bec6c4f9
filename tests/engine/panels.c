/* tests/engine/panels.c - a batch is cut into panels of rows, and vectors of parameters into parts: the gradient of a
 * batch is the mean of its samples' gradients, and the slope of its loss. */
#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "numbers.h"

enum { BATCH = 320, INPUTS = 6, CLASSES = 3 };

/* At this batch of several panels; the vectors of `affine`, of 40 x 130 entries each, are of several parts. */
static const char *const NETWORKS[] = {
    "6 -> 70 gelu -> layernorm -> 20 tanh -> 3 softmax",
    "6 -> pbld(numbers=4, size=5, frequencies=7) -> scale -> 40 mix(f=mish) -> 3 softmax",
    "6 -> members 40 -> scale(signs=yes) -> 130 -> affine(std=0.5) -> gelu -> 3 softmax heads -> average",
    "6 -> members 5 -> scale(std=0.5) -> 130 tanh -> scale -> 20 mix(f=mish) -> 3 softmax heads -> average",
};

typedef struct problem {
    const char *description;
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    double *x, *y;
    size_t parameters;
} problem;

static problem begin(const char *description, size_t threads)
{
    problem made = {.description = description, .context = context_with((gml_context_options){.threads = threads})};
    /* Weights stay as they are. */
    const gml_train_options options = {.optimizer = "sgd", .learning_rate = 1e-30, .batch = BATCH, .keep_gradients = 1};
    made.network = new_network(made.context, description, GML_F64, 3);
    assert_ok(made.context, gml_trainer_create(made.network, &options, &made.trainer));
    made.x = random_doubles((size_t)BATCH * INPUTS, 1);
    made.y = random_classes(BATCH, CLASSES, 2);
    made.parameters = gml_network_parameter_count(made.network);
    return made;
}

static void end(problem *p)
{
    free(p->x);
    free(p->y);
    gml_trainer_destroy(p->trainer);
    gml_network_destroy(p->network);
    gml_context_destroy(p->context);
}

/* The loss of the samples [from, from + count). */
static double step(const problem *p, size_t from, size_t count)
{
    double loss = 0;
    const gml_matrix x = gml_matrix_f64(p->x + from * INPUTS, count, INPUTS);
    assert_ok(p->context, gml_trainer_step(p->trainer, x, gml_matrix_f64(p->y + from, count, 1), &loss));
    return loss;
}

/* sum [parameters] += share times the gradient of the last step */
static void add_gradient(const problem *p, double share, double *sum)
{
    for (size_t b = 0; b < gml_network_block_count(p->network); b++) {
        gml_block block;
        assert_ok(p->context, gml_trainer_gradient(p->trainer, b, &block));
        const double *values = block.values.data;
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            *sum++ += share * values[i];
        }
    }
}

/* Moves every parameter by `by` times a number of its own. */
static void move(const problem *p, double by)
{
    size_t at = 0;
    for (size_t b = 0; b < gml_network_block_count(p->network); b++) {
        gml_block block;
        assert_ok(p->context, gml_network_block(p->network, b, &block));
        double *values = block.values.data;
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            values[i] += by * scattered(at++);
        }
    }
}

static void assert_mean_of_samples(const problem *p)
{
    double *found = calloc(p->parameters, sizeof *found), *wanted = calloc(p->parameters, sizeof *wanted);
    ck_assert(found != NULL && wanted != NULL);
    for (size_t i = 0; i < BATCH; i++) {
        step(p, i, 1);
        add_gradient(p, 1.0 / BATCH, wanted);
    }
    step(p, 0, BATCH);
    add_gradient(p, 1, found);
    const double difference = worst_difference(found, wanted, p->parameters);
    ck_assert_msg(difference < 1e-13, "%s: the gradient is %g off", p->description, difference);
    free(found);
    free(wanted);
}

static void assert_slope_of_loss(const problem *p)
{
    const double h = 1e-5;
    double *gradient = calloc(p->parameters, sizeof *gradient), slope = 0;
    ck_assert_ptr_nonnull(gradient);
    step(p, 0, BATCH);
    add_gradient(p, 1, gradient);
    for (size_t i = 0; i < p->parameters; i++) {
        slope += gradient[i] * scattered(i);
    }
    move(p, h);
    const double above = step(p, 0, BATCH);
    move(p, -2 * h);
    const double below = step(p, 0, BATCH), wanted = (above - below) / (2 * h);
    ck_assert_msg(fabs(slope - wanted) < 1e-7 * fabs(wanted), "%s: a slope of %.10g, not %.10g", p->description, slope,
                  wanted);
    free(gradient);
}

static void hold(void (*promise)(const problem *p))
{
    for (size_t n = 0; n < sizeof NETWORKS / sizeof NETWORKS[0]; n++) {
        for (size_t threads = 1; threads <= 3; threads++) {
            problem made = begin(NETWORKS[n], threads);
            promise(&made);
            end(&made);
        }
    }
}

TEST(the_gradient_of_a_batch_is_the_mean_of_its_samples_gradients)
{
    hold(assert_mean_of_samples);
}

TEST(the_gradient_of_a_batch_is_the_slope_of_its_loss)
{
    hold(assert_slope_of_loss);
}

int main(void)
{
    return run_tests("panels", 60);
}
