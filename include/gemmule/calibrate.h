/* gemmule/calibrate.h - temperature scaling: probabilities of classes that agree with how often they are right. */
#ifndef GEMMULE_CALIBRATE_H
#define GEMMULE_CALIBRATE_H

#include "gemmule/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { GML_CALIBRATION_NOTE = 128 };

/* The result of a calibration. */
typedef struct gml_calibration {
    double temperature;              /* the logits were divided by it; 1: the network is unchanged */
    size_t samples;                  /* with a weight above 0 and a known target */
    double loss_before, loss_after;  /* mean cross-entropy over the samples, weighted */
    double ece_before, ece_after;    /* expected calibration error: the metric ece with its defaults */
    char note[GML_CALIBRATION_NOTE]; /* why the loss is not least at the temperature; "" if it is */
} gml_calibration;

/* Calibrates the probabilities of a trained network for classes: finds the temperature T for which softmax(z / T), or
 * sigmoid(z / T) of a single output, has the least mean cross-entropy on the dataset, with z the logits, and divides
 * the network's logits by T (Guo et al., On calibration of modern neural networks, 2017).
 *
 * dataset  samples that the network was not trained on, such as those for validation, with classes as targets. Weights
 *          count; samples with weight 0 or a missing target are skipped
 * report   null, or written
 *
 * The network ends in softmax, in log_softmax under a loss with softmax, in sigmoid with one output, or without an
 * activation under a loss on logits. Weights and bias of the last dense layer are divided by T, or gain and bias of a
 * normalisation behind it; so predictions need nothing more, and earlier versions predict the same. The predicted
 * classes stay the same, except where rounding decides between two scores. The network's fact "temperature" is set; a
 * repeated call multiplies it. A fit goes on from the divided weights and removes the fact.
 *
 * T is at least 0.05 and at most 20. If each sample's own class has the greatest logit, the loss falls as T falls to 0,
 * and tells nothing about the confidence that is right: the network is unchanged then. Few samples give an uncertain
 * T; some hundred are enough.
 *
 * On failure the network is unchanged. Needs memory for the logits of all samples in double and for a copy of the
 * network. The same bits for any number of threads. No other thread may use the network. Errors: argument (the network
 * gives no probabilities or logits of classes, the targets are values, no layer before the last activation can be
 * divided), and those of gml_score_network. */
GML_API gml_status gml_calibrate(gml_network *network, const gml_dataset *dataset, gml_calibration *report);

#ifdef __cplusplus
}
#endif
#endif
