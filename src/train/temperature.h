/* train/temperature.h - the temperature with the least cross-entropy. */
#ifndef GML_TRAIN_TEMPERATURE_H
#define GML_TRAIN_TEMPERATURE_H

#include "gemmule/calibrate.h"

/* The bounds of the temperature. */
#define GML_LEAST_TEMPERATURE    0.05
#define GML_GREATEST_TEMPERATURE 20.0

/* Margins of samples (kernel/measure/temperature.h). */
typedef struct gml_margins {
    size_t samples, others;
    double *margins; /* [samples x others] */
    double *weights; /* [samples], above 0 */
} gml_margins;

/* Finds the temperature; writes it to the report with the losses before and after and the note. */
void gml_find_temperature(const gml_margins *of, gml_calibration *report);

#endif
