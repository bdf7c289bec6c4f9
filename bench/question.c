/* bench/question.c - a prediction of gemmule, and the comparison of predictions with the reference. */
#include "question.h"

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "support/oracle.h"

enum { CHECKED = 16 };

void bench_question_run(void *question)
{
    const bench_question *bench = question;
    bench_must(bench->context, gml_network_predict(bench->network, bench->x, bench->y));
}

void bench_question_clear(const bench_question *bench)
{
    for (size_t i = 0; i < bench->y.rows * bench->y.cols; i++) {
        bench_put(bench->y.dtype, bench->y.data, i, (double)NAN);
    }
}

/* Compares a row of y with the reference's. A NaN differs. */
static void verify_row(const bench_question *bench, oracle *naive, size_t row, const char *name)
{
    double *x = bench_to_doubles(gml_matrix_rows(bench->x, row, 1));
    double *y = bench_to_doubles(gml_matrix_rows(bench->y, row, 1));
    const gml_reference_batch batch = {.rows = 1, .x = x};
    oracle_run(naive, &batch);
    const double *wanted = oracle_outputs(naive, &batch);
    for (size_t j = 0; j < bench->y.cols; j++) {
        double apart = fabs(y[j] - wanted[j]) / wanted[j];
        if (!(apart < 1e-4)) {
            bench_fail(
                "%s: output %zu of sample %zu has a relative difference of %g from the reference: nothing is timed",
                name, j, row, apart);
        }
    }
    free(x);
    free(y);
}

void bench_question_verify(const bench_question *bench, const char *name)
{
    size_t count = bench->x.rows < CHECKED ? bench->x.rows : CHECKED;
    oracle *naive = oracle_create(bench->network, NULL);
    for (size_t i = 0; i < count; i++) {
        verify_row(bench, naive, count == 1 ? 0 : i * (bench->x.rows - 1) / (count - 1), name);
    }
    oracle_destroy(naive);
}

double bench_question_flops(const bench_net *net, size_t batch)
{
    double flops = 0;
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        flops += 2.0 * (double)net->sizes[i] * (double)net->sizes[i + 1];
    }
    return flops * (double)batch;
}
