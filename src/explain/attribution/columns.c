/* explain/attribution/columns.c - the inputs that a preparation makes of each column, and sums over them. */
#include "data/transform/transform.h"
#include "explain/attribution/attribution.h"
#include "kernel/data/entry.h"

gml_column_inputs gml_attribution_inputs_of(const gml_attribution *job, size_t column)
{
    const gml_preparation *preparation = job->network->preparation;
    return preparation != NULL ? gml_chain_inputs(&preparation->chains[column])
                               : (gml_column_inputs){{{column, 1}, {0, 0}}};
}

bool gml_attribution_differs(const gml_attribution *job, const void *a, const void *b, size_t column)
{
    const gml_column_inputs inputs = gml_attribution_inputs_of(job, column);
    bool equal = true;
    for (size_t k = 0; equal && k < 2; k++) {
        const gml_input_run run = inputs.runs[k];
        for (size_t j = run.first; equal && j < run.first + run.count; j++) {
            const gml_dtype dtype = job->network->kernels->dtype;
            equal = gml_entry_at(dtype, a, j) == gml_entry_at(dtype, b, j);
        }
    }
    return !equal;
}

void gml_attribution_begin_values(gml_attribution *job, gml_matrix x, gml_matrix attributions)
{
    const gml_preparation *preparation = job->network->preparation;
    job->attributions = attributions;
    if (preparation == NULL || job->method->takes_columns) {
        job->values = attributions;
    } else if (job->method->derives) {
        gml_preparation_slope_rows(preparation, x, gml_matrix_rows(job->slopes, 0, x.rows));
    }
}

void gml_attribution_end_values(const gml_attribution *job)
{
    const gml_preparation *preparation = job->network->preparation;
    if (preparation != NULL && !job->method->takes_columns) {
        gml_preparation_fold(preparation, gml_matrix_rows(job->values, 0, job->count),
                             job->method->derives ? gml_matrix_rows(job->slopes, 0, job->count) : gml_matrix_none(),
                             job->attributions);
    }
}
