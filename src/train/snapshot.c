/* train/snapshot.c - the parameters at the beginning of an epoch, to go back to after a divergence. */
#include <string.h>

#include "train/fit.h"

void gml_fit_take_snapshot(gml_fit_run *run, size_t index)
{
    memcpy(run->state.snapshots[index], run->network->parameters, run->network->parameter_bytes);
    run->state.snapshot_epochs[index] = run->state.report.epochs;
}

void gml_fit_restore_snapshot(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    const size_t epochs = state->snapshot_epochs[state->good];
    memcpy(run->network->parameters, state->snapshots[state->good], run->network->parameter_bytes);
    state->report.kept_epochs = epochs;
    if (state->report.best_epoch <= epochs) {
        gml_fit_use_best(run);
    }
    if (state->validated != state->report.kept_epochs) {
        state->report.validation = (gml_metrics){.samples = 0};
    }
}
