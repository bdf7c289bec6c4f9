/* cli/train/train_calibrate.c - `gemmule train --calibrate`: the temperature of the network. */
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/train/train.h"

/* Calibrates a copy of the untrained network, so that a network that cannot be calibrated is refused before training.
 * Other errors are left to the fit. */
int train_check_calibration(const train_run *run)
{
    if (!run->flags.calibrate) {
        return 0;
    }
    gml_network *copy = NULL;
    gml_status status = gml_network_copy(run->network, gml_network_dtype(run->network), &copy);
    if (status == GML_OK) {
        status = gml_network_set_fact(copy, "loss", run->flags.fit.loss);
    }
    if (status == GML_OK) {
        status = gml_calibrate(copy, run->data.validation, NULL);
    }
    gml_network_destroy(copy);
    return status == GML_ERROR_ARGUMENT ? complain_of_flag(run->context, status, "calibration", "--calibrate") : 0;
}

gml_status train_calibrate(const train_run *run, train_result *result)
{
    if (!run->flags.calibrate || result->status != GML_OK || result->signal != 0) {
        return GML_OK;
    }
    const gml_status status = gml_calibrate(run->network, run->data.validation, &result->calibration);
    return status == GML_OK ? gml_evaluate(run->network, run->data.validation, NULL, &result->report.validation)
                            : status;
}

void print_calibration(FILE *stream, const gml_calibration *calibration)
{
    if (calibration->samples == 0) {
        return;
    }
    fprintf(stream, "%-12stemperature %.4g: log loss %.4g -> %.4g, calibration error %.4g -> %.4g%s%s\n", "calibration",
            calibration->temperature, calibration->loss_before, calibration->loss_after, calibration->ece_before,
            calibration->ece_after, calibration->note[0] != '\0' ? "; " : "", calibration->note);
}

json_t *calibration_json(const gml_calibration *calibration)
{
    return calibration->samples == 0
               ? json_null()
               : json_pack("{so so so so so so so}", "temperature", json_number(calibration->temperature), "samples",
                           json_size(calibration->samples), "log_loss_before", json_number(calibration->loss_before),
                           "log_loss_after", json_number(calibration->loss_after), "ece_before",
                           json_number(calibration->ece_before), "ece_after", json_number(calibration->ece_after),
                           "note", json_text(calibration->note));
}
