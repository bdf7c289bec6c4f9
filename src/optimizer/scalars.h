/* optimizer/scalars.h - what is the same for all entries of a step, optimizer by optimizer. */
#ifndef GML_OPTIMIZER_SCALARS_H
#define GML_OPTIMIZER_SCALARS_H

#include "optimizer/optimizer.h"

void gml_prepare_sgd(gml_optimizer_step *step);
void gml_prepare_momentum(gml_optimizer_step *step);
void gml_prepare_nesterov(gml_optimizer_step *step);
void gml_prepare_adagrad(gml_optimizer_step *step);
void gml_prepare_adadelta(gml_optimizer_step *step);
void gml_prepare_rmsprop(gml_optimizer_step *step);
void gml_prepare_adam(gml_optimizer_step *step);
void gml_prepare_nadam(gml_optimizer_step *step);
void gml_prepare_radam(gml_optimizer_step *step);
void gml_prepare_muon(gml_optimizer_step *step);
void gml_prepare_lion(gml_optimizer_step *step);
void gml_prepare_schedule_free(gml_optimizer_step *step);
void gml_prepare_rprop(gml_optimizer_step *step);
void gml_prepare_custom(gml_optimizer_step *step);

#endif
