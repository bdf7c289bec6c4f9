/* step/groups.c - groups of parameters with their own learning rates and decays. A block of parameters belongs to a
 * group by its layer and role. The optimizer's scalars are computed once a step for each group. */
#include <math.h>
#include <string.h>

#include "optimizer/group.h"
#include "step/update.h"

enum { ROLES = GML_ROLE_STATISTIC, MOST_GROUPS = 255 };

/* A call makes one group; where factors depend on the layer, one for each of its layers. */
static size_t groups_of(const gml_group_call *call)
{
    return call->by_inputs ? call->last - call->first + 1 : 1;
}

/* Checks all calls and counts their groups. */
static gml_status count_groups(const gml_network *network, const gml_call *optimizer, const char *text, size_t *count)
{
    gml_context *context = network->context;
    const gml_optimizer_row *row = gml_call_row(optimizer);
    for (size_t at = 0; text[at] != '\0';) {
        gml_group_call call;
        gml_status status = gml_group_read(context, text, network->spec.layer_count, &at, &call);
        if (status != GML_OK) {
            return status;
        }
        if (call.by_inputs && row->law == GML_LAW_OTHER) {
            return gml_fail(context, GML_ERROR_ARGUMENT,
                            "group ntk: steps of %s neither keep their length when gradients are multiplied by a "
                            "constant, nor grow with it; adam and its kin, lion, muon and sgd are possible",
                            row->entry.name);
        }
        *count += groups_of(&call);
    }
    return *count <= MOST_GROUPS
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT, "group: %zu groups are more than %d", *count, MOST_GROUPS);
}

/* The factors for W = V / sqrt(in) that train V in y = x V / sqrt(in) + b. dL/dV is dL/dW / sqrt(in), and a step of V
 * is one of W times sqrt(in). Decay by rate * decay, and the l2 that is added to the gradient, shrink both alike; l1
 * moves V by rate * l1, and W by that / sqrt(in). */
static gml_group factors_by_inputs(const gml_group_call *call, gml_gradient_law law, double inputs)
{
    const double root = sqrt(inputs), divisor = law == GML_LAW_LINEAR ? inputs : root;
    return (gml_group){.rate = call->rate / divisor,
                       .decay = call->decay * divisor,
                       .l2 = call->decay * inputs,
                       .l1 = call->decay * divisor / root};
}

static void assign_layer(gml_groups *groups, const gml_group_call *call, size_t layer, size_t group)
{
    for (size_t role = 0; role < ROLES; role++) {
        unsigned char *of = &groups->of[layer * ROLES + role];
        *of = (call->roles >> role & 1) != 0 ? (unsigned char)(group + 1) : *of;
    }
}

/* Writes the groups of a call, from `group` on. */
static void add_call(const gml_network *network, gml_gradient_law law, const gml_group_call *call, size_t group,
                     gml_groups *groups)
{
    for (size_t i = call->first; i <= call->last; i++) {
        const gml_layer *layer = &network->layers[i];
        const double inputs = (double)layer->in / (double)layer->spec->members;
        const size_t own = call->by_inputs ? group + i - call->first : group;
        groups->each[own] = call->by_inputs
                                ? factors_by_inputs(call, law, inputs)
                                : (gml_group){call->rate, .l2 = call->decay, .l1 = call->decay, .decay = call->decay};
        assign_layer(groups, call, i, own);
    }
}

static gml_status allocate(const gml_network *network, const char *text, size_t count, gml_groups *groups)
{
    gml_context *context = network->context;
    size_t layers = network->spec.layer_count;
    groups->each = gml_allocate(context, count, sizeof *groups->each, "groups of parameters");
    groups->of = groups->each != NULL ? gml_allocate(context, layers, ROLES, "groups of parameters") : NULL;
    groups->text = groups->of != NULL ? gml_copy_string(context, text) : NULL;
    groups->count = count;
    groups->layers = layers;
    if (groups->text == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(groups->of, 0, layers * ROLES);
    return GML_OK;
}

gml_status gml_groups_create(const gml_network *network, const gml_call *optimizer, const char *text,
                             gml_groups *groups)
{
    size_t count = 0;
    gml_status status = text != NULL ? count_groups(network, optimizer, text, &count) : GML_OK;
    if (status == GML_OK && count > 0) {
        status = allocate(network, text, count, groups);
    }
    for (size_t at = 0, group = 0; status == GML_OK && group < count;) {
        gml_group_call call;
        status = gml_group_read(network->context, text, network->spec.layer_count, &at, &call);
        add_call(network, ((const gml_optimizer_row *)gml_call_row(optimizer))->law, &call, group, groups);
        group += groups_of(&call);
    }
    return status;
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
