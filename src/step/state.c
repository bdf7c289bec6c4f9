/* step/state.c - the state of a trainer: its memory, copies, and what a checkpoint holds of it. */
#include <stdio.h>
#include <string.h>

#include "step/saved.h"

void gml_step_state_lay_out(const gml_trainer *trainer, gml_step_state *state, gml_layout *layout, void *arena)
{
    const gml_step_settings *settings = &trainer->settings;
    size_t bytes = trainer->network->parameter_bytes, own_average = settings->optimizer_row->average;
    for (size_t i = 0; i < settings->states; i++) {
        state->arrays[i] = gml_layout_take(layout, arena, bytes, 1, 1);
    }
    if (settings->average.row != NULL) {
        state->average = gml_layout_take(layout, arena, bytes, 1, 1);
    } else if (own_average > 0) {
        state->average = state->arrays[own_average - 1];
    }
    if (settings->accumulate > 1) {
        state->mean = gml_layout_take(layout, arena, bytes, 1, 1);
    }
    state->group_memory = gml_layout_take(layout, arena, settings->groups.count, 1, sizeof(double));
}

static void copy_array(void *to, const void *from, size_t bytes)
{
    if (from != NULL && bytes > 0) {
        memcpy(to, from, bytes);
    }
}

void gml_step_state_copy(const gml_trainer *trainer, const gml_step_state *from, gml_step_state *to)
{
    const size_t bytes = trainer->network->parameter_bytes;
    gml_step_state copy = *from;
    memcpy(copy.arrays, to->arrays, sizeof copy.arrays);
    copy.group_memory = to->group_memory;
    copy.average = to->average;
    copy.mean = to->mean;
    *to = copy;
    for (size_t i = 0; i < trainer->settings.states; i++) {
        copy_array(to->arrays[i], from->arrays[i], bytes);
    }
    if (trainer->settings.average.row != NULL) { /* else null, or one of the optimizer's arrays */
        copy_array(to->average, from->average, bytes);
    }
    copy_array(to->mean, from->mean, bytes);
    copy_array(to->group_memory, from->group_memory, trainer->settings.groups.count * sizeof(double));
}

void gml_step_state_list(const gml_trainer *trainer, gml_step_state *state, gml_saved *saved)
{
    const gml_network *network = trainer->network;
    gml_dtype dtype = network->kernels->dtype;
    size_t count = network->parameter_bytes / network->kernels->size;
    gml_saved_count(saved, "trainer.batches", &state->batches, SIZE_MAX);
    gml_saved_count(saved, "trainer.steps", &state->steps, SIZE_MAX);
    gml_saved_number(saved, "trainer.rate", &state->rate);
    gml_saved_number(saved, "trainer.noise_factor", &state->noise_factor);
    gml_saved_number(saved, "trainer.decay_factor", &state->decay_factor);
    gml_saved_number(saved, "trainer.memory", &state->memory);
    gml_saved_flag(saved, "trainer.average_used", &state->average_used);
    gml_saved_count(saved, "trainer.collected", &state->collected, SIZE_MAX);
    gml_saved_number(saved, "trainer.collected_divisor", &state->collected_divisor);
    for (size_t i = 0; i < trainer->settings.states; i++) {
        char name[GML_SAVED_NAME];
        snprintf(name, sizeof name, "optimizer.%zu", i);
        gml_saved_array_of(saved, name, dtype, count, state->arrays[i]);
    }
    if (trainer->settings.average.row != NULL) { /* else null, or one of the optimizer's arrays */
        gml_saved_array_of(saved, "average", dtype, count, state->average);
    }
    gml_saved_array_of(saved, "accumulated", dtype, count, state->mean);
    gml_saved_array_of(saved, "groups", GML_F64, trainer->settings.groups.count, state->group_memory);
}

void gml_trainer_list(gml_trainer *trainer, gml_saved *saved)
{
    gml_step_state_list(trainer, &trainer->state, saved);
}
