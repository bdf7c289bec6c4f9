/* gemmule/metrics.h - how good a network is on data. */
#ifndef GEMMULE_METRICS_H
#define GEMMULE_METRICS_H

#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_metrics {
    size_t samples;
    double loss;     /* the loss's mean, on scaled targets where the network scales them */
    double accuracy; /* share of samples whose class is right; NaN for regression */
    double rmse;     /* root mean squared error in the targets' own unit; NaN for classification */
    double
        r2; /* 1 - squared error / squared deviation from the mean; NaN for classification and for targets all alike */
} gml_metrics;

/* Measures a network on a dataset with targets.
 *
 * The loss is weighted as the data's samples are, and over what is known; accuracy, rmse and r2 count all known targets
 * the same. Weights of classes are for training alone.
 *
 * loss  a call, or null: the fact "loss" of the network, else the one that goes with its last activation
 *
 * Makes and gives back a working memory of its own. Errors: shape (data that does not fit, or whose inputs have other
 * names than those the network has learned), name, data (a target, or an input that is not finite as the first layer
 * reads it: place, column and value), memory. */
GML_API gml_status gml_evaluate(const gml_network *network, const gml_dataset *dataset, const char *loss,
                                gml_metrics *metrics);

#ifdef __cplusplus
}
#endif
#endif
