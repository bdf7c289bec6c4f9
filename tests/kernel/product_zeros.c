/* tests/kernel/product_zeros.c - products whose left side holds many zeros, in every table: they leave terms out, and
 * nobody can tell. */
#include "kernel/product/product.h"
#include "kernel/product/terms.h"
#include "product_case.h"

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

/* Every form, whole blocks of columns and what is left over, parts of a word and many words. */
static const product_form FORMS[] = {
    {45, 200, 800, false, false, AT_BIAS}, {45, 200, 800, false, true, AT_BIAS}, {45, 200, 130, false, false, AT_C},
    {47, 200, 130, true, false, AT_BIAS},  {47, 200, 800, true, false, AT_C},    {47, 200, 130, true, true, AT_ZERO},
    {33, 128, 20, false, false, AT_BIAS},  {33, 256, 48, false, false, AT_ZERO}, {33, 300, 49, true, true, AT_C},
};
enum { FORMS_COUNT = sizeof FORMS / sizeof FORMS[0] };

static product make_with_zeros(const gml_kernels *kernels, const product_form *form)
{
    product made = make_product(kernels, form);
    put_zeros(kernels, &made);
    return made;
}

/* Else the tests here see the same products as any others. */
static void check_terms(const gml_kernels *kernels)
{
    static gml_terms terms;
    for (size_t f = 0; f < FORMS_COUNT; f++) {
        product made = make_with_zeros(kernels, &FORMS[f]);
        ck_assert(kernels->product->find_terms(&made.call, &terms));
        free_product(&made);
    }
}

TEST(these_products_have_terms_to_leave_out)
{
    for_each_table(check_terms);
}

static void check_bits_of(const gml_kernels *kernels, const product_form *form)
{
    product made = make_with_zeros(kernels, form);
    check_against_alone(kernels, &made, 0, form->n);
    free_product(&made);
}

static void check_bits(const gml_kernels *kernels)
{
    for (size_t f = 0; f < FORMS_COUNT; f++) {
        check_bits_of(kernels, &FORMS[f]);
    }
}

TEST(zeros_on_the_left_change_no_bit)
{
    for_each_table(check_bits);
}

/* More rows than there is room to keep account of. */
static void check_parts(const gml_kernels *kernels)
{
    check_bits_of(kernels, &(product_form){GML_TERM_WORDS / 17 + 21, 130, 800, false, false, AT_BIAS});
    check_bits_of(kernels, &(product_form){GML_TERM_WORDS / 17 + 21, 130, 800, true, false, AT_C});
}

TEST(any_number_of_rows_may_hold_zeros)
{
    for_each_table(check_parts);
}

/* One entry of B that is not finite, in a row that zeros meet. */
static void check_not_finite_at(const gml_kernels *kernels, const product *made, size_t p, size_t col, double odd)
{
    const gml_gemm *call = &made->call;
    size_t at = call->b_transposed ? col * call->b_stride + p : p * call->b_stride + col;
    double finite = get(kernels, made->b, at);
    put(kernels, made->b, at, odd);
    memcpy(made->c, made->before, (call->m * call->c_stride - GAP) * kernels->size);
    check_against_alone(kernels, made, col, col + 1);
    put(kernels, made->b, at, finite);
}

/* In the first and the last row of a word and of all, and in columns of every vector. */
static void check_not_finite(const gml_kernels *kernels)
{
    static const double odd[] = {NAN, INFINITY, -INFINITY};
    for (size_t f = 0; f < FORMS_COUNT; f++) {
        product made = make_with_zeros(kernels, &FORMS[f]);
        const size_t k = made.call.k, rows[] = {0, k < 47 ? 1 : 46, k < 71 ? 2 : 70, k - 1};
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
            for (size_t col = r; col < made.call.n; col += 7) {
                check_not_finite_at(kernels, &made, rows[r], col, odd[col % 3]);
            }
        }
        free_product(&made);
    }
}

TEST(zero_times_what_is_not_finite_is_not_a_number)
{
    for_each_table(check_not_finite);
}

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
    check_against_alone(kernels, &made, 0, form.n);
    free_product(&made);
}

TEST(a_sum_of_zeros_has_the_same_sign_wherever_it_lies)
{
    for_each_table(check_signs_of_zero);
}

int main(void)
{
    return run_tests("product_zeros", 180);
}
