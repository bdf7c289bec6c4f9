/* method/lbfgs.c - L-BFGS: algorithms 7.4 and 7.5 of Nocedal and Wright, Numerical Optimization, 2nd edition.
 *
 * Vectors have the layout of the network's parameters; the gaps between blocks hold zeros. Vector operations run on one
 * thread: they take little time compared with a pass over the data. */
#include "method/lbfgs.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "kernel/entry/entry.h"
#include "method/line_search.h"
#include "method/method.h"

/* ---- the history ---- */

static void *pair_at(const gml_lbfgs_memory *memory, char *pairs, size_t index)
{
    return pairs + index * memory->count * memory->kernels->size;
}

void *gml_lbfgs_next_s(const gml_lbfgs_memory *memory)
{
    return pair_at(memory, memory->s, memory->next);
}

void *gml_lbfgs_next_y(const gml_lbfgs_memory *memory)
{
    return pair_at(memory, memory->y, memory->next);
}

void gml_lbfgs_keep(gml_lbfgs_memory *memory)
{
    const gml_kernels *kernels = memory->kernels;
    const void *s = gml_lbfgs_next_s(memory), *y = gml_lbfgs_next_y(memory);
    double product = kernels->entry->dot(memory->count, s, y), squares = kernels->entry->dot(memory->count, y, y);
    if (!(product > DBL_EPSILON * squares)) {
        return;
    }
    memory->rho[memory->next] = 1 / product;
    memory->scale = product / squares;
    memory->next = (memory->next + 1) % memory->most;
    memory->kept += memory->kept < memory->most;
}

/* In the book's notation `direction` is q, then r, and at the end -r. */
void gml_lbfgs_direction(gml_lbfgs_memory *memory, const void *gradient, void *direction)
{
    const gml_kernels *kernels = memory->kernels;
    size_t count = memory->count;
    memcpy(direction, gradient, count * kernels->size);
    for (size_t back = 1; back <= memory->kept; back++) {
        size_t i = (memory->next + memory->most - back) % memory->most;
        memory->alpha[i] = memory->rho[i] * kernels->entry->dot(count, pair_at(memory, memory->s, i), direction);
        kernels->entry->combine(count, -memory->alpha[i], pair_at(memory, memory->y, i), 1, direction);
    }
    if (memory->kept > 0) {
        kernels->entry->combine(count, memory->scale, direction, 0, direction);
    }
    for (size_t back = memory->kept; back > 0; back--) {
        size_t i = (memory->next + memory->most - back) % memory->most;
        double beta = memory->rho[i] * kernels->entry->dot(count, pair_at(memory, memory->y, i), direction);
        kernels->entry->combine(count, memory->alpha[i] - beta, pair_at(memory, memory->s, i), 1, direction);
    }
    kernels->entry->combine(count, -1, direction, 0, direction);
}

/* ---- the method ---- */

typedef struct lbfgs {
    gml_lbfgs_memory memory;
    bool begun;         /* true if loss, value and the trainer's gradient belong to the current weights */
    double loss, value; /* the loss without and with the penalty */
    void *direction;
    void *start, *before; /* weights and gradient where the line search starts */
    void *arena;
    size_t arena_size;
} lbfgs;

enum { LR, HISTORY, TOLERANCE, EVALUATIONS }; /* the optimizer's parameters */

static void lay_out(void *owner, gml_layout *layout)
{
    lbfgs *made = owner;
    gml_lbfgs_memory *memory = &made->memory;
    size_t bytes = memory->count * memory->kernels->size, most = memory->most;
    made->direction = gml_layout_take(layout, made->arena, bytes, 1, 1);
    made->start = gml_layout_take(layout, made->arena, bytes, 1, 1);
    made->before = gml_layout_take(layout, made->arena, bytes, 1, 1);
    memory->s = gml_layout_take(layout, made->arena, bytes, most, 1);
    memory->y = gml_layout_take(layout, made->arena, bytes, most, 1);
    memory->rho = gml_layout_take(layout, made->arena, most, 1, sizeof(double));
    memory->alpha = gml_layout_take(layout, made->arena, most, 1, sizeof(double));
}

gml_status gml_lbfgs_create(gml_method *method)
{
    const gml_network *network = method->trainer->network;
    const gml_kernels *kernels = network->kernels;
    lbfgs *made = method->state = gml_allocate(network->context, 1, sizeof *made, "the memory of lbfgs");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (lbfgs){.memory = {.kernels = kernels, .count = network->parameter_bytes / kernels->size}};
    made->memory.most = (size_t)method->trainer->settings.optimizer.values[HISTORY];
    gml_status status = gml_layout_make(network->context, lay_out, made, "lbfgs", network->description, &made->arena,
                                        &made->arena_size);
    if (status == GML_OK) {
        memset(made->arena, 0, made->arena_size); /* a checkpoint holds pairs that are not used yet */
    }
    return status;
}

void gml_lbfgs_destroy(gml_method *method)
{
    lbfgs *made = method->state;
    gml_context *context = method->trainer->network->context;
    gml_release(context, made->arena, made->arena_size, 1);
    gml_release(context, made, 1, sizeof *made);
}

/* The direction and where the line search starts are computed anew in each step. */
void gml_lbfgs_list(gml_method *method, gml_saved *saved)
{
    lbfgs *state = method->state;
    gml_lbfgs_memory *memory = &state->memory;
    gml_dtype dtype = memory->kernels->dtype;
    gml_saved_count(saved, "lbfgs.kept", &memory->kept, memory->most);
    gml_saved_count(saved, "lbfgs.next", &memory->next, memory->most - 1);
    gml_saved_number(saved, "lbfgs.scale", &memory->scale);
    gml_saved_flag(saved, "lbfgs.begun", &state->begun);
    gml_saved_number(saved, "lbfgs.loss", &state->loss);
    gml_saved_number(saved, "lbfgs.value", &state->value);
    gml_saved_array_of(saved, "lbfgs.s", dtype, memory->most * memory->count, memory->s);
    gml_saved_array_of(saved, "lbfgs.y", dtype, memory->most * memory->count, memory->y);
    gml_saved_array_of(saved, "lbfgs.rho", GML_F64, memory->most, memory->rho);
}

static gml_status evaluate(gml_method *method)
{
    lbfgs *state = method->state;
    double penalty;
    gml_status status = gml_method_evaluate(method, &state->loss, &penalty);
    state->value = state->loss + penalty;
    return status;
}

/* A loss that is not finite only makes the line search shorten its step. */
static gml_status evaluate_on_line(void *argument, gml_line_point *point)
{
    gml_method *method = argument;
    lbfgs *state = method->state;
    const gml_network *network = method->trainer->network;
    const gml_kernels *kernels = network->kernels;
    memcpy(network->parameters, state->start, network->parameter_bytes);
    kernels->entry->combine(state->memory.count, point->length, state->direction, 1, network->parameters);
    gml_status status = evaluate(method);
    if (status == GML_ERROR_DIVERGED) {
        point->value = INFINITY;
        return GML_OK;
    }
    point->value = state->value;
    point->slope = kernels->entry->dot(state->memory.count, method->trainer->state.mean, state->direction);
    return status;
}

/* Computes a new direction; returns the slope along it. If the slope is not negative, discards the history and uses the
 * negative gradient. */
static double find_direction(gml_method *method)
{
    lbfgs *state = method->state;
    const gml_kernels *kernels = state->memory.kernels;
    size_t count = state->memory.count;
    gml_lbfgs_direction(&state->memory, method->trainer->state.mean, state->direction);
    double slope = kernels->entry->dot(count, method->trainer->state.mean, state->direction);
    if (!(slope < 0)) {
        state->memory.kept = 0;
        gml_lbfgs_direction(&state->memory, method->trainer->state.mean, state->direction);
        slope = kernels->entry->dot(count, method->trainer->state.mean, state->direction);
    }
    return slope;
}

/* No point on the line is better: restores the weights and discards the history, so that the next step follows the
 * gradient. Converged if this step already did. */
static void restore_start(gml_method *method, double loss, double value)
{
    lbfgs *state = method->state;
    size_t bytes = method->trainer->network->parameter_bytes;
    memcpy(method->trainer->network->parameters, state->start, bytes);
    memcpy(method->trainer->state.mean, state->before, bytes);
    state->loss = loss;
    state->value = value;
    method->converged = state->memory.kept == 0;
    state->memory.kept = 0;
}

static void append_pair(gml_method *method)
{
    lbfgs *state = method->state;
    gml_lbfgs_memory *memory = &state->memory;
    size_t bytes = method->trainer->network->parameter_bytes;
    void *s = gml_lbfgs_next_s(memory), *y = gml_lbfgs_next_y(memory);
    memcpy(s, method->trainer->network->parameters, bytes);
    memory->kernels->entry->combine(memory->count, -1, state->start, 1, s);
    memcpy(y, method->trainer->state.mean, bytes);
    memory->kernels->entry->combine(memory->count, -1, state->before, 1, y);
    gml_lbfgs_keep(memory);
}

/* One iteration of algorithm 7.5: direction, line search, history. Without a history the direction is the negative
 * gradient, whose length is arbitrary: the first trial step is then at most `rate` long. */
static gml_status iterate(gml_method *method, double norm)
{
    lbfgs *state = method->state;
    const gml_trainer *trainer = method->trainer;
    gml_line line = {.evaluate = evaluate_on_line, .argument = method};
    line.evaluations = (size_t)trainer->settings.optimizer.values[EVALUATIONS];
    line.start = (gml_line_point){.value = state->value, .slope = find_direction(method)};
    memcpy(state->start, trainer->network->parameters, trainer->network->parameter_bytes);
    memcpy(state->before, trainer->state.mean, trainer->network->parameter_bytes);
    double loss = state->loss,
           first = state->memory.kept > 0 ? trainer->state.rate : trainer->state.rate * fmin(1, 1 / norm);
    gml_line_point found;
    gml_status status = gml_line_search(&line, first, &found);
    if (status != GML_OK) {
        return status;
    }
    if (found.length > 0 && found.value < line.start.value) {
        append_pair(method);
    } else {
        restore_start(method, loss, line.start.value);
    }
    return GML_OK;
}

gml_status gml_lbfgs_step(gml_method *method, double *loss)
{
    lbfgs *state = method->state;
    gml_status status = state->begun ? GML_OK : evaluate(method);
    state->begun = true;
    if (status == GML_OK) {
        double norm = sqrt(state->memory.kernels->entry->dot(state->memory.count, method->trainer->state.mean,
                                                             method->trainer->state.mean));
        method->converged = norm <= method->trainer->settings.optimizer.values[TOLERANCE];
        status = method->converged ? GML_OK : iterate(method, norm);
    }
    *loss = state->loss;
    return status;
}
