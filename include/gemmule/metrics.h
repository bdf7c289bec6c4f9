/* gemmule/metrics.h - loss and metrics of a network on a dataset. */
#ifndef GEMMULE_METRICS_H
#define GEMMULE_METRICS_H

#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_metrics {
    size_t samples;
    double loss;     /* mean loss, on scaled targets if the network scales them */
    double accuracy; /* fraction of samples with the right class; NaN for regression */
    double rmse;     /* root mean squared error, in the unit of the targets; NaN for classification */
    double r2; /* 1 - squared error / squared deviation from the mean; NaN for classification and constant targets */
} gml_metrics;

/* Evaluates a network on a dataset with targets.
 *
 * The loss is weighted by the dataset's sample weights; accuracy, rmse and r2 are unweighted. Missing targets are
 * skipped. Class weights apply to training only.
 *
 * loss  a call, or null: the network's fact "loss", else the default for its last activation
 *
 * Allocates working memory and frees it. Thread-safe as long as no other thread changes the network. Errors: shape (the
 * dataset has other sizes or other input names than the network), name, data (an invalid target, or an input that is
 * not finite after conversion and scaling: place, column and value in the message), memory. */
GML_API gml_status gml_evaluate(const gml_network *network, const gml_dataset *dataset, const char *loss,
                                gml_metrics *metrics);

#ifdef __cplusplus
}
#endif
#endif
