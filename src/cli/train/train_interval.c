/* cli/train/train_interval.c - `gemmule train --interval`: prediction intervals by the validation part. */
#include "cli/shell/calls.h"
#include "cli/train/train.h"

static const char subject[] = "prediction intervals"; /* of the library's messages */

/* Finds the intervals of a copy of the untrained network, so that targets that are classes, and too few samples, are
 * refused before training. Other errors are left to the fit. */
int train_check_intervals(const train_run *run)
{
    const double level = run->flags.interval;
    if (level == 0) {
        return 0;
    }
    gml_network *copy = NULL;
    gml_status status = gml_network_copy(run->network, gml_network_dtype(run->network), &copy);
    if (status == GML_OK) {
        status = gml_network_set_fact(copy, "loss", run->flags.fit.loss);
    }
    if (status == GML_OK) {
        status = gml_fit_intervals(copy, run->data.validation, level);
    }
    gml_network_destroy(copy);
    const bool own = status == GML_ERROR_ARGUMENT || status == GML_ERROR_DATA;
    return own ? complain_of_flag(run->context, status, subject, "--interval") : 0;
}

gml_status train_find_intervals(const train_run *run, train_result *result)
{
    if (run->flags.interval == 0 || result->status != GML_OK || result->signal != 0) {
        return GML_OK;
    }
    const gml_status status = gml_fit_intervals(run->network, run->data.validation, run->flags.interval);
    return status == GML_OK && run->data.test != NULL
               ? make_interval_report(run->network, run->data.test, &result->intervals)
               : status;
}
