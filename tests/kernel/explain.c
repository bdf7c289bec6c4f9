/* tests/kernel/explain.c - the kernels of explanations equal plain loops in double, for each type and instruction set.
 */
#include "kernel/explain/explain.h"

#include "kernel_tables.h"

enum { ROWS = 7, COLS = 37, BACKGROUNDS = 3 };

static void check_path(const gml_kernels *kernels)
{
    void *from = random_entries(kernels, COLS, 1), *to = random_entries(kernels, COLS, 2);
    void *out = entries(kernels, ROWS * COLS, NAN);
    const double at[ROWS] = {0, 0.125, 0.25, 0.5, 0.75, 0.875, 1};
    kernels->explain->path(&(gml_path_call){.rows = ROWS, .cols = COLS, .from = from, .to = to, .at = at, .out = out});
    for (size_t i = 0; i < ROWS * COLS; i++) {
        const double a = get(kernels, from, i % COLS), b = get(kernels, to, i % COLS);
        assert_near(kernels, get(kernels, out, i), a + at[i / COLS] * (b - a), 8, "path", i);
    }
    free(from);
    free(to);
    free(out);
}

TEST(path_gives_the_points_between_two_rows)
{
    for_each_table(check_path);
}

/* Rows from the middle of the first coalition to the middle of the last. */
static void check_mix(const gml_kernels *kernels)
{
    enum { COALITIONS = 4, FIRST = 2 };
    void *x = random_entries(kernels, COLS, 1), *background = random_entries(kernels, BACKGROUNDS * COLS, 2);
    void *masks = random_entries(kernels, COALITIONS * COLS, 3), *out = entries(kernels, ROWS * COLS, NAN);
    for (size_t i = 0; i < COALITIONS * COLS; i++) {
        put(kernels, masks, i, get(kernels, masks, i) > 0);
    }
    kernels->explain->mix(&(gml_mix_call){.first = FIRST,
                                          .rows = ROWS,
                                          .cols = COLS,
                                          .backgrounds = BACKGROUNDS,
                                          .masks = masks,
                                          .x = x,
                                          .background = background,
                                          .out = out});
    for (size_t i = 0; i < ROWS * COLS; i++) {
        const size_t row = FIRST + i / COLS, c = row / BACKGROUNDS, b = row % BACKGROUNDS, j = i % COLS;
        const double wanted =
            get(kernels, masks, c * COLS + j) > 0 ? get(kernels, x, j) : get(kernels, background, b * COLS + j);
        ck_assert_double_eq(get(kernels, out, i), wanted);
    }
    free(x);
    free(background);
    free(masks);
    free(out);
}

TEST(mix_takes_present_inputs_from_the_sample_and_others_from_the_background)
{
    for_each_table(check_mix);
}

static void check_sums(const gml_kernels *kernels)
{
    void *m = random_entries(kernels, ROWS * COLS, 1), *b = random_entries(kernels, COLS, 2);
    const double weights[ROWS] = {1, -2, 0.5, 3, 0, 1e-3, 7};
    double sums[COLS], expected[COLS];
    for (size_t j = 0; j < COLS; j++) {
        sums[j] = expected[j] = (double)j;
        for (size_t i = 0; i < ROWS; i++) {
            expected[j] += weights[i] * get(kernels, m, i * COLS + j);
        }
    }
    kernels->explain->add_rows(ROWS, COLS, weights, m, sums);
    for (size_t j = 0; j < COLS; j++) {
        ck_assert_double_eq_tol(sums[j], expected[j], 1e-12 * (1 + fabs(expected[j])));
        expected[j] *= -3 * (get(kernels, m, j) - get(kernels, b, j));
    }
    kernels->explain->multiply_by_difference(COLS, -3, m, b, sums);
    for (size_t j = 0; j < COLS; j++) {
        ck_assert_double_eq_tol(sums[j], expected[j], 1e-11 * (1 + fabs(expected[j])));
    }
    free(m);
    free(b);
}

TEST(weighted_rows_are_summed_in_double_and_multiplied_by_a_difference)
{
    for_each_table(check_sums);
}

static void check_columns(const gml_kernels *kernels)
{
    const size_t columns[ROWS] = {0, COLS - 1, 5, 5, 1, 20, 36};
    void *out = entries(kernels, ROWS * COLS, NAN);
    kernels->explain->select_columns(ROWS, COLS, columns, out);
    for (size_t i = 0; i < ROWS * COLS; i++) {
        ck_assert_double_eq(get(kernels, out, i), i % COLS == columns[i / COLS] ? 1 : 0);
    }
    free(out);
}

TEST(select_columns_writes_a_1_in_each_row)
{
    for_each_table(check_columns);
}

static void check_relevance(const gml_kernels *kernels)
{
    enum { STRIDE = COLS + 3 };
    void *z = random_entries(kernels, ROWS * STRIDE, 1), *relevance = random_entries(kernels, ROWS * COLS, 2);
    void *offset = random_entries(kernels, COLS, 3), *kept = random_entries(kernels, ROWS * COLS, 2);
    double biases[ROWS] = {1, 2}, absorbed[ROWS] = {3};
    put(kernels, z, 4, 0);         /* sign(0) is 1 */
    put(kernels, relevance, 9, 0); /* 0 shares nothing, whatever z is */
    put(kernels, kept, 9, 0);
    kernels->explain->share_relevance(&(gml_relevance_call){.rows = ROWS,
                                                            .cols = COLS,
                                                            .z = z,
                                                            .z_stride = STRIDE,
                                                            .offset = offset,
                                                            .epsilon = 0.25,
                                                            .relevance = relevance,
                                                            .stride = COLS,
                                                            .biases = biases,
                                                            .absorbed = absorbed});
    for (size_t i = 0; i < ROWS; i++) {
        double by_biases = i == 0 ? 1 : i == 1 ? 2 : 0, by_epsilon = i == 0 ? 3 : 0;
        for (size_t j = 0; j < COLS; j++) {
            const double sum = get(kernels, z, i * STRIDE + j), added = sum < 0 ? -0.25 : 0.25;
            const double share = get(kernels, kept, i * COLS + j) / (sum + added);
            assert_near(kernels, get(kernels, relevance, i * COLS + j), share, 8, "share", i * COLS + j);
            by_biases += get(kernels, offset, j) * share;
            by_epsilon += added * share;
        }
        assert_near(kernels, biases[i], by_biases, 1000, "biases", i);
        assert_near(kernels, absorbed[i], by_epsilon, 1000, "epsilon", i);
    }
    free(z);
    free(relevance);
    free(offset);
    free(kept);
}

TEST(relevance_is_shared_by_the_sums_and_what_offsets_and_epsilon_absorb_is_added_up)
{
    for_each_table(check_relevance);
}

int main(void)
{
    return run_tests("kernels explain", 60);
}
