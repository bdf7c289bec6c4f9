/* step/trainer.h - the inside of a trainer. */
#ifndef GML_STEP_TRAINER_H
#define GML_STEP_TRAINER_H

#include "step/scratch.h"
#include "step/settings.h"
#include "step/state.h"

struct gml_trainer {
    gml_network *network;
    gml_step_settings settings;
    gml_step_state state;
    gml_step_scratch scratch;
    void *arena; /* the arrays of state, and of scratch those that have none of their own */
    size_t arena_size;
};

/* gml_trainer_create, for a dataset if that is not null: of it are the classes to be balanced, and it may allow targets
 * that are not known. */
gml_status gml_trainer_create_for(gml_network *network, const gml_train_options *options, const gml_dataset *dataset,
                                  gml_trainer **trainer);

/* Floating-point operations of a step of so many samples. */
double gml_trainer_flops(const gml_trainer *trainer, size_t rows);

/* One step on a batch that fits the network. A step that is refused changes nothing that the trainer and the network
 * keep. */
gml_status gml_trainer_run(gml_trainer *trainer, const gml_batch *batch, double *loss);

/* Finds whether such a step would have a finite loss. Changes no weights. Errors: diverged, data, shape. */
gml_status gml_trainer_probe(gml_trainer *trainer, const gml_batch *batch);

/* Refuses a batch of one sample where a layer has batch statistics: its outputs would not depend on the sample. Errors:
 * shape. */
gml_status gml_trainer_check_rows(const gml_trainer *trainer, size_t rows);

/* Forgets the batches that are collected for an update. */
void gml_trainer_drop_collected(gml_trainer *trainer);

/* True if it has averaged weights. */
bool gml_trainer_averages(const gml_trainer *trainer);

#endif
