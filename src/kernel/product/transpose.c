/* kernel/product/transpose.c - a matrix turned over, block by block, so that neither side leaves the cache line by
 * line. */
#include "kernel/variant.h"

enum { BLOCK = 16 };

void GML_VARIANT(gml_transpose)(size_t rows, size_t cols, size_t stride, const void *m, size_t out_stride, void *out)
{
    const real *from = m;
    real *to = out;
    for (size_t i = 0; i < rows; i += BLOCK) {
        size_t last_row = rows - i < BLOCK ? rows : i + BLOCK;
        for (size_t j = 0; j < cols; j += BLOCK) {
            size_t last_col = cols - j < BLOCK ? cols : j + BLOCK;
            for (size_t c = j; c < last_col; c++) {
                for (size_t r = i; r < last_row; r++) {
                    to[c * out_stride + r] = from[r * stride + c];
                }
            }
        }
    }
}
