/* tests/kernel/terms.c - which terms of a product are found to be there, in every table, against a look at each entry.
 */
#include "kernel_tables.h"

#include "kernel/product/gemm.h"
#include "kernel/product/product.h"
#include "kernel/product/terms.h"

/* Whole vectors and words and what is left over. */
static const size_t ROWS[] = {5, 16, 36, 75};
static const size_t DEPTHS[] = {9, 15, 47, 48, 49, 64, 130};
enum { ROWS_COUNT = sizeof ROWS / sizeof ROWS[0], DEPTHS_COUNT = sizeof DEPTHS / sizeof DEPTHS[0], GAP = 3 };

/* What is there, and what is not. */
static const double KINDS[] = {0, -0.0, 0, 1, -0.0, 0, NAN, 0, -2.5, 0, 0, INFINITY, 0, 4e-320, 0, 1e-40, 0};
enum { KINDS_COUNT = sizeof KINDS / sizeof KINDS[0] };

static size_t place(const gml_gemm *call, size_t i, size_t p)
{
    return call->a_transposed ? p * call->a_stride + i : i * call->a_stride + p;
}

/* op(A) [m x k] of which three fifths may be there; between its rows are numbers. */
static void *make_left_side(const gml_kernels *kernels, size_t m, size_t k, bool transposed, gml_gemm *call)
{
    *call = (gml_gemm){.m = m, .k = k, .a_transposed = transposed, .a_stride = (transposed ? m : k) + GAP};
    size_t count = (transposed ? k : m) * call->a_stride - GAP;
    void *a = malloc(count * kernels->size);
    ck_assert_ptr_nonnull(a);
    for (size_t i = 0; i < count; i++) {
        put(kernels, a, i, 7);
    }
    for (size_t i = 0; i < m; i++) {
        for (size_t p = 0; p < k; p++) {
            bool may = (i * 3 + p * p) % 5 < 3;
            put(kernels, a, place(call, i, p), may ? KINDS[(i * 5 + p * 7) % KINDS_COUNT] : 0);
        }
    }
    call->a = a;
    return a;
}

static void check_terms(const gml_kernels *kernels, size_t m, size_t k, bool transposed)
{
    static gml_terms terms;
    gml_gemm call;
    void *a = make_left_side(kernels, m, k, transposed, &call);
    ck_assert(kernels->product->find_terms(&call, &terms));
    for (size_t i = 0; i < m; i++) {
        for (size_t p = 0; p < k; p++) {
            bool found = terms.bits[p / terms.depth * m + i] >> p % terms.depth & 1;
            bool is_there = get(kernels, a, place(&call, i, p)) != 0;
            ck_assert_msg(found == is_there, "%s %s, %zu x %zu%s: entry (%zu, %zu) is%s there",
                          gml_dtype_name(kernels->dtype), kernels->isa, m, k, transposed ? " transposed" : "", i, p,
                          found ? "" : " not");
        }
    }
    free(a);
}

static void check_shapes(const gml_kernels *kernels)
{
    for (size_t m = 0; m < ROWS_COUNT; m++) {
        for (size_t k = 0; k < DEPTHS_COUNT; k++) {
            check_terms(kernels, ROWS[m], DEPTHS[k], false);
            check_terms(kernels, ROWS[m], DEPTHS[k], true);
        }
    }
}

TEST(a_term_is_there_unless_its_entry_is_zero)
{
    for_each_table(check_shapes);
}

/* No bits beyond the depth either: products go by words. */
static void check_words(const gml_kernels *kernels)
{
    static gml_terms terms;
    gml_gemm call;
    for (int transposed = 0; transposed < 2; transposed++) {
        void *a = make_left_side(kernels, 36, 101, transposed != 0, &call);
        ck_assert(kernels->product->find_terms(&call, &terms));
        ck_assert_uint_eq(terms.words, 3);
        ck_assert_uint_ge(terms.depth, 34);
        ck_assert_uint_le(terms.depth, GML_TERM_DEPTH);
        for (size_t i = 0; i < 36; i++) {
            ck_assert_uint_eq(terms.bits[i] >> terms.depth, 0);
            ck_assert_uint_eq(terms.bits[36 + i] >> terms.depth, 0);
            ck_assert_uint_eq(terms.bits[2 * 36 + i] >> (101 - 2 * terms.depth), 0);
        }
        free(a);
    }
}

TEST(nothing_is_there_past_the_last_term)
{
    for_each_table(check_words);
}

/* A of ones, but for zeros in one column of so many. */
static bool finds(const gml_kernels *kernels, size_t m, size_t k, size_t one_of)
{
    static gml_terms terms;
    gml_gemm call = {.m = m, .k = k, .a_stride = k};
    void *a = malloc(m * k * kernels->size);
    for (size_t i = 0; i < m * k; i++) {
        put(kernels, a, i, i % k % one_of == 0 ? 0 : 1);
    }
    call.a = a;
    bool found = kernels->product->find_terms(&call, &terms);
    free(a);
    return found;
}

static void check_worth(const gml_kernels *kernels)
{
    ck_assert(finds(kernels, 64, 160, 2));
    ck_assert(finds(kernels, 64, 160, 4));
    ck_assert(!finds(kernels, 64, 160, 5));
    ck_assert(!finds(kernels, 64, 160, 161));
}

TEST(few_zeros_are_not_worth_a_look_at_all)
{
    for_each_table(check_worth);
}

static void check_large(const gml_kernels *kernels)
{
    ck_assert(finds(kernels, GML_TERM_WORDS / 16, 16 * GML_TERM_DEPTH, 2));
    ck_assert(!finds(kernels, GML_TERM_WORDS / 16, 16 * GML_TERM_DEPTH + 1, 2));
}

TEST(a_matrix_with_no_room_for_its_bits_is_not_looked_at)
{
    for_each_table(check_large);
}

int main(void)
{
    return run_tests("terms", 60);
}
