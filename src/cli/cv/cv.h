/* cli/cv/cv.h - the parts of `gemmule cv`. */
#ifndef GML_CLI_CV_H
#define GML_CLI_CV_H

#include "cli/report/metrics.h"
#include "cli/train/train.h"

typedef struct cv_run {
    train_run run; /* its flags are at its beginning; its network, made for all data, is never trained */
    size_t folds, repeats;
    double confidence;       /* 0: not given */
    metric_list metrics;     /* of --metric */
    const char *predictions; /* file for the predictions, or null */
    bool json, quiet;
    const char *const *calls; /* [count]: the metrics chosen, or the usual ones of the task */
    size_t count;
    gml_split *split;
    gml_cv_result *result;
} cv_run;

/* Prints the figures over all folds, then the values of each network unless these are many. */
void cv_report_text(const cv_run *cv);

/* Prints one JSON object. Returns the exit code. */
int cv_report_json(const cv_run *cv);

/* Writes the prediction of each sample, in the order of the data, by the networks that have not seen it. On failure
 * prints a message. Returns the exit code. */
int cv_write_predictions(const cv_run *cv);

#endif
