/* tests/kernel/embed.c - the kernels of layers on inputs against plain loops in double, in each set and type. */
#include "kernel/embed/embed.h"

#include "kernel_tables.h"
#include "reference/layers.h"

enum { ROWS = 7, ROOM = 3 }; /* rows, and entries between the end of a row and the next */

static const size_t WIDTHS[] = {1, 5, 16, 33};

/* ---- scale and affine ---- */

static void check_affine(const gml_kernels *kernels, size_t cols, bool biased)
{
    const size_t stride = cols + ROOM;
    void *x = random_entries(kernels, ROWS * stride, 1), *dy = random_entries(kernels, ROWS * stride, 2);
    void *scale = random_entries(kernels, cols, 3), *bias = random_entries(kernels, cols, 4);
    void *y = entries(kernels, ROWS * stride, 77), *dx = entries(kernels, ROWS * stride, 77);
    void *scale_sum = entries(kernels, cols, 55), *bias_sum = entries(kernels, cols, 55);
    gml_affine_call call = {.rows = ROWS, .cols = cols, .x = x, .x_stride = stride, .y = y, .y_stride = stride};
    call.scale = scale;
    call.bias = biased ? bias : NULL;
    kernels->embed->affine(&call);
    call.y = dy;
    call.scale_sum = scale_sum;
    call.bias_sum = biased ? bias_sum : NULL;
    call.dx = dx;
    call.dx_stride = stride;
    kernels->embed->affine_sums(&call);
    kernels->embed->affine_backward(&call);
    for (size_t j = 0; j < cols; j++) {
        double by_scale = 0, by_bias = 0, s = get(kernels, scale, j), b = biased ? get(kernels, bias, j) : 0;
        for (size_t i = 0; i < ROWS; i++) {
            double from = get(kernels, x, i * stride + j), back = get(kernels, dy, i * stride + j);
            by_scale += back * from;
            by_bias += back;
            assert_near(kernels, get(kernels, y, i * stride + j), from * s + b, 8, "affine", j);
            assert_near(kernels, get(kernels, dx, i * stride + j), back * s, 2, "affine_backward", j);
        }
        assert_near(kernels, get(kernels, scale_sum, j), by_scale, 64, "scale_sum", j);
        assert_near(kernels, get(kernels, bias_sum, j), biased ? by_bias : 55, 64, "bias_sum", j);
    }
    for (size_t i = 0; i < ROWS * stride; i++) {
        double wanted = i % stride < cols ? get(kernels, y, i) : 77;
        assert_near(kernels, get(kernels, y, i), wanted, 0, "beyond a row", i);
    }
    free(x), free(dy), free(scale), free(bias), free(y), free(dx), free(scale_sum), free(bias_sum);
}

static void check_affines(const gml_kernels *kernels)
{
    for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++) {
        check_affine(kernels, WIDTHS[w], false);
        check_affine(kernels, WIDTHS[w], true);
    }
}

TEST(scales_and_their_gradients_are_those_of_the_formula)
{
    for_each_table(check_affines);
}

static void check_spread(const gml_kernels *kernels)
{
    enum { COUNT = 11, GROUP = 4 };
    const double drawn[] = {-0.5, 2, 0};
    for (int signs = 0; signs < 2; signs++) {
        void *values = entries(kernels, COUNT, 9);
        for (size_t i = 0; i < 3; i++) {
            put(kernels, values, i, drawn[i]);
        }
        kernels->embed->spread(COUNT, GROUP, signs != 0, values);
        for (size_t i = 0; i < COUNT; i++) {
            double from = drawn[i / GROUP];
            ck_assert_double_eq(get(kernels, values, i), signs == 0 ? from : from < 0 ? -1 : 1);
        }
        free(values);
    }
}

TEST(a_draw_is_spread_over_its_group_of_columns)
{
    for_each_table(check_spread);
}

/* ---- embeddings, against the naive reference ---- */

enum { NUMBERS = 3, OTHERS = 2, MOST_BLOCKS = 4 };

/* A layer of the reference, and the same memory for kernels. */
typedef struct embedding_case {
    const gml_kernels *kernels;
    double arguments[4];
    size_t size, in, out, stride, sizes[MOST_BLOCKS];
    double *blocks[MOST_BLOCKS], *sums[MOST_BLOCKS], *x, *y, *z, *dy, *dx;
    void *own_blocks[MOST_BLOCKS], *own_sums[MOST_BLOCKS], *own_x, *own_y, *own_dy, *own_dx;
    gml_reference_layer layer;
} embedding_case;

static double *doubles_of(const gml_kernels *kernels, const void *own, size_t count)
{
    double *made = calloc(count + 1, sizeof *made);
    for (size_t i = 0; own != NULL && i < count; i++) {
        made[i] = get(kernels, own, i);
    }
    return made;
}

/* `at_end`: the inputs that are embedded are the last. Kernels see those alone, in rows of `stride`. */
static embedding_case set_up_embedding(const gml_kernels *kernels, const char *kind, const double *arguments,
                                       const size_t *sizes, size_t size, bool at_end)
{
    embedding_case c = {.kernels = kernels, .size = size, .in = NUMBERS + OTHERS, .out = NUMBERS * size + OTHERS};
    c.stride = c.out + ROOM;
    c.own_x = random_entries(kernels, ROWS * c.stride, 11);
    c.own_dy = random_entries(kernels, ROWS * c.stride, 12);
    c.own_y = entries(kernels, ROWS * c.stride, 77);
    c.own_dx = entries(kernels, ROWS * c.stride, 77);
    c.layer = (gml_reference_layer){.kind = gml_reference_find_kind(kind), .in = c.in, .out = c.out};
    for (size_t i = 0; i < 4; i++) {
        c.arguments[i] = arguments[i];
    }
    for (size_t b = 0; b < MOST_BLOCKS && sizes[b] > 0; b++) {
        c.sizes[b] = sizes[b];
        c.own_blocks[b] = random_entries(kernels, sizes[b], 20 + b);
        c.own_sums[b] = entries(kernels, sizes[b], 55);
        c.blocks[b] = doubles_of(kernels, c.own_blocks[b], sizes[b]);
        c.sums[b] = doubles_of(kernels, NULL, sizes[b]);
        c.layer.vectors[b] = c.blocks[b];
        c.layer.vector_gradients[b] = c.sums[b];
    }
    c.x = doubles_of(kernels, NULL, ROWS * c.in);
    c.dy = doubles_of(kernels, NULL, ROWS * c.out);
    c.y = doubles_of(kernels, NULL, ROWS * c.out);
    c.z = doubles_of(kernels, NULL, ROWS * c.out);
    c.dx = doubles_of(kernels, NULL, ROWS * c.in);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t n = 0; n < NUMBERS; n++) {
            c.x[i * c.in + (at_end ? OTHERS : 0) + n] = get(kernels, c.own_x, i * c.stride + n);
        }
        for (size_t j = 0; j < NUMBERS * size; j++) {
            c.dy[i * c.out + (at_end ? OTHERS : 0) + j] = get(kernels, c.own_dy, i * c.stride + j);
        }
    }
    return c;
}

static void run_reference(embedding_case *c)
{
    c->layer.arguments = c->arguments;
    const gml_reference_place place = {
        .layer = &c->layer, .rows = ROWS, .x = c->x, .z = c->z, .y = c->y, .dy = c->dy, .dx = c->dx};
    c->layer.kind->forward(&place);
    c->layer.kind->backward(&place);
}

/* Compares what kernels wrote, and frees the case. `dx`: they wrote d/dx. */
static void compare_embedding(embedding_case *c, bool at_end, bool dx, const char *what)
{
    const double tolerance = 2e3;
    const size_t first = at_end ? OTHERS : 0;
    for (size_t i = 0; i < ROWS * c->stride; i++) {
        const size_t row = i / c->stride, j = i % c->stride;
        const double y = j < NUMBERS * c->size ? c->y[row * c->out + first + j] : 77;
        const double back = dx && j < NUMBERS ? c->dx[row * c->in + first + j] : 77;
        assert_near(c->kernels, get(c->kernels, c->own_y, i), y, tolerance, what, i);
        assert_near(c->kernels, get(c->kernels, c->own_dx, i), back, tolerance, what, i);
    }
    for (size_t b = 0; b < MOST_BLOCKS; b++) {
        for (size_t i = 0; c->sums[b] != NULL && i < c->sizes[b]; i++) {
            assert_near(c->kernels, get(c->kernels, c->own_sums[b], i), c->sums[b][i], tolerance, what, i);
        }
        free(c->blocks[b]), free(c->sums[b]), free(c->own_blocks[b]), free(c->own_sums[b]);
    }
    free(c->x), free(c->y), free(c->z), free(c->dy), free(c->dx);
    free(c->own_x), free(c->own_y), free(c->own_dy), free(c->own_dx);
}

static void check_levels(const gml_kernels *kernels)
{
    for (size_t size = 1; size < 20; size += 6) {
        enum { LEVELS = 4 };
        const double arguments[4] = {NUMBERS, LEVELS, (double)size};
        embedding_case c = set_up_embedding(kernels, "embedding", arguments, (size_t[4]){LEVELS * size}, size, true);
        for (size_t i = 0; i < ROWS * NUMBERS; i++) { /* codes, one of them not quite */
            const double code = (double)(i * i % LEVELS) + (i == 4 ? 0.125 : 0);
            put(kernels, c.own_x, i / NUMBERS * c.stride + i % NUMBERS, code);
            c.x[i / NUMBERS * c.in + OTHERS + i % NUMBERS] = code;
        }
        run_reference(&c);
        const gml_levels_call call = {.rows = ROWS,
                                      .columns = NUMBERS,
                                      .levels = LEVELS,
                                      .size = size,
                                      .x = c.own_x,
                                      .x_stride = c.stride,
                                      .y = c.own_y,
                                      .gradient = c.own_dy,
                                      .y_stride = c.stride,
                                      .table = c.own_blocks[0],
                                      .table_sum = c.own_sums[0]};
        kernels->embed->levels->forward(&call);
        kernels->embed->levels->sums(&call);
        compare_embedding(&c, true, false, "levels");
    }
}

TEST(codes_give_rows_of_the_table_and_add_up_their_gradients)
{
    for_each_table(check_levels);
}

static void check_no_code(const gml_kernels *kernels)
{
    const double wrong[] = {-1, 3, 0.5, NAN, INFINITY, -INFINITY, 1e30, -0.3};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        void *x = entries(kernels, 1, wrong[i]), *y = entries(kernels, 2, 1), *table = entries(kernels, 6, 5);
        void *sum = entries(kernels, 6, 9);
        const gml_levels_call call = {.rows = 1,
                                      .columns = 1,
                                      .levels = 3,
                                      .size = 2,
                                      .x = x,
                                      .x_stride = 1,
                                      .y = y,
                                      .gradient = table,
                                      .y_stride = 2,
                                      .table = table,
                                      .table_sum = sum};
        kernels->embed->levels->forward(&call);
        kernels->embed->levels->sums(&call);
        for (size_t j = 0; j < 6; j++) {
            ck_assert(isnan(get(kernels, y, j % 2)));
            ck_assert_double_eq(get(kernels, sum, j), 0);
        }
        free(x), free(y), free(table), free(sum);
    }
}

TEST(an_input_that_is_no_code_gives_nan_and_no_gradient)
{
    for_each_table(check_no_code);
}

static gml_periodic_call periodic_call(const embedding_case *c, size_t frequencies, bool both)
{
    return (gml_periodic_call){.rows = ROWS,
                               .numbers = NUMBERS,
                               .size = c->size,
                               .frequencies = frequencies,
                               .both = both,
                               .x = c->own_x,
                               .x_stride = c->stride,
                               .y = c->own_y,
                               .gradient = c->own_dy,
                               .y_stride = c->stride,
                               .frequency = c->own_blocks[0],
                               .mix = c->own_blocks[1],
                               .bias = c->own_blocks[2],
                               .phase = both ? NULL : c->own_blocks[3],
                               .frequency_sum = c->own_sums[0],
                               .mix_sum = c->own_sums[1],
                               .bias_sum = c->own_sums[2],
                               .phase_sum = both ? NULL : c->own_sums[3],
                               .dx = c->own_dx,
                               .dx_stride = c->stride};
}

static void check_periodic(const gml_kernels *kernels)
{
    for (int both = 0; both < 2; both++) {
        for (size_t frequencies = 1; frequencies < 40; frequencies += 7) {
            const size_t size = 4, learned = both != 0 ? size : size - 1, features = (both != 0 ? 2 : 1) * frequencies;
            const double arguments[4] = {NUMBERS, (double)size, (double)frequencies, 1};
            const size_t sizes[MOST_BLOCKS] = {NUMBERS * frequencies, NUMBERS * learned * features, NUMBERS * learned,
                                               both != 0 ? 0 : NUMBERS * frequencies};
            embedding_case c = set_up_embedding(kernels, both != 0 ? "plr" : "pbld", arguments, sizes, size, false);
            run_reference(&c);
            const gml_periodic_call call = periodic_call(&c, frequencies, both != 0);
            kernels->embed->periodic->forward(&call);
            kernels->embed->periodic->sums(&call);
            kernels->embed->periodic->backward(&call);
            compare_embedding(&c, false, true, both != 0 ? "plr" : "pbld");
        }
    }
}

TEST(periodic_embeddings_and_their_gradients_are_those_of_the_formula)
{
    for_each_table(check_periodic);
}

/* A number of that size goes through pbld with one frequency of 1, a phase of 0, a mix of 1 and a bias of 0. */
static void embed_one(const gml_kernels *kernels, double number, double y[2])
{
    void *x = entries(kernels, 1, number), *one = entries(kernels, 1, 1), *zero = entries(kernels, 1, 0);
    void *out = entries(kernels, 2, 77);
    const gml_periodic_call call = {.rows = 1,
                                    .numbers = 1,
                                    .size = 2,
                                    .frequencies = 1,
                                    .x = x,
                                    .x_stride = 1,
                                    .y = out,
                                    .y_stride = 2,
                                    .frequency = one,
                                    .phase = zero,
                                    .mix = one,
                                    .bias = zero};
    kernels->embed->periodic->forward(&call);
    y[0] = get(kernels, out, 0);
    y[1] = get(kernels, out, 1);
    free(x), free(one), free(zero), free(out);
}

static void check_huge(const gml_kernels *kernels)
{
    double y[2];
    const double huge[] = {1e7, -3e7 - 0.25, 1e9, 3e30, -1e38};
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        embed_one(kernels, huge[i], y);
        ck_assert_double_eq(y[0], rounded(kernels, huge[i]));
        ck_assert(fabs(y[1]) <= 1);
    }
    embed_one(kernels, 1e38, y);
    ck_assert_double_eq(y[1], 1); /* whole turns */
    const double wrong[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 3; i++) {
        embed_one(kernels, wrong[i], y);
        ck_assert(isnan(y[1]));
    }
}

TEST(huge_numbers_have_cosines_and_those_that_are_not_finite_give_nan)
{
    for_each_table(check_huge);
}

static void check_bins(const gml_kernels *kernels)
{
    for (size_t bins = 1; bins < 8; bins += 3) {
        const size_t size = 5;
        const double arguments[4] = {NUMBERS, (double)bins, (double)size};
        const size_t sizes[MOST_BLOCKS] = {NUMBERS * size, NUMBERS * size, NUMBERS * bins * size, NUMBERS * (bins + 1)};
        embedding_case c = set_up_embedding(kernels, "ple", arguments, sizes, size, false);
        for (size_t i = 0; i < sizes[3]; i++) { /* number 1 has fewer bins than there are, number 2 has none */
            const size_t n = i / (bins + 1), t = i % (bins + 1);
            const double edge = n == 2 ? 0 : -1 + 0.5 * (double)(n == 1 && t > 1 ? 1 : t);
            put(kernels, c.own_blocks[3], i, edge);
            c.blocks[3][i] = edge;
        }
        free(c.sums[3]);
        c.sums[3] = NULL; /* edges have no gradient */
        c.layer.vector_gradients[3] = NULL;
        run_reference(&c);
        const gml_bins_call call = {.rows = ROWS,
                                    .numbers = NUMBERS,
                                    .size = size,
                                    .bins = bins,
                                    .x = c.own_x,
                                    .x_stride = c.stride,
                                    .y = c.own_y,
                                    .gradient = c.own_dy,
                                    .y_stride = c.stride,
                                    .scale = c.own_blocks[0],
                                    .bias = c.own_blocks[1],
                                    .table = c.own_blocks[2],
                                    .edges = c.own_blocks[3],
                                    .scale_sum = c.own_sums[0],
                                    .bias_sum = c.own_sums[1],
                                    .table_sum = c.own_sums[2],
                                    .dx = c.own_dx,
                                    .dx_stride = c.stride};
        kernels->embed->bins->forward(&call);
        kernels->embed->bins->sums(&call);
        kernels->embed->bins->backward(&call);
        compare_embedding(&c, false, true, "ple");
    }
}

TEST(piecewise_linear_embeddings_and_their_gradients_are_those_of_the_formula)
{
    for_each_table(check_bins);
}

int main(void)
{
    return run_tests("kernels_embed", 60);
}
