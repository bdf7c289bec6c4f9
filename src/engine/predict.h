/* engine/predict.h - predictions of a network of layers, and of an ensemble by its members. */
#ifndef GML_ENGINE_PREDICT_H
#define GML_ENGINE_PREDICT_H

#include "engine/plan.h"
#include "network/network.h"

/* Samples that threads share by the columns of layers. */
enum { GML_PREDICT_FEW = 16 };

/* Predicts as gml_network_predict does. The matrices fit the network, which is none with members. */
void gml_predict_rows(const gml_network *network, gml_matrix x, gml_matrix y);

/* The same for at most GML_PREDICT_PANEL samples on the calling thread. */
void gml_predict_panel(const gml_network *network, gml_matrix x, gml_matrix y);

/* Returns the calling thread's pace for predictions of so many samples. */
gml_pace *gml_predict_pace(const gml_network *network, size_t rows);

/* Writes the mean of the members' predictions. */
void gml_predict_ensemble(const gml_network *network, gml_matrix x, gml_matrix y);

#endif
