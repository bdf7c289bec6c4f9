/* tests/explain/singular.c - singular values equal those of one-sided Jacobi rotations, and those of matrices made from
 * known ones. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "health_case.h"
#include "kernel/product/gemm.h"
#include "numbers.h"
#include "reference/singular.h"

static void find_values(size_t m, size_t n, const double *matrix, double *values)
{
    size_t work = gml_gemm_singular_memory(m, n);
    double *memory = calloc(m * n + work, sizeof *memory);
    ck_assert_ptr_nonnull(memory);
    memcpy(memory, matrix, m * n * sizeof *memory);
    gml_gemm_open();
    ck_assert(gml_gemm_singular_values(m, n, memory, values, memory + m * n, work));
    gml_gemm_close();
    free(memory);
}

TEST(singular_values_equal_those_of_jacobi_rotations)
{
    static const size_t sizes[][2] = {{1, 1},   {1, 7},   {9, 1},    {5, 5},  {30, 12},
                                      {12, 30}, {64, 64}, {100, 33}, {17, 90}};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        size_t m = sizes[s][0], n = sizes[s][1], count = m < n ? m : n;
        double *matrix = random_doubles(m * n, s + 1), *work = calloc(m * n + 1, sizeof *work);
        double found[64], expected[64];
        find_values(m, n, matrix, found);
        gml_reference_singular_values(m, n, matrix, expected, work);
        for (size_t i = 0; i < count; i++) {
            ck_assert_msg(fabs(found[i] - expected[i]) <= 1e-13 * expected[0], "%zu x %zu, value %zu: %.17g and %.17g",
                          m, n, i, found[i], expected[i]);
            ck_assert(i == 0 || found[i] <= found[i - 1]);
        }
        free(matrix);
        free(work);
    }
}

/* diag(d) with rows and columns exchanged and signs changed */
TEST(singular_values_of_a_permuted_diagonal_are_its_entries)
{
    enum { N = 6 };
    static const double entries[N] = {9, 4, 1, 0.5, 1e-6, 0};
    double matrix[N * N] = {0}, found[N];
    for (size_t i = 0; i < N; i++) {
        matrix[(i * 5 + 2) % N * N + (i + 3) % N] = i % 2 == 0 ? entries[i] : -entries[i];
    }
    find_values(N, N, matrix, found);
    for (size_t i = 0; i < N; i++) {
        ck_assert_double_eq_tol(found[i], entries[i], 1e-15);
    }
}

TEST(a_matrix_that_is_not_finite_has_none)
{
    double matrix[9] = {1, 2, 3, 4, NAN, 6, 7, 8, 9}, values[3];
    size_t work = gml_gemm_singular_memory(3, 3);
    double *memory = calloc(work, sizeof *memory);
    ck_assert(!gml_gemm_singular_values(3, 3, matrix, values, memory, work));
    free(memory);
}

TEST(norm_rank_and_condition_follow_from_the_singular_values)
{
    health_case c = set_up_health("8 -> 4 -> 3 softmax", GML_F64, 1, 1);
    static const double diagonal[4] = {4, 2, 2, 0};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 4; j++) {
            set_weight(c.network, 0, i, j, i == j ? diagonal[j] : 0);
        }
    }
    assert_ok(c.context, gml_health_finish(c.health));
    gml_layer_health layer = layer_health(c.health, 0);
    ck_assert_uint_eq(layer.singular_count, 4);
    ck_assert_double_eq_tol(layer.spectral_norm, 4, 1e-14);
    ck_assert_double_eq_tol(layer.weight_norm, sqrt(24), 1e-14);
    ck_assert(isinf(layer.condition) || layer.condition > 1e15);
    double entropy = -0.5 * log(0.5) - 2 * 0.25 * log(0.25);
    ck_assert_double_eq_tol(layer.effective_rank, exp(entropy), 1e-12);
    tear_down_health(&c);
}

TEST(spectra_are_left_out_if_they_are_not_wanted)
{
    health_case c = set_up_health("8 -> 4 tanh -> 3 softmax", GML_F32, 1, 1);
    const gml_health_options options = {.spectra = GML_CHOICE_NO};
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &options, &health));
    assert_ok(c.context, gml_health_finish(health));
    ck_assert_uint_eq(layer_health(health, 0).singular_count, 0);
    ck_assert(isnan(layer_health(health, 0).spectral_norm));
    ck_assert_double_gt(layer_health(health, 0).weight_norm, 0);
    gml_health_destroy(health);
    tear_down_health(&c);
}
