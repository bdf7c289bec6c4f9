/* network/ensemble.c - makes ensembles, and what can be asked of them. */
#include "network/ensemble.h"

#include <stdio.h>
#include <string.h>

#include "base/layout.h"
#include "base/parallel.h"
#include "gemmule/ensemble.h"
#include "network/ensemble_check.h"
#include "network/intervals.h"

/* ---- memory ---- */

/* An ensemble's memory, each part on a 64-byte line:
 *
 *     gml_ensemble | members | slots | first slot: sums, outputs of a member for a panel or of all for few samples */
typedef struct ensemble_layout {
    gml_layout all;
    size_t members, slots, first;
} ensemble_layout;

static ensemble_layout lay_out(const gml_network *network, size_t count)
{
    ensemble_layout layout = {0};
    const size_t outputs = gml_network_outputs(network);
    gml_layout_add(&layout.all, 1, 1, sizeof(gml_ensemble));
    layout.members = gml_layout_add(&layout.all, count, 1, sizeof(gml_network *));
    layout.slots = gml_layout_add(&layout.all, 1, 1, sizeof(gml_slots));
    layout.first = gml_layout_add(&layout.all, GML_PREDICT_PANEL, outputs, sizeof(double));
    const size_t few = count * GML_PREDICT_FEW;
    gml_layout_add(&layout.all, few > GML_PREDICT_PANEL ? few : GML_PREDICT_PANEL, outputs, network->kernels->size);
    return layout;
}

double *gml_ensemble_sums(const gml_slot *slot)
{
    return slot->memory;
}

void *gml_ensemble_outputs(const gml_network *network, const gml_slot *slot)
{
    gml_layout sums = {0};
    gml_layout_add(&sums, GML_PREDICT_PANEL, gml_network_outputs(network), sizeof(double));
    return (char *)slot->memory + sums.size;
}

/* Gives a network the memory for members, and copies their list. */
static gml_status take_members(gml_network *network, gml_network *const *members, size_t count)
{
    const ensemble_layout layout = lay_out(network, count);
    if (layout.all.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "an ensemble of %zu outputs is more than can be counted",
                        gml_network_outputs(network));
    }
    char *arena = gml_allocate(network->context, layout.all.size, 1, "an ensemble");
    if (arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    const size_t processors = gml_parallel_processors(), threads = network->context->threads;
    gml_ensemble *made = (gml_ensemble *)(void *)arena;
    *made = (gml_ensemble){.count = count, .arena_size = layout.all.size};
    made->members = (gml_network **)(void *)(arena + layout.members);
    made->slots = (gml_slots *)(void *)(arena + layout.slots);
    memcpy(made->members, members, count * sizeof *members);
    gml_slots_begin(made->slots, arena + layout.first, layout.all.size - layout.first,
                    threads > processors ? threads : processors);
    network->ensemble = made;
    return GML_OK;
}

void gml_ensemble_destroy(gml_context *context, gml_ensemble *ensemble)
{
    if (ensemble != NULL) {
        for (size_t i = 0; i < ensemble->count; i++) {
            gml_network_destroy(ensemble->members[i]);
        }
        gml_slots_end(context, ensemble->slots);
        gml_release(context, ensemble, ensemble->arena_size, 1);
    }
}

void gml_ensemble_dissolve(gml_network *network)
{
    network->ensemble->count = 0;
    gml_network_destroy(network);
}

/* ---- texts ---- */

static const char *text_of(const gml_network *member, bool json)
{
    return json ? member->json : member->description;
}

/* Returns how many of the members from `first` on have its description. */
static size_t alike_from(gml_network *const *members, size_t count, size_t first)
{
    size_t end = first + 1;
    while (end < count && strcmp(members[end]->description, members[first]->description) == 0) {
        end++;
    }
    return end - first;
}

/* Replaces a text of the network by "5 networks: " and the descriptions of the members, each once for those in a row
 * that have it, as "3 of 4 -> 8 relu -> 1; 2 of 4 -> 1"; with `json` by the object {"members": [...]}. */
static gml_status set_text(gml_network *network, gml_network *const *members, size_t count, bool json, char **text)
{
    enum { FRAME = 48, TIMES = 24 }; /* bytes around the descriptions, and before each */
    const char *between = json ? ", " : "; ";
    size_t size = FRAME, used = 0;
    for (size_t i = 0; i < count; i++) {
        size += TIMES + strlen(text_of(members[i], json)) + strlen(between);
    }
    char *made = gml_allocate(network->context, size, 1, "the description of an ensemble");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    used = json ? (size_t)snprintf(made, size, "{\"members\": [")
                : (size_t)snprintf(made, size, "%zu network%s: ", count, count == 1 ? "" : "s");
    for (size_t i = 0, step; i < count; i += step) {
        step = json ? 1 : alike_from(members, count, i);
        used += (size_t)snprintf(made + used, size - used, "%s", i > 0 ? between : "");
        if (step > 1 && step < count) {
            used += (size_t)snprintf(made + used, size - used, "%zu of ", step);
        }
        used += (size_t)snprintf(made + used, size - used, "%s", text_of(members[i], json));
    }
    snprintf(made + used, size - used, "%s", json ? "]}" : "");
    char *copy = gml_copy_string(network->context, made); /* a text has as many bytes as it needs */
    gml_release(network->context, made, size, 1);
    if (copy == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_release_string(network->context, *text);
    *text = copy;
    return GML_OK;
}

/* ---- what the members have in common ---- */

/* Sets the mean of the members' output scalings, where all have one. */
static gml_status average_scaling(gml_network *network, gml_network *const *members, size_t count)
{
    const size_t outputs = gml_network_outputs(network);
    gml_scaling mean = {0};
    for (size_t i = 0; i < count; i++) {
        if (members[i]->output.scale == NULL) {
            return GML_OK;
        }
    }
    gml_status status = gml_scaling_create(network->context, outputs, &mean);
    for (size_t k = 0; status == GML_OK && k < outputs; k++) {
        mean.shift[k] = mean.scale[k] = 0;
        for (size_t i = 0; i < count; i++) {
            mean.shift[k] += members[i]->output.shift[k] / (double)count;
            mean.scale[k] += members[i]->output.scale[k] / (double)count;
        }
    }
    if (status == GML_OK) {
        status = gml_network_set_output_scaling(network, mean.shift, mean.scale);
    }
    gml_scaling_clear(network->context, &mean, outputs);
    return status;
}

/* Keeps the facts that all members have with the same text. */
static gml_status share_facts(gml_network *network, gml_network *const *members, size_t count)
{
    gml_status status = GML_OK;
    for (size_t k = 0; status == GML_OK && k < members[0]->fact_count; k++) {
        const gml_fact *fact = &members[0]->facts[k];
        bool alike = true;
        for (size_t i = 1; i < count && alike; i++) {
            const char *other = gml_network_fact(members[i], fact->name);
            alike = other != NULL && strcmp(other, fact->text) == 0;
        }
        status = alike ? gml_network_set_fact(network, fact->name, fact->text) : GML_OK;
    }
    return status;
}

/* ---- the call ---- */

/* Makes the network that the mean outputs of the members go through. All members learn logarithms of targets or none.
 */
static gml_status make_network(gml_network *const *members, size_t count, gml_network **made)
{
    char description[64];
    snprintf(description, sizeof description, "%zu -> identity", gml_network_outputs(members[0]));
    const gml_network_options options = {.dtype = gml_network_dtype(members[0])};
    gml_status status = gml_network_create(members[0]->context, description, &options, made);
    if (status == GML_OK) {
        (*made)->fresh = false;
        status = set_text(*made, members, count, false, &(*made)->description);
    }
    if (status == GML_OK) {
        status = set_text(*made, members, count, true, &(*made)->json);
    }
    if (status == GML_OK) {
        status = gml_network_set_schema(*made, &members[0]->schema);
    }
    if (status == GML_OK) {
        (*made)->log_targets = members[0]->log_targets;
        status = average_scaling(*made, members, count);
    }
    return status == GML_OK ? share_facts(*made, members, count) : status;
}

gml_status gml_ensemble_create(gml_network *const *members, size_t count, gml_network **network)
{
    gml_context *context = members != NULL && count > 0 ? gml_network_context(members[0]) : NULL;
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"members", members}, {"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (context == NULL || count > GML_MOST_MEMBERS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "an ensemble has 1 to %d members, and the first is not null",
                        GML_MOST_MEMBERS);
    }
    gml_network *made = NULL;
    status = gml_ensemble_check(members, count);
    if (status == GML_OK) {
        status = make_network(members, count, &made);
    }
    if (status == GML_OK) {
        status = take_members(made, members, count);
    }
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *network = made;
    return GML_OK;
}

/* Gives a network the facts of another one, in place of its own. */
static gml_status replace_facts(const gml_network *from, gml_network *to)
{
    gml_facts facts;
    gml_status status = gml_facts_copy(from, &facts);
    if (status == GML_OK) {
        gml_facts_restore(to, &facts);
    }
    return status;
}

gml_status gml_ensemble_convert(const gml_network *network,
                                gml_status make(const gml_network *member, gml_dtype dtype, gml_network **made),
                                gml_dtype dtype, gml_network **converted)
{
    const gml_ensemble *from = network->ensemble;
    gml_network **members = gml_allocate(network->context, from->count, sizeof *members, "the members of an ensemble");
    gml_network *made = NULL;
    size_t count = 0;
    gml_status status = members != NULL ? GML_OK : GML_ERROR_MEMORY;
    while (status == GML_OK && count < from->count) {
        status = make(from->members[count], dtype, &members[count]);
        count += status == GML_OK;
    }
    if (status == GML_OK) {
        status = gml_ensemble_create(members, count, &made);
    }
    if (status == GML_OK) {
        count = 0; /* the ensemble owns them */
        status = replace_facts(network, made);
    }
    if (status == GML_OK) {
        status = gml_network_copy_intervals(network, made);
    }
    while (count > 0) {
        gml_network_destroy(members[--count]);
    }
    gml_release(network->context, members, from->count, sizeof *members);
    if (status != GML_OK) {
        gml_network_destroy(made);
        return status;
    }
    *converted = made;
    return GML_OK;
}

/* ---- questions ---- */

size_t gml_network_members(const gml_network *network)
{
    return network != NULL && network->ensemble != NULL ? network->ensemble->count : 0;
}

const gml_network *gml_network_member(const gml_network *network, size_t index)
{
    return index < gml_network_members(network) ? network->ensemble->members[index] : NULL;
}

const gml_network *gml_network_of_layers(const gml_network *network)
{
    return network->ensemble != NULL ? network->ensemble->members[0] : network;
}

const gml_call *gml_network_last_activation(const gml_network *network)
{
    const gml_spec *spec = &gml_network_of_layers(network)->spec;
    return &spec->layers[gml_spec_output_layer(spec)].activation;
}

gml_status gml_refuse_ensemble(const gml_network *network, const char *function)
{
    return network->ensemble == NULL
               ? GML_OK
               : gml_fail(network->context, GML_ERROR_ARGUMENT,
                          "the network is an ensemble of %zu; %s is for a single network, such as a member",
                          network->ensemble->count, function);
}
