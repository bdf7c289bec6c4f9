/* tests/step/refused.c - a refused step changes nothing that is kept. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "step/trainer.h"

enum { ROWS = 6, INPUTS = 3, OUTPUTS = 3, GOOD = 3 };

/* What is wrong with a batch, and the network that it is shown to. */
typedef struct fault {
    const char *name, *net, *loss;
    gml_status status;
    float input;  /* of the first sample; 0: as it is */
    float target; /* likewise */
    float first_weight,
        last_weight; /* all of the first matrix and of the last, while the batch is shown; 0: as trained */
    bool gradient;   /* the loss is finite, and the gradient is not */
} fault;

static const char norms[] = "3 -> 5 relu -> batchnorm -> dropout 0.2 -> 4 prelu -> batchnorm -> 3";
static const char plain[] = "3 -> 4 tanh -> 3"; /* a step of calls made ready, where the options allow it */

static const fault faults[] = {
    {.name = "an input is NaN", .net = norms, .status = GML_ERROR_DIVERGED, .input = NAN},
    {.name = "an input is infinite", .net = norms, .status = GML_ERROR_DIVERGED, .input = INFINITY},
    {.name = "a variance overflows", .net = norms, .status = GML_ERROR_DIVERGED, .input = 1e30f},
    {.name = "a target is NaN", .net = norms, .status = GML_ERROR_DATA, .target = NAN},
    {.name = "the loss overflows", .net = norms, .status = GML_ERROR_DIVERGED, .target = 3e38f},
    {.name = "no such class", .net = norms, .loss = "softmax_cross_entropy", .status = GML_ERROR_DATA, .target = 7},
    {.name = "an input is NaN, compact", .net = plain, .status = GML_ERROR_DIVERGED, .input = NAN},
    {.name = "the loss overflows, compact", .net = plain, .status = GML_ERROR_DIVERGED, .target = 3e38f},
    {.name = "the gradient overflows",
     .net = "3 -> 4 -> 3",
     .loss = "mean_absolute_error",
     .status = GML_ERROR_DIVERGED,
     .input = 1e25f,
     .first_weight = 1e-20f,
     .last_weight = 1e18f,
     .gradient = true},
};

static const gml_train_options variants[] = {
    {.clip_norm = 0},
    {.clip_norm = 0.5},
    {.accumulate = 2},
    {.accumulate = 2, .clip_norm = 0.5},
    {.average = "ema(decay=0.9)"},
    {.groups = "weights(last=1, rate=0.5); biases(rate=0)"},
    {.l1 = 1e-3, .l2 = 1e-2, .gradient_noise = 0.01, .clip_value = 0.1},
    {.max_norm = 1, .average = "ema(decay=0.9)"},
};

typedef struct subject {
    gml_network *network;
    gml_trainer *trainer;
} subject;

static subject make(gml_context *context, const fault *wrong, const gml_train_options *options)
{
    subject made = {0};
    const gml_network_options seeded = {.seed = 5};
    assert_ok(context, gml_network_create(context, wrong->net, &seeded, &made.network));
    assert_ok(context, gml_trainer_create(made.network, options, &made.trainer));
    return made;
}

static void destroy(subject *made)
{
    gml_trainer_destroy(made->trainer);
    gml_network_destroy(made->network);
}

static void put(char **at, const void *data, size_t size)
{
    if (data != NULL) {
        memcpy(*at, data, size);
        *at += size;
    }
}

/* Copies it all into new memory; returns how many bytes that is. */
static size_t take_state(const subject *of, char **state)
{
    const gml_trainer *trainer = of->trainer;
    size_t bytes = of->network->parameter_bytes, groups = trainer->settings.groups.count;
    char *at = *state = malloc((3 + GML_UPDATE_STATES) * bytes + groups * sizeof(double) + 256);
    put(&at, of->network->parameters, bytes);
    for (size_t i = 0; i < GML_UPDATE_STATES; i++) {
        bool scratch = trainer->scratch.orthogonal.iterations > 0 && i == 1; /* the directions of matrices */
        put(&at, scratch ? NULL : trainer->state.arrays[i], bytes);
    }
    put(&at, trainer->state.average, bytes);
    put(&at, trainer->state.mean, bytes);
    put(&at, groups > 0 ? trainer->state.group_memory : NULL, groups * sizeof(double));
    put(&at, &trainer->state.memory, sizeof trainer->state.memory);
    put(&at, &trainer->state.rate, sizeof trainer->state.rate);
    put(&at, &trainer->state.collected, sizeof trainer->state.collected);
    put(&at, &trainer->state.collected_divisor, sizeof trainer->state.collected_divisor);
    put(&at, &trainer->state.batches, sizeof trainer->state.batches);
    put(&at, &trainer->state.steps, sizeof trainer->state.steps);
    return (size_t)(at - *state);
}

static void assert_same_state(const subject *a, const subject *b, const char *what)
{
    char *of_a, *of_b;
    size_t size = take_state(a, &of_a);
    ck_assert_uint_eq(size, take_state(b, &of_b));
    ck_assert_msg(memcmp(of_a, of_b, size) == 0, "%s: what is kept differs", what);
    free(of_a);
    free(of_b);
}

static gml_status step(const subject *of, const fault *wrong, size_t number, bool bad)
{
    float x[ROWS][INPUTS], y[ROWS][OUTPUTS];
    bool classes = wrong->loss != NULL && strcmp(wrong->loss, "softmax_cross_entropy") == 0;
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < INPUTS; j++) {
            x[i][j] = sinf((float)(number * 31 + i * 7 + j * 3));
            y[i][j] = cosf((float)(number * 17 + i * 5 + j));
        }
    }
    for (size_t i = 0; classes && i < ROWS; i++) {
        (&y[0][0])[i] = (float)((i + number) % OUTPUTS);
    }
    if (bad && wrong->input != 0) {
        x[0][0] = wrong->input;
    }
    if (bad && wrong->target != 0) {
        (&y[0][0])[2] = wrong->target;
    }
    return gml_trainer_step(of->trainer, gml_matrix_f32(&x[0][0], ROWS, INPUTS),
                            gml_matrix_f32(&y[0][0], ROWS, classes ? 1 : OUTPUTS), NULL);
}

static void fill_block(gml_network *network, size_t index, float value)
{
    gml_block block;
    gml_network_block(network, index, &block);
    for (size_t i = 0; value != 0 && i < block.values.rows * block.values.cols; i++) {
        ((float *)block.values.data)[i] = value;
    }
}

/* Shows the batch to a network that has the fault's weights for that long. */
static void refuse(gml_context *context, const subject *of, const fault *wrong, const char *what)
{
    gml_network *network = of->network;
    char *trained = malloc(network->parameter_bytes), *before, *after;
    memcpy(trained, network->parameters, network->parameter_bytes);
    fill_block(network, 0, wrong->first_weight);
    fill_block(network, 2, wrong->last_weight);
    size_t size = take_state(of, &before);
    gml_status status = step(of, wrong, 99, true);
    ck_assert_msg(status == wrong->status, "%s: %s: %s", what, gml_status_name(status), gml_context_message(context));
    ck_assert_uint_eq(size, take_state(of, &after));
    ck_assert_msg(memcmp(before, after, size) == 0, "%s: the refused step has changed what is kept", what);
    memcpy(network->parameters, trained, network->parameter_bytes);
    free(trained);
    free(before);
    free(after);
}

static void check(gml_context *context, const fault *wrong, gml_train_options options)
{
    char what[256];
    snprintf(what, sizeof what, "%s, %s, clip_norm %g, accumulate %zu, average %s, groups %s, l1 %g", wrong->name,
             options.optimizer, options.clip_norm, options.accumulate, options.average, options.groups, options.l1);
    options.loss = wrong->loss;
    options.batch = ROWS;
    options.seed = 3;
    bool refused = true; /* a gradient, only where its norm is looked at before its entries are clipped */
    subject a = make(context, wrong, &options), b = make(context, wrong, &options);
    if (wrong->gradient) {
        refused = options.clip_norm > 0 || (a.trainer->scratch.orthogonal.iterations > 0 && options.clip_value == 0);
    }
    if (refused) {
        for (size_t i = 0; i < 2 * GOOD; i++) {
            if (i == GOOD) {
                refuse(context, &a, wrong, what);
                refuse(context, &a, wrong, what);
            }
            assert_ok(context, step(&a, wrong, i, false));
            assert_ok(context, step(&b, wrong, i, false));
            assert_same_state(&a, &b, what);
        }
    }
    destroy(&a);
    destroy(&b);
}

TEST(a_refused_step_changes_nothing_that_is_kept)
{
    gml_context *context = test_context();
    size_t checked = 0;
    const gml_entry *entry;
    for (size_t o = 0; (entry = gml_optimizer_entry(o)) != NULL; o++) {
        gml_call call;
        ck_assert(gml_call_default(gml_optimizer_entry, entry->name, &call));
        const gml_optimizer_row *row = gml_call_row(&call);
        for (size_t v = 0; !row->full_batch && v < sizeof variants / sizeof variants[0]; v++) {
            gml_train_options options = variants[v];
            options.optimizer = entry->name;
            if (row->average != 0 && (options.average != NULL || options.l1 > 0 || options.max_norm > 0)) {
                continue;
            }
            for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
                check(context, &faults[i], options);
                checked++;
            }
        }
    }
    ck_assert_uint_gt(checked, 900);
    gml_context_destroy(context);
}

/* The gradients of all batches are finite, and so is their mean. The direction that muon makes of it is not, which is
 * known only after the mean and muon's memory have changed. */
TEST(a_refused_direction_gives_back_the_mean_of_several_batches)
{
    const fault net = {.net = "1 -> 1 bias=no"};
    const gml_train_options options = {
        .optimizer = "muon", .loss = "mean_absolute_error", .accumulate = 2, .batch = 1, .groups = "weights(rate=0.5)"};
    const float inputs[3] = {3.4e38f, 3.3e38f, 1}, target = 1;
    const gml_matrix y = gml_matrix_f32(&target, 1, 1), huge = gml_matrix_f32(&inputs[0], 1, 1);
    const gml_matrix refused = gml_matrix_f32(&inputs[1], 1, 1), usual = gml_matrix_f32(&inputs[2], 1, 1);
    gml_context *context = test_context();
    subject a = make(context, &net, &options), b = make(context, &net, &options);
    fill_block(a.network, 0, 1e-20f);
    fill_block(b.network, 0, 1e-20f);
    assert_ok(context, gml_trainer_step(a.trainer, huge, y, NULL));
    assert_ok(context, gml_trainer_step(b.trainer, huge, y, NULL));
    for (int i = 0; i < 2; i++) {
        assert_refused(context, gml_trainer_step(a.trainer, refused, y, NULL), GML_ERROR_DIVERGED, "direction", NULL);
        assert_same_state(&a, &b, "a direction that is not finite");
    }
    assert_ok(context, gml_trainer_step(a.trainer, usual, y, NULL));
    assert_ok(context, gml_trainer_step(b.trainer, usual, y, NULL));
    assert_same_state(&a, &b, "the step after it");
    ck_assert_uint_eq(a.trainer->state.steps, 1);
    destroy(&a);
    destroy(&b);
    gml_context_destroy(context);
}

/* Values of the first layer are kept for a panel at a time, and those of the last panel are finite. */
TEST(a_refused_step_names_layer_and_sample_of_an_earlier_panel)
{
    enum { MANY = 1024, BAD = 5 };
    const fault net = {.net = "1 -> scale -> scale -> 1"};
    const gml_train_options options = {.batch = MANY};
    float x[MANY] = {0}, y[MANY] = {0};
    gml_context *context = test_context();
    subject made = make(context, &net, &options);
    fill_block(made.network, 0, 1e20f);
    x[BAD] = 1e30f;
    assert_refused(context,
                   gml_trainer_step(made.trainer, gml_matrix_f32(x, MANY, 1), gml_matrix_f32(y, MANY, 1), NULL),
                   GML_ERROR_DIVERGED, "layer 1 of 3", "sample 6", NULL);
    destroy(&made);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("refused", 60);
}
