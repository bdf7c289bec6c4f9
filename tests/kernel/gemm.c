/* tests/kernel/gemm.c - the door to OpenBLAS: products, and the host's setting of threads. */
#include "kernel_tables.h"

#include <pthread.h>
#include <string.h>

#include "kernel/product/gemm.h"

/* As in cblas.h, which only kernel/product/gemm.c includes. */
extern int openblas_get_num_threads(void);
extern void openblas_set_num_threads(int threads);
extern int openblas_get_parallel(void);
extern char *openblas_get_corename(void);

/* Of the OpenMP run time, where there is one. */
extern int omp_get_max_threads(void) __attribute__((weak));
extern void omp_set_num_threads(int threads) __attribute__((weak));

/* How many threads a call of this thread may use: see kernel/product/gemm.c. */
static int blas_threads(void)
{
    return openblas_get_parallel() == 2 ? omp_get_max_threads() : openblas_get_num_threads();
}

static void compare_product(const gml_kernels *kernels, bool a_transposed, bool b_transposed, bool accumulate)
{
    enum { M = 7, N = 5, K = 9, STRIDE = 11 };
    void *a = random_entries(kernels, STRIDE * STRIDE, 1), *b = random_entries(kernels, STRIDE * STRIDE, 2);
    void *c = random_entries(kernels, M * STRIDE, 3), *before = random_entries(kernels, M * STRIDE, 3);
    gml_gemm call = {.m = M,
                     .n = N,
                     .k = K,
                     .a = a,
                     .b = b,
                     .c = c,
                     .a_stride = STRIDE,
                     .b_stride = STRIDE,
                     .c_stride = STRIDE,
                     .a_transposed = a_transposed,
                     .b_transposed = b_transposed,
                     .accumulate = accumulate};
    gml_gemm_run(kernels->dtype, &call);
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < STRIDE; j++) {
            double wanted = j < N && !accumulate ? 0 : get(kernels, before, i * STRIDE + j);
            for (size_t k = 0; j < N && k < K; k++) {
                wanted += get(kernels, a, a_transposed ? k * STRIDE + i : i * STRIDE + k) *
                          get(kernels, b, b_transposed ? j * STRIDE + k : k * STRIDE + j);
            }
            assert_near(kernels, get(kernels, c, i * STRIDE + j), wanted, 40, "product", i * STRIDE + j);
        }
    }
    free(a), free(b), free(c), free(before);
}

static void check_products(const gml_kernels *kernels)
{
    for (int form = 0; form < 8; form++) {
        compare_product(kernels, form & 1, form & 2, form & 4);
    }
}

TEST(products_are_right_in_every_form)
{
    for_each_table(check_products);
}

TEST(a_square_and_a_solution_by_cholesky_are_right)
{
    enum { N = 5, K = 8, STRIDE = 7 };
    double a[K * STRIDE], square[N * STRIDE], packed[N * N], x[N], b[N] = {0};
    for (size_t i = 0; i < K * STRIDE; i++) {
        a[i] = sin((double)(i * i) * 1.7);
    }
    for (size_t i = 0; i < N * STRIDE; i++) {
        square[i] = 7;
    }
    gml_square call = {.n = N, .k = K, .a = a, .c = square, .a_stride = STRIDE, .c_stride = STRIDE};
    gml_gemm_square(&call);
    call.accumulate = true;
    gml_gemm_square(&call);
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < N; j++) {
            double sum = 0;
            for (size_t k = 0; k < K; k++) {
                sum += 2 * a[k * STRIDE + i] * a[k * STRIDE + j];
            }
            ck_assert_double_eq_tol(square[i * STRIDE + j], j <= i ? sum : 7, 1e-13);
            packed[i * N + j] = j <= i ? sum : NAN;
            b[i] += sum * (double)(j + 1);
        }
    }
    memcpy(x, b, sizeof x);
    ck_assert(gml_gemm_solve(N, packed, x));
    for (size_t i = 0; i < N; i++) {
        ck_assert_double_eq_tol(x[i], (double)(i + 1), 1e-11);
    }
    double indefinite[4] = {1, 0, 2, 1}, kept[2] = {3, 4};
    ck_assert(!gml_gemm_solve(2, indefinite, kept));
    ck_assert(kept[0] == 3 && kept[1] == 4);
}

TEST(an_empty_product_is_left_alone_and_an_empty_sum_is_zero)
{
    float a[4] = {1, 2, 3, 4}, c[4] = {5, 6, 7, 8};
    gml_gemm call = {.m = 0, .n = 2, .k = 2, .a = a, .b = a, .c = c, .a_stride = 2, .b_stride = 2, .c_stride = 2};
    gml_gemm_run(GML_F32, &call);
    ck_assert_float_eq(c[0], 5);
    call.m = 2, call.k = 0;
    gml_gemm_run(GML_F32, &call);
    ck_assert_float_eq(c[0], 0);
    ck_assert_float_eq(c[3], 0);
}

TEST(open_doors_mean_one_thread_and_the_last_to_close_puts_the_setting_back)
{
    openblas_set_num_threads(2);
    int host = blas_threads();
    gml_gemm_open();
    ck_assert_int_eq(blas_threads(), 1);
    gml_gemm_open();
    gml_gemm_close();
    ck_assert_int_eq(blas_threads(), 1);
    gml_gemm_close();
    ck_assert_int_eq(blas_threads(), host);
}

static void *open_and_close_often(void *failed)
{
    bool openmp = omp_set_num_threads != NULL && omp_get_max_threads != NULL;
    if (openmp) {
        omp_set_num_threads(3); /* this thread's own */
    }
    for (int i = 0; i < 1000; i++) {
        gml_gemm_open();
        if (blas_threads() != 1) {
            *(int *)failed = 1;
        }
        gml_gemm_close();
    }
    if (openmp && omp_get_max_threads() != 3) {
        *(int *)failed = 1;
    }
    return NULL;
}

TEST(doors_of_several_threads_do_not_disturb_each_other)
{
    enum { THREADS = 4 };
    openblas_set_num_threads(2);
    int host = blas_threads(), failed[THREADS] = {0};
    gml_gemm_open();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_and_close_often, &failed[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(failed[i], 0);
    }
    gml_gemm_close();
    ck_assert_int_eq(blas_threads(), host);
}

TEST(the_backend_is_named_with_version_flavour_and_kernels)
{
    const char *const flavours[] = {"serial", "pthread", "OpenMP"};
    ck_assert_ptr_nonnull(strstr(gml_gemm_backend(), "OpenBLAS "));
    ck_assert_ptr_nonnull(strstr(gml_gemm_backend(), flavours[openblas_get_parallel()]));
    ck_assert_ptr_nonnull(strstr(gml_gemm_backend(), openblas_get_corename()));
}

int main(void)
{
    return run_tests("kernels_gemm", 60);
}
