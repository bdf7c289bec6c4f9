/* engine/refusal.h - why a batch is refused: the input or the layer where numbers stop being finite. */
#ifndef GML_ENGINE_REFUSAL_H
#define GML_ENGINE_REFUSAL_H

#include "engine/target.h"

enum { GML_WRONG_SIZE = 224 };

/* Writes "WHAT is VALUE" for a value that is not finite: how the messages of a refusal begin. */
void gml_refusal_begin(const char *what, double value, char wrong[GML_WRONG_SIZE]);

/* Fails where an input of the batch in the workspace is not finite, or a value of its first `layers` layers, and names
 * the sample and the layer after `wrong`. Errors: of_input for an input, diverged for a layer; ok: all are finite. */
gml_status gml_refuse_values(const gml_workspace *workspace, const gml_batch_names *names, size_t rows, size_t layers,
                             const char *wrong, gml_status of_input);

/* What may help against divergence. */
extern const char gml_remedies[];

#endif
