/* method/levenberg.c - the Levenberg-Marquardt algorithm of Hagan and Menhaj, 1994. Steps 1 and 2 are in
 * gml_levenberg_step, 3 and 4 in find_better.
 *
 * It works on a copy of the network in double and copies the weights back after every step. It minimises
 *
 *     V = sum of e^2 + n l2 / 2 |W|^2,  n the number of errors e */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "kernel/product/gemm.h"
#include "method/jacobian.h"
#include "method/method.h"

typedef struct levenberg {
    gml_jacobian jacobian;
    double damping; /* mu */
    double decay;   /* n l2 / 2, added to the diagonal of weights */
    double errors;  /* n */
    double *factor; /* [parameters x parameters] */
    double *step;   /* [parameters] */
    void *start;    /* saved parameters of the copy */
    void *arena;
    size_t arena_size;
} levenberg;

enum { LR, DAMPING, UP, DOWN, MAX_DAMPING, TOLERANCE, MEMORY }; /* the optimizer's parameters */

/* ---- creation ---- */

static gml_status check(const gml_method *method)
{
    const gml_trainer *trainer = method->trainer;
    const gml_network *network = trainer->network;
    const double *p = trainer->settings.optimizer.values;
    const char *loss = trainer->settings.objective.row->entry.name;
    if (strcmp(loss, "mean_squared_error") != 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "levenberg_marquardt supports mean_squared_error only; the loss is %s", loss);
    }
    if (trainer->settings.class_weights != NULL || trainer->settings.masked || method->dataset->weights != NULL) {
        return gml_fail(
            network->context, GML_ERROR_ARGUMENT,
            "levenberg_marquardt supports neither sample weights nor unknown targets; other optimizers do, such as "
            "lbfgs");
    }
    if (gml_spec_averages(&network->spec)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "levenberg_marquardt supports one error for each output, and the network has one for each of "
                        "%zu members; other optimizers do, such as lbfgs",
                        gml_spec_members(&network->spec));
    }
    double count = (double)gml_jacobian_columns(network), megabytes = 2 * count * count * sizeof(double) / 1e6;
    if (count == 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "levenberg_marquardt: %s has no parameters to train",
                        network->description);
    }
    if (megabytes > p[MEMORY]) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "levenberg_marquardt: for %.0f parameters its two matrices take %.0f MB; memory=%g allows "
                        "less, and lbfgs needs none",
                        count, megabytes, p[MEMORY]);
    }
    return GML_OK;
}

static void lay_out(void *owner, gml_layout *layout)
{
    levenberg *made = owner;
    size_t count = made->jacobian.parameters;
    made->factor = gml_layout_take(layout, made->arena, count, count, sizeof(double));
    made->step = gml_layout_take(layout, made->arena, count, 1, sizeof(double));
    made->start = gml_layout_take(layout, made->arena, made->jacobian.network->parameter_bytes, 1, 1);
}

gml_status gml_levenberg_create(gml_method *method)
{
    const gml_trainer *trainer = method->trainer;
    gml_context *context = trainer->network->context;
    gml_status status = check(method);
    if (status != GML_OK) {
        return status;
    }
    levenberg *made = method->state = gml_allocate(context, 1, sizeof *made, "the memory of levenberg_marquardt");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (levenberg){.damping = trainer->settings.optimizer.values[DAMPING]};
    char loss[GML_CALL_SIZE];
    gml_call_print(&trainer->settings.objective.call, loss);
    status = gml_jacobian_create(trainer->network, method->dataset, loss, &made->jacobian);
    if (status != GML_OK) {
        return status;
    }
    made->errors = (double)method->dataset->size * (double)made->jacobian.outputs;
    made->decay = made->errors * trainer->settings.l2 / 2;
    return gml_layout_make(context, lay_out, made, "levenberg_marquardt", trainer->network->description, &made->arena,
                           &made->arena_size);
}

void gml_levenberg_destroy(gml_method *method)
{
    levenberg *state = method->state;
    gml_context *context = method->trainer->network->context;
    gml_release(context, state->arena, state->arena_size, 1);
    gml_jacobian_destroy(&state->jacobian);
    gml_release(context, state, 1, sizeof *state);
}

void gml_levenberg_list(gml_method *method, gml_saved *saved)
{
    levenberg *state = method->state;
    const gml_network *copy = state->jacobian.network;
    gml_saved_number(saved, "levenberg_marquardt.damping", &state->damping);
    gml_saved_array_of(saved, "levenberg_marquardt.weights", GML_F64, copy->parameter_bytes / sizeof(double),
                       copy->parameters);
}

/* ---- the normal equations ---- */

/* Returns V, given the sum of the squared errors. */
static double objective(const levenberg *state, double squares)
{
    const gml_network *network = state->jacobian.network;
    double weights = 0;
    for (size_t i = 0; i < network->spec.layer_count && state->decay > 0; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->weight != NULL) {
            weights +=
                network->kernels->entry->dot(layer->weight_rows * layer->weight_cols, layer->weight, layer->weight);
        }
    }
    return squares + state->decay * weights;
}

/* Adds the weight decay to J'e and to the diagonal of J'J. */
static void add_decay(levenberg *state)
{
    gml_jacobian *jacobian = &state->jacobian;
    const gml_network *network = jacobian->network;
    for (size_t i = 0; i < network->spec.layer_count && state->decay > 0; i++) {
        const gml_layer *layer = &network->layers[i];
        size_t first = jacobian->columns[i],
               count = layer->weight != NULL ? layer->weight_rows * layer->weight_cols : 0;
        if (count > 0) {
            network->kernels->entry->combine(count, state->decay, layer->weight, 1, jacobian->gradient + first);
        }
        for (size_t k = first; k < first + count; k++) {
            jacobian->normal[k * jacobian->parameters + k] += state->decay;
        }
    }
}

/* step = (J'J + mu I)^-1 J'e. False if the matrix is not positive definite after rounding. */
static bool find_step(levenberg *state)
{
    const gml_jacobian *jacobian = &state->jacobian;
    size_t count = jacobian->parameters;
    memcpy(state->factor, jacobian->normal, count * count * sizeof(double));
    memcpy(state->step, jacobian->gradient, count * sizeof(double));
    for (size_t k = 0; k < count; k++) {
        state->factor[k * count + k] += state->damping;
    }
    gml_gemm_open();
    bool definite = gml_gemm_solve(count, state->factor, state->step);
    gml_gemm_close();
    return definite;
}

/* ---- the method ---- */

/* Copies the weights of the double copy to the network. */
static void export_weights(const gml_method *method)
{
    const levenberg *state = method->state;
    const gml_network *network = method->trainer->network;
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block from, to;
        gml_network_block(state->jacobian.network, i, &from);
        gml_network_block(network, i, &to);
        gml_gather_call call = {.rows = from.values.rows, .cols = from.values.cols};
        call.source = from.values.data;
        call.source_dtype = from.values.dtype;
        call.source_stride = from.values.stride;
        call.target = to.values.data;
        call.target_stride = to.values.stride;
        network->kernels->data->gather(&call);
    }
}

/* Applies the step; undoes it if V does not decrease. */
static gml_status try_step(gml_method *method, double value, double *loss, bool *better)
{
    levenberg *state = method->state;
    gml_jacobian *jacobian = &state->jacobian;
    double squares;
    gml_jacobian_move(jacobian, -method->trainer->state.rate, state->step);
    gml_status status = gml_jacobian_run(jacobian, false, &squares);
    if (status != GML_OK) {
        return status;
    }
    *better = objective(state, squares) < value;
    if (*better) {
        *loss = squares / state->errors;
        export_weights(method);
    } else {
        memcpy(jacobian->network->parameters, state->start, jacobian->network->parameter_bytes);
    }
    return GML_OK;
}

/* Steps 3 and 4: tries a step, and increases the damping until V decreases. */
static gml_status find_better(gml_method *method, double value, double *loss)
{
    levenberg *state = method->state;
    const gml_network *copy = state->jacobian.network;
    const double *p = method->trainer->settings.optimizer.values;
    memcpy(state->start, copy->parameters, copy->parameter_bytes);
    while (state->damping <= p[MAX_DAMPING]) {
        bool better = false;
        gml_status status = find_step(state) ? try_step(method, value, loss, &better) : GML_OK;
        if (better) {
            state->damping = fmax(state->damping * p[DOWN], 1e-100);
        }
        if (better || status != GML_OK) {
            return status;
        }
        state->damping *= p[UP];
    }
    method->converged = true;
    return GML_OK;
}

/* Steps 1 and 2: the errors, V, J, J'J and J'e. */
gml_status gml_levenberg_step(gml_method *method, double *loss)
{
    levenberg *state = method->state;
    gml_jacobian *jacobian = &state->jacobian;
    double squares;
    gml_status status = gml_jacobian_run(jacobian, true, &squares);
    if (status != GML_OK) {
        return status;
    }
    double value = objective(state, squares);
    *loss = squares / state->errors;
    if (!isfinite(value)) {
        return gml_fail(jacobian->network->context, GML_ERROR_DIVERGED,
                        "step %zu: the loss is %g; weights, inputs and targets must be finite",
                        method->trainer->state.steps + 1, *loss);
    }
    add_decay(state);
    double norm =
        sqrt(jacobian->network->kernels->entry->dot(jacobian->parameters, jacobian->gradient, jacobian->gradient));
    method->converged = 2 / state->errors * norm <= method->trainer->settings.optimizer.values[TOLERANCE];
    return method->converged ? GML_OK : find_better(method, value, loss);
}
