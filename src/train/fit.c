/* train/fit.c - runs a fit, epoch by epoch. */
#include <math.h>

#include "kernel/product/gemm.h"
#include "train/fit.h"

static bool is_over(const gml_fit_run *run)
{
    return run->state.report.stopped != 0 || run->method.converged || gml_fit_out_of_patience(run);
}

/* Gives the network the weights that the fit leaves. */
static gml_status leave_weights(gml_fit_run *run)
{
    if (gml_fit_may_halve_later(run) && gml_fit_probe(run) == GML_ERROR_DIVERGED) {
        gml_fit_restore_snapshot(run);
        return GML_OK;
    }
    gml_status status = gml_fit_use_average(run, true);
    gml_fit_use_best(run);
    return status;
}

static gml_status run_epochs(gml_fit_run *run)
{
    gml_status status = GML_OK;
    gml_gemm_open();
    while (run->state.report.epochs < run->settings.options.epochs && status == GML_OK && !is_over(run)) {
        status = gml_fit_run_epoch(run);
    }
    gml_status saved = status == GML_OK ? gml_fit_save_at_end(run) : GML_OK;
    if (status == GML_OK) {
        status = leave_weights(run);
        run->state.report.out_of_patience =
            gml_fit_out_of_patience(run) && run->state.report.epochs < run->settings.options.epochs;
    }
    gml_gemm_close();
    run->state.report.seconds = gml_fit_seconds(run);
    gml_status facts = gml_fit_set_facts(run);
    status = status == GML_OK ? facts : status;
    return status == GML_OK ? saved : status;
}

gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                   const gml_train_options *options, const gml_fit_callbacks *callbacks, gml_fit_report *report)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_fit_run run = {.network = network, .settings = {.dataset = dataset, .validation = validation}};
    run.settings.callbacks = callbacks;
    run.settings.options = options != NULL ? *options : (gml_train_options){0};
    run.state.schedule = gml_schedule_begin();
    run.state.report.train_loss = run.state.report.best_score = run.state.first_loss = NAN;
    run.scratch.start = gml_now(network->context);
    status = gml_fit_create_run(&run);
    if (status == GML_OK) {
        run.state.report.full_batch = gml_fit_is_full_batch(&run);
        status = run_epochs(&run);
    }
    gml_fit_destroy_run(&run);
    if (report != NULL) {
        *report = run.state.report;
    }
    return status;
}
