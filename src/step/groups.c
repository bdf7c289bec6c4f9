/* step/groups.c - parameters of a trainer that take rates and decays of their own.
 *
 * Each block of parameters belongs to a group by its layer and role: group 0 is all that no call names. The groups
 * after it have the optimizer's numbers of their rate, found once a step. */
#include <string.h>

#include "optimizer/group.h"
#include "step/update.h"

enum { ROLES = GML_ROLE_STATISTIC, MOST_GROUPS = 255 };

static size_t count_groups(const char *text)
{
    size_t count = 0;
    for (const char *at = text; at != NULL && *at != '\0'; count++) {
        at += strcspn(at, ";");
        at += *at == ';';
    }
    return count;
}

gml_status gml_groups_create(gml_trainer *trainer, const char *text)
{
    const gml_network *network = trainer->network;
    gml_context *context = network->context;
    gml_groups *groups = &trainer->groups;
    size_t layers = network->spec.layer_count, count = count_groups(text);
    if (count == 0) {
        return GML_OK;
    }
    if (count > MOST_GROUPS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "group: %zu groups are more than %d", count, MOST_GROUPS);
    }
    groups->each = gml_allocate(context, count, sizeof *groups->each, "groups of parameters");
    groups->of = groups->each != NULL ? gml_allocate(context, layers, ROLES, "groups of parameters") : NULL;
    groups->count = count;
    groups->layers = layers;
    if (groups->of == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(groups->of, 0, layers * ROLES);
    for (size_t g = 0, at = 0; g < count; g++) {
        gml_group_call call;
        gml_status status = gml_group_read(context, text, layers, &at, &call);
        if (status != GML_OK) {
            return status;
        }
        groups->each[g] = (gml_group){.rate = call.rate, .decay = call.decay};
        for (size_t i = call.first * ROLES; i < (call.last + 1) * ROLES; i++) {
            groups->of[i] = (call.roles >> (i % ROLES) & 1) != 0 ? (unsigned char)(g + 1) : groups->of[i];
        }
    }
    return gml_groups_check_rate(trainer, trainer->rate);
}

gml_status gml_groups_check_rate(const gml_trainer *trainer, double rate)
{
    for (size_t g = 0; g < trainer->groups.count; g++) {
        double product = trainer->groups.each[g].rate * rate;
        if (product > GML_MAX_RATE) {
            return gml_fail(trainer->network->context, GML_ERROR_ARGUMENT,
                            "group %zu: its rate is %g times the learning rate %g, which is %g; at most %g is possible",
                            g + 1, trainer->groups.each[g].rate, rate, product, GML_MAX_RATE);
        }
    }
    return GML_OK;
}

void gml_groups_destroy(gml_trainer *trainer)
{
    gml_groups *groups = &trainer->groups;
    gml_context *context = trainer->network->context;
    gml_release(context, groups->of, groups->layers, ROLES);
    gml_release(context, groups->each, groups->count, sizeof *groups->each);
}

const gml_group *gml_group_of(const gml_trainer *trainer, size_t layer, gml_role role)
{
    const gml_groups *groups = &trainer->groups;
    size_t index = groups->of != NULL ? groups->of[layer * ROLES + (size_t)role] : 0;
    return index > 0 ? &groups->each[index - 1] : NULL;
}

bool gml_group_frozen(const gml_trainer *trainer, size_t layer, gml_role role)
{
    const gml_group *group = gml_group_of(trainer, layer, role);
    return group != NULL && group->rate == 0;
}

void gml_groups_begin(gml_trainer *trainer)
{
    for (size_t g = 0; g < trainer->groups.count; g++) {
        gml_group *group = &trainer->groups.each[g];
        group->step = trainer->step.optimizer;
        group->step.rate = trainer->rate * group->rate;
        group->step.memory = group->memory;
        trainer->optimizer_row->prepare(&group->step);
    }
}

void gml_groups_end(gml_trainer *trainer)
{
    for (size_t g = 0; g < trainer->groups.count; g++) {
        trainer->groups.each[g].memory = trainer->groups.each[g].step.memory;
    }
}
