/* cli/train/phases.h - how long each phase of a command took. */
#ifndef GML_CLI_PHASES_H
#define GML_CLI_PHASES_H

#include <jansson.h>
#include <stdio.h>

typedef enum phase {
    PHASE_READING, /* data, and making the network */
    PHASE_RECIPE,  /* the choice among recipes */
    PHASE_RATE,    /* the search for a learning rate */
    PHASE_TRAINING,
    PHASE_VALIDATION,
    PHASE_SAVING,      /* checkpoints that training waited for, and the model */
    PHASE_CALIBRATION, /* and prediction intervals */
    PHASE_TEST,        /* and the checks behind the warnings */
    PHASE_HEALTH,      /* of the end: the spectra of the weights */
    PHASES
} phase;

/* The times add up to the time from phases_begin to the last phase_end. */
typedef struct phase_times {
    double mark; /* when the last phase ended, in seconds of a monotonic clock */
    double seconds[PHASES];
} phase_times;

/* Begins the first phase. */
void phases_begin(phase_times *times);

/* Adds the time since the last phase ended to a phase. */
void phase_end(phase_times *times, phase which);

/* Moves time that was measured within one phase to another. */
void phase_move(phase_times *times, phase from, phase to, double seconds);

/* An object with the seconds of each phase. */
json_t *phases_json(const phase_times *times);

/* Prints the phases as a line of the report, if they tell something: a second or more in all, and a tenth of it outside
 * of training. Phases below a hundredth are left out. */
void phases_print(FILE *stream, const phase_times *times);

#endif
