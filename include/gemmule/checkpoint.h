/* gemmule/checkpoint.h - checkpoints: training that was stopped goes on, bit for bit, as if it had not been.
 *
 * A checkpoint is a model file with the state of training in addition (docs/model-format.md), so gml_model_load loads
 * its network: of a fit that keeps the best weights, those of the best epoch so far, else the running ones. It holds
 * the parameters, the state of the optimizer, averaged weights, gradients that are accumulated, the learning rate, all
 * counters and, of a fit, its position in the epoch and in the schedule. It is written atomically, like a model
 * (gemmule/model.h).
 *
 * Training goes on only under the same conditions, because others would change its bits:
 *   - a network of the same description, type and scaling: that of gml_model_load, or one made in the same way;
 *   - the same build: version, compiler, kernel set (gml_context_isa), products and kernels of OpenBLAS;
 *   - the same options: those of gml_train_options that change the result;
 *   - in a fit, the same data, training and validation, in the same order.
 * A message names everything that differs. With an override the build and the options may differ, except `batch`,
 * `accumulate`, `seed`, `missing_targets`, `keep_best`, the name of the optimizer, and whether there are an `average`
 * and `halvings`; each difference is logged as a warning. With another `metric` the best epoch is one of those that
 * follow. The number of threads and the callbacks are free.
 *
 * A fit writes checkpoints by itself (gml_train_options.checkpoint) and goes on from one (gml_train_options.resume):
 *
 *     gml_train_options options = {.epochs = 100, .checkpoint = "run.checkpoint"};
 *     if (the file exists) {
 *         options.resume = options.checkpoint;
 *     }
 *     status = gml_fit(network, data, NULL, &options, NULL, NULL);
 *
 * For a trainer, and for a checkpoint at a moment of your choice in a fit, there are the functions below. */
#ifndef GEMMULE_CHECKPOINT_H
#define GEMMULE_CHECKPOINT_H

#include "gemmule/model.h"
#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Saves the network and the state of a trainer between two steps. Numbers that are not finite are saved as they are.
 * Errors: create, write, memory, data (a text of the network that is not UTF-8). */
GML_API gml_status gml_checkpoint_save(gml_trainer *trainer, const char *path);

/* Puts a checkpoint of gml_checkpoint_save into a trainer made with the same options and into its network. The next
 * step has the same bits as the one after the save. `override` not 0: see above. A call that fails changes nothing.
 * Errors: not_found, read, data (damaged, or not the checkpoint of a trainer), shape (another network), argument (other
 * conditions), memory. */
GML_API gml_status gml_checkpoint_load(gml_trainer *trainer, const char *path, int override);

/* Saves a running fit, from within one of its callbacks. In on_batch the fit goes on with the next batch, in on_epoch
 * with the next epoch. Errors: those of gml_checkpoint_save, and argument (no fit is running). */
GML_API gml_status gml_checkpoint_save_fit(const gml_progress *progress, const char *path);

#ifdef __cplusplus
}
#endif
#endif
