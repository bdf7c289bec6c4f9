/* tests/explain/draw.c - coalitions of KernelSHAP: all of them where they fit, else pairs by the weight of their size.
 */
#include "explain/attribution/coalitions.h"
#include "explain_case.h"

enum { MOST_COALITIONS = 3000, MOST_INPUTS = 40 };

static uint8_t members[MOST_COALITIONS * MOST_INPUTS];
static double weights[MOST_COALITIONS];
static size_t order[MOST_INPUTS];

static size_t size_of(size_t players, size_t coalition)
{
    size_t size = 0;
    for (size_t k = 0; k < players; k++) {
        size += members[coalition * players + k];
    }
    return size;
}

static double sum_of_weights(size_t count)
{
    double sum = 0;
    for (size_t c = 0; c < count; c++) {
        sum += weights[c];
    }
    return sum;
}

TEST(all_coalitions_are_listed_once_where_they_fit)
{
    for (size_t players = 2; players <= 11; players++) {
        const size_t all = ((size_t)1 << players) - 2;
        bool *seen = calloc(all + 2, sizeof *seen);
        ck_assert_uint_eq(gml_coalitions_draw(players, all, 0, members, weights, order), all);
        for (size_t c = 0; c < all; c++) {
            size_t bits = 0;
            for (size_t k = 0; k < players; k++) {
                bits |= (size_t)members[c * players + k] << k;
            }
            ck_assert_msg(!seen[bits] && bits != 0 && bits != all + 1, "%zu of %zu players", bits, players);
            seen[bits] = true;
            /* (p - 1) / (C(p, s) s (p - s)), up to a constant: all coalitions of one player have the same */
            ck_assert(size_of(players, c) != 1 || fabs(weights[c] - weights[0]) < 1e-15);
        }
        ck_assert_double_eq_tol(sum_of_weights(all), 1, 1e-12);
        free(seen);
    }
}

TEST(of_many_players_the_outer_sizes_are_listed_and_the_rest_are_pairs_of_complements)
{
    enum { PLAYERS = 30, MOST = 2048, OUTER = 60 };
    const size_t count = gml_coalitions_draw(PLAYERS, MOST, 5, members, weights, order);
    ck_assert_uint_le(count, MOST);
    ck_assert_uint_ge(count, MOST - 1);
    ck_assert_double_eq_tol(sum_of_weights(count), 1, 1e-12);
    for (size_t c = 0; c < OUTER; c++) {
        const size_t size = size_of(PLAYERS, c);
        ck_assert(size == 1 || size == PLAYERS - 1);
    }
    for (size_t c = OUTER; c + 1 < count; c += 2) {
        for (size_t k = 0; k < PLAYERS; k++) {
            ck_assert_uint_eq(members[c * PLAYERS + k] + members[(c + 1) * PLAYERS + k], 1);
        }
        ck_assert_uint_gt(size_of(PLAYERS, c), 0);
        ck_assert_uint_lt(size_of(PLAYERS, c), PLAYERS);
    }
}

TEST(each_player_is_drawn_about_as_often_and_the_seed_decides)
{
    enum { PLAYERS = 40, MOST = 2000 };
    static uint8_t other[MOST * PLAYERS];
    double count[PLAYERS] = {0}, mean = 0;
    const size_t drawn = gml_coalitions_draw(PLAYERS, MOST, 5, members, weights, order);
    for (size_t c = 0; c < drawn; c += 2) { /* of pairs the first: the second would make all counts equal */
        for (size_t k = 0; k < PLAYERS; k++) {
            count[k] += members[c * PLAYERS + k];
            mean += members[c * PLAYERS + k] / (double)PLAYERS;
        }
    }
    for (size_t k = 0; k < PLAYERS; k++) {
        ck_assert_double_eq_tol(count[k], mean, 0.35 * mean);
    }
    memcpy(other, members, sizeof other);
    gml_coalitions_draw(PLAYERS, MOST, 5, members, weights, order);
    ck_assert_int_eq(memcmp(other, members, sizeof other), 0);
    gml_coalitions_draw(PLAYERS, MOST, 6, members, weights, order);
    ck_assert_int_ne(memcmp(other, members, sizeof other), 0);
}

/* Of 20 players sizes 1 and 2 with their complements are listed; the others are drawn in proportion to 1 / (s (20 -
 * s)), 10 with its complement of the same size half of that. */
TEST(sizes_are_drawn_by_their_weights)
{
    enum { PLAYERS = 20, MOST = 3000, LISTED = 2 };
    double found[PLAYERS / 2 + 1] = {0}, share[PLAYERS / 2 + 1] = {0}, pairs = 0, whole = 0;
    const size_t count = gml_coalitions_draw(PLAYERS, MOST, 5, members, weights, order);
    for (size_t c = 0; c < count; c += 2) {
        const size_t size = size_of(PLAYERS, c), least = size < PLAYERS - size ? size : PLAYERS - size;
        found[least] += 1;
    }
    ck_assert_double_eq(found[1], 20);
    ck_assert_double_eq(found[2], 190);
    const size_t first = LISTED + 1;
    for (size_t s = first; s <= PLAYERS / 2; s++) {
        share[s] = 1 / (double)(s * (PLAYERS - s)) / (2 * s == PLAYERS ? 2 : 1);
        whole += share[s];
        pairs += found[s];
    }
    ck_assert_double_gt(pairs, 100);
    for (size_t s = first; s <= PLAYERS / 2; s++) {
        const double expected = pairs * share[s] / whole;
        ck_assert_msg(fabs(found[s] - expected) < 4 * sqrt(expected), "size %zu: %g pairs, not %g", s, found[s],
                      expected);
    }
}

int main(void)
{
    return run_tests("explain draw", 60);
}
