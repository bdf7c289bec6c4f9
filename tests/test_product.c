/* The library's own products, in every table: all forms and tails against a naive sum in double, and nothing touched
 * that is not theirs. */
#include "kernel_tables.h"

#include <string.h>

#include "kernel/gemm.h"

/* Whole vectors and blocks of every set, and what is left over on either side; k beyond the depth of every set's block.
 */
static const size_t ROWS[] = {1, 4, 7, 13};
static const size_t COLS[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 64, 65, 100};
static const size_t DEPTHS[] = {1, 2, 15, 65, 130, 800};
enum {
    ROWS_COUNT = sizeof ROWS / sizeof ROWS[0],
    COLS_COUNT = sizeof COLS / sizeof COLS[0],
    DEPTHS_COUNT = sizeof DEPTHS / sizeof DEPTHS[0],
    GAP = 3 /* between rows */
};

/* How the sums begin. */
typedef enum sum_start { AT_ZERO, AT_BIAS, AT_C, STARTS } sum_start;

typedef struct product_form {
    size_t m, n, k;
    bool a_transposed, b_transposed;
    sum_start start;
} product_form;

/* [rows x cols] with GAP entries between the rows that are NaN, and none after the last row. */
static void *make_matrix(const gml_kernels *kernels, size_t rows, size_t cols, uint64_t seed)
{
    size_t stride = cols + GAP, count = rows * stride - GAP;
    void *drawn = random_entries(kernels, count, seed), *matrix = malloc(count * kernels->size);
    ck_assert_ptr_nonnull(matrix);
    for (size_t i = 0; i < count; i++) {
        put(kernels, matrix, i, i % stride < cols ? get(kernels, drawn, i) : NAN);
    }
    free(drawn);
    return matrix;
}

typedef struct product {
    gml_gemm call;
    void *a, *b, *c, *before, *bias; /* before: C as it was */
} product;

static product make_product(const gml_kernels *kernels, const product_form *form)
{
    product made = {.call = {.m = form->m, .n = form->n, .k = form->k}};
    size_t a_rows = form->a_transposed ? form->k : form->m, a_cols = form->a_transposed ? form->m : form->k;
    size_t b_rows = form->b_transposed ? form->n : form->k, b_cols = form->b_transposed ? form->k : form->n;
    made.call.a = made.a = make_matrix(kernels, a_rows, a_cols, 1);
    made.call.b = made.b = make_matrix(kernels, b_rows, b_cols, 2);
    made.call.c = made.c = make_matrix(kernels, form->m, form->n, 3);
    made.before = make_matrix(kernels, form->m, form->n, 3);
    made.bias = form->start == AT_BIAS ? make_matrix(kernels, 1, form->n, 4) : NULL;
    made.call.a_stride = a_cols + GAP;
    made.call.b_stride = b_cols + GAP;
    made.call.c_stride = form->n + GAP;
    made.call.a_transposed = form->a_transposed;
    made.call.b_transposed = form->b_transposed;
    made.call.accumulate = form->start == AT_C;
    return made;
}

static void free_product(product *made)
{
    free(made->a), free(made->b), free(made->c), free(made->before), free(made->bias);
}

/* The naive sum, and in `size` that of all magnitudes, to which rounding is in proportion. */
static double naive_entry(const gml_kernels *kernels, const product *made, size_t i, size_t j, double *size)
{
    const gml_gemm *call = &made->call;
    double sum = made->bias != NULL ? get(kernels, made->bias, j) : 0;
    sum += call->accumulate ? get(kernels, made->before, i * call->c_stride + j) : 0;
    *size = fabs(sum);
    for (size_t p = 0; p < call->k; p++) {
        double a = get(kernels, call->a, call->a_transposed ? p * call->a_stride + i : i * call->a_stride + p);
        double b = get(kernels, call->b, call->b_transposed ? j * call->b_stride + p : p * call->b_stride + j);
        sum += a * b;
        *size += fabs(a * b);
    }
    return sum;
}

static void check_form(const gml_kernels *kernels, const product_form *form)
{
    product made = make_product(kernels, form);
    kernels->product(&made.call, made.bias);
    for (size_t i = 0; i < form->m; i++) {
        for (size_t j = 0; j < form->n; j++) {
            double size, wanted = naive_entry(kernels, &made, i, j, &size);
            double found = get(kernels, made.c, i * made.call.c_stride + j);
            ck_assert_msg(fabs(found - wanted) <= (double)(form->k + 1) * epsilon(kernels) * size,
                          "%s %s, %zu x %zu x %zu, A%s B%s, start %d: entry (%zu, %zu) is %g instead of %g",
                          gml_dtype_name(kernels->dtype), kernels->isa, form->m, form->n, form->k,
                          form->a_transposed ? "'" : "", form->b_transposed ? "'" : "", (int)form->start, i, j, found,
                          wanted);
        }
        for (size_t gap = 0; i + 1 < form->m && gap < GAP; gap++) {
            ck_assert(isnan(get(kernels, made.c, i * made.call.c_stride + form->n + gap)));
        }
    }
    free_product(&made);
}

static void check_starts(const gml_kernels *kernels, product_form form)
{
    for (int start = AT_ZERO; start < STARTS; start++) {
        form.start = (sum_start)start;
        check_form(kernels, &form);
    }
}

/* And, last, rows enough for B to be laid out, in wholes and what is left over. */
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

START_TEST(products_of_every_shape_are_right)
{
    for_each_table(check_plain);
}
END_TEST

START_TEST(products_of_a_transposed_left_side_are_right)
{
    for_each_table(check_a_transposed);
}
END_TEST

START_TEST(products_of_a_transposed_right_side_are_right)
{
    for_each_table(check_b_transposed);
}
END_TEST

START_TEST(products_of_two_transposed_sides_are_right)
{
    for_each_table(check_both_transposed);
}
END_TEST

/* Entry (i, j) computed alone, as a product of one row and one column. */
static double entry_alone(const gml_kernels *kernels, const product *made, size_t i, size_t j)
{
    double entry[1] = {0};
    gml_gemm alone = made->call;
    alone.m = alone.n = 1;
    memcpy(entry, (char *)made->before + (i * alone.c_stride + j) * kernels->size, kernels->size);
    alone.a = (char *)made->a + i * (alone.a_transposed ? 1 : alone.a_stride) * kernels->size;
    alone.b = (char *)made->b + j * (alone.b_transposed ? alone.b_stride : 1) * kernels->size;
    alone.c = entry;
    kernels->product(&alone, made->bias != NULL ? (char *)made->bias + j * kernels->size : NULL);
    return get(kernels, entry, 0);
}

/* To the bit, but for what kind of no number. */
static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* All entries of the first columns are what they are alone. */
static void check_against_alone(const gml_kernels *kernels, const product *made, size_t cols)
{
    kernels->product(&made->call, made->bias);
    for (size_t i = 0; i < made->call.m; i++) {
        for (size_t j = 0; j < cols; j++) {
            double alone = entry_alone(kernels, made, i, j);
            double found = get(kernels, made->c, i * made->call.c_stride + j);
            ck_assert_msg(same(found, alone), "%s %s, A%s B%s: entry (%zu, %zu) is %a, and %a alone",
                          gml_dtype_name(kernels->dtype), kernels->isa, made->call.a_transposed ? "'" : "",
                          made->call.b_transposed ? "'" : "", i, j, found, alone);
        }
    }
}

static void check_bits_of(const gml_kernels *kernels, bool b_transposed)
{
    product_form form = {41, 77, 800, false, b_transposed, AT_BIAS};
    product made = make_product(kernels, &form);
    check_against_alone(kernels, &made, made.call.n);
    free_product(&made);
}

static void check_bits(const gml_kernels *kernels)
{
    check_bits_of(kernels, false);
    check_bits_of(kernels, true);
}

START_TEST(an_entry_has_the_same_bits_wherever_it_lies)
{
    for_each_table(check_bits);
}
END_TEST

/* Of an A with many zeros, of either sign: some alone, others in all rows but one of a few, most in all of a few. */
static void put_zeros(const gml_kernels *kernels, const product *made)
{
    const gml_gemm *call = &made->call;
    for (size_t i = 0; i < call->m; i++) {
        for (size_t p = 0; p < call->k; p++) {
            size_t kind = (i / 4 * 31 + p) % 7;
            if (kind < 4 || (kind == 4 && i % 4 != p % 4) || (i + p) % 5 == 0) {
                size_t at = call->a_transposed ? p * call->a_stride + i : i * call->a_stride + p;
                put(kernels, made->a, at, p % 3 == 0 ? -0.0 : 0.0);
            }
        }
    }
}

static const product_form FORMS_WITH_ZEROS[] = {
    {45, 200, 800, false, false, AT_BIAS}, {45, 200, 800, false, true, AT_BIAS}, {45, 200, 130, false, false, AT_C},
    {47, 200, 130, true, false, AT_BIAS},  {47, 200, 800, true, false, AT_C},    {47, 200, 130, true, true, AT_ZERO},
};
enum { FORMS_WITH_ZEROS_COUNT = sizeof FORMS_WITH_ZEROS / sizeof FORMS_WITH_ZEROS[0] };

static void check_zeros(const gml_kernels *kernels)
{
    for (size_t f = 0; f < FORMS_WITH_ZEROS_COUNT; f++) {
        product made = make_product(kernels, &FORMS_WITH_ZEROS[f]);
        put_zeros(kernels, &made);
        check_against_alone(kernels, &made, made.call.n);
        free_product(&made);
    }
}

START_TEST(zeros_on_the_left_change_no_bit)
{
    for_each_table(check_zeros);
}
END_TEST

/* In rows of B that zeros meet, the last one also, and in columns of every vector. */
static void check_zeros_times_not_finite(const gml_kernels *kernels)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    for (size_t f = 0; f < FORMS_WITH_ZEROS_COUNT; f++) {
        for (size_t col = 3; col < 64; col += 7) {
            product made = make_product(kernels, &FORMS_WITH_ZEROS[f]);
            put_zeros(kernels, &made);
            size_t p = col % 2 == 0 ? 70 : made.call.k - 1, stride = made.call.b_stride;
            put(kernels, made.b, made.call.b_transposed ? col * stride + p : p * stride + col, odd[col % 3]);
            check_against_alone(kernels, &made, 64);
            free_product(&made);
        }
    }
}

START_TEST(zero_times_what_is_not_finite_is_not_a_number)
{
    for_each_table(check_zeros_times_not_finite);
}
END_TEST

/* Sums that end as -0 where terms of 0 are left out, and as 0 where they are added. */
static void check_signs_of_zero(const gml_kernels *kernels)
{
    product_form form = {45, 200, 130, false, false, AT_BIAS};
    product made = make_product(kernels, &form);
    for (size_t j = 0; j < form.n; j++) {
        put(kernels, made.bias, j, -0.0);
    }
    for (size_t i = 0; i < form.m; i++) {
        for (size_t p = 0; p < form.k; p++) {
            put(kernels, made.a, i * made.call.a_stride + p, 0);
        }
    }
    check_against_alone(kernels, &made, form.n);
    free_product(&made);
}

START_TEST(a_sum_of_zeros_has_the_same_sign_wherever_it_lies)
{
    for_each_table(check_signs_of_zero);
}
END_TEST

static void check_not_finite(const gml_kernels *kernels)
{
    product_form form = {5, 19, 3, false, false, AT_ZERO};
    product made = make_product(kernels, &form);
    put(kernels, made.a, 0, INFINITY);
    put(kernels, made.a, made.call.a_stride, NAN);
    kernels->product(&made.call, NULL);
    for (size_t j = 0; j < form.n; j++) {
        ck_assert(isinf(get(kernels, made.c, j)));
        ck_assert(isnan(get(kernels, made.c, made.call.c_stride + j)));
        ck_assert(isfinite(get(kernels, made.c, 2 * made.call.c_stride + j)));
    }
    free_product(&made);
}

START_TEST(what_is_not_finite_stays_in_its_row)
{
    for_each_table(check_not_finite);
}
END_TEST

int main(void)
{
    return run_tests("product", 120,
                     (const TTest *[]){
                         products_of_every_shape_are_right, products_of_a_transposed_left_side_are_right,
                         products_of_a_transposed_right_side_are_right, products_of_two_transposed_sides_are_right,
                         an_entry_has_the_same_bits_wherever_it_lies, zeros_on_the_left_change_no_bit,
                         zero_times_what_is_not_finite_is_not_a_number,
                         a_sum_of_zeros_has_the_same_sign_wherever_it_lies, what_is_not_finite_stays_in_its_row, NULL});
}
