/* tests/step/parity.c - training, step by step, against the figures of PyTorch in tests/parity/. */
#include "harness.h"
#include "layer/activation.h"
#include "layer/layer.h"
#include "optimizer/optimizer.h"
#include "optimizer/schedule.h"
#include "parity_case.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* The optimizer's own rate. */
static double base_rate(gml_context *context, const parity_case *parity)
{
    gml_call optimizer;
    assert_ok(context, gml_call_parse(context, "optimizer", gml_optimizer_entry, parity->optimizer,
                                      strlen(parity->optimizer), &optimizer));
    return optimizer.values[0];
}

/* Sets the learning rate of a step, which must be PyTorch's; a fit would do so by itself. */
static void follow_schedule(gml_trainer *trainer, const gml_schedule *schedule, const gml_schedule_state *state,
                            const parity_case *parity, size_t step)
{
    double rate = gml_schedule_at(schedule, state, step), right = parity->rates[step];
    ck_assert_msg(fabs(rate - right) <= 1e-13 * right, "%s, step %zu: the rate is %.17g, not %.17g", parity->name,
                  step + 1, rate, right);
    ck_assert_int_eq(gml_trainer_set_learning_rate(trainer, rate), GML_OK);
}

/* All steps of a case in one dtype. */
static void follow(const parity_case *parity, gml_dtype dtype, double tolerance)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, parity->network, &(gml_network_options){.dtype = dtype}, &network));
    set_parity_parameters(parity, network);
    gml_train_options options = {.keep_gradients = 1,
                                 .loss = parity->loss,
                                 .class_weights = parity->class_weights,
                                 .optimizer = parity->optimizer,
                                 .l2 = parity->l2,
                                 .clip_norm = parity->clip_norm,
                                 .clip_value = parity->clip_value,
                                 .batch = parity->batch};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    gml_schedule schedule;
    gml_schedule_state state = gml_schedule_begin();
    if (parity->schedule != NULL) {
        assert_ok(context, gml_schedule_bind(context, parity->schedule, base_rate(context, parity), parity->steps, 1,
                                             &schedule));
    }
    for (size_t step = 0; step < parity->steps; step++) {
        double loss = 0;
        if (parity->schedule != NULL) {
            follow_schedule(trainer, &schedule, &state, parity, step);
        }
        assert_ok(context, gml_trainer_step(trainer, parity_inputs(parity, step), parity_targets(parity, step), &loss));
        assert_parity_loss(parity, step, loss, tolerance);
        if (parity->schedule != NULL) {
            gml_schedule_observe(&schedule, &state, loss);
        }
        size_t first = 0;
        for (size_t b = 0; b < gml_network_block_count(network); b++) {
            gml_block block;
            assert_ok(context, gml_trainer_gradient(trainer, b, &block));
            if (block.role == GML_ROLE_STATISTIC) {
                continue;
            }
            assert_parity_gradient(parity, step, first, block.values, tolerance);
            first += block.values.rows * block.values.cols;
        }
    }
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

static void follow_in_double(const parity_case *parity)
{
    follow(parity, GML_F64, 1e-10);
}

static void follow_in_float(const parity_case *parity)
{
    follow(parity, GML_F32, 1e-5);
}

TEST(fifty_steps_in_double_agree_with_pytorch_to_1e_10)
{
    each_parity_case(follow_in_double);
}

TEST(fifty_steps_in_float_agree_with_pytorch_to_1e_5)
{
    each_parity_case(follow_in_float);
}

/* The row that is looked for, and whether a case has been seen to use it. */
static const char *wanted;
static bool found;

/* Has a layer of the network an activation or a kind of that name? */
static bool has_wanted_layer(const char *network)
{
    size_t length = strlen(wanted);
    for (const char *at = network; (at = strstr(at, wanted)) != NULL; at += length) {
        if (at[-1] == ' ' && strchr(" (", at[length]) != NULL) {
            return true;
        }
    }
    return false;
}

/* Is `text` a call of the wanted row? */
static bool calls_wanted(const char *text)
{
    size_t length = strlen(wanted);
    return strncmp(text, wanted, length) == 0 && (text[length] == '\0' || text[length] == '(');
}

static void look(const parity_case *parity)
{
    found = found || has_wanted_layer(parity->network) || calls_wanted(parity->loss) ||
            calls_wanted(parity->optimizer) || (parity->schedule != NULL && calls_wanted(parity->schedule));
}

static void assert_has_case(const char *name)
{
    wanted = name;
    found = false;
    each_parity_case(look);
    ck_assert_msg(found, "no case uses %s", name);
}

TEST(every_loss_optimizer_and_schedule_of_the_tables_has_a_case)
{
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        assert_has_case(gml_loss_entry(i)->name);
    }
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        if (!gml_optimizer_row_at(i)->full_batch) { /* they end in the same place on other ways */
            assert_has_case(gml_optimizer_entry(i)->name);
        }
    }
    for (size_t i = 0; gml_schedule_entry(i) != NULL; i++) {
        assert_has_case(gml_schedule_entry(i)->name);
    }
}

TEST(every_activation_and_kind_of_layer_that_has_a_gradient_and_draws_no_noise_has_a_case)
{
    for (size_t i = 0; gml_any_activation_entry(i) != NULL; i++) {
        const gml_activation_row *row = (const void *)gml_any_activation_entry(i);
        bool identity = i == 0; /* what stands where no activation does */
        if (!identity && !row->straight_through) {
            assert_has_case(row->entry.name);
        }
    }
    enum { NAMED = 2 }; /* dense and activation are written otherwise */
    for (size_t i = NAMED; gml_layer_entry(i) != NULL; i++) {
        const gml_layer_kind *kind = (const void *)gml_layer_entry(i);
        if (!kind->trains_only) {
            assert_has_case(kind->entry.name);
        }
    }
}

int main(void)
{
    return run_tests("parity", 60);
}
