/* tests/step/ntk.c - the group ntk trains W as W = V / sqrt(in) is trained in y = x V / sqrt(in) + b, which is computed
 * here naively. */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "optimizer/optimizer.h"
#include "reference/functions.h"

enum { ROWS = 12, IN = 6, HIDDEN = 9, OUT = 4, STEPS = 7, FIRST = IN * HIDDEN, SECOND = HIDDEN * OUT };
enum { COUNT = FIRST + HIDDEN + SECOND + OUT }; /* V1, b1, V2, b2 */

static const char net[] = "6 -> 9 tanh -> 4";

/* The true form. */
typedef struct model {
    double p[COUNT], g[COUNT], state[GML_REFERENCE_STATES][COUNT];
} model;

/* Loss gradients of y = tanh(x V1 / sqrt(in) + b1) V2 / sqrt(hidden) + b2 with the mean of squared errors. */
static void find_gradient(const fixture *f, model *m)
{
    const double *v1 = m->p, *b1 = v1 + FIRST, *v2 = b1 + HIDDEN, *b2 = v2 + SECOND;
    double *g1 = m->g, *h1 = g1 + FIRST, *g2 = h1 + HIDDEN, *h2 = g2 + SECOND;
    memset(m->g, 0, sizeof m->g);
    for (size_t r = 0; r < ROWS; r++) {
        double hidden[HIDDEN], back[HIDDEN] = {0};
        for (size_t j = 0; j < HIDDEN; j++) {
            hidden[j] = b1[j];
            for (size_t i = 0; i < IN; i++) {
                hidden[j] += f->x[r * IN + i] * v1[i * HIDDEN + j] / sqrt(IN);
            }
            hidden[j] = tanh(hidden[j]);
        }
        for (size_t k = 0; k < OUT; k++) {
            double y = b2[k];
            for (size_t j = 0; j < HIDDEN; j++) {
                y += hidden[j] * v2[j * OUT + k] / sqrt(HIDDEN);
            }
            const double d = 2 * (y - f->y[r * OUT + k]) / (ROWS * OUT);
            h2[k] += d;
            for (size_t j = 0; j < HIDDEN; j++) {
                g2[j * OUT + k] += d * hidden[j] / sqrt(HIDDEN);
                back[j] += d * v2[j * OUT + k] / sqrt(HIDDEN);
            }
        }
        for (size_t j = 0; j < HIDDEN; j++) {
            const double d = back[j] * (1 - hidden[j] * hidden[j]);
            h1[j] += d;
            for (size_t i = 0; i < IN; i++) {
                g1[i * HIDDEN + j] += d * f->x[r * IN + i] / sqrt(IN);
            }
        }
    }
}

/* Updates one array; decays are for weights. */
static void update(const gml_call *call, model *m, size_t first, size_t count, size_t step, bool weights, double l2,
                   double l1)
{
    double parameters[GML_MAX_PARAMETERS];
    const gml_optimizer_row *row = gml_call_row(call);
    memcpy(parameters, call->values, sizeof parameters);
    if (!weights && row->decay != 0) {
        parameters[row->decay] = 0;
    }
    gml_reference_update_call of = {.count = count, .w = m->p + first, .g = m->g + first, .parameters = parameters};
    of.step = step;
    of.scale = 1;
    of.clip = INFINITY;
    of.l2 = weights ? l2 : 0;
    for (size_t i = 0; i < GML_REFERENCE_STATES; i++) {
        of.state[i] = m->state[i] + first;
    }
    gml_reference_update(gml_reference_find_optimizer(call->entry->name), &of);
    for (size_t i = first; weights && i < first + count; i++) {
        const double shift = parameters[0] * l1;
        m->p[i] = fabs(m->p[i]) <= shift ? 0 : m->p[i] - copysign(shift, m->p[i]);
    }
}

static void train_model(const fixture *f, const char *optimizer, double l2, double l1, model *m)
{
    gml_call call;
    assert_ok(f->context,
              gml_call_parse(f->context, "optimizer", gml_optimizer_entry, optimizer, strlen(optimizer), &call));
    for (size_t step = 1; step <= STEPS; step++) {
        find_gradient(f, m);
        update(&call, m, 0, FIRST, step, true, l2, l1);
        update(&call, m, FIRST, HIDDEN, step, false, l2, l1);
        update(&call, m, FIRST + HIDDEN, SECOND, step, true, l2, l1);
        update(&call, m, FIRST + HIDDEN + SECOND, OUT, step, false, l2, l1);
    }
}

/* Copies the network's parameters, with weights times sqrt(in), to p. */
static void read_network(const gml_network *network, double *p)
{
    static const double factors[] = {2.449489742783178, 1, 3, 1}; /* sqrt(6), sqrt(9) */
    for (size_t b = 0, at = 0; b < 4; b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, b, &block), GML_OK);
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            p[at++] = ((const double *)block.values.data)[i] * factors[b];
        }
    }
}

static void train_network(fixture *f, gml_train_options options)
{
    gml_trainer *trainer = NULL;
    options.batch = ROWS;
    assert_ok(f->context, gml_trainer_create(f->network, &options, &trainer));
    for (size_t i = 0; i < STEPS; i++) {
        assert_ok(f->context,
                  gml_trainer_step(trainer, gml_matrix_f64(f->x, ROWS, IN), gml_matrix_f64(f->y, ROWS, OUT), NULL));
    }
    gml_trainer_destroy(trainer);
}

TEST(the_group_trains_as_the_true_form_with_every_decay)
{
    static const struct {
        const char *optimizer;
        double l2, l1;
    } cases[] = {
        {"sgd(lr=0.5)", 0, 0},
        {"sgd(lr=0.5)", 0.1, 0.01},
        {"momentum(lr=0.2)", 0.1, 0},
        {"nesterov(lr=0.2)", 0, 0.02},
        {"adam(lr=0.03, eps=1e-30)", 0, 0},
        {"adam(lr=0.03, eps=1e-30)", 0.05, 0.01},
        {"adamw(lr=0.03, weight_decay=0.3, eps=1e-30)", 0, 0},
        {"amsgrad(lr=0.03, eps=1e-30)", 0.05, 0},
        {"nadam(lr=0.03, eps=1e-30)", 0, 0.01},
        {"adagrad(lr=0.1, eps=1e-30)", 0.05, 0},
        {"rmsprop(lr=0.02, eps=1e-30)", 0.05, 0.01},
        {"lion(lr=0.01, weight_decay=0.2)", 0, 0.01},
    };
    fixture f = set_up(net, GML_F64, 1, ROWS);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        model expected = {.p = {0}};
        double found[COUNT];
        gml_network_initialize(f.network, 5);
        read_network(f.network, expected.p);
        train_model(&f, cases[i].optimizer, cases[i].l2, cases[i].l1, &expected);
        train_network(&f, (gml_train_options){.optimizer = cases[i].optimizer,
                                              .loss = "mean_squared_error",
                                              .l2 = cases[i].l2,
                                              .l1 = cases[i].l1,
                                              .groups = "ntk"});
        read_network(f.network, found);
        for (size_t k = 0; k < COUNT; k++) {
            ck_assert_msg(fabs(found[k] - expected.p[k]) <= 1e-9, "%s, l2 %g, l1 %g: parameter %zu is %.12g, not %.12g",
                          cases[i].optimizer, cases[i].l2, cases[i].l1, k, found[k], expected.p[k]);
        }
    }
    tear_down(&f);
}

/* Steps of the reference on gradients times a power of two, from weights of 1/2. */
static void step_reference(const gml_optimizer_row *row, const double *parameters, double factor, double *w)
{
    double state[GML_REFERENCE_STATES][1] = {{0}}, *states[GML_REFERENCE_STATES] = {state[0], state[1], state[2]};
    *w = 0.5;
    for (size_t step = 1; step <= 5; step++) {
        const double g = factor * sin(1.0 + 2.3 * (double)step);
        gml_reference_update_call call = {.count = 1, .w = w, .g = &g, .parameters = parameters, .step = step};
        memcpy(call.state, states, sizeof states);
        call.scale = 1;
        call.clip = INFINITY;
        gml_reference_update(gml_reference_find_optimizer(row->entry.name), &call);
    }
}

TEST(the_laws_of_the_table_are_those_of_the_references)
{
    size_t known = 0;
    for (size_t i = 0; gml_optimizer_row_at(i) != NULL; i++) {
        const gml_optimizer_row *row = gml_optimizer_row_at(i);
        double parameters[GML_MAX_PARAMETERS], plain, scaled;
        for (size_t k = 0; k < row->entry.parameter_count; k++) {
            const gml_parameter *parameter = &row->entry.parameters[k];
            const bool small = strcmp(parameter->name, "eps") == 0 || k == row->decay;
            parameters[k] = k > 0 && small ? 0 : parameter->initial;
        }
        if (row->law != GML_LAW_OTHER && row->iterations == 0) {
            step_reference(row, parameters, 1, &plain);
            step_reference(row, parameters, 64, &scaled);
            const double law = row->law == GML_LAW_LINEAR ? 64 : 1;
            ck_assert_msg(fabs((scaled - 0.5) - law * (plain - 0.5)) < 1e-9, "%s: %g and %g", row->entry.name, plain,
                          scaled);
            known++;
        }
    }
    ck_assert_uint_gt(known, 9);
}

TEST(only_weights_take_the_factors_and_only_in_the_layers_that_are_named)
{
    fixture f = set_up(net, GML_F64, 1, ROWS);
    double start[COUNT], plain[COUNT], grouped[COUNT];
    gml_train_options options = {.optimizer = "adam(lr=0.001)", .batch = ROWS};
    for (size_t i = 0; i < 3; i++) {
        gml_trainer *trainer = NULL;
        options.groups = i == 2 ? "ntk(first=2, rate=0.5)" : NULL;
        gml_network_initialize(f.network, 5);
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        if (i > 0) {
            assert_ok(f.context,
                      gml_trainer_step(trainer, gml_matrix_f64(f.x, ROWS, IN), gml_matrix_f64(f.y, ROWS, OUT), NULL));
        }
        read_network(f.network, i == 0 ? start : i == 1 ? plain : grouped);
        gml_trainer_destroy(trainer);
    }
    for (size_t k = 0; k < COUNT; k++) {
        const bool in = k >= FIRST + HIDDEN && k < FIRST + HIDDEN + SECOND;
        ck_assert_double_eq_tol(grouped[k] - start[k], (plain[k] - start[k]) * (in ? 0.5 / 3 : 1), 1e-12);
    }
    tear_down(&f);
}

TEST(optimizers_without_a_law_are_refused_by_name)
{
    static const char *const optimizers[] = {"adadelta", "radam", "rprop"};
    fixture f = set_up(net, GML_F64, 1, ROWS);
    gml_trainer *trainer = NULL;
    for (size_t i = 0; i < 3; i++) {
        const gml_train_options options = {.optimizer = optimizers[i], .groups = "biases(rate=0.1); ntk"};
        assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), GML_ERROR_ARGUMENT, "group ntk",
                       optimizers[i], NULL);
    }
    const gml_train_options options = {.groups = "ntk(first=2, last=3)"};
    assert_refused(f.context, gml_trainer_create(f.network, &options, &trainer), GML_ERROR_ARGUMENT, "layers 2 to 3",
                   NULL);
    tear_down(&f);
}

int main(void)
{
    return run_tests("ntk", 60);
}
