/* store/load_ensemble.c - reads the members of an ensemble, whose tensors follow one another in the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gemmule/ensemble.h"
#include "network/ensemble.h"
#include "store/load.h"

typedef struct ensemble_loader {
    gml_file *file;
    json_t *networks; /* the parsed entry "network" */
    size_t count, begun;
    gml_loader *members;    /* [count], `begun` of them to be ended */
    gml_contents *contents; /* [count] */
    gml_network **made;     /* [count] */
} ensemble_loader;

static gml_status fail(const ensemble_loader *in, const char *problem)
{
    return gml_fail(in->file->context, GML_ERROR_DATA, "%s: %s", in->file->path, problem);
}

static gml_status allocate(ensemble_loader *in)
{
    gml_context *context = in->file->context;
    in->members = gml_allocate(context, in->count, sizeof *in->members, "the members of an ensemble");
    in->contents = gml_allocate(context, in->count, sizeof *in->contents, "the members of an ensemble");
    in->made = gml_allocate(context, in->count, sizeof(gml_network *), "the members of an ensemble");
    if (in->members == NULL || in->contents == NULL || in->made == NULL) {
        return GML_ERROR_MEMORY;
    }
    return GML_OK;
}

/* Counts the members and reads their descriptions. */
static gml_status begin(ensemble_loader *in)
{
    gml_file *file = in->file;
    char where[512];
    snprintf(where, sizeof where, "%.400s: metadata \"network\"", file->path);
    gml_status status = gml_json_parse(file->context, GML_ERROR_DATA, where, file->network_json,
                                       strlen(file->network_json), &in->networks);
    if (status != GML_OK) {
        return status;
    }
    in->count = gml_metadata_member_count(in->networks, file->members);
    if (in->count == 0) {
        return fail(in, "metadata \"network\" and \"members\" do not list the same number of members, from 1");
    }
    if (in->count > GML_MOST_MEMBERS) {
        return fail(in, "metadata \"network\" lists more members than an ensemble has");
    }
    if (file->checkpoint != NULL || file->preparation != NULL || file->target_transform != NULL) {
        return fail(in,
                    "an ensemble has no \"checkpoint\", \"preparation\" or \"target_transform\" beside its members");
    }
    status = allocate(in);
    for (size_t i = 0; status == GML_OK && i < in->count; i++) {
        gml_loader *member = &in->members[in->begun++];
        *member = (gml_loader){.file = file, .contents = {.member = i + 1}};
        status = gml_metadata_read_member(file->context, file->path, in->networks, file->members, i, &member->texts);
        if (status == GML_OK) {
            status = gml_loader_begin(member);
        }
        in->contents[i] = member->contents;
    }
    return status;
}

/* Makes the ensemble of the members, with the facts and intervals that the file has. */
static gml_status assemble(ensemble_loader *in, gml_network **network)
{
    gml_file *file = in->file;
    gml_network *made = NULL;
    char problem[GML_MESSAGE_SIZE], where[512];
    for (size_t i = 0; i < in->count; i++) {
        in->made[i] = in->members[i].network;
    }
    gml_status status = gml_ensemble_create(in->made, in->count, &made);
    if (status != GML_OK) {
        gml_context_copy_message(file->context, problem, sizeof problem);
        return status == GML_ERROR_MEMORY ? status : fail(in, problem);
    }
    for (size_t i = 0; i < in->count; i++) {
        in->members[i].network = NULL; /* the ensemble owns it */
    }
    while (made->fact_count > 0) {
        gml_network_set_fact(made, made->facts[0].name, NULL);
    }
    snprintf(where, sizeof where, "%.400s: metadata \"training\"", file->path);
    status = gml_metadata_read_facts(made, where, file->facts);
    if (status == GML_OK && file->intervals != NULL) {
        snprintf(where, sizeof where, "%.400s: metadata \"intervals\"", file->path);
        status = gml_metadata_read_intervals(made, where, file->intervals);
    }
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *network = made;
    return GML_OK;
}

static void clear(ensemble_loader *in)
{
    gml_context *context = in->file->context;
    for (size_t i = 0; i < in->begun; i++) {
        free((char *)in->members[i].texts.network);
        gml_loader_end(&in->members[i]);
    }
    gml_release(context, in->made, in->count, sizeof(gml_network *));
    gml_release(context, in->contents, in->count, sizeof *in->contents);
    gml_release(context, in->members, in->count, sizeof *in->members);
    json_decref(in->networks);
}

gml_status gml_load_ensemble(gml_file *file, gml_network **network)
{
    ensemble_loader in = {.file = file};
    gml_status status = begin(&in);
    if (status == GML_OK) {
        status =
            gml_contents_check(file->context, file->path, in.contents, in.count, file->header, gml_file_room(file));
    }
    for (size_t i = 0; status == GML_OK && i < in.count; i++) {
        status = gml_loader_read(&in.members[i]);
    }
    if (status == GML_OK) {
        status = assemble(&in, network);
    }
    clear(&in);
    return status;
}
