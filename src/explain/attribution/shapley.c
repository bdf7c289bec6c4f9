/* explain/attribution/shapley.c - exact Shapley values: the value of every coalition, and the weighted sums of their
 * differences.
 */
#include "explain/attribution/coalitions.h"

enum { MOST_PLAYERS = 12 };

typedef struct gml_shapley {
    gml_coalitions coalitions;
    double values[1 << MOST_PLAYERS]; /* by the set of players, as bits */
} gml_shapley;

size_t gml_shapley_rows(const gml_attribution *job, size_t samples)
{
    const size_t players = job->features < MOST_PLAYERS ? job->features : MOST_PLAYERS;
    size_t rows;
    return __builtin_mul_overflow(job->backgrounds, (size_t)1 << players, &rows) || rows < samples ? samples : rows;
}

/* Coalition number c has player k if bit k of c is set. */
static void list_bits(const gml_coalitions *coalitions, size_t coalition, uint8_t *members)
{
    for (size_t k = 0; k < coalitions->player_count; k++) {
        members[coalitions->players[k]] = coalition >> k & 1;
    }
}

gml_status gml_shapley_prepare(gml_attribution *job)
{
    gml_shapley *own = gml_allocate(job->network->context, 1, sizeof *own, "Shapley values");
    if (own == NULL) {
        return GML_ERROR_MEMORY;
    }
    own->coalitions = (gml_coalitions){.list = list_bits};
    job->own = own;
    return gml_coalitions_create(job, &own->coalitions);
}

void gml_shapley_finish(gml_attribution *job)
{
    gml_shapley *own = job->own;
    gml_coalitions_destroy(job, &own->coalitions);
    gml_release(job->network->context, own, 1, sizeof *own);
}

/* share[s] = s! (p - s - 1)! / p! */
static void write_shares(size_t players, double share[MOST_PLAYERS])
{
    share[0] = 1 / (double)players;
    for (size_t s = 1; s < players; s++) {
        share[s] = share[s - 1] * (double)s / (double)(players - s);
    }
}

static double shapley_value(const double *values, size_t players, size_t player)
{
    double share[MOST_PLAYERS], sum = 0;
    write_shares(players, share);
    const size_t bit = (size_t)1 << player;
    for (size_t set = 0; set < (size_t)1 << players; set++) {
        if ((set & bit) == 0) {
            sum += share[__builtin_popcountll(set)] * (values[set | bit] - values[set]);
        }
    }
    return sum;
}

static gml_status explain_sample(gml_attribution *job, size_t sample)
{
    gml_shapley *own = job->own;
    gml_coalitions *coalitions = &own->coalitions;
    double *attributions = gml_attribution_values(job, sample);
    gml_coalitions_find_players(job, sample, coalitions);
    const size_t players = coalitions->player_count;
    if (players > MOST_PLAYERS) {
        return gml_fail(job->network->context, GML_ERROR_ARGUMENT,
                        "shapley: %zu inputs of a sample differ from the baseline, and exact values are for at most "
                        "%d; kernel_shap estimates them for more",
                        players, MOST_PLAYERS);
    }
    const size_t sets = (size_t)1 << players;
    gml_coalitions_evaluate(job, sample, coalitions, sets, own->values);
    own->values[0] = job->reports[sample].base;
    own->values[sets - 1] = players > 0 ? job->reports[sample].value : job->reports[sample].base;
    for (size_t j = 0; j < job->features; j++) {
        attributions[j] = 0;
    }
    for (size_t k = 0; k < players; k++) {
        attributions[coalitions->players[k]] = shapley_value(own->values, players, k);
    }
    return GML_OK;
}

gml_status gml_shapley_run(gml_attribution *job)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < job->count; i++) {
        status = explain_sample(job, i);
    }
    return status;
}
