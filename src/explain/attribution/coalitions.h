/* explain/attribution/coalitions.h - coalitions of columns, for Shapley values: drawing them, and their values.
 *
 * The players are the columns of a sample that differ from the baseline. Other columns have a Shapley value of 0 and
 * take no part. */
#ifndef GML_EXPLAIN_COALITIONS_H
#define GML_EXPLAIN_COALITIONS_H

#include "explain/attribution/attribution.h"

/* What a method keeps during a call. */
typedef struct gml_coalitions {
    size_t *players; /* [features]: columns that take part, ascending */
    size_t player_count;
    /* Sets members[players[k]] to 1 for each k of a coalition; they are 0 before. */
    void (*list)(const struct gml_coalitions *coalitions, size_t coalition, uint8_t *members);
    const uint8_t *drawn; /* [coalitions x player_count] for `list` of kernel_shap; else null */
    size_t group;         /* coalitions that a block of rows touches, at most */
    uint8_t *members;     /* [features] of one coalition */
    uint8_t *chosen;      /* [group x inputs]: 1 for the inputs of members */
    void *masks;          /* [group x inputs], the same in the network's dtype */
    void *arena;
    size_t arena_size;
} gml_coalitions;

/* Allocates the memory. Errors: shape, memory. */
gml_status gml_coalitions_create(const gml_attribution *job, gml_coalitions *coalitions);
void gml_coalitions_destroy(const gml_attribution *job, gml_coalitions *coalitions);

/* Finds the players of a sample. */
void gml_coalitions_find_players(const gml_attribution *job, size_t sample, gml_coalitions *coalitions);

/* Writes the value of coalitions 0 .. count - 1 at a sample: the mean over the rows of the baseline of the explained
 * quantity with the members' inputs from the sample. values [count]. */
void gml_coalitions_evaluate(gml_attribution *job, size_t sample, gml_coalitions *coalitions, size_t count,
                             double *values);

/* Draws coalitions of `players` players (2 or more) for KernelSHAP: neither the empty one nor the whole.
 *
 * Sizes s and players - s are taken together, from the outside in. All coalitions of a size are listed while their
 * share of the number wanted allows; of the remaining sizes, pairs of a coalition and its complement are drawn by the
 * weight of their size. Returns the number of coalitions, at most `most`.
 *
 * members  [most x players], written: 1 for a member, else 0
 * weights  [most], written: of the least squares; the weights of all sizes sum to 1
 * order    [players], working memory */
size_t gml_coalitions_draw(size_t players, size_t most, uint64_t seed, uint8_t *members, double *weights,
                           size_t *order);

#endif
