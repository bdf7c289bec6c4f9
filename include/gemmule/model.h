/* gemmule/model.h - networks in files.
 *
 * A model file is a safetensors file: any tool that reads those sees the parameters. The network's description, what it
 * knows of its data and the facts of its training are JSON texts in `__metadata__`, with a checksum over the whole
 * file. docs/model-format.md has the particulars. */
#ifndef GEMMULE_MODEL_H
#define GEMMULE_MODEL_H

#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes a network to `path`, whole or not at all: what was there stays until the new file is complete. Errors: create,
 * write, memory. */
GML_API gml_status gml_model_save(const gml_network *network, const char *path);

/* Reads a network from `path`. It predicts the same bits as the one that was saved. Any changed, missing or additional
 * byte is an error. Errors: not_found, read, data, memory, name (the network has something that neither the library nor
 * the user has, gemmule/custom.h). */
GML_API gml_status gml_model_load(gml_context *context, const char *path, gml_network **network);

#ifdef __cplusplus
}
#endif
#endif
