/* tests/step/muon.c - every step of Muon is that of the reference, and has singular values near their bound. */
#include <math.h>
#include <stdlib.h>

#include "kernel/matrix/matrix.h"
#include "kernel_tables.h"
#include "muon_case.h"
#include "numbers.h"
#include "reference/functions.h"

enum { STEPS = 50 };

static void check_transpose(const gml_kernels *kernels)
{
    enum { M = 37, N = 21, STRIDE = 40 };
    void *m = random_entries(kernels, (size_t)M * STRIDE, 1), *out = entries(kernels, (size_t)N * STRIDE, 7);
    kernels->matrix->transpose(M, N, STRIDE, m, STRIDE, out);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < STRIDE; j++) {
            ck_assert_double_eq(get(kernels, out, i * STRIDE + j), j < M ? get(kernels, m, j * STRIDE + i) : 7);
        }
    }
    free(m), free(out);
}

TEST(a_matrix_is_turned_over_and_nothing_beside_it)
{
    for_each_table(check_transpose);
}

static double *read_block(const gml_matrix *values)
{
    size_t count = values->rows * values->cols;
    double *copy = calloc(count, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = entry(values, i);
    }
    return copy;
}

/* A block that the reference trains beside the library, on the library's gradients. */
typedef struct shadow {
    double *w, *state[2];
} shadow;

enum { MOST_BLOCKS = 16 };

static double norm_of_gradients(const fixture *f, const gml_trainer *trainer)
{
    double squares = 0;
    for (size_t b = 0; b < gml_network_block_count(f->network); b++) {
        gml_block gradient;
        assert_ok(f->context, gml_trainer_gradient(trainer, b, &gradient));
        for (size_t i = 0; i < gradient.values.rows * gradient.values.cols; i++) {
            squares += pow(entry(&gradient.values, i), 2);
        }
    }
    return sqrt(squares);
}

static void follow_block(const fixture *f, const gml_trainer *trainer, size_t b, shadow *own,
                         const gml_reference_update_call *options, double tolerance)
{
    gml_block block, gradient;
    assert_ok(f->context, gml_network_block(f->network, b, &block));
    assert_ok(f->context, gml_trainer_gradient(trainer, b, &gradient));
    size_t rows = block.values.rows, cols = block.values.cols, side = rows < cols ? rows : cols;
    bool matrix = block.role == GML_ROLE_WEIGHT;
    double *g = read_block(&gradient.values), *work = calloc(4 * rows * cols + 3 * side * side, sizeof *work);
    gml_reference_update_call call = *options;
    call.count = rows * cols;
    call.w = own->w;
    call.g = g;
    call.state[0] = own->state[0];
    call.state[1] = own->state[1];
    call.l2 = matrix ? options->l2 : 0;
    gml_reference_muon(&call, matrix ? rows : 0, cols, work);
    size_t worst = 0; /* one assertion a block: each takes its time */
    for (size_t i = 0; i < rows * cols; i++) {
        double gap = fabs(entry(&block.values, i) - own->w[i]);
        worst = !(gap <= fabs(entry(&block.values, worst) - own->w[worst])) ? i : worst;
    }
    ck_assert_msg(fabs(entry(&block.values, worst) - own->w[worst]) < tolerance, "step %zu, %s %zu: %.9g, not %.9g",
                  call.step, block.name, worst, entry(&block.values, worst), own->w[worst]);
    free(g), free(work);
}

typedef struct run {
    const char *network, *optimizer;
    double parameters[8]; /* the same */
    size_t steps;
    double l2, clip_norm, clip_value;
} run;

#define USUAL                                                                                                          \
    {                                                                                                                  \
        0.02, 0.95, 0, 5, 0.0003, 0.9, 0.95, 1e-10                                                                     \
    }

/* Matrices that are wide, high, square, of one row or column, and larger than what one task takes. */
static const char VARIED[] = "7 -> 150 tanh -> 20 swish(per=unit) bias=no -> layernorm -> 20 tanh -> 3";
static const run RUNS[] = {
    {VARIED, "muon", USUAL, STEPS, 0, 0, 0},
    {VARIED,
     "muon(lr=0.01, momentum=0.8, weight_decay=0.5, steps=4, adamw_lr=0.002, beta1=0.8, beta2=0.9, eps=0.001)",
     {0.01, 0.8, 0.5, 4, 0.002, 0.8, 0.9, 0.001},
     STEPS,
     0,
     0,
     0},
    {VARIED, "muon", USUAL, STEPS, 0.1, 0.3, 0.01},
    {"7 -> 1 tanh -> 5", "muon", USUAL, STEPS, 0, 0, 0},
    {"130 -> 140 tanh -> 132 tanh -> 2", "muon", USUAL, 2, 0, 0, 0},
};

static void follow(const run *way, gml_dtype dtype, double tolerance)
{
    fixture f = set_up(way->network, dtype, 2, ROWS);
    gml_train_options options = {.optimizer = way->optimizer, .batch = ROWS, .keep_gradients = 1, .l2 = way->l2};
    options.clip_norm = way->clip_norm;
    options.clip_value = way->clip_value;
    gml_reference_update_call call = {.parameters = way->parameters, .l2 = way->l2, .scale = 1};
    call.clip = way->clip_value > 0 ? way->clip_value : INFINITY;
    shadow blocks[MOST_BLOCKS];
    size_t count = gml_network_block_count(f.network);
    ck_assert_uint_le(count, MOST_BLOCKS);
    for (size_t b = 0; b < count; b++) {
        gml_block block;
        gml_network_block(f.network, b, &block);
        blocks[b].w = read_block(&block.values);
        blocks[b].state[0] = calloc(block.values.rows * block.values.cols, sizeof(double));
        blocks[b].state[1] = calloc(block.values.rows * block.values.cols, sizeof(double));
    }
    gml_trainer *trainer = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    for (call.step = 1; call.step <= way->steps; call.step++) {
        step_once(&f, trainer, ROWS);
        call.scale = way->clip_norm > 0 ? fmin(1, way->clip_norm / norm_of_gradients(&f, trainer)) : 1;
        for (size_t b = 0; b < count; b++) {
            follow_block(&f, trainer, b, &blocks[b], &call, tolerance);
        }
    }
    for (size_t b = 0; b < count; b++) {
        free(blocks[b].w), free(blocks[b].state[0]), free(blocks[b].state[1]);
    }
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(fifty_steps_in_double_are_those_of_the_reference_to_1e_9)
{
    for (size_t i = 0; i < sizeof RUNS / sizeof RUNS[0]; i++) {
        follow(&RUNS[i], GML_F64, 1e-9);
    }
}

TEST(fifty_steps_in_float_are_those_of_the_reference_to_1e_4)
{
    for (size_t i = 0; i < sizeof RUNS / sizeof RUNS[0]; i++) {
        follow(&RUNS[i], GML_F32, 1e-4);
    }
}

/* The first step of a layer's weights over its length: sqrt(max(1, out / in)) times what has singular values near 1. */
static void check_step(const char *description, double scale)
{
    fixture f = set_up(description, GML_F64, 1, ROWS);
    gml_train_options options = {.optimizer = "muon(lr=0.5)", .batch = ROWS};
    gml_block block;
    gml_network_block(f.network, 0, &block);
    size_t in = block.values.rows, out = block.values.cols, side = in < out ? in : out;
    const double *w = block.values.data;
    double *before = read_block(&block.values), *step = calloc(in * out, sizeof *step);
    gml_trainer *trainer = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    step_once(&f, trainer, ROWS);
    for (size_t i = 0; i < in * out; i++) {
        step[i] = (before[i] - w[i]) / 0.5 / scale;
    }
    for (size_t v = 0; v < 20; v++) { /* v' D D' v or v' D' D v between the least and the greatest square */
        double *point = random_doubles(side, 10 + v), length = 0, image = 0;
        for (size_t a = 0; a < side; a++) {
            length += point[a] * point[a];
        }
        for (size_t b = 0; b < (in < out ? out : in); b++) {
            double sum = 0;
            for (size_t a = 0; a < side; a++) {
                sum += point[a] * (in < out ? step[a * out + b] : step[b * out + a]);
            }
            image += sum * sum;
        }
        ck_assert_double_gt(image / length, 0.4);
        ck_assert_double_lt(image / length, 1.5);
        free(point);
    }
    gml_trainer_destroy(trainer);
    free(before), free(step);
    tear_down(&f);
}

TEST(a_step_has_singular_values_near_the_root_of_fan_out_over_fan_in_or_1)
{
    check_step("6 -> 24 tanh -> 24", 2);
    check_step("24 -> 6 tanh -> 6", 1);
    check_step("12 -> 12 tanh -> 12", 1);
}

int main(void)
{
    return run_tests("muon", 120);
}
