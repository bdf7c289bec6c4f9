/* explain/attribution/coalitions.c - the values of coalitions of columns. */
#include "explain/attribution/coalitions.h"

#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "kernel/data/data.h"
#include "kernel/explain/explain.h"

/* ---- memory ---- */

typedef struct coalitions_owner {
    const gml_attribution *job;
    gml_coalitions *made;
} coalitions_owner;

static void lay_out(void *owner, gml_layout *layout)
{
    const coalitions_owner *of = owner;
    gml_coalitions *made = of->made;
    const size_t inputs = of->job->probe.inputs;
    made->players = gml_layout_take(layout, made->arena, of->job->features, 1, sizeof(size_t));
    made->members = gml_layout_take(layout, made->arena, of->job->features, 1, 1);
    made->chosen = gml_layout_take(layout, made->arena, made->group, inputs, 1);
    made->masks = gml_layout_take(layout, made->arena, made->group, inputs, of->job->network->kernels->size);
}

gml_status gml_coalitions_create(const gml_attribution *job, gml_coalitions *coalitions)
{
    coalitions->group = gml_probe_block(&job->probe) / job->backgrounds + 2;
    coalitions_owner owner = {job, coalitions};
    return gml_layout_make(job->network->context, lay_out, &owner, "coalitions", job->network->description,
                           &coalitions->arena, &coalitions->arena_size);
}

void gml_coalitions_destroy(const gml_attribution *job, gml_coalitions *coalitions)
{
    gml_release(job->network->context, coalitions->arena, coalitions->arena_size, 1);
}

/* ---- players ---- */

/* True if a column of the sample differs from the baseline in some row. */
static bool differs(const gml_attribution *job, const char *x, size_t column)
{
    bool equal = true;
    for (size_t b = 0; equal && b < job->backgrounds; b++) {
        equal = !gml_attribution_differs(job, x, gml_attribution_inputs(job, job->background, b), column);
    }
    return !equal;
}

void gml_coalitions_find_players(const gml_attribution *job, size_t sample, gml_coalitions *coalitions)
{
    const char *x = gml_attribution_inputs(job, job->x, sample);
    const double *scale = job->network->input.scale;
    coalitions->player_count = 0;
    for (size_t j = 0; j < job->features; j++) {
        if ((scale == NULL || scale[j] != 0) && differs(job, x, j)) {
            coalitions->players[coalitions->player_count++] = j;
        }
    }
}

/* ---- values ---- */

/* A block of rows: row r of the sample is coalition r / backgrounds with row r % backgrounds of the baseline. */
typedef struct coalition_block {
    const gml_attribution *job;
    const gml_coalitions *coalitions;
    size_t sample, begin; /* begin: row of the block's first row, from the first coalition of the group */
} coalition_block;

static void fill_mixed(void *argument, size_t first, size_t count, void *inputs)
{
    const coalition_block *block = argument;
    const gml_attribution *job = block->job;
    job->network->kernels->explain->mix(&(gml_mix_call){.first = block->begin + first,
                                                        .rows = count,
                                                        .cols = job->probe.inputs,
                                                        .backgrounds = job->backgrounds,
                                                        .masks = block->coalitions->masks,
                                                        .x = gml_attribution_inputs(job, job->x, block->sample),
                                                        .background = job->background,
                                                        .out = inputs});
}

/* Writes the masks of `count` coalitions from `first` on. */
static void write_masks(const gml_attribution *job, gml_coalitions *coalitions, size_t first, size_t count)
{
    const size_t inputs = job->probe.inputs;
    memset(coalitions->chosen, 0, count * inputs);
    for (size_t i = 0; i < count; i++) {
        memset(coalitions->members, 0, job->features);
        coalitions->list(coalitions, first + i, coalitions->members);
        for (size_t j = 0; j < job->features; j++) {
            const gml_column_inputs column = gml_attribution_inputs_of(job, j);
            for (size_t k = 0; k < 2; k++) {
                const gml_input_run run = column.runs[k];
                memset(coalitions->chosen + i * inputs + run.first, coalitions->members[j], run.count);
            }
        }
    }
    job->network->kernels->data->gather(&(gml_gather_call){.rows = count,
                                                           .cols = inputs,
                                                           .source = coalitions->chosen,
                                                           .source_dtype = GML_U8,
                                                           .source_stride = inputs,
                                                           .target = coalitions->masks,
                                                           .target_stride = inputs});
}

void gml_coalitions_evaluate(gml_attribution *job, size_t sample, gml_coalitions *coalitions, size_t count,
                             double *values)
{
    const size_t backgrounds = job->backgrounds, all = count * backgrounds;
    memset(values, 0, count * sizeof *values);
    for (size_t begin = 0, rows; begin < all; begin += rows) {
        rows = gml_least(gml_probe_block(&job->probe), all - begin);
        const size_t first = begin / backgrounds, last = (begin + rows - 1) / backgrounds;
        write_masks(job, coalitions, first, last - first + 1);
        coalition_block block = {job, coalitions, sample, begin - first * backgrounds};
        gml_probe_run run = {.probe = &job->probe, .rows = rows, .argument = &block, .fill = fill_mixed};
        gml_probe_send(&run);
        for (size_t i = 0; i < rows; i++) {
            values[(begin + i) / backgrounds] += gml_attribution_value(job, sample, gml_probe_outputs(&job->probe, i));
        }
    }
    for (size_t c = 0; c < count; c++) {
        values[c] /= (double)backgrounds;
    }
}
