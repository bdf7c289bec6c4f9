/* tests/engine/tiles.c - large steps, which are cut into tiles and finer panels: the gradients of an uncut pass, the
 * same bits at any number of threads, and work for many cores in each phase. Meson runs this test once for each flavour
 * of OpenBLAS it finds.
 */
#include <stdlib.h>

#include "engine/gradients.h"
#include "harness.h"
#include "network/network.h"
#include "numbers.h"
#include "step/phases.h"

typedef struct large_case {
    const char *description;
    size_t batch, rest; /* rest: samples of a last, shorter batch */
} large_case;

/* A step of each is one of a GFLOP or more. */
static const large_case CASES[] = {
    {"300 -> 512 gelu -> 130 tanh -> 10 softmax", 800, 533},    /* ragged tiles, a slope that is kept */
    {"200 -> 784 relu -> 64 tanh -> 10 softmax", 900, 37},      /* narrow tiles over a long k */
    {"1300 -> 333 relu -> 10 softmax", 512, 333},               /* columns left over that are no small product */
    {"1030 -> 300 softmax -> 90 relu -> 3 identity", 512, 511}, /* tiles of whole rows */
    {"100 -> 2048 relu bias=no -> 10 softmax", 800, 5},         /* no bias */
    /* Batch statistics; a bias before them has a gradient of 0, which is rounding alone. */
    {"300 -> 512 bias=no -> batchnorm -> relu -> 130 tanh -> 10 softmax", 800, 533},
    {"700 -> 4096 relu -> 10 softmax", 64, 63},                  /* few rows, a wide layer */
    {"60 -> 200 relu -> 200 sigmoid -> 10 softmax", 4200, 4100}, /* not tiled: panels of rows, but many */
};
enum { CASE_COUNT = sizeof CASES / sizeof CASES[0] };

typedef struct problem {
    gml_context *context;
    gml_network *network;
    gml_trainer *trainer;
    double *x, *y;
    size_t inputs, outputs;
} problem;

static problem begin(const large_case *large, gml_dtype dtype, size_t threads, const gml_train_options *options)
{
    problem made = {0};
    gml_network_options network_options = {.dtype = dtype, .seed = 3};
    made.context = context_with((gml_context_options){.threads = threads});
    assert_ok(made.context, gml_network_create(made.context, large->description, &network_options, &made.network));
    assert_ok(made.context, gml_trainer_create(made.network, options, &made.trainer));
    ck_assert(made.trainer->scratch.workspace.large);
    made.inputs = gml_network_inputs(made.network);
    made.outputs = gml_network_outputs(made.network);
    made.x = random_doubles(large->batch * made.inputs, 1);
    made.y = made.outputs > 3 ? random_classes(large->batch, made.outputs, 2)
                              : random_doubles(large->batch * made.outputs, 2);
    return made;
}

static gml_matrix inputs_of(const problem *p, size_t rows)
{
    return gml_matrix_f64(p->x, rows, p->inputs);
}

static gml_matrix targets_of(const problem *p, size_t rows)
{
    return gml_matrix_f64(p->y, rows, p->outputs > 3 ? 1 : p->outputs);
}

static void end(problem *p)
{
    gml_trainer_destroy(p->trainer);
    gml_network_destroy(p->network);
    gml_context_destroy(p->context);
    free(p->x);
    free(p->y);
}

/* ---- gradients ---- */

static double *as_doubles(gml_matrix m)
{
    double *values = calloc(m.rows * m.cols, sizeof *values);
    ck_assert_ptr_nonnull(values);
    for (size_t i = 0; i < m.rows * m.cols; i++) {
        values[i] = m.dtype == GML_F32 ? (double)((const float *)m.data)[i] : ((const double *)m.data)[i];
    }
    return values;
}

/* The uncut pass is in the same type; only the order of sums differs. */
static void compare_gradients(problem *p, const char *description, gml_dtype dtype, size_t rows)
{
    double tolerance = dtype == GML_F32 ? 2e-5 : 1e-13;
    gml_gradients uncut;
    double loss;
    assert_ok(p->context,
              gml_gradients_create(p->network, dtype, inputs_of(p, rows), targets_of(p, rows), NULL, &uncut));
    ck_assert(!uncut.workspace.large);
    assert_ok(p->context, gml_trainer_step(p->trainer, inputs_of(p, rows), targets_of(p, rows), &loss));
    ck_assert_double_eq_tol(loss, uncut.loss, tolerance * uncut.loss);
    for (size_t i = 0; i < gml_network_block_count(p->network); i++) {
        gml_block block;
        assert_ok(p->context, gml_trainer_gradient(p->trainer, i, &block));
        double *got = as_doubles(block.values), *wanted = as_doubles(gml_gradients_block(&uncut, i).values);
        double worst = worst_difference(got, wanted, block.values.rows * block.values.cols);
        ck_assert_msg(worst <= tolerance, "%s, %zu samples, %s, %s: apart by %g", description, rows,
                      gml_dtype_name(dtype), block.name, worst);
        free(got);
        free(wanted);
    }
    gml_gradients_destroy(&uncut);
}

LARGE_TEST(gradients_of_a_large_step_are_those_of_an_uncut_one)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            gml_train_options options = {.batch = CASES[i].batch, .keep_gradients = 1};
            problem p = begin(&CASES[i], (gml_dtype)dtype, 2, &options);
            compare_gradients(&p, CASES[i].description, (gml_dtype)dtype, CASES[i].batch);
            compare_gradients(&p, CASES[i].description, (gml_dtype)dtype, CASES[i].rest);
            end(&p);
        }
    }
}

/* ---- bits ---- */

/* A whole batch and a shorter one, with different tiles. */
static uint64_t train(const large_case *large, gml_dtype dtype, size_t threads, double clip_norm)
{
    gml_train_options options = {.batch = large->batch, .clip_norm = clip_norm};
    problem p = begin(large, dtype, threads, &options);
    const size_t rows[] = {large->batch, large->rest};
    for (size_t step = 0; step < sizeof rows / sizeof rows[0]; step++) {
        assert_ok(p.context, gml_trainer_step(p.trainer, inputs_of(&p, rows[step]), targets_of(&p, rows[step]), NULL));
    }
    uint64_t hash = hash_weights(p.network);
    end(&p);
    return hash;
}

static void assert_same_bits(const large_case *large, gml_dtype dtype, size_t threads, double clip_norm)
{
    uint64_t alone = train(large, dtype, 1, clip_norm), together = train(large, dtype, threads, clip_norm);
    ck_assert_msg(together == alone, "%s, %s: other weights with %zu threads", large->description,
                  gml_dtype_name(dtype), threads);
}

/* An odd number of threads cuts the tasks unevenly. */
LARGE_TEST(large_steps_have_the_same_bits_for_any_number_of_threads)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            assert_same_bits(&CASES[i], (gml_dtype)dtype, 3, 0);
        }
    }
}

/* Of clipping only the sum of squares over tasks is new: each case in one of the types. These are more threads than
 * many machines have processors. */
LARGE_TEST(large_steps_clipped_by_norm_have_the_same_bits_for_any_number_of_threads)
{
    for (size_t i = 0; i < CASE_COUNT; i++) {
        assert_same_bits(&CASES[i], i % 2 == 0 ? GML_F32 : GML_F64, 8, 0.01);
    }
}

/* ---- tasks ---- */

/* Only the cut is made; nothing is computed. */
static void assert_many_tasks(const char *description, size_t batch, double clip_norm)
{
    enum { TASKS = 32, MOST_PHASES = 32 };
    gml_context *context = test_context();
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "sgd", .batch = batch, .clip_norm = clip_norm};
    assert_ok(context, gml_network_create(context, description, NULL, &network));
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    ck_assert_uint_le(2 * gml_network_layers(network) + 4, MOST_PHASES);
    ck_assert_msg(trainer->scratch.workspace.large, "%s, batch %zu: not a large step", description, batch);
    gml_phase phases[MOST_PHASES];
    trainer->scratch.step.rows = batch;
    size_t count = gml_trainer_phases(trainer, true, phases);
    for (size_t i = 0; i < count; i++) {
        /* The columns of a panel are measured together, which is little work: a task a panel, however few there are. */
        bool measures = phases[i].work == GML_WORK_MEASURE;
        ck_assert_msg(measures || phases[i].count >= TASKS, "%s, batch %zu: phase %zu of %zu has %zu tasks",
                      description, batch, i + 1, count, phases[i].count);
    }
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(every_phase_of_a_step_of_a_gflop_offers_32_tasks)
{
    static const struct {
        const char *description;
        size_t batch;
    } shapes[] = {
        {"1024 -> 1024 relu -> 1024 relu -> 1024 relu -> 10 softmax", 512},
        {"784 -> 4096 relu -> 10 softmax", 128},
        {"784 -> 512 relu -> 256 relu -> 10 softmax", 1024},
        {"32 -> 8192 relu -> 10 softmax", 512},
        {"8192 -> 32 relu -> 10 softmax", 640},
        {"4096 -> 512 relu -> 10 softmax", 4096},
        {"4096 -> 4096 relu -> 1 sigmoid", 32},
        {"2048 -> 2048 softmax -> 2048 relu -> 10 softmax", 64},
        {"64 -> 64 relu -> 10 softmax", 40000},
        {"100 -> 100 tanh -> 1 identity", 17000},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        assert_many_tasks(shapes[i].description, shapes[i].batch, 0);
        assert_many_tasks(shapes[i].description, shapes[i].batch, 1);
    }
    for (size_t i = 0; i < CASE_COUNT; i++) {
        assert_many_tasks(CASES[i].description, CASES[i].batch, 0);
    }
}

int main(void)
{
    return run_tests("tiles", 300);
}
