/* cli/report/ranking.c - an insertion into a sorted list that forgets what falls off its end. */
#include "cli/report/ranking.h"

#include <math.h>
#include <string.h>

void ranking_add(ranking *to, size_t item, double score)
{
    size_t at = to->count;
    while (at > 0 && to->scores[at - 1] < score) {
        at--;
    }
    if (isnan(score) || at == to->most) {
        return;
    }
    to->count = to->count < to->most ? to->count + 1 : to->most;
    memmove(to->items + at + 1, to->items + at, (to->count - at - 1) * sizeof *to->items);
    memmove(to->scores + at + 1, to->scores + at, (to->count - at - 1) * sizeof *to->scores);
    to->items[at] = item;
    to->scores[at] = score;
}
