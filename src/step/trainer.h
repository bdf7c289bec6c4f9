/* step/trainer.h - the private interface of a trainer. */
#ifndef GML_STEP_TRAINER_H
#define GML_STEP_TRAINER_H

#include "base/layout.h"
#include "step/observer.h"
#include "step/scratch.h"
#include "step/settings.h"
#include "step/state.h"

struct gml_trainer {
    gml_network *network;
    gml_step_settings settings;
    gml_step_state state;
    gml_step_scratch scratch;
    const gml_observer *observer; /* null: none */
    void *arena;                  /* the state's arrays, and those of scratch without an arena of their own */
    size_t arena_size;
};

/* gml_trainer_create with an optional dataset, which provides the class counts for balanced weights and says whether
 * targets may be missing. */
gml_status gml_trainer_create_for(gml_network *network, const gml_train_options *options, const gml_dataset *dataset,
                                  gml_trainer **trainer);

/* ---- state.c ---- */

/* Takes the memory of a state, whose pointers are null before, from an arena. */
void gml_step_state_lay_out(const gml_trainer *trainer, gml_step_state *state, gml_layout *layout, void *arena);

/* Copies a state into one with memory of its own. */
void gml_step_state_copy(const gml_trainer *trainer, const gml_step_state *from, gml_step_state *to);

/* ---- */

/* Returns the floating-point operations of a step on `rows` samples. */
double gml_trainer_flops(const gml_trainer *trainer, size_t rows);

/* Runs one step on a batch that fits the network. A refused step leaves trainer and network unchanged. */
gml_status gml_trainer_run(gml_trainer *trainer, const gml_batch *batch, double *loss);

/* Checks that the loss of a batch is finite; changes no weights. Errors: diverged, data, shape. */
gml_status gml_trainer_probe(gml_trainer *trainer, const gml_batch *batch);

/* Refuses a batch of one sample where a layer has batch statistics: its outputs would not depend on the sample. Errors:
 * shape. */
gml_status gml_trainer_check_rows(const gml_trainer *trainer, size_t rows);

/* Tell the observer, if there is one, that an epoch of a fit begins or goes on, and that it has ended. */
void gml_trainer_begin_epoch(const gml_trainer *trainer, size_t epoch);
void gml_trainer_end_epoch(const gml_trainer *trainer, size_t epoch);

/* Discards the gradients accumulated so far. */
void gml_trainer_drop_collected(gml_trainer *trainer);

/* True if the trainer averages weights. */
bool gml_trainer_averages(const gml_trainer *trainer);

#endif
