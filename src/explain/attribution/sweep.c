/* explain/attribution/sweep.c - sends several rows of every sample of a chunk through the network, block by block.
 *
 * Rows are numbered sample by sample. A block may begin and end within a sample. */
#include "base/least.h"
#include "explain/attribution/attribution.h"

/* The rows of one sample in a range of rows. */
typedef struct piece {
    size_t sample, first, count;
} piece;

static piece piece_at(const gml_attribution_sweep *sweep, size_t row, size_t end)
{
    piece here = {.sample = row / sweep->rows, .first = row % sweep->rows};
    here.count = gml_least(sweep->rows - here.first, end - row);
    return here;
}

static void fill_rows(void *argument, size_t first, size_t count, void *inputs)
{
    const gml_attribution_sweep *sweep = argument;
    for (size_t done = 0; done < count;) {
        const piece here = piece_at(sweep, sweep->begin + first + done, sweep->begin + first + count);
        sweep->fill(sweep->job, here.sample, here.first, here.count, gml_attribution_inputs(sweep->job, inputs, done));
        done += here.count;
    }
}

/* Takes the results of the block's part of one sample. */
static void take_sample(void *argument, size_t index)
{
    const gml_attribution_sweep *sweep = argument;
    const size_t sample = sweep->begin / sweep->rows + index;
    const size_t row = index == 0 ? sweep->begin : sample * sweep->rows;
    const piece here = piece_at(sweep, row, sweep->end);
    sweep->take(sweep->job, &(gml_attribution_piece){.sample = sample,
                                                     .first = here.first,
                                                     .count = here.count,
                                                     .at = row - sweep->begin,
                                                     .block = sweep->block});
}

void gml_attribution_sweep_run(gml_attribution_sweep *sweep)
{
    gml_attribution *job = sweep->job;
    const size_t all = job->count * sweep->rows, block = gml_probe_block(&job->probe);
    sweep->block = 0;
    for (sweep->begin = 0; sweep->begin < all; sweep->begin = sweep->end, sweep->block++) {
        sweep->end = sweep->begin + gml_least(block, all - sweep->begin);
        for (size_t row = sweep->begin; sweep->back != NULL && row < sweep->end; row++) {
            job->columns[row - sweep->begin] = job->explained[row / sweep->rows].column;
        }
        gml_probe_run run = {.probe = &job->probe,
                             .rows = sweep->end - sweep->begin,
                             .columns = job->columns,
                             .argument = sweep,
                             .fill = fill_rows,
                             .back = sweep->back,
                             .reductions = (sweep->end - 1) / sweep->rows - sweep->begin / sweep->rows + 1,
                             .reduce = take_sample};
        gml_probe_send(&run);
    }
}
