/* explain/effects/team.c - tasks with memory and messages for each thread. */
#include "explain/effects/team.h"

#include "base/parallel.h"

typedef struct worker {
    gml_status status;
    size_t task; /* that failed */
    char message[GML_MESSAGE_SIZE];
} worker;

typedef struct team {
    gml_context *context;
    gml_team_task *task;
    void *argument;
    worker *workers;
} team;

/* A worker stops at its first failure. */
static void run_task(void *argument, gml_share share)
{
    const team *all = argument;
    worker *own = &all->workers[share.worker];
    if (own->status == GML_OK) {
        gml_message_scope scope;
        gml_message_open(all->context, &scope, own->message);
        own->status = all->task(all->argument, share.first, share.worker);
        own->task = share.first;
        gml_message_close(all->context, &scope);
    }
}

static gml_phase phase_of(size_t tasks)
{
    return (gml_phase){.count = tasks, .jobs = true, .task = run_task};
}

size_t gml_team_size(gml_context *context, size_t tasks)
{
    const gml_phase phase = phase_of(tasks);
    return gml_parallel_threads(context->threads, &phase, 1);
}

/* Tasks start in order, so that the first task that fails always runs. */
static gml_status first_failure(const team *all, size_t size)
{
    const worker *first = NULL;
    for (size_t i = 0; i < size; i++) {
        const worker *own = &all->workers[i];
        if (own->status != GML_OK && (first == NULL || own->task < first->task)) {
            first = own;
        }
    }
    return first != NULL ? gml_fail(all->context, first->status, "%s", first->message) : GML_OK;
}

gml_status gml_team_run(gml_context *context, size_t tasks, gml_team_task *task, void *argument)
{
    const size_t size = gml_team_size(context, tasks);
    team all = {.context = context, .task = task, .argument = argument};
    all.workers = gml_allocate(context, size, sizeof *all.workers, "threads");
    if (all.workers == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < size; i++) {
        all.workers[i].status = GML_OK;
    }
    const gml_phase phase = phase_of(tasks);
    gml_parallel_run(context->threads, &phase, 1, &all);
    gml_status status = first_failure(&all, size);
    gml_release(context, all.workers, size, sizeof *all.workers);
    return status;
}
