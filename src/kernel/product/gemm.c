/* kernel/product/gemm.c - the only code that calls OpenBLAS and includes cblas.h.
 *
 * OpenBLAS's number of threads is process state in its pthread flavour; per-thread OpenMP state in its OpenMP flavour;
 * the serial flavour has none. For the pthread flavour, `process` is the library's only process state: it mirrors the
 * state of another library, so a context cannot hold it. */
#include "kernel/product/gemm.h"

#include <cblas.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* The values of openblas_get_parallel(). */
enum flavour { SERIAL = 0, PTHREAD = 1, OPENMP = 2 };

/* From the OpenMP run time of OpenBLAS; weak, since the other flavours may lack it. */
extern int omp_get_max_threads(void) __attribute__((weak));
extern void omp_set_num_threads(int threads) __attribute__((weak));

/* LAPACK by its Fortran names, which every flavour has; the last argument is the length of the first. */
extern void dpotrf_(const char *part, const int *n, double *a, const int *stride, int *info, size_t part_length);
extern void dpotrs_(const char *part, const int *n, const int *columns, const double *a, const int *a_stride, double *b,
                    const int *b_stride, int *info, size_t part_length);
extern void dgesdd_(const char *job, const int *m, const int *n, double *a, const int *a_stride, double *s, double *u,
                    const int *u_stride, double *vt, const int *vt_stride, double *work, const int *work_count,
                    int *integers, int *info, size_t job_length);

static struct {
    atomic_flag lock;
    size_t open;      /* threads between open and close */
    int host_threads; /* OpenBLAS's setting before the first open */
} process = {.lock = ATOMIC_FLAG_INIT};

static void lock_process(void)
{
    while (atomic_flag_test_and_set_explicit(&process.lock, memory_order_acquire)) {
    }
}

static void unlock_process(void)
{
    atomic_flag_clear_explicit(&process.lock, memory_order_release);
}

static _Thread_local struct {
    size_t depth;     /* nested opens */
    int host_threads; /* OpenMP's setting before the outermost open */
} thread;

void gml_gemm_open(void)
{
    if (thread.depth++ > 0) {
        return;
    }
    if (openblas_get_parallel() == OPENMP && omp_get_max_threads != NULL) {
        thread.host_threads = omp_get_max_threads();
        omp_set_num_threads(1);
    } else if (openblas_get_parallel() == PTHREAD) {
        lock_process();
        if (process.open++ == 0) {
            process.host_threads = openblas_get_num_threads();
            openblas_set_num_threads(1);
        }
        unlock_process();
    }
}

void gml_gemm_close(void)
{
    if (--thread.depth > 0) {
        return;
    }
    if (openblas_get_parallel() == OPENMP && omp_set_num_threads != NULL) {
        omp_set_num_threads(thread.host_threads);
    } else if (openblas_get_parallel() == PTHREAD) {
        lock_process();
        if (--process.open == 0) {
            openblas_set_num_threads(process.host_threads);
        }
        unlock_process();
    }
}

static void run_product(gml_dtype dtype, const gml_gemm *call)
{
    CBLAS_TRANSPOSE a_form = call->a_transposed ? CblasTrans : CblasNoTrans;
    CBLAS_TRANSPOSE b_form = call->b_transposed ? CblasTrans : CblasNoTrans;
    int m = (int)call->m, n = (int)call->n, k = (int)call->k;
    int lda = (int)call->a_stride, ldb = (int)call->b_stride, ldc = (int)call->c_stride;
    if (dtype == GML_F32) {
        cblas_sgemm(CblasRowMajor, a_form, b_form, m, n, k, 1, call->a, lda, call->b, ldb,
                    call->accumulate ? 1.0F : 0.0F, call->c, ldc);
    } else {
        cblas_dgemm(CblasRowMajor, a_form, b_form, m, n, k, 1, call->a, lda, call->b, ldb, call->accumulate ? 1.0 : 0.0,
                    call->c, ldc);
    }
}

bool gml_gemm_is_small(size_t m, size_t n, size_t k)
{
    static const double MULTIPLY_ADDS = 1e6;
    return (double)m * (double)n * (double)k <= MULTIPLY_ADDS;
}

/* Measured on thousands of shapes with 0.3.21; tests/engine/tiles.c checks the installed version. */
bool gml_gemm_merges(void)
{
    const char *core = openblas_get_corename();
    return strcmp(core, "SkylakeX") == 0 || strcmp(core, "Cooperlake") == 0;
}

/* OpenBLAS's small-matrix AVX-512 kernel for A B calls malloc, unchecked, if the columns left over from whole vectors
 * fill at most half a vector, unless k is less than two vectors. */
enum { VECTOR_BYTES = 64 };

static size_t columns_that_allocate(gml_dtype dtype, const gml_gemm *call)
{
    size_t lanes = VECTOR_BYTES / gml_dtype_size(dtype);
    size_t rest = call->n % lanes;
    bool small = gml_gemm_is_small(call->m, call->n, call->k);
    bool takes = small && !call->a_transposed && !call->b_transposed && call->k >= 2 * lanes && rest <= lanes / 2;
    return takes ? rest : 0;
}

/* Computes the last `rest` columns of C as a sum over slices of k that are too short for OpenBLAS to allocate. */
static void run_in_slices(gml_dtype dtype, const gml_gemm *call, size_t rest)
{
    size_t size = gml_dtype_size(dtype);
    size_t slice = 2 * (VECTOR_BYTES / size) - 1;
    gml_gemm part = *call;
    part.n = rest;
    part.c = (char *)call->c + (call->n - rest) * size;
    for (size_t first = 0; first < call->k; first += slice) {
        part.k = call->k - first < slice ? call->k - first : slice;
        part.a = (const char *)call->a + first * size;
        part.b = (const char *)call->b + (first * call->b_stride + call->n - rest) * size;
        run_product(dtype, &part);
        part.accumulate = true;
    }
}

/* The serial flavour of OpenBLAS 0.3.21 hands out packing buffers without a lock: two calls at once may get the same
 * buffer and write wrong numbers. Its products are serialised. */
static pthread_mutex_t serial_lock = PTHREAD_MUTEX_INITIALIZER;

static void lock_serial(void)
{
    if (openblas_get_parallel() == SERIAL) {
        pthread_mutex_lock(&serial_lock);
    }
}

static void unlock_serial(void)
{
    if (openblas_get_parallel() == SERIAL) {
        pthread_mutex_unlock(&serial_lock);
    }
}

void gml_gemm_run(gml_dtype dtype, const gml_gemm *call)
{
    lock_serial();
    size_t rest = columns_that_allocate(dtype, call);
    gml_gemm whole = *call;
    whole.n -= rest;
    if (whole.m > 0 && whole.n > 0) {
        run_product(dtype, &whole);
    }
    if (whole.m > 0 && rest > 0) {
        run_in_slices(dtype, call, rest);
    }
    unlock_serial();
}

void gml_gemm_square(const gml_square *call)
{
    lock_serial();
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, (int)call->n, (int)call->k, 1, call->a, (int)call->a_stride,
                call->accumulate ? 1.0 : 0.0, call->c, (int)call->c_stride);
    unlock_serial();
}

/* LAPACK is column-major: our lower triangle is its upper one. */
bool gml_gemm_solve(size_t n, double *a, double *b)
{
    int size = (int)n, one = 1, info = 0;
    lock_serial();
    dpotrf_("U", &size, a, &size, &info, 1);
    bool definite = info == 0;
    if (definite) {
        dpotrs_("U", &size, &one, a, &size, b, &size, &info, 1);
    }
    unlock_serial();
    return definite;
}

/* LAPACK reads our A as its transpose, which has the same singular values. Behind the working memory that it asks for
 * are its integers, and LINE doubles that it may read but does not use: its matrix-vector products are those of
 * OpenBLAS #4013. */
enum { LINE = 64 };

static size_t singular_integers(size_t m, size_t n)
{
    return 8 * (m < n ? m : n); /* by the documentation of dgesdd */
}

/* The doubles that dgesdd wants besides. */
static size_t singular_work(size_t m, size_t n)
{
    int rows = (int)n, cols = (int)m, one = 1, query = -1, info = 0, integer;
    double best = 0, none;
    dgesdd_("N", &rows, &cols, &none, &rows, &none, &none, &one, &none, &one, &best, &query, &integer, &info, 1);
    return (size_t)best;
}

size_t gml_gemm_singular_memory(size_t m, size_t n)
{
    return singular_work(m, n) + singular_integers(m, n) + LINE;
}

bool gml_gemm_singular_values(size_t m, size_t n, double *a, double *values, double *work, size_t count)
{
    int rows = (int)n, cols = (int)m, one = 1, info = 0, size = (int)(count - singular_integers(m, n) - LINE);
    double none;
    lock_serial();
    dgesdd_("N", &rows, &cols, a, &rows, values, &none, &one, &none, &one, work, &size, (int *)(void *)(work + size),
            &info, 1);
    unlock_serial();
    return info == 0;
}

const char *gml_gemm_core(void)
{
    return openblas_get_corename();
}

const char *gml_gemm_backend(void)
{
    static const char *const flavours[] = {"serial", "pthread", "OpenMP"};
    static char text[96]; /* constant once written, under the lock */
    lock_process();
    if (text[0] == '\0') {
        /* "OpenBLAS 0.3.21 NO_LAPACKE ...": its name and version are the first two words. */
        const char *config = openblas_get_config();
        size_t name = strcspn(config, " ");
        size_t version = config[name] == ' ' ? 1 + strcspn(config + name + 1, " ") : 0;
        int parallel = openblas_get_parallel();
        const char *flavour = parallel >= SERIAL && parallel <= OPENMP ? flavours[parallel] : "";
        snprintf(text, sizeof text, "%.*s %s, kernels for %s", (int)(name + version), config, flavour,
                 openblas_get_corename());
    }
    unlock_process();
    return text;
}
