/* network/ensemble_check.c - refuses members that cannot predict together. */
#include "network/ensemble_check.h"

#include <string.h>

#include "layer/activation.h"

/* Two members, the first and another one. */
typedef struct pair {
    const gml_network *first, *other;
    size_t index; /* of the other, from 1 */
} pair;

static gml_status disagree(const pair *of, const char *what, const char *first, const char *other)
{
    return gml_fail(of->first->context, GML_ERROR_SHAPE, "member %zu of the ensemble has %s %.60s, member 1 %.60s",
                    of->index, what, other, first);
}

static gml_status compare_texts(const pair *of, const char *what, const char *first, const char *other)
{
    const char *a = first != NULL ? first : "(none)", *b = other != NULL ? other : "(none)";
    return strcmp(a, b) == 0 ? GML_OK : disagree(of, what, a, b);
}

static gml_status compare_counts(const pair *of, const char *what, size_t first, size_t other)
{
    return first == other
               ? GML_OK
               : gml_fail(of->first->context, GML_ERROR_SHAPE, "member %zu of the ensemble has %zu %s, member 1 %zu",
                          of->index, other, what, first);
}

static gml_status compare_names(const pair *of, const char *what, char *const *first, char *const *other, size_t count)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count && (first != NULL || other != NULL); i++) {
        status = compare_texts(of, what, first != NULL ? first[i] : NULL, other != NULL ? other[i] : NULL);
    }
    return status;
}

static gml_status compare_columns(const pair *of)
{
    static const char *const kinds[] = {
        [GML_COLUMN_NUMBER] = "number", [GML_COLUMN_CATEGORY] = "category", [GML_COLUMN_DATE] = "date"};
    const gml_schema *first = &of->first->schema, *other = &of->other->schema;
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < first->features; i++) {
        const gml_column a = gml_schema_column(first, i), b = gml_schema_column(other, i);
        status = compare_texts(of, "a column of the kind", kinds[a.kind], kinds[b.kind]);
        if (status == GML_OK) {
            status = compare_counts(of, "levels in a category", a.level_count, b.level_count);
        }
        for (size_t k = 0; status == GML_OK && k < a.level_count; k++) {
            status = compare_texts(of, "the level", a.levels[k], b.levels[k]);
        }
    }
    return status;
}

static gml_status compare_schemas(const pair *of)
{
    static const char *const tasks[] = {"auto", "regression", "classification"};
    const gml_schema *first = &of->first->schema, *other = &of->other->schema;
    gml_status status = compare_texts(of, "the task", tasks[first->task], tasks[other->task]);
    if (status == GML_OK) {
        status = compare_counts(of, "columns of its data", first->features, other->features);
    }
    if (status == GML_OK) {
        status = compare_counts(of, "targets", first->targets, other->targets);
    }
    if (status == GML_OK) {
        status = compare_counts(of, "classes", first->classes, other->classes);
    }
    if (status == GML_OK) {
        status = compare_names(of, "the column", first->feature_names, other->feature_names, first->features);
    }
    if (status == GML_OK) {
        status = compare_names(of, "the class", first->class_names, other->class_names, first->classes);
    }
    if (status == GML_OK) {
        status = compare_texts(of, "the target", first->target_name, other->target_name);
    }
    return status == GML_OK ? compare_columns(of) : status;
}

static gml_status compare(const pair *of)
{
    const gml_network *first = of->first, *other = of->other;
    gml_status status = compare_texts(of, "the type", gml_dtype_name(gml_network_dtype(first)),
                                      gml_dtype_name(gml_network_dtype(other)));
    if (status == GML_OK) {
        status = compare_counts(of, "columns", gml_network_columns(first), gml_network_columns(other));
    }
    if (status == GML_OK) {
        status = compare_counts(of, "outputs", gml_network_outputs(first), gml_network_outputs(other));
    }
    if (status == GML_OK) {
        status = compare_texts(of, "the last activation", gml_network_last_activation(first)->entry->name,
                               gml_network_last_activation(other)->entry->name);
    }
    if (status == GML_OK) {
        status = compare_texts(of, "the target transform", gml_network_target_transform(first),
                               gml_network_target_transform(other));
    }
    if (status == GML_OK) {
        status = compare_texts(of, "the loss", gml_network_fact(first, "loss"), gml_network_fact(other, "loss"));
    }
    return status == GML_OK ? compare_schemas(of) : status;
}

/* Checks that a member is one at all, and none of those before it. */
static gml_status check_member(gml_network *const *members, size_t index)
{
    gml_context *context = members[0]->context;
    const gml_network *member = members[index];
    if (member == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "member %zu of the ensemble is null", index + 1);
    }
    if (member->context != context) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "member %zu of the ensemble was made with another context",
                        index + 1);
    }
    if (member->ensemble != NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "member %zu of the ensemble is an ensemble itself", index + 1);
    }
    for (size_t i = 0; i < index; i++) {
        if (members[i] == member) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "members %zu and %zu of the ensemble are the same network",
                            i + 1, index + 1);
        }
    }
    return GML_OK;
}

gml_status gml_ensemble_check(gml_network *const *members, size_t count)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        status = check_member(members, i);
        if (status == GML_OK) {
            status = compare(&(pair){members[0], members[i], i + 1});
        }
    }
    return status;
}
