/* step/phases.c - the phases of a training step.
 *
 *     panels of rows:    gather -> forward -> loss -> backward
 *     (one thread)       add up the loss; stop here if it is not finite
 *     panels of weights: step/update.c
 *
 * A tiled step goes layer by layer instead of the first line:
 *
 *     panels of rows: gather;   tiles of each layer: forward;   panels of rows: loss;   tiles of each layer: backward
 */
#include <math.h>

#include "step/orthogonal.h"
#include "step/refusal.h"
#include "step/update.h"

/* ---- panels of rows ---- */

static gml_rows rows_of(const gml_trainer *trainer, gml_share share)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    const gml_step *step = &trainer->scratch.step;
    return step->local ? gml_workspace_share_rows(workspace, step->rows, &share)
                       : gml_workspace_rows(workspace, step->rows, share.first);
}

static void gather_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    gml_panel_gather(&trainer->scratch.workspace, &trainer->scratch.step.input, rows_of(trainer, share));
}

static void loss_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    gml_step_scratch *scratch = &trainer->scratch;
    scratch->panel_results[share.first] =
        gml_panel_loss(&scratch->workspace, &trainer->settings.objective, &scratch->step.target,
                       rows_of(trainer, share), GML_PANEL_GRADIENT);
}

size_t gml_trainer_segment(const gml_trainer *trainer, size_t end, bool *gathered)
{
    size_t start = end;
    while (start > 0 && !gml_workspace_has_statistics(&trainer->scratch.workspace, start - 1)) {
        start--;
    }
    *gathered = start > 0;
    return *gathered ? start - 1 : 0;
}

static gml_rows go_forward(gml_trainer *trainer, gml_share share, size_t end, size_t *start)
{
    gml_rows rows = rows_of(trainer, share);
    bool gathered;
    *start = gml_trainer_segment(trainer, end, &gathered);
    if (!gathered) {
        gather_task(trainer, share);
    }
    gml_panel_forward(&trainer->scratch.workspace, rows, *start, end);
    return rows;
}

/* Runs a panel up to a layer with batch statistics. */
static void approach_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    size_t start;
    gml_rows rows = go_forward(trainer, share, share.part, &start);
    gml_panel_measure(&trainer->scratch.workspace, share.part, rows);
}

/* Runs a panel to the loss, and back to the start of its segment. */
static void row_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    size_t layers = trainer->network->spec.layer_count, start;
    gml_rows rows = go_forward(trainer, share, layers, &start);
    loss_task(trainer, share);
    if (trainer->scratch.panel_results[share.first].bad.row == SIZE_MAX) {
        gml_panel_backward(&trainer->scratch.workspace, rows, start, layers);
    }
}

/* Runs a panel back from a layer with batch statistics. */
static void leave_task(void *argument, gml_share share)
{
    gml_trainer *trainer = argument;
    bool gathered;
    size_t start = gml_trainer_segment(trainer, share.part, &gathered);
    gml_panel_backward(&trainer->scratch.workspace, rows_of(trainer, share), start, share.part);
}

static bool settle(void *argument, size_t layer)
{
    gml_trainer *trainer = argument;
    if (!gml_workspace_settle(&trainer->scratch.workspace, layer, trainer->scratch.step.rows)) {
        trainer->scratch.step.status = gml_trainer_fail_statistics(trainer, layer);
    }
    return trainer->scratch.step.status == GML_OK;
}

/* Acts on the layer with batch statistics at which the segment that ends at `part` began, if there is one; in a tiled
 * step on layer `part`. */
static bool settle_back(void *argument, size_t part)
{
    const gml_trainer *trainer = argument;
    const gml_workspace *workspace = &trainer->scratch.workspace;
    bool settles = workspace->tiled && gml_workspace_has_statistics(workspace, part);
    size_t layer = workspace->tiled ? part : gml_trainer_segment(trainer, part, &settles);
    if (settles) {
        gml_workspace_settle_back(workspace, layer, trainer->scratch.step.rows);
    }
    return true;
}

/* ---- tiles ---- */

typedef void tile_work(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

static void do_tiles(const gml_workspace *workspace, const gml_tile_run *run, gml_share share, tile_work *work)
{
    while (share.count > 0) {
        gml_tile tile = gml_workspace_tile(workspace, run, &share);
        work(workspace, run->layer, &tile);
    }
}

static void forward_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    gml_tile_run run = gml_workspace_forward_run(&trainer->scratch.workspace, share.part, trainer->scratch.step.rows);
    do_tiles(&trainer->scratch.workspace, &run, share, gml_tile_forward);
}

static void backward_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    gml_tile_run run = gml_workspace_backward_run(&trainer->scratch.workspace, share.part, trainer->scratch.step.rows);
    do_tiles(&trainer->scratch.workspace, &run, share, gml_tile_backward);
}

static void measure_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    gml_panel_measure(
        &trainer->scratch.workspace, share.part,
        gml_workspace_tile_rows(&trainer->scratch.workspace, share.part, trainer->scratch.step.rows, share.first));
}

/* ---- the loss ---- */

bool gml_trainer_add_up_loss(gml_trainer *trainer)
{
    gml_step *step = &trainer->scratch.step;
    const gml_network *network = trainer->network;
    double sum = 0;
    for (size_t i = 0; i * trainer->scratch.workspace.panel < step->rows; i++) {
        const gml_bad_target *bad = &trainer->scratch.panel_results[i].bad;
        if (bad->row != SIZE_MAX) {
            step->status = gml_target_refuse(network, &step->target, bad);
            return false;
        }
        sum += trainer->scratch.panel_results[i].loss;
    }
    step->divisor = step->target.divisor;
    step->loss = step->divisor > 0 ? sum / step->divisor : 0;
    if (!isfinite(step->loss)) {
        step->status = gml_trainer_fail_diverged(trainer, "the loss", step->loss);
    }
    return step->status == GML_OK;
}

static bool finish_rows(void *argument, size_t part)
{
    gml_trainer *trainer = argument;
    return gml_trainer_add_up_loss(trainer) && (trainer->scratch.workspace.tiled || settle_back(trainer, part));
}

/* ---- the step ---- */

enum { ANY_RUN = 1 << 20 }; /* tasks of a tiled phase are merged as far as one panel of rows goes */

/* Panels of rows through several layers: up to a layer with batch statistics; to the loss and back; further back. */
static const gml_phase APPROACH = {
    .work = GML_WORK_GATHER | GML_WORK_FORWARD | GML_WORK_MEASURE, .task = approach_task, .finish = settle};
static const gml_phase ROWS = {.work = GML_WORK_GATHER | GML_WORK_FORWARD | GML_WORK_LOSS | GML_WORK_BACKWARD,
                               .task = row_task,
                               .finish = finish_rows};
static const gml_phase LEAVE = {.work = GML_WORK_BACKWARD, .task = leave_task, .finish = settle_back};

/* Of a tiled step. */
static const gml_phase GATHER = {.work = GML_WORK_GATHER, .task = gather_task};
static const gml_phase MEASURE = {.work = GML_WORK_MEASURE, .task = measure_task, .finish = settle};
static const gml_phase FORWARD = {.work = GML_WORK_FORWARD, .run = ANY_RUN, .task = forward_task};
static const gml_phase LOSS = {.work = GML_WORK_LOSS, .task = loss_task, .finish = finish_rows};
static const gml_phase BACKWARD = {
    .work = GML_WORK_BACKWARD, .run = ANY_RUN, .task = backward_task, .finish = settle_back};

/* Of a batch that is observed. */
static void values_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    trainer->observer->values(trainer->observer->user, trainer, share);
}

static void updates_task(void *argument, gml_share share)
{
    const gml_trainer *trainer = argument;
    trainer->observer->updates(trainer->observer->user, trainer, share);
}

static gml_phase phase_of(gml_phase kind, size_t part, size_t count)
{
    kind.part = part;
    kind.count = count;
    return kind;
}

/* Panels of rows through all layers and back; layers with batch statistics cut them into segments. */
static size_t list_panel_phases(const gml_trainer *trainer, gml_phase *phases)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    size_t layers = trainer->network->spec.layer_count, count = 0;
    size_t panels = gml_workspace_panels(workspace, trainer->scratch.step.rows);
    for (size_t i = 0; i < layers; i++) {
        if (gml_workspace_has_statistics(workspace, i)) {
            phases[count++] = phase_of(APPROACH, i, panels);
        }
    }
    phases[count++] = phase_of(ROWS, layers, panels);
    for (size_t i = layers; i-- > 0;) {
        if (gml_workspace_has_statistics(workspace, i)) {
            phases[count++] = phase_of(LEAVE, i, panels);
        }
    }
    return count;
}

/* Layer by layer, in tiles. */
static size_t list_tile_phases(const gml_trainer *trainer, gml_phase *phases)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    size_t rows = trainer->scratch.step.rows, layers = trainer->network->spec.layer_count, count = 0;
    size_t panels = gml_workspace_panels(workspace, rows);
    phases[count++] = phase_of(GATHER, 0, panels);
    for (size_t i = 0; i < layers; i++) {
        if (gml_workspace_has_statistics(workspace, i)) {
            phases[count++] = phase_of(MEASURE, i, gml_workspace_tile_panels(workspace, i, rows));
        }
        phases[count++] = phase_of(FORWARD, i, gml_workspace_tiles(workspace, i, rows));
    }
    phases[count++] = phase_of(LOSS, 0, panels);
    for (size_t i = layers; i-- > 0;) {
        phases[count++] = phase_of(BACKWARD, i, gml_workspace_tiles(workspace, i, rows));
    }
    return count;
}

/* Counts for a tiled step, which has the most: gather, three per layer, the loss, six for the weights, and those of
 * matrices; and two that observe. */
size_t gml_trainer_most_phases(const gml_trainer *trainer)
{
    return 3 * trainer->network->spec.layer_count + 10 + gml_orthogonal_most_phases(trainer);
}

size_t gml_trainer_phases(const gml_trainer *trainer, bool update, gml_phase *phases)
{
    bool tiled = trainer->scratch.workspace.tiled;
    size_t count = tiled ? list_tile_phases(trainer, phases) : list_panel_phases(trainer, phases);
    const gml_step *step = &trainer->scratch.step;
    if (!update) {
        return count;
    }
    if (step->observed) {
        phases[count++] = (gml_phase){.count = trainer->observer->value_tasks, .task = values_task};
    }
    count += gml_update_phases(trainer, phases + count);
    if (step->observed && step->last) {
        phases[count++] = (gml_phase){.count = trainer->observer->update_tasks, .task = updates_task};
    }
    return count;
}

double gml_trainer_flops(const gml_trainer *trainer, size_t rows)
{
    return 3 * trainer->scratch.workspace.row_flops * (double)rows + trainer->scratch.orthogonal.flops;
}
