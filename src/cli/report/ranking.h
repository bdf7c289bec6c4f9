/* cli/report/ranking.h - keeps the items with the greatest scores. */
#ifndef GML_CLI_RANKING_H
#define GML_CLI_RANKING_H

#include <stddef.h>

typedef struct ranking {
    size_t most, count;
    size_t *items;  /* [most], the caller's: the first `count` by descending score, of equal scores in order of entry */
    double *scores; /* [most], the caller's */
} ranking;

/* Adds an item; leaves it out if its score is NaN. */
void ranking_add(ranking *to, size_t item, double score);

#endif
