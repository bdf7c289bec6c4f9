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
    memcpy(run->network->parameters, run->state.snapshots[run->state.good], run->network->parameter_bytes);
    run->state.report.kept_epochs = run->state.snapshot_epochs[run->state.good];
    if (run->state.report.kept_epochs < run->state.report.epochs) {
        run->state.report.validation = (gml_metrics){.samples = 0};
    }
}
