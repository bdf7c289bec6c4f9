/* gemmule/model.h - model files.
 *
 * A model file is a safetensors file; any tool for that format can read the parameters. `__metadata__` holds JSON texts
 * with the network's description, its data schema and scaling, and the facts of its training, and a checksum of the
 * whole file. The format is specified in docs/model-format.md. */
#ifndef GEMMULE_MODEL_H
#define GEMMULE_MODEL_H

#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Saves a network to `path` atomically: an existing file is replaced only when the new one is complete. The new file
 * gets the permissions of the old one, and its owner and group if the process may set them. Other attributes are lost;
 * other hard links keep the old contents. If `path` is a symbolic link, its target is replaced. A killed process leaves
 * a temporary file ".gemmule-*.tmp" in the target's folder, which the next save to the same target removes. Processes
 * and threads may save to one path concurrently: the last one wins. Errors: create, write, memory, data (a number that
 * is not finite: the message names the block; a text that is not UTF-8; layers wider than 16384 without
 * parameters). */
GML_API gml_status gml_model_save(const gml_network *network, const char *path);

/* Loads a network from `path`, which is read sequentially and may be a pipe. The network predicts the same bits as the
 * saved one. Loading needs memory of up to twice the file's size besides the network's. Any changed, missing or
 * additional byte is an error; so is a feature of a newer version, which the message names. Errors: not_found, read,
 * data, memory, name (an entry that is neither in the library's tables nor registered, gemmule/custom.h). */
GML_API gml_status gml_model_load(gml_context *context, const char *path, gml_network **network);

#ifdef __cplusplus
}
#endif
#endif
