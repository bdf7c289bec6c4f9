/* train/many.c - parallel fits: each job is a task that runs a whole fit on one thread.
 *
 * Within a job gml_parallel_run stays on that thread, so jobs do not oversubscribe the processor. Work is divided by
 * shapes only, so the weights equal those of a job that has all threads. */
#include <stdlib.h>

#include "base/parallel.h"
#include "network/network.h"

#include "gemmule/train.h"

/* The jobs of one call. */
typedef struct job_list {
    gml_context *context;
    gml_fit_job *jobs;
} job_list;

static void run_job(void *argument, gml_share share)
{
    const job_list *list = argument;
    gml_fit_job *job = &list->jobs[share.first];
    gml_message_scope scope;
    gml_message_open(list->context, &scope, job->message);
    job->report = (gml_fit_report){0};
    job->status = job->begin != NULL ? job->begin(job) : GML_OK;
    if (job->status == GML_OK) {
        job->status =
            gml_fit(job->network, job->dataset, job->validation, &job->options, &job->callbacks, &job->report);
    }
    if (job->end != NULL) {
        job->end(job);
    }
    gml_message_close(list->context, &scope);
}

/* ---- checks before training ---- */

static gml_status check_jobs(gml_context *context, const gml_fit_job *jobs, size_t count)
{
    if (jobs == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there are %zu jobs, but no array of them", count);
    }
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].begin == NULL && (jobs[i].network == NULL || jobs[i].dataset == NULL)) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "job %zu of %zu has no %s", i + 1, count,
                            jobs[i].network == NULL ? "network" : "dataset");
        }
        if (jobs[i].network != NULL && jobs[i].network->context != context) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "job %zu of %zu: its network was made with another context",
                            i + 1, count);
        }
    }
    return GML_OK;
}

/* Orders by network, then by index. */
static int compare_jobs(const void *a, const void *b)
{
    const gml_fit_job *x = *(gml_fit_job *const *)a, *y = *(gml_fit_job *const *)b;
    uintptr_t p = (uintptr_t)x->network, q = (uintptr_t)y->network;
    return p != q ? (p > q) - (p < q) : (x > y) - (x < y);
}

static gml_status check_networks_differ(gml_context *context, const gml_fit_job *jobs, size_t count)
{
    const gml_fit_job **sorted = gml_allocate(context, count, sizeof(gml_fit_job *), "the list of jobs");
    if (sorted == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &jobs[i];
    }
    qsort(sorted, count, sizeof(gml_fit_job *), compare_jobs);
    gml_status status = GML_OK;
    for (size_t i = 1; i < count && status == GML_OK; i++) {
        if (sorted[i]->network != NULL && sorted[i]->network == sorted[i - 1]->network) {
            status = gml_fail(context, GML_ERROR_ARGUMENT, "jobs %zu and %zu train the same network",
                              (size_t)(sorted[i - 1] - jobs) + 1, (size_t)(sorted[i] - jobs) + 1);
        }
    }
    gml_release(context, sorted, count, sizeof(gml_fit_job *));
    return status;
}

static void refuse_all(const gml_context *context, gml_status status, gml_fit_job *jobs, size_t count)
{
    for (size_t i = 0; jobs != NULL && i < count; i++) {
        jobs[i].status = status;
        jobs[i].report = (gml_fit_report){0};
        gml_context_copy_message(context, jobs[i].message, sizeof jobs[i].message);
    }
}

/* ---- running ---- */

static gml_status first_failure(gml_context *context, const gml_fit_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jobs[i].status != GML_OK) {
            return gml_fail(context, jobs[i].status, "job %zu of %zu: %s", i + 1, count, jobs[i].message);
        }
    }
    return GML_OK;
}

gml_status gml_fit_many(gml_context *context, gml_fit_job *jobs, size_t count)
{
    gml_status status = gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {0}});
    if (status != GML_OK || count == 0) {
        return status;
    }
    status = check_jobs(context, jobs, count);
    if (status == GML_OK) {
        status = check_networks_differ(context, jobs, count);
    }
    if (status != GML_OK) {
        refuse_all(context, status, jobs, count);
        return status;
    }
    gml_phase phase = {.count = count, .jobs = true, .task = run_job};
    job_list list = {context, jobs};
    gml_parallel_run(context->threads, &phase, 1, &list);
    return first_failure(context, jobs, count);
}
