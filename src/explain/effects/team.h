/* explain/effects/team.h - tasks that threads run side by side, each thread with memory of its own. */
#ifndef GML_EXPLAIN_TEAM_H
#define GML_EXPLAIN_TEAM_H

#include "base/context.h"

/* A task; `worker` is the number of its thread, below gml_team_size(). */
typedef gml_status gml_team_task(void *argument, size_t task, size_t worker);

/* Returns the number of threads that gml_team_run uses for `tasks` tasks. */
size_t gml_team_size(gml_context *context, size_t tasks);

/* Runs tasks 0 .. tasks - 1. Work within a task stays on its thread. Fails with the status and message of the first
 * task that fails, the same one for any number of threads; later tasks may then not run. Errors: memory. */
gml_status gml_team_run(gml_context *context, size_t tasks, gml_team_task *task, void *argument);

#endif
