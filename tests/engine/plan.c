/* tests/engine/plan.c - gml_network_plan against the steps that a trainer takes: the same phases and tasks, every entry
 * covered, the products of those who multiply counted while a step runs. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "kernel/product/product.h"
#include "network/network.h"
#include "numbers.h"
#include "step/phases.h"

enum { MOST_PARTS = 64 };

typedef struct plan_case {
    const char *description;
    size_t batch;
    double clip_norm;
    const char *optimizer;
} plan_case;

static const plan_case CASES[] = {
    {"2 -> 4 tanh -> 2 softmax", 4, 0, NULL},                                             /* one panel */
    {"784 -> 512 relu -> 256 relu -> 10 softmax", 128, 0, NULL},                          /* panels of rows */
    {"784 -> 100 gelu -> 10 softmax", 37, 1, NULL},                                       /* ragged, clipped by norm */
    {"300 -> 512 relu bias=no -> 130 tanh -> 10 softmax", 800, 0, NULL},                  /* tiled */
    {"50 -> 40 -> batchnorm -> relu -> 40 prelu -> residual -> 10 softmax", 50, 0, NULL}, /* a look at the batch */
    {"300 -> 512 -> batchnorm -> relu -> dropout -> 130 tanh -> layernorm -> 10 softmax", 801, 0,
     NULL},                                                      /* and in tiles */
    {"300 -> 512 relu -> 130 tanh -> 10 softmax", 801, 1, NULL}, /* tiled, clipped by norm */
};
enum { CASE_COUNT = sizeof CASES / sizeof CASES[0] };

static gml_context *make_context(const char *products)
{
    gml_context *context = context_with((gml_context_options){.threads = 2, .products = products});
    return context;
}

/* A network, its trainer, and its plan. */
typedef struct planned {
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    gml_plan plan;
    gml_plan_part parts[MOST_PARTS];
} planned;

static planned begin(const plan_case *one, const char *products)
{
    planned made = {.context = make_context(products)};
    gml_train_options options = {.batch = one->batch, .clip_norm = one->clip_norm, .optimizer = one->optimizer};
    assert_ok(made.context, gml_network_create(made.context, one->description, NULL, &made.network));
    assert_ok(made.context, gml_network_plan(made.network, &options, &made.plan, made.parts, MOST_PARTS));
    assert_ok(made.context, gml_trainer_create(made.network, &options, &made.trainer));
    ck_assert_uint_le(made.plan.parts, MOST_PARTS);
    return made;
}

static void step(planned *p)
{
    size_t inputs = gml_network_inputs(p->network), rows = p->plan.batch;
    double *x = random_doubles(rows * inputs, 1), *y = random_classes(rows, gml_network_outputs(p->network), 2);
    assert_ok(p->context,
              gml_trainer_step(p->trainer, gml_matrix_f64(x, rows, inputs), gml_matrix_f64(y, rows, 1), NULL));
    free(x);
    free(y);
}

static void end(planned *p)
{
    gml_trainer_destroy(p->trainer);
    gml_network_destroy(p->network);
    gml_context_destroy(p->context);
}

/* ---- tasks ---- */

static bool is_of_weights(const gml_plan_part *part)
{
    return strcmp(part->name, "gradient") == 0 || strcmp(part->name, "update") == 0;
}

/* The tasks of a phase are those of any of its parts, but panels of weights are told layer by layer. */
static size_t phase_tasks(const planned *p, size_t phase)
{
    const char *name = NULL;
    size_t tasks = 0;
    for (size_t i = 0; i < p->plan.parts; i++) {
        const gml_plan_part *part = &p->parts[i];
        if (part->phase == phase && (name == NULL || (is_of_weights(part) && strcmp(part->name, name) == 0))) {
            name = part->name;
            tasks += part->tasks;
        }
    }
    return tasks;
}

static void check_phases(const plan_case *one)
{
    planned p = begin(one, NULL);
    step(&p);
    size_t phases = 0;
    ck_assert_int_eq(p.plan.ready, p.trainer->scratch.compact != NULL);
    if (p.plan.ready) {
        gml_trainer_phases(p.trainer, true, p.trainer->scratch.phases);
    }
    for (; phases < p.plan.phases; phases++) { /* what the step ran is still listed */
        ck_assert_uint_eq(phase_tasks(&p, phases), p.trainer->scratch.phases[phases].count);
    }
    ck_assert_uint_eq(phases, gml_trainer_phases(p.trainer, true, p.trainer->scratch.phases));
    ck_assert_uint_le(p.plan.threads, 2);
    end(&p);
}

TEST(the_plan_has_the_phases_and_tasks_that_run)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        check_phases(&CASES[i]);
    }
    check_phases(&(plan_case){"784 -> 200 gelu -> 10 softmax", 37, 0, "muon"});
    check_phases(&(plan_case){"784 -> 200 gelu -> 10 softmax", 37, 1, "muon(steps=2)"});
}

/* How many entries a part has to cover: of a layer's outputs, its inputs or its weights. */
static size_t entries_of(const planned *p, const gml_plan_part *part)
{
    const gml_layer *layer = &p->network->layers[part->layer];
    if (is_of_weights(part)) {
        return layer->in * layer->out;
    }
    bool inputs = strcmp(part->name, "gather") == 0 || strcmp(part->name, "measure") == 0;
    return p->plan.batch * (inputs ? layer->in : layer->out);
}

TEST(tasks_cover_every_entry_and_none_could_be_spared)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        planned p = begin(&CASES[i], NULL);
        for (size_t k = 0; k < p.plan.parts; k++) {
            const gml_plan_part *part = &p.parts[k];
            if (is_of_weights(part) && p.network->layers[part->layer].weight == NULL) {
                ck_assert_uint_eq(part->tasks, 1); /* of vectors alone */
                continue;
            }
            size_t height = is_of_weights(part) ? p.network->layers[part->layer].in : p.plan.batch;
            size_t width = entries_of(&p, part) / height;
            ck_assert_uint_ge(part->rows, 1);
            ck_assert_uint_le(part->rows, height);
            ck_assert_uint_le(part->cols, width);
            size_t down = (height + part->rows - 1) / part->rows, across = (width + part->cols - 1) / part->cols;
            ck_assert_msg(part->tasks == down * across, "%s: %s of layer %zu", CASES[i].description, part->name,
                          part->layer);
        }
        end(&p);
    }
}

/* ---- products ---- */

/* Flops of the library's own products, by what they are for: X W, dZ W', X' dZ. */
typedef enum purpose { FORWARD, BACKWARD, GRADIENT, PURPOSES } purpose;

static const gml_kernels *counted;
static atomic_size_t counts[PURPOSES];

static void count_product(const gml_gemm *call, const void *bias)
{
    purpose is = call->a_transposed ? GRADIENT : call->b_transposed ? BACKWARD : FORWARD;
    atomic_fetch_add(&counts[is], 2 * call->m * call->n * call->k);
    counted->product->run(call, bias);
}

/* Puts the counting product in the place of the network's. */
static void count_products_of(gml_network *network, gml_kernels *counting)
{
    static const gml_product_kernels products = {.run = count_product};
    counted = network->kernels;
    *counting = *counted;
    counting->product = &products;
    network->kernels = counting;
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        network->layers[i].kernels = counting;
    }
    for (size_t i = 0; i < PURPOSES; i++) {
        atomic_store(&counts[i], 0);
    }
}

static double told_flops(const planned *p, const char *name, const char *products)
{
    double flops = 0;
    for (size_t i = 0; i < p->plan.parts; i++) {
        bool asked = strcmp(p->parts[i].name, name) == 0 && strcmp(p->parts[i].products, products) == 0;
        flops += asked ? p->parts[i].flops : 0;
    }
    return flops;
}

static void compare_products(const plan_case *one, const char *products)
{
    static const char *const names[] = {"forward", "backward", "gradient"};
    planned p = begin(one, products);
    static gml_kernels counting;
    count_products_of(p.network, &counting);
    step(&p);
    double all = 0, first = 2.0 * (double)p.plan.batch * (double)(p.network->layers[0].in * p.network->layers[0].out);
    for (size_t i = 0; i < PURPOSES; i++) {
        ck_assert_double_eq(told_flops(&p, names[i], "native"), (double)counts[i]);
        all += (double)counts[i] + told_flops(&p, names[i], "OpenBLAS");
    }
    ck_assert_double_eq(all, 3 * p.trainer->scratch.workspace.row_flops * (double)p.plan.batch -
                                 first); /* no dX of layer 0 */
    ck_assert_double_eq(all, p.plan.flops);
    ck_assert(products == NULL || counts[FORWARD] + counts[BACKWARD] + counts[GRADIENT] == 0);
    end(&p);
}

TEST(who_multiplies_and_how_much_is_what_happens)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        compare_products(&CASES[i], NULL);
        compare_products(&CASES[i], "blas");
    }
}

/* ---- sums and refusals ---- */

TEST(totals_are_those_of_the_parts)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        planned p = begin(&CASES[i], NULL);
        double bytes = 0;
        for (size_t k = 0; k < p.plan.parts; k++) {
            ck_assert(p.parts[k].bytes > 0);
            bytes += p.parts[k].bytes;
        }
        ck_assert_double_eq(bytes, p.plan.bytes);
        end(&p);
    }
}

/* Arrays of the batch, weights with the states of Adam, and vectors in whole lines of a cache. */
TEST(bytes_are_those_of_every_array_that_a_task_reads_or_writes)
{
    enum { BATCH = 32, IN = 8, HIDDEN = 4, OUT = 2, LINE = 16, ADAM = 3 + 2 * 2 };
    const plan_case one = {"8 -> 4 relu -> 2 softmax", BATCH, 0, NULL};
    const struct {
        const char *name;
        size_t layer, entries;
    } expected[] = {
        {"gather", 0, 2 * BATCH * IN},
        {"forward", 0, BATCH * IN + IN * HIDDEN + BATCH * HIDDEN + 2 * BATCH * HIDDEN},
        {"forward", 1, BATCH * HIDDEN + HIDDEN * OUT + BATCH * OUT},
        {"loss", 1, 3 * BATCH * OUT},
        {"backward", 1, 3 * BATCH * OUT},
        {"backward", 0, BATCH * OUT + OUT * HIDDEN + BATCH * HIDDEN + 3 * BATCH * HIDDEN},
        {"gradient", 0, IN * BATCH + BATCH * HIDDEN + IN * HIDDEN + LINE},
        {"gradient", 1, HIDDEN * BATCH + BATCH * OUT + HIDDEN * OUT + LINE},
        {"update", 0, ADAM * (IN * HIDDEN + LINE)},
        {"update", 1, ADAM * (HIDDEN * OUT + LINE)},
    };
    planned p = begin(&one, NULL);
    ck_assert_uint_eq(p.plan.parts, sizeof expected / sizeof expected[0]);
    for (size_t k = 0; k < p.plan.parts; k++) {
        ck_assert_str_eq(p.parts[k].name, expected[k].name);
        ck_assert_uint_eq(p.parts[k].layer, expected[k].layer);
        ck_assert_double_eq(p.parts[k].bytes, 4.0 * (double)expected[k].entries);
    }
    end(&p);
}
TEST(parts_past_the_capacity_are_counted_and_not_written)
{
    gml_context *context = make_context(NULL);
    gml_network *network = NULL;
    gml_plan all, few;
    gml_plan_part parts[3] = {{.name = "untouched"}, {.name = "untouched"}, {.name = "untouched"}};
    assert_ok(context, gml_network_create(context, "8 -> 4 relu -> 2 softmax", NULL, &network));
    assert_ok(context, gml_network_plan(network, NULL, &all, NULL, 0));
    assert_ok(context, gml_network_plan(network, NULL, &few, parts, 2));
    ck_assert_uint_eq(all.parts, few.parts);
    ck_assert_uint_eq(all.batch, 32);
    ck_assert_double_eq(all.flops, few.flops);
    ck_assert_str_eq(parts[0].name, "gather");
    ck_assert_str_eq(parts[1].name, "forward");
    ck_assert_str_eq(parts[2].name, "untouched");
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(options_that_a_trainer_refuses_have_no_plan)
{
    gml_context *context = make_context(NULL);
    gml_network *network = NULL;
    gml_plan plan;
    assert_ok(context, gml_network_create(context, "8 -> 4 relu -> 2 softmax", NULL, &network));
    assert_refused(context, gml_network_plan(network, &(gml_train_options){.optimizer = "amad"}, &plan, NULL, 0),
                   GML_ERROR_NAME, "amad", NULL);
    assert_refused(context, gml_network_plan(network, &(gml_train_options){.l2 = -1}, &plan, NULL, 0),
                   GML_ERROR_ARGUMENT, "l2", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("plan", 120);
}
