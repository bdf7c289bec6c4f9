/* Training, step by step, against the figures of PyTorch in tests/parity/. */
#include "harness.h"
#include "parity_case.h"

#include <stdbool.h>
#include <string.h>

/* Sets all parameters of a network to where the case starts. */
static void set_parameters(gml_network *network, const parity_case *parity)
{
    const float *next = parity->parameters;
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        assert_ok(gml_network_context(network), gml_network_block(network, b, &block));
        for (size_t i = 0; i < block.values.rows; i++) {
            for (size_t j = 0; j < block.values.cols; j++, next++) {
                size_t index = i * block.values.stride + j;
                if (block.values.dtype == GML_F64) {
                    ((double *)block.values.data)[index] = *next;
                } else {
                    ((float *)block.values.data)[index] = *next;
                }
            }
        }
    }
    ck_assert_uint_eq((size_t)(next - parity->parameters), parity->parameter_count);
}

/* All steps of a case in one dtype. */
static void follow(const parity_case *parity, gml_dtype dtype, double tolerance)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, parity->network, &(gml_network_options){.dtype = dtype}, &network));
    set_parameters(network, parity);
    gml_train_options options = {.keep_gradients = 1,
                                 .loss = parity->loss,
                                 .optimizer = parity->optimizer,
                                 .l2 = parity->l2,
                                 .clip_norm = parity->clip_norm,
                                 .clip_value = parity->clip_value,
                                 .batch = parity->batch};
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    for (size_t step = 0; step < parity->steps; step++) {
        double loss = 0;
        assert_ok(context, gml_trainer_step(trainer, parity_inputs(parity, step), parity_targets(parity, step), &loss));
        assert_parity_loss(parity, step, loss, tolerance);
        size_t first = 0;
        for (size_t b = 0; b < gml_network_block_count(network); b++) {
            gml_block block;
            assert_ok(context, gml_trainer_gradient(trainer, b, &block));
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

START_TEST(fifty_steps_in_double_agree_with_pytorch_to_1e_10)
{
    each_parity_case(follow_in_double);
}
END_TEST

START_TEST(fifty_steps_in_float_agree_with_pytorch_to_1e_5)
{
    each_parity_case(follow_in_float);
}
END_TEST

/* The row that is looked for, and whether a case has been seen to use it. */
static const char *wanted;
static bool found;

/* Is `text` a call of the wanted row? */
static bool calls_wanted(const char *text)
{
    size_t length = strlen(wanted);
    return strncmp(text, wanted, length) == 0 && (text[length] == '\0' || text[length] == '(');
}

static void look(const parity_case *parity)
{
    found = found || calls_wanted(parity->loss) || calls_wanted(parity->optimizer);
}

static void assert_has_case(const char *name)
{
    wanted = name;
    found = false;
    each_parity_case(look);
    ck_assert_msg(found, "no case uses %s", name);
}

START_TEST(every_loss_and_optimizer_of_the_tables_has_a_case)
{
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        assert_has_case(gml_loss_entry(i)->name);
    }
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        assert_has_case(gml_optimizer_entry(i)->name);
    }
}
END_TEST

int main(void)
{
    return run_tests("parity", 60,
                     (const TTest *[]){fifty_steps_in_double_agree_with_pytorch_to_1e_10,
                                       fifty_steps_in_float_agree_with_pytorch_to_1e_5,
                                       every_loss_and_optimizer_of_the_tables_has_a_case, NULL});
}
