/* cli/explain/sample_set.h - samples of a dataset with what a model predicts for them. */
#ifndef GML_CLI_SAMPLE_SET_H
#define GML_CLI_SAMPLE_SET_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

/* ---- samples ---- */

/* Some samples of the data. */
typedef struct sample_set {
    size_t count, inputs, outputs, targets;
    size_t *order;       /* [count] numbers in the data, from 0 */
    double *x;           /* [count x inputs] */
    double *y;           /* [count x targets], null if the data has none */
    double *predictions; /* [count x outputs]: probabilities or values, of report/predictions.h */
} sample_set;

/* Makes room for `count` samples of the data; their order is to be set. False: there is no memory. */
bool sample_set_create(const gml_network *network, const gml_dataset *data, size_t count, sample_set *made);
void sample_set_clear(sample_set *of);

/* Reads the samples of the order, and predicts them. */
gml_status sample_set_read(const gml_network *network, const gml_dataset *data, sample_set *of);

/* The predicted class of sample `i`, as its predictions tell. */
size_t sample_set_class(const sample_set *of, size_t i);

/* Passes forward and backward that an attribution takes for each sample. */
enum { ATTRIBUTION_PASSES = 16 };

/* The method of sample_set_attribute in words: that of gml_attribution_default. */
const char *sample_set_method(const gml_network *network);

/* Attributes the score of the predicted class, or the value of target 0, to the inputs: by integrated gradients in a
 * few steps, or where these are not defined by the model's default method.
 *
 * attributions  [count x inputs], written */
gml_status sample_set_attribute(const gml_network *network, const sample_set *of, double *attributions);

/* As many samples of the data, at most `most`, as passes of `passes` forward and backward passes each take a second or
 * less. 0: not one. */
size_t samples_affordable(const gml_network *network, const gml_dataset *data, size_t passes, size_t most);

/* ---- values ---- */

/* Actual and predicted values of samples spread over the data, without those that have no target. */
typedef struct value_set {
    size_t targets; /* shown */
    size_t read;    /* samples */
    size_t *counts; /* [targets] */
    size_t *order;  /* [targets x read] numbers of the samples, from 0; the first counts[t] of each row are set */
    double *actual, *predicted;
} value_set;

enum { VALUE_SET_TARGETS = 4, VALUE_SET_MOST = 262144 };

/* Predicts at most VALUE_SET_MOST samples, and keeps at most VALUE_SET_TARGETS targets. Must be cleared, after a
 * failure too. */
gml_status value_set_create(const gml_network *network, const gml_dataset *data, value_set *made);
void value_set_clear(value_set *of);

#endif
