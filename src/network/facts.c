/* network/facts.c - short texts stored with a network.
 *
 * Every text has room for a number, so that setting a number again allocates nothing. */
#include <string.h>

#include "network/network.h"

static void release_fact(gml_context *context, gml_fact *fact)
{
    gml_release_string(context, fact->name);
    gml_release(context, fact->text, fact->room, 1);
}

static size_t find_fact(const gml_network *network, const char *name)
{
    size_t i = 0;
    while (i < network->fact_count && strcmp(network->facts[i].name, name) != 0) {
        i++;
    }
    return i;
}

static void remove_fact(gml_network *network, size_t index)
{
    release_fact(network->context, &network->facts[index]);
    network->fact_count--;
    memmove(&network->facts[index], &network->facts[index + 1],
            (network->fact_count - index) * sizeof network->facts[0]);
}

/* Allocates a fact; allocates nothing if memory runs out. */
static gml_status make_fact(gml_context *context, const char *name, const char *text, gml_fact *fact)
{
    size_t length = strlen(text) + 1;
    gml_fact made = {.room = length > GML_NUMBER_SIZE ? length : GML_NUMBER_SIZE};
    made.name = gml_copy_string(context, name);
    made.text = gml_allocate(context, made.room, 1, "a fact");
    if (made.name == NULL || made.text == NULL) {
        release_fact(context, &made);
        return GML_ERROR_MEMORY;
    }
    memcpy(made.text, text, length);
    *fact = made;
    return GML_OK;
}

static gml_status add_fact(gml_network *network, const char *name, const char *text)
{
    if (network->fact_count == GML_MAX_FACTS) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "fact %s: a network keeps at most %d", name,
                        GML_MAX_FACTS);
    }
    gml_status status = make_fact(network->context, name, text, &network->facts[network->fact_count]);
    network->fact_count += status == GML_OK;
    return status;
}

gml_status gml_network_set_fact(gml_network *network, const char *name, const char *text)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"name", name}, {0}});
    if (status != GML_OK) {
        return status;
    }
    size_t index = find_fact(network, name);
    if (text == NULL) {
        if (index < network->fact_count) {
            remove_fact(network, index);
        }
        return GML_OK;
    }
    if (index == network->fact_count) {
        return add_fact(network, name, text);
    }
    gml_fact *fact = &network->facts[index];
    size_t length = strlen(text) + 1;
    if (length <= fact->room) {
        memmove(fact->text, text, length); /* they may overlap */
        return GML_OK;
    }
    gml_fact longer;
    status = make_fact(network->context, name, text, &longer);
    if (status == GML_OK) {
        release_fact(network->context, fact);
        *fact = longer;
    }
    return status;
}

const char *gml_network_fact(const gml_network *network, const char *name)
{
    if (network == NULL || name == NULL) {
        return NULL;
    }
    size_t index = find_fact(network, name);
    return index < network->fact_count ? network->facts[index].text : NULL;
}

const char *gml_network_fact_at(const gml_network *network, size_t index, const char **name)
{
    if (network == NULL || name == NULL || index >= network->fact_count) {
        return NULL;
    }
    *name = network->facts[index].name;
    return network->facts[index].text;
}

/* ---- all facts ---- */

gml_status gml_facts_copy(const gml_network *network, gml_facts *copy)
{
    copy->count = 0;
    for (size_t i = 0; i < network->fact_count; i++) {
        const gml_fact *fact = &network->facts[i];
        gml_status status = make_fact(network->context, fact->name, fact->text, &copy->all[i]);
        if (status != GML_OK) {
            gml_facts_clear(network->context, copy);
            return status;
        }
        copy->count++;
    }
    return GML_OK;
}

void gml_facts_clear(gml_context *context, gml_facts *facts)
{
    while (facts->count > 0) {
        release_fact(context, &facts->all[--facts->count]);
    }
}

void gml_facts_restore(gml_network *network, gml_facts *copy)
{
    while (network->fact_count > 0) {
        remove_fact(network, network->fact_count - 1);
    }
    memcpy(network->facts, copy->all, copy->count * sizeof copy->all[0]);
    network->fact_count = copy->count;
    copy->count = 0;
}
