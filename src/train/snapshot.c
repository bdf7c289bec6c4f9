/* train/snapshot.c - the state at the beginning of an epoch, to go back to after a divergence. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "step/saved.h"
#include "train/fit.h"

static bool halves(const gml_fit_run *run)
{
    return run->settings.options.halvings > 0;
}

/* The arena: parameters | with `halvings` the arrays of the trainer's state */
static void lay_out(void *owner, gml_layout *layout)
{
    gml_fit_snapshot *snapshot = owner;
    const gml_trainer *trainer = snapshot->run->trainer;
    snapshot->parameters = gml_layout_take(layout, snapshot->arena, trainer->network->parameter_bytes, 1, 1);
    if (halves(snapshot->run)) {
        gml_step_state_lay_out(trainer, &snapshot->trainer, layout, snapshot->arena);
    }
}

gml_status gml_fit_snapshots_create(gml_fit_run *run)
{
    gml_status status = GML_OK;
    for (size_t i = 0; i < 2 && status == GML_OK; i++) {
        gml_fit_snapshot *snapshot = &run->state.snapshots[i];
        snapshot->run = run;
        status = gml_layout_make(run->network->context, lay_out, snapshot, "a copy of the state of training",
                                 run->network->description, &snapshot->arena, &snapshot->arena_size);
    }
    return status;
}

void gml_fit_snapshots_destroy(gml_fit_run *run)
{
    for (size_t i = 0; i < 2; i++) {
        gml_release(run->network->context, run->state.snapshots[i].arena, run->state.snapshots[i].arena_size, 1);
    }
}

void gml_fit_take_snapshot(gml_fit_run *run, size_t index)
{
    gml_fit_snapshot *snapshot = &run->state.snapshots[index];
    memcpy(snapshot->parameters, run->network->parameters, run->network->parameter_bytes);
    snapshot->epochs = run->state.report.epochs;
    if (halves(run)) {
        gml_step_state_copy(run->trainer, &run->trainer->state, &snapshot->trainer);
        snapshot->schedule = run->state.schedule;
        snapshot->waited = run->state.waited;
    }
}

/* With `halvings` training is to go on from the snapshot, which needs more than a finite loss: from weights that have
 * grown to a loss of 1e30 no rate leads back. */
void gml_fit_judge_snapshot(gml_fit_run *run, double loss)
{
    static const double far_above = 10;
    gml_fit_state *state = &run->state;
    state->first_loss = isnan(state->first_loss) ? loss : state->first_loss;
    if (!halves(run) || loss <= far_above * fabs(state->first_loss)) {
        state->good = 1 - state->good;
    }
}

void gml_fit_list_snapshot(gml_fit_run *run, gml_saved *saved)
{
    gml_fit_snapshot *snapshot = &run->state.snapshots[run->state.good];
    const gml_kernels *kernels = run->network->kernels;
    saved->prefix = "snapshot.";
    gml_saved_count(saved, "epochs", &snapshot->epochs, SIZE_MAX);
    gml_saved_array_of(saved, "parameters", kernels->dtype, run->network->parameter_bytes / kernels->size,
                       snapshot->parameters);
    if (halves(run)) {
        gml_schedule_list(&snapshot->schedule, saved);
        gml_saved_count(saved, "waited", &snapshot->waited, SIZE_MAX);
        gml_step_state_list(run->trainer, &snapshot->trainer, saved);
    }
    saved->prefix = NULL;
}

/* ---- going back ---- */

/* The weights that the network has, or would get, are of other epochs now. */
static void settle_report(gml_fit_run *run, size_t kept)
{
    gml_fit_state *state = &run->state;
    state->report.kept_epochs = kept;
    if (state->validated != kept) {
        state->report.validation = (gml_metrics){.samples = 0};
    }
}

void gml_fit_restore_snapshot(gml_fit_run *run)
{
    const gml_fit_snapshot *snapshot = &run->state.snapshots[run->state.good];
    const size_t best = run->state.report.best_epoch;
    memcpy(run->network->parameters, snapshot->parameters, run->network->parameter_bytes);
    const bool is_trusted = gml_fit_has_best(run) && best <= snapshot->epochs;
    if (is_trusted) {
        gml_fit_use_best(run);
    }
    settle_report(run, is_trusted ? best : snapshot->epochs);
}

bool gml_fit_may_halve_later(const gml_fit_run *run)
{
    const gml_fit_state *state = &run->state;
    return state->report.stopped != 0 && state->batches < gml_fit_batches(run) &&
           state->report.halvings < run->settings.options.halvings;
}

bool gml_fit_halve(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    gml_fit_report *report = &state->report;
    const gml_fit_snapshot *snapshot = &state->snapshots[state->good];
    if (report->halvings >= run->settings.options.halvings) {
        return false;
    }
    memcpy(run->network->parameters, snapshot->parameters, run->network->parameter_bytes);
    gml_step_state_copy(run->trainer, &snapshot->trainer, &run->trainer->state);
    state->schedule = snapshot->schedule;
    state->waited = snapshot->waited;
    state->epoch = report->epochs = snapshot->epochs;
    state->batches = 0;
    report->steps = run->trainer->state.steps;
    report->halvings++;
    settle_report(run, gml_fit_has_best(run) ? report->best_epoch : snapshot->epochs);
    return true;
}
