/* base/beside.h - one task beside the caller's work, such as writing a file. It mostly waits; work that computes
 * belongs to base/parallel.h. */
#ifndef GML_BASE_BESIDE_H
#define GML_BASE_BESIDE_H

#include <pthread.h>
#include <stdbool.h>

/* Zero-initialised: nothing runs. */
typedef struct gml_beside {
    pthread_t thread;
    bool running; /* started and not waited for */
    void (*task)(void *argument);
    void *argument;
} gml_beside;

/* Starts the task on a thread of its own, which handles no signals; runs it at once on the caller's thread if there is
 * none. Nothing may be running. The struct must stay where it is until the wait. */
void gml_beside_start(gml_beside *beside, void (*task)(void *argument), void *argument);

/* Waits until the task has ended. Returns false if none was running. */
bool gml_beside_wait(gml_beside *beside);

#endif
