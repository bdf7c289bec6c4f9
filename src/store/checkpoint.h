/* store/checkpoint.h - checkpoints: model files that hold the state of a training run as well.
 *
 * Besides a model's contents, a checkpoint has the arrays of the state as tensors and, in the metadata, its other
 * variables and the conditions of the run: {"state": {...}, "conditions": {"options": {...}, ...}}. Conditions are
 * texts by name, which train/conditions.h compares. */
#ifndef GML_STORE_CHECKPOINT_H
#define GML_STORE_CHECKPOINT_H

#include "store/file.h"

/* ---- saving ---- */

/* The bytes of a checkpoint in memory. */
typedef struct gml_copy {
    gml_context *context;
    char *bytes; /* [size] */
    size_t size, used;
} gml_copy;

/* Copies network and state. Numbers need not be finite. `path` begins the messages. On failure nothing remains
 * allocated. Errors: memory, data (a text that is not UTF-8), unsupported (more variables than a list has room for). */
gml_status gml_copy_take(const gml_network *network, const gml_saved *saved, json_t *conditions, const char *path,
                         gml_copy *copy);

/* Writes the file atomically. Uses nothing but the copy and the context's hooks. Errors: create, write, memory. */
gml_status gml_copy_write(gml_copy *copy, const char *path);

void gml_copy_release(gml_copy *copy);

/* ---- loading ---- */

/* Lists the arrays that a checkpoint has besides its network, by its header, without memory for numbers. Errors: data.
 */
gml_status gml_contents_list(const gml_file *file, gml_saved *saved);

/* Checks that the file is a checkpoint of a network like this one: description, type, scaling and schema are equal.
 * Errors: data (the file is a model only), shape (another network). */
gml_status gml_checkpoint_check_network(const gml_file *file, const gml_network *network);

/* Returns the conditions of the run, owned by the file; null if there are none. */
json_t *gml_checkpoint_conditions(const gml_file *file);

/* Sets the network's parameters and the listed variables. Check the network before. On failure nothing is changed.
 * Errors: shape (another scaling), data, unsupported. */
gml_status gml_checkpoint_restore(gml_file *file, gml_network *network, const gml_saved *saved);

#endif
