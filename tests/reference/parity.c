/* tests/reference/parity.c - the naive reference, step by step, against the figures of PyTorch in tests/parity/. */
#include "harness.h"
#include "naive.h"
#include "parity_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARAMETERS = 512, MUON_WORK = 1024 };

/* The factor that cuts the gradient's norm to the limit. */
static double clip_scale(const oracle *net, double limit)
{
    double squares = 0;
    for (size_t i = 0; i < net->parameter_count; i++) {
        squares += net->gradients[i] * net->gradients[i];
    }
    return limit > 0 && sqrt(squares) > limit ? limit / sqrt(squares) : 1;
}

/* Updates all blocks; decay of either kind is for weights alone. */
static void update(oracle *net, const gml_call *optimizer, const parity_case *parity, size_t step,
                   double state[GML_REFERENCE_STATES][MAX_PARAMETERS])
{
    const gml_reference_optimizer *row = gml_reference_find_optimizer(optimizer->entry->name);
    double without_decay[GML_MAX_PARAMETERS];
    memcpy(without_decay, optimizer->values, sizeof without_decay);
    for (size_t i = 0; i < optimizer->entry->parameter_count; i++) {
        if (strcmp(optimizer->entry->parameters[i].name, "weight_decay") == 0) {
            without_decay[i] = 0;
        }
    }
    double scale = clip_scale(net, parity->clip_norm);
    for (size_t b = 0; b < net->block_count; b++) {
        const oracle_block *block = &net->blocks[b];
        bool weights = block->role == GML_ROLE_WEIGHT;
        size_t first = block->first;
        gml_reference_update_call call = {.count = block->rows * block->cols,
                                          .w = block->values,
                                          .g = block->gradient,
                                          .state = {state[0] + first, state[1] + first, state[2] + first},
                                          .parameters = weights ? optimizer->values : without_decay,
                                          .step = step + 1,
                                          .scale = scale,
                                          .clip = parity->clip_value > 0 ? parity->clip_value : INFINITY,
                                          .l2 = weights ? parity->l2 : 0};
        if (strcmp(row->name, "muon") == 0) {
            static double work[MUON_WORK];
            gml_reference_muon(&call, weights ? block->rows : 0, block->cols, work);
        } else {
            gml_reference_update(row, &call);
        }
    }
}

static double target_entry(gml_matrix targets, size_t i)
{
    return targets.dtype == GML_U8 ? ((const uint8_t *)targets.data)[i] : (double)((const float *)targets.data)[i];
}

/* The weight of each sample's class, from numbers parted by commas. */
static void weigh_classes(const parity_case *parity, const double *numbers, double *weights)
{
    for (size_t i = 0; i < parity->batch; i++) {
        const char *at = parity->class_weights;
        for (double class = 0; class < numbers[i]; class ++) {
            at = strchr(at, ',') + 1;
        }
        weights[i] = strtod(at, NULL);
    }
}

static void follow(const parity_case *parity)
{
    static double state[GML_REFERENCE_STATES][MAX_PARAMETERS];
    memset(state, 0, sizeof state);
    oracle *net = naive(parity->network, parity->loss);
    gml_context *context = gml_network_context(net->copy);
    ck_assert_uint_eq(net->parameter_count, parity->parameter_count);
    ck_assert_uint_le(net->parameter_count, MAX_PARAMETERS);
    gml_call optimizer;
    assert_ok(context, gml_call_parse(context, "optimizer", gml_optimizer_entry, parity->optimizer,
                                      strlen(parity->optimizer), &optimizer));
    set_parity_parameters(parity, net->copy);
    for (size_t step = 0; step < parity->steps; step++) {
        double x[256], targets[256];
        ck_assert_uint_le(parity->batch * parity->inputs, 256);
        ck_assert_uint_le(parity->batch * parity->target_cols, 256);
        for (size_t i = 0; i < parity->batch * parity->inputs; i++) {
            x[i] = parity->x[step * parity->batch * parity->inputs + i];
        }
        for (size_t i = 0; i < parity->batch * parity->target_cols; i++) {
            targets[i] = target_entry(parity_targets(parity, step), i);
        }
        gml_reference_batch batch = {
            .rows = parity->batch, .x = x, .targets = targets, .target_cols = parity->target_cols};
        double weights[256];
        if (parity->class_weights != NULL) {
            weigh_classes(parity, targets, weights);
            batch.weights = weights;
        }
        assert_parity_loss(parity, step, oracle_run(net, &batch), 1e-10);
        oracle_differentiate(net, &batch, NULL);
        for (size_t b = 0; b < net->block_count; b++) {
            const oracle_block *block = &net->blocks[b];
            gml_matrix gradient = gml_matrix_f64(block->gradient, block->rows, block->cols);
            assert_parity_gradient(parity, step, block->first, gradient, 1e-10);
        }
        optimizer.values[0] = parity->rates != NULL ? parity->rates[step] : optimizer.values[0];
        update(net, &optimizer, parity, step, state);
    }
    clear_naive(net);
}

TEST(the_reference_trains_as_pytorch_does)
{
    each_parity_case(follow);
}

int main(void)
{
    return run_tests("reference_parity", 60);
}
