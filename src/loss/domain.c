/* loss/domain.c - finds targets outside a loss's domain, and reports them. */
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "loss/loss.h"

gml_bad_target gml_loss_bad_target(const gml_kernels *kernels, const gml_loss_row *row, size_t rows, size_t cols,
                                   const void *targets)
{
    size_t count = rows * cols, bad = kernels->data->first_outside(row->domain, count, targets);
    if (bad < count) {
        double value = gml_entry_at(kernels->dtype, targets, bad);
        return (gml_bad_target){.row = bad / cols, .col = bad % cols, .value = value};
    }
    double sum = 0;
    size_t uneven = row->domain == GML_DOMAIN_SHARES ? kernels->data->first_bad_sum(rows, cols, targets, &sum) : rows;
    if (uneven < rows) {
        return (gml_bad_target){.row = uneven, .col = SIZE_MAX, .value = sum};
    }
    return (gml_bad_target){.row = SIZE_MAX};
}

gml_status gml_loss_refuse_target(gml_context *context, const gml_loss_row *row, const char *place,
                                  const gml_bad_target *bad)
{
    if (bad->col == SIZE_MAX) {
        return gml_fail(context, GML_ERROR_DATA, "%s: the targets sum to %g; %s takes %s", place, bad->value,
                        row->entry.name, row->entry.range);
    }
    return gml_fail(context, GML_ERROR_DATA, "%s: target %zu is %g; %s takes %s", place, bad->col + 1, bad->value,
                    row->entry.name, row->entry.range);
}
