/* cli/train/phases.c - measures and reports the phases of a command. */
#include "cli/train/phases.h"

#include "cli/report/report.h"
#include "cli/shell/clock.h"

static const char *const names[PHASES] = {"reading", "recipe",      "rate", "training", "validation",
                                          "saving",  "calibration", "test", "health"};

void phases_begin(phase_times *times)
{
    *times = (phase_times){.mark = now()};
}

void phase_end(phase_times *times, phase which)
{
    const double end = now();
    times->seconds[which] += end - times->mark;
    times->mark = end;
}

void phase_move(phase_times *times, phase from, phase to, double seconds)
{
    times->seconds[from] -= seconds;
    times->seconds[to] += seconds;
}

json_t *phases_json(const phase_times *times)
{
    json_t *object = json_object();
    for (size_t i = 0; i < PHASES; i++) {
        json_object_set_new(object, names[i], json_number(times->seconds[i]));
    }
    return object;
}

void phases_print(FILE *stream, const phase_times *times)
{
    double all = 0;
    for (size_t i = 0; i < PHASES; i++) {
        all += times->seconds[i];
    }
    if (all < 1 || times->seconds[PHASE_TRAINING] > 0.9 * all) {
        return;
    }
    fprintf(stream, "%-12s%.2f s", "time", all);
    const char *before = ": ";
    for (size_t i = 0; i < PHASES; i++) {
        if (times->seconds[i] >= 0.01 * all) {
            fprintf(stream, "%s%s %.2f", before, names[i], times->seconds[i]);
            before = ", ";
        }
    }
    fputc('\n', stream);
}
