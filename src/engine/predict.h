/* engine/predict.h - predictions of a network of layers, and of an ensemble by its members. */
#ifndef GML_ENGINE_PREDICT_H
#define GML_ENGINE_PREDICT_H

#include "engine/plan.h"
#include "network/network.h"

/* Predicts at most GML_PREDICT_PANEL samples on the calling thread. The matrices fit the network, which has layers. */
void gml_predict_panel(const gml_network *network, gml_matrix x, gml_matrix y);

/* Returns the calling thread's pace for predictions of so many samples. */
gml_pace *gml_predict_pace(const gml_network *network, size_t rows);

/* Writes the mean of the members' predictions. */
void gml_predict_ensemble(const gml_network *network, gml_matrix x, gml_matrix y);

#endif
