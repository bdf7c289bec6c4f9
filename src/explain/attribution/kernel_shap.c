/* explain/attribution/kernel_shap.c - Shapley values by weighted least squares over coalitions.
 *
 * With D = v(all) - v(none), the last player's value is D minus the sum of the others. The least squares for the others
 * have a row sqrt(w) (z[k] - z[last]) and a target sqrt(w) (v - v(none) - z[last] D) for each coalition with members z.
 */
#include <math.h>

#include "base/layout.h"
#include "base/least.h"
#include "explain/attribution/coalitions.h"
#include "kernel/product/gemm.h"

enum { COALITIONS, SEED }; /* arguments */
enum { EQUATIONS = 256 };  /* rows of the least squares that are added at once */

typedef struct gml_kernel_shap {
    gml_coalitions coalitions;
    size_t most, count, drawn_for; /* drawn_for: players that the coalitions were drawn for; 0: none */
    uint8_t *members;              /* [most x players] */
    double *weights, *values;      /* [most] */
    size_t *order;                 /* [features] */
    double *rows, *targets;        /* [EQUATIONS x features], [EQUATIONS] */
    double *normal, *solution;     /* [features x features], [features] */
    void *arena;
    size_t arena_size, features;
} gml_kernel_shap;

size_t gml_kernel_shap_rows(const gml_attribution *job, size_t samples)
{
    size_t rows;
    return __builtin_mul_overflow(job->backgrounds, (size_t)job->call.values[COALITIONS], &rows) || rows < samples
               ? samples
               : rows;
}

/* ---- memory ---- */

static void list_drawn(const gml_coalitions *coalitions, size_t coalition, uint8_t *members)
{
    const uint8_t *drawn = coalitions->drawn + coalition * coalitions->player_count;
    for (size_t k = 0; k < coalitions->player_count; k++) {
        members[coalitions->players[k]] = drawn[k];
    }
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_kernel_shap *own = owner;
    const size_t features = own->features, most = own->most;
    own->members = gml_layout_take(layout, own->arena, most, features, 1);
    own->weights = gml_layout_take(layout, own->arena, most, 1, sizeof(double));
    own->values = gml_layout_take(layout, own->arena, most, 1, sizeof(double));
    own->order = gml_layout_take(layout, own->arena, features, 1, sizeof(size_t));
    own->rows = gml_layout_take(layout, own->arena, EQUATIONS, features, sizeof(double));
    own->targets = gml_layout_take(layout, own->arena, EQUATIONS, 1, sizeof(double));
    own->normal = gml_layout_take(layout, own->arena, features, features, sizeof(double));
    own->solution = gml_layout_take(layout, own->arena, features, 1, sizeof(double));
}

gml_status gml_kernel_shap_prepare(gml_attribution *job)
{
    const gml_network *network = job->network;
    gml_kernel_shap *own = gml_allocate(network->context, 1, sizeof *own, "KernelSHAP");
    if (own == NULL) {
        return GML_ERROR_MEMORY;
    }
    *own = (gml_kernel_shap){
        .coalitions = {.list = list_drawn}, .most = (size_t)job->call.values[COALITIONS], .features = job->features};
    job->own = own;
    gml_status status = gml_coalitions_create(job, &own->coalitions);
    return status == GML_OK ? gml_layout_make(network->context, lay_out, own, "the coalitions of KernelSHAP",
                                              network->description, &own->arena, &own->arena_size)
                            : status;
}

void gml_kernel_shap_finish(gml_attribution *job)
{
    gml_kernel_shap *own = job->own;
    gml_release(job->network->context, own->arena, own->arena_size, 1);
    gml_coalitions_destroy(job, &own->coalitions);
    gml_release(job->network->context, own, 1, sizeof *own);
}

/* ---- least squares ---- */

/* Writes the equation of coalition `c` as row `row`. */
static void write_equation(gml_kernel_shap *own, size_t c, size_t row, const gml_attribution_report *report)
{
    const size_t unknowns = own->drawn_for - 1;
    const uint8_t *z = own->members + c * own->drawn_for;
    const double weight = sqrt(own->weights[c]), last = z[unknowns];
    double *equation = own->rows + row * unknowns;
    for (size_t k = 0; k < unknowns; k++) {
        equation[k] = weight * ((double)z[k] - last);
    }
    own->targets[row] = weight * (own->values[c] - report->base - last * (report->value - report->base));
}

/* normal += rows' rows, solution += rows' targets */
static void add_equations(gml_kernel_shap *own, size_t count, bool accumulate)
{
    const size_t unknowns = own->drawn_for - 1;
    gml_square square = {.n = unknowns, .k = count, .a = own->rows, .c = own->normal, .accumulate = accumulate};
    square.a_stride = square.c_stride = unknowns;
    gml_gemm right = {.m = unknowns, .n = 1, .k = count, .a_transposed = true, .accumulate = accumulate};
    right.a = own->rows;
    right.b = own->targets;
    right.c = own->solution;
    right.a_stride = unknowns;
    right.b_stride = right.c_stride = 1;
    gml_gemm_square(&square);
    gml_gemm_run(GML_F64, &right);
}

/* Solves for all players but the last; false if the coalitions do not determine them. */
static bool solve(gml_kernel_shap *own, const gml_attribution_report *report)
{
    bool solved;
    gml_gemm_open();
    for (size_t first = 0; first < own->count; first += EQUATIONS) {
        const size_t count = gml_least(EQUATIONS, own->count - first);
        for (size_t i = 0; i < count; i++) {
            write_equation(own, first + i, i, report);
        }
        add_equations(own, count, first > 0);
    }
    solved = gml_gemm_solve(own->drawn_for - 1, own->normal, own->solution);
    gml_gemm_close();
    return solved;
}

/* ---- samples ---- */

/* Coalitions depend on the number of players and the seed alone: samples share them. */
static void draw(gml_kernel_shap *own, const gml_attribution *job)
{
    const size_t players = own->coalitions.player_count;
    if (own->drawn_for != players) {
        own->count = gml_coalitions_draw(players, own->most, (uint64_t)job->call.values[SEED], own->members,
                                         own->weights, own->order);
        own->drawn_for = players;
        own->coalitions.drawn = own->members;
    }
}

static gml_status refuse_count(const gml_attribution *job, size_t coalitions, size_t players)
{
    return gml_fail(job->network->context, GML_ERROR_ARGUMENT,
                    "kernel_shap: %zu coalitions do not determine the values of the %zu inputs that differ from the "
                    "baseline; give at least %zu coalitions, better several times as many",
                    coalitions, players, 2 * players);
}

static gml_status explain_sample(gml_attribution *job, size_t sample)
{
    gml_kernel_shap *own = job->own;
    const gml_attribution_report *report = &job->reports[sample];
    double *attributions = gml_attribution_values(job, sample);
    gml_coalitions_find_players(job, sample, &own->coalitions);
    const size_t players = own->coalitions.player_count;
    for (size_t j = 0; j < job->features; j++) {
        attributions[j] = 0;
    }
    if (players > 1) {
        draw(own, job);
        /* Coalitions are pairs of complements, whose equations are the same. */
        if (own->count < 2 * (players - 1)) {
            return refuse_count(job, own->most, players);
        }
        gml_coalitions_evaluate(job, sample, &own->coalitions, own->count, own->values);
        if (!solve(own, report)) {
            return refuse_count(job, own->most, players);
        }
    }
    double rest = report->value - report->base;
    for (size_t k = 0; k + 1 < players; k++) {
        attributions[own->coalitions.players[k]] = own->solution[k];
        rest -= own->solution[k];
    }
    if (players > 0) {
        attributions[own->coalitions.players[players - 1]] = rest;
    }
    return GML_OK;
}

gml_status gml_kernel_shap_run(gml_attribution *job)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < job->count; i++) {
        status = explain_sample(job, i);
    }
    return status;
}
