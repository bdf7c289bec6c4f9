/* base/pace.c - trials that time some steps on several threads and some on one. The faster way is used until the next
 * trial. The interval grows while trials agree; a trial also starts when steps become much slower. */
#include "base/pace.h"

enum { RESTING, TOGETHER, ALONE };

/* Steps in each half of a trial. The first is not timed, since the caches are warm for the other half. At first one
 * step in five is of the slower kind; with the longest interval, one in about two hundred. */
enum { HALF = 5, FIRST_REST = 16, LONGEST_REST = 1024 };

/* Between trials, one step in LOOK_EVERY is timed; a trial begins if it took several times as long as usual. */
enum { LOOK_EVERY = 16 };
static const double MUCH_SLOWER = 3;

/* The result changes only if the other way takes less than this fraction of the time. */
static const double CLEARLY = 0.95;

bool gml_pace_timed(const gml_pace *pace)
{
    bool looks = pace->usual > 0 && pace->done % LOOK_EVERY == LOOK_EVERY - 1;
    return pace->stage == RESTING ? looks : pace->done > 0;
}

bool gml_pace_alone(const gml_pace *pace)
{
    return pace->stage == ALONE || (pace->stage == RESTING && pace->alone);
}

static void decide(gml_pace *pace)
{
    double together = (double)pace->took[0], alone = (double)pace->took[1];
    bool alone_faster = pace->alone ? together >= CLEARLY * alone : alone < CLEARLY * together;
    pace->rest = alone_faster != pace->alone ? FIRST_REST : 2 * pace->rest;
    pace->rest = pace->rest < LONGEST_REST ? pace->rest : LONGEST_REST;
    pace->alone = alone_faster;
    pace->usual = (alone_faster ? alone : together) / (HALF - 1);
    pace->took[0] = pace->took[1] = 0;
}

void gml_pace_count(gml_pace *pace, uint64_t nanoseconds)
{
    if (pace->rest == 0) {
        pace->rest = FIRST_REST;
    }
    if (gml_pace_timed(pace) && pace->stage == RESTING) {
        pace->done = (double)nanoseconds > MUCH_SLOWER * pace->usual ? pace->rest : pace->done;
    } else if (gml_pace_timed(pace)) {
        pace->took[pace->stage == ALONE] += nanoseconds;
    }
    pace->done++;
    if (pace->done < (pace->stage == RESTING ? pace->rest : HALF)) {
        return;
    }
    if (pace->stage == ALONE) {
        decide(pace);
    }
    pace->stage = (pace->stage + 1) % (ALONE + 1);
    pace->done = 0;
}

void gml_pace_run(gml_pace *pace, const gml_context *context, bool counts, size_t threads, const gml_phase *phases,
                  size_t phase_count, void *argument)
{
    threads = gml_parallel_threads(threads, phases, phase_count);
    if (threads == 1 || !counts) {
        gml_parallel_run(pace->alone ? 1 : threads, phases, phase_count, argument);
        return;
    }
    bool timed = gml_pace_timed(pace);
    uint64_t began = timed ? gml_now(context) : 0;
    gml_parallel_run(gml_pace_alone(pace) ? 1 : threads, phases, phase_count, argument);
    gml_pace_count(pace, timed ? gml_now(context) - began : 0);
}
