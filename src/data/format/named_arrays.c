/* data/format/named_arrays.c - the roles of named arrays. */
#include "data/format/named_arrays.h"

#include <stdio.h>
#include <string.h>

#include "data/field.h"

enum { INPUTS, TARGETS, WEIGHTS, GROUPS };

static const char *const role_names[GML_NAMED_ROLES] = {"inputs", "targets", "weights", "groups"};
static const char *const usual_inputs[] = {"x", "X", "inputs", "data", "arr_0", NULL};
static const char *const usual_targets[] = {"y", "Y", "targets", "target", "labels", "arr_1", NULL};

static gml_array *array_of(gml_named_arrays *named, int role)
{
    gml_array *arrays[GML_NAMED_ROLES] = {&named->arrays.inputs, &named->arrays.targets, &named->arrays.weights,
                                          &named->arrays.groups};
    return arrays[role];
}

static bool equals(const char *text, const char *name, size_t length)
{
    return text != NULL && strlen(text) == length && memcmp(text, name, length) == 0;
}

static bool is_usual(const char *const *usual, const char *name, size_t length)
{
    while (*usual != NULL && !equals(*usual, name, length)) {
        usual++;
    }
    return *usual != NULL;
}

/* Returns the role of a name, or GML_NAMED_ROLES. */
static int role_of(const gml_dataset_options *options, const char *name, size_t length, bool *by_option)
{
    const char *given[GML_NAMED_ROLES] = {NULL, options->target, options->weights, options->groups};
    for (int role = TARGETS; role < GML_NAMED_ROLES; role++) {
        if (equals(given[role], name, length)) {
            *by_option = true;
            return role;
        }
    }
    *by_option = false;
    const bool usual = options->target == NULL || options->features != 0;
    return is_usual(usual_inputs, name, length)             ? INPUTS
           : usual && is_usual(usual_targets, name, length) ? TARGETS
                                                            : GML_NAMED_ROLES;
}

/* True if the options leave an array of this role unread. */
static bool is_unread(const gml_dataset_options *options, int role)
{
    const bool inputs_alone = options->targets == GML_CHOICE_NO;
    return role == GML_NAMED_ROLES || (role != INPUTS && inputs_alone) ||
           (role == GROUPS && options->groups_unread != 0);
}

static void note_name(gml_named_arrays *named, const char *name, size_t length)
{
    char excerpt[GML_EXCERPT_SIZE];
    const size_t used = strlen(named->seen);
    named->count++;
    gml_excerpt(name, length, excerpt);
    if (used + strlen(excerpt) + 8 < sizeof named->seen) {
        snprintf(named->seen + used, sizeof named->seen - used, "%s%s", used > 0 ? ", " : "", excerpt);
    }
}

gml_status gml_named_arrays_place(gml_named_arrays *named, const char *name, size_t length, gml_array **array)
{
    const gml_source *source = named->source;
    bool by_option = false;
    const int role = role_of(source->options, name, length, &by_option);
    note_name(named, name, length);
    *array = NULL;
    if (is_unread(source->options, role) || length >= GML_NAMED_SIZE ||
        (named->names[role][0] != '\0' && named->by_option[role] && !by_option)) {
        return GML_OK;
    }
    if (named->names[role][0] != '\0' && named->by_option[role] == by_option) {
        return gml_fail(source->context, GML_ERROR_DATA,
                        "%s: the arrays \"%s\" and \"%.*s\" may both be the %s; remove one", source->path,
                        named->names[role], (int)length, name, role_names[role]);
    }
    *array = array_of(named, role);
    gml_array_clear(source->context, *array);
    snprintf(named->names[role], GML_NAMED_SIZE, "%.*s", (int)length, name);
    named->by_option[role] = by_option;
    return GML_OK;
}

/* ---- the end ---- */

static const char *or_none(const char *list)
{
    return list[0] != '\0' ? list : "none";
}

static gml_status check_roles(const gml_named_arrays *named)
{
    const gml_source *source = named->source;
    const gml_dataset_options *options = source->options;
    gml_context *context = source->context;
    if (named->names[INPUTS][0] == '\0') {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: has no array of inputs, which is called x, X, inputs, data or arr_0; the arrays are %s",
                        source->path, or_none(named->seen));
    }
    const bool found = named->names[TARGETS][0] != '\0', read = options->targets != GML_CHOICE_NO;
    const bool needed = options->targets == GML_CHOICE_YES || (options->target != NULL && options->features == 0);
    if (read && needed && !found) {
        return options->target != NULL && options->features == 0
                   ? gml_fail(context, GML_ERROR_NAME, "%s: there is no array \"%.60s\"; the arrays are %s",
                              source->path, options->target, or_none(named->seen))
                   : gml_fail(context, GML_ERROR_DATA,
                              "%s: has no array of targets, which is called y, Y, targets, target, labels or arr_1; "
                              "the arrays are %s",
                              source->path, or_none(named->seen));
    }
    const bool weights = options->weights != NULL && options->weights_optional == 0;
    const bool groups = options->groups != NULL && options->groups_unread == 0;
    const char *lacking = read && weights && named->names[WEIGHTS][0] == '\0' ? options->weights
                          : read && groups && named->names[GROUPS][0] == '\0' ? options->groups
                                                                              : NULL;
    return lacking != NULL ? gml_fail(context, GML_ERROR_NAME, "%s: there is no array \"%.60s\"; the arrays are %s",
                                      source->path, lacking, or_none(named->seen))
                           : GML_OK;
}

/* Keeps the names that options gave, so that data for a network is read by them. */
static gml_status keep_names(const gml_named_arrays *named, gml_schema *schema)
{
    char **const kept[GML_NAMED_ROLES] = {NULL, &schema->target_name, &schema->weights_name, &schema->groups_name};
    for (int role = TARGETS; role < GML_NAMED_ROLES; role++) {
        if (named->names[role][0] != '\0' && named->by_option[role]) {
            *kept[role] = gml_copy_string(named->source->context, named->names[role]);
            if (*kept[role] == NULL) {
                return GML_ERROR_MEMORY;
            }
        }
    }
    return GML_OK;
}

gml_status gml_named_arrays_finish(gml_named_arrays *named, gml_dataset *made)
{
    gml_status status = check_roles(named);
    if (status == GML_OK) {
        status = keep_names(named, &made->schema);
    }
    return status == GML_OK ? gml_dataset_from_arrays(named->source, &named->arrays, made) : status;
}

void gml_named_arrays_clear(gml_named_arrays *named)
{
    gml_arrays_clear(named->source->context, &named->arrays);
}
