/* step/groups.c - groups of parameters with their own learning rates and decays. A block of parameters belongs to a
 * group by its layer and role. The optimizer's scalars are computed once a step for each group. */
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

gml_status gml_groups_create(const gml_network *network, const char *text, gml_groups *groups)
{
    gml_context *context = network->context;
    size_t layers = network->spec.layer_count, count = count_groups(text);
    if (count == 0) {
        return GML_OK;
    }
    if (count > MOST_GROUPS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "group: %zu groups are more than %d", count, MOST_GROUPS);
    }
    groups->each = gml_allocate(context, count, sizeof *groups->each, "groups of parameters");
    groups->of = groups->each != NULL ? gml_allocate(context, layers, ROLES, "groups of parameters") : NULL;
    groups->text = groups->of != NULL ? gml_copy_string(context, text) : NULL;
    groups->count = count;
    groups->layers = layers;
    if (groups->text == NULL) {
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
    return GML_OK;
}

gml_status gml_groups_check_rate(gml_context *context, const gml_groups *groups, double rate)
{
    for (size_t g = 0; g < groups->count; g++) {
        double product = groups->each[g].rate * rate;
        if (product > GML_MAX_RATE) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "group %zu: its rate is %g times the learning rate %g, which is %g; at most %g is possible",
                            g + 1, groups->each[g].rate, rate, product, GML_MAX_RATE);
        }
    }
    return GML_OK;
}

void gml_groups_destroy(gml_context *context, gml_groups *groups)
{
    gml_release_string(context, groups->text);
    gml_release(context, groups->of, groups->layers, ROLES);
    gml_release(context, groups->each, groups->count, sizeof *groups->each);
}

size_t gml_group_of(const gml_groups *groups, size_t layer, gml_role role)
{
    return groups->of != NULL ? groups->of[layer * ROLES + (size_t)role] : 0;
}

bool gml_group_frozen(const gml_groups *groups, size_t layer, gml_role role)
{
    size_t group = gml_group_of(groups, layer, role);
    return group > 0 && groups->each[group - 1].rate == 0;
}

void gml_groups_begin(gml_trainer *trainer)
{
    for (size_t g = 0; g < trainer->settings.groups.count; g++) {
        gml_optimizer_step *step = &trainer->scratch.group_steps[g];
        *step = trainer->scratch.step.optimizer;
        step->rate = trainer->state.rate * trainer->settings.groups.each[g].rate;
        step->memory = trainer->state.group_memory[g];
        trainer->settings.optimizer_row->prepare(step);
    }
}

void gml_groups_end(gml_trainer *trainer)
{
    for (size_t g = 0; g < trainer->settings.groups.count; g++) {
        trainer->state.group_memory[g] = trainer->scratch.group_steps[g].memory;
    }
}
