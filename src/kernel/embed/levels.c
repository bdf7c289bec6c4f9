/* kernel/embed/levels.c - embeddings of codes: rows of a table. */
#include "kernel/embed/rows.h"

/* Sets `code` to that of x; false if x is none. */
static bool read_code(real x, size_t levels, size_t *code)
{
    const double exact = (double)x, nearest = floor(exact + 0.5);
    const bool good = fabs(exact - nearest) <= 0.25 && nearest >= 0 && nearest < (double)levels;
    *code = good ? (size_t)nearest : 0;
    return good;
}

static void levels_forward(const gml_levels_call *call)
{
    const size_t size = call->size;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        real *y = (real *)call->y + i * call->y_stride;
        for (size_t c = 0; c < call->columns; c++, y += size) {
            size_t code;
            const bool good = read_code(x[c], call->levels, &code);
            const real *row = (const real *)call->table + code * size;
            for (size_t j = 0; j < size; j++) {
                y[j] = good ? row[j] : (real)NAN;
            }
        }
    }
}

static void levels_sums(const gml_levels_call *call)
{
    const size_t size = call->size;
    memset(call->table_sum, 0, call->levels * size * sizeof(real));
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        const real *dy = (const real *)call->gradient + i * call->y_stride;
        for (size_t c = 0; c < call->columns; c++, dy += size) {
            size_t code;
            if (read_code(x[c], call->levels, &code)) {
                real *sum = (real *)call->table_sum + code * size;
                for (size_t j = 0; j < size; j++) {
                    sum[j] += dy[j];
                }
            }
        }
    }
}

const gml_levels_kernels GML_VARIANT(gml_levels_kernels) = {
    .forward = levels_forward,
    .sums = levels_sums,
};
