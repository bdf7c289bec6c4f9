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

/* Writes a network to `path`, whole or not at all: what was there stays until the new file is complete. The new file
 * has the permissions of the one it replaces, and its owner and group where this process may set them; other attributes
 * of the old file are lost, and its other hard links keep its contents. If `path` is a symbolic link, the link's target
 * is written. A process that is killed meanwhile leaves a temporary file ".gemmule-*.tmp" in the folder of the target,
 * which the next save to the same target removes. Processes and threads may save to one path at the same time: the last
 * one wins. Errors: create, write, memory, data (a number that is not finite: the message names the block; a text that
 * is not UTF-8; layers wider than 16384 for which there are no parameters). */
GML_API gml_status gml_model_save(const gml_network *network, const char *path);

/* Reads a network from `path`, once and from its start to its end, so that it may be a pipe. While it
 * reads it takes up to twice the size of the file besides the network's own memory. The network predicts the same bits
 * as the one that was saved. Any changed, missing or additional byte is an error; so is what only a newer version
 * knows, which the message names. Errors: not_found, read, data, memory, name (the network has something that neither
 * the library nor the user has, gemmule/custom.h). */
GML_API gml_status gml_model_load(gml_context *context, const char *path, gml_network **network);

#ifdef __cplusplus
}
#endif
#endif
