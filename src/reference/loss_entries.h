/* reference/loss_entries.h - losses of one output and one target, for the table of losses. */
#ifndef GML_REFERENCE_LOSS_ENTRIES_H
#define GML_REFERENCE_LOSS_ENTRIES_H

#include "reference/functions.h"

gml_reference_entry_loss gml_reference_squared_error;
gml_reference_entry_loss gml_reference_absolute_error;
gml_reference_entry_loss gml_reference_huber;
gml_reference_entry_loss gml_reference_smooth_l1;
gml_reference_entry_loss gml_reference_log_cosh;
gml_reference_entry_loss gml_reference_quantile;
gml_reference_entry_loss gml_reference_poisson;
gml_reference_entry_loss gml_reference_gamma;
gml_reference_entry_loss gml_reference_tweedie;
gml_reference_entry_loss gml_reference_binary_cross_entropy;
gml_reference_entry_loss gml_reference_focal;
gml_reference_entry_loss gml_reference_hinge;
gml_reference_entry_loss gml_reference_squared_hinge;

gml_reference_pair gml_reference_gaussian_nll(double m, double s, double t, double eps);

#endif
