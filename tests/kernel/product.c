/* tests/kernel/product.c - the library's own products, in every table: all forms and tails against a naive sum in
 * double, and nothing touched that is not theirs. */
#include "kernel/product/product.h"
#include "product_case.h"

/* Whole vectors and blocks of every set, and what is left over on either side; k beyond the depth of every set's block.
 */
static const size_t ROWS[] = {1, 4, 7, 13};
static const size_t COLS[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 100};
static const size_t DEPTHS[] = {1, 2, 15, 65, 130, 800};
enum {
    ROWS_COUNT = sizeof ROWS / sizeof ROWS[0],
    COLS_COUNT = sizeof COLS / sizeof COLS[0],
    DEPTHS_COUNT = sizeof DEPTHS / sizeof DEPTHS[0]
};

/* The naive product, and for each entry the sum of all magnitudes, to which rounding is in proportion. */
typedef struct naive_product {
    double *sums, *sizes; /* [m x n] */
} naive_product;

/* Entries [rows x cols] as doubles, one row after the other. */
static double *gather(const gml_kernels *kernels, const void *matrix, size_t stride, bool transposed, size_t rows,
                      size_t cols)
{
    double *gathered = malloc(rows * cols * sizeof *gathered);
    ck_assert_ptr_nonnull(gathered);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            gathered[i * cols + j] = get(kernels, matrix, transposed ? j * stride + i : i * stride + j);
        }
    }
    return gathered;
}

static naive_product multiply_naively(const gml_kernels *kernels, const gml_gemm *call)
{
    const size_t m = call->m, n = call->n, k = call->k;
    double *a = gather(kernels, call->a, call->a_stride, call->a_transposed, m, k);
    double *b = gather(kernels, call->b, call->b_stride, !call->b_transposed, n, k); /* column by column */
    naive_product naive = {malloc(m * n * sizeof(double)), malloc(m * n * sizeof(double))};
    ck_assert_ptr_nonnull(naive.sums);
    ck_assert_ptr_nonnull(naive.sizes);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            double sum = 0, size = 0;
            for (size_t p = 0; p < k; p++) {
                const double term = a[i * k + p] * b[j * k + p];
                sum += term;
                size += fabs(term);
            }
            naive.sums[i * n + j] = sum;
            naive.sizes[i * n + j] = size;
        }
    }
    free(a);
    free(b);
    return naive;
}

/* What entry (i, j) begins with. */
static double start_of(const gml_kernels *kernels, const product *made, sum_start start, size_t i, size_t j)
{
    return start == AT_BIAS ? get(kernels, made->bias, j)
           : start == AT_C  ? get(kernels, made->before, i * made->call.c_stride + j)
                            : 0;
}

static void check_entries(const gml_kernels *kernels, const product *made, const naive_product *naive,
                          const product_form *form)
{
    for (size_t i = 0; i < form->m; i++) {
        for (size_t j = 0; j < form->n; j++) {
            const double begun = start_of(kernels, made, form->start, i, j);
            const double wanted = naive->sums[i * form->n + j] + begun;
            const double size = naive->sizes[i * form->n + j] + fabs(begun);
            const double found = get(kernels, made->c, i * made->call.c_stride + j);
            if (!(fabs(found - wanted) <= (double)(form->k + 1) * epsilon(kernels) * size)) {
                ck_abort_msg("%s %s, %zu x %zu x %zu, A%s B%s, start %d: entry (%zu, %zu) is %g instead of %g",
                             gml_dtype_name(kernels->dtype), kernels->isa, form->m, form->n, form->k,
                             form->a_transposed ? "'" : "", form->b_transposed ? "'" : "", (int)form->start, i, j,
                             found, wanted);
            }
        }
        for (size_t gap = 0; i + 1 < form->m && gap < GAP; gap++) {
            ck_assert(isnan(get(kernels, made->c, i * made->call.c_stride + form->n + gap)));
        }
    }
}

/* One product of random matrices, its sums begun in each way; the naive product is the same for all. */
static void check_starts(const gml_kernels *kernels, product_form form)
{
    form.start = AT_BIAS;
    product made = make_product(kernels, &form);
    const naive_product naive = multiply_naively(kernels, &made.call);
    const size_t size = (form.m * made.call.c_stride - GAP) * kernels->size;
    void *without = malloc(size); /* C, as the product makes it without memory */
    for (int start = AT_ZERO; start < STARTS; start++) {
        form.start = (sum_start)start;
        made.call.accumulate = form.start == AT_C;
        for (int lent = 0; lent < 2; lent++) {
            made.call.memory = lent ? product_memory : NULL;
            memcpy(made.c, made.before, size);
            kernels->product->run(&made.call, form.start == AT_BIAS ? made.bias : NULL);
            check_entries(kernels, &made, &naive, &form);
            ck_assert_msg(!lent || memcmp(made.c, without, size) == 0, "%s: memory changes bits", kernels->isa);
            memcpy(without, made.c, size);
        }
    }
    free(without);
    free(naive.sums);
    free(naive.sizes);
    free_product(&made);
}

/* And rows enough for B to be packed, in wholes and what is left over. Last, more than one part of rows, panel of
 * columns and block of k in every set. */
static void check_shapes(const gml_kernels *kernels, bool a_transposed, bool b_transposed)
{
    for (size_t n = 0; n < COLS_COUNT; n++) {
        for (size_t k = 0; k < DEPTHS_COUNT; k++) {
            for (size_t m = 0; m < ROWS_COUNT; m++) {
                check_starts(kernels, (product_form){ROWS[m], COLS[n], DEPTHS[k], a_transposed, b_transposed, AT_ZERO});
            }
        }
    }
    for (size_t n = 100; n <= 150; n += 10) {
        check_starts(kernels, (product_form){37, n, 115, a_transposed, b_transposed, AT_ZERO});
    }
    check_starts(kernels, (product_form){37, 110, 800, a_transposed, b_transposed, AT_ZERO});
    check_starts(kernels, (product_form){198, 520, 260, a_transposed, b_transposed, AT_ZERO});
    check_starts(kernels, (product_form){1, 1030, 45, a_transposed, b_transposed, AT_ZERO});    /* a wide row */
    check_starts(kernels, (product_form){9, 1030, 1025, a_transposed, b_transposed, AT_ZERO});  /* a distant B */
    check_starts(kernels, (product_form){1050, 1030, 40, a_transposed, b_transposed, AT_ZERO}); /* a distant C */
}

static void check_plain(const gml_kernels *kernels)
{
    check_shapes(kernels, false, false);
}

static void check_a_transposed(const gml_kernels *kernels)
{
    check_shapes(kernels, true, false);
}

static void check_b_transposed(const gml_kernels *kernels)
{
    check_shapes(kernels, false, true);
}

static void check_both_transposed(const gml_kernels *kernels)
{
    check_shapes(kernels, true, true);
}

TEST(products_of_every_shape_are_right)
{
    for_each_table(check_plain);
}

TEST(products_of_a_transposed_left_side_are_right)
{
    for_each_table(check_a_transposed);
}

TEST(products_of_a_transposed_right_side_are_right)
{
    for_each_table(check_b_transposed);
}

TEST(products_of_two_transposed_sides_are_right)
{
    for_each_table(check_both_transposed);
}

static void check_bits_of(const gml_kernels *kernels, bool b_transposed)
{
    product_form form = {41, 77, 800, false, b_transposed, AT_BIAS};
    product made = make_product(kernels, &form);
    check_against_alone(kernels, &made, 0, made.call.n);
    made.call.memory = NULL;
    check_against_alone(kernels, &made, 0, made.call.n);
    free_product(&made);
}

static void check_bits(const gml_kernels *kernels)
{
    check_bits_of(kernels, false);
    check_bits_of(kernels, true);
}

TEST(an_entry_has_the_same_bits_wherever_it_lies)
{
    for_each_table(check_bits);
}

static void check_not_finite(const gml_kernels *kernels)
{
    product_form form = {5, 19, 3, false, false, AT_ZERO};
    product made = make_product(kernels, &form);
    put(kernels, made.a, 0, INFINITY);
    put(kernels, made.a, made.call.a_stride, NAN);
    kernels->product->run(&made.call, NULL);
    for (size_t j = 0; j < form.n; j++) {
        ck_assert(isinf(get(kernels, made.c, j)));
        ck_assert(isnan(get(kernels, made.c, made.call.c_stride + j)));
        ck_assert(isfinite(get(kernels, made.c, 2 * made.call.c_stride + j)));
    }
    free_product(&made);
}

TEST(what_is_not_finite_stays_in_its_row)
{
    for_each_table(check_not_finite);
}

int main(void)
{
    return run_tests("product", 120);
}
