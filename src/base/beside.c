/* base/beside.c - a thread for one task. */
#include "base/beside.h"

#include <signal.h>

static void *run(void *argument)
{
    const gml_beside *beside = argument;
    beside->task(beside->argument);
    return NULL;
}

/* The host's signals stay with the host's threads: a new thread inherits the mask. */
void gml_beside_start(gml_beside *beside, void (*task)(void *argument), void *argument)
{
    sigset_t all, before;
    beside->task = task;
    beside->argument = argument;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    beside->running = pthread_create(&beside->thread, NULL, run, beside) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!beside->running) {
        task(argument);
    }
}

bool gml_beside_wait(gml_beside *beside)
{
    bool was_running = beside->running;
    if (was_running) {
        pthread_join(beside->thread, NULL);
    }
    beside->running = false;
    return was_running;
}
