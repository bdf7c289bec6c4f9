/* data/cache/match.c - whether a cache is what a reading asks for. */
#include "data/cache/header.h"

static bool same_text(const char *a, const char *b)
{
    return (a == NULL && b == NULL) || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* An index is only for files without a header; a name that is the same is enough in others. */
static bool same_role(const char *name, const char *index, const char *found_name, const char *found_index)
{
    return same_text(name, found_name) && (index == NULL || same_text(index, found_index));
}

static bool same_names(const char *const *a, char *const *b, size_t count)
{
    bool same = (a == NULL) == (b == NULL);
    for (size_t i = 0; same && a != NULL && i < count; i++) {
        same = strcmp(a[i], b[i]) == 0;
    }
    return same;
}

static bool same_column(const gml_column *a, const gml_column *b)
{
    bool same = a->kind == b->kind && a->date_order == b->date_order && a->level_count == b->level_count;
    for (size_t i = 0; same && i < a->level_count; i++) {
        same = strcmp(a->levels[i], b->levels[i]) == 0;
    }
    return same;
}

static bool same_inputs(const gml_dataset_options *options, const gml_schema *found)
{
    bool same = options->features == found->features &&
                same_names(options->feature_names, found->feature_names, found->features) &&
                (options->column_kinds == NULL) == (found->columns == NULL);
    for (size_t i = 0; same && found->columns != NULL && i < found->features; i++) {
        same = same_column(&options->column_kinds[i], &found->columns[i]);
    }
    return same;
}

static bool same_targets(const gml_dataset_options *options, const gml_schema *found)
{
    return found->targets > 0 &&
           same_role(options->target, options->target_index, found->target_name, found->target_index) &&
           (options->task == GML_TASK_AUTO || options->task == found->task) &&
           (options->classes == 0 || (options->classes == found->classes &&
                                      same_names(options->class_names, found->class_names, found->classes))) &&
           (options->missing_targets != 0) == found->missing_targets;
}

bool gml_cache_is_known(const gml_dataset_options *options, json_t *asked, json_t *made, const gml_dataset *found)
{
    const gml_schema *schema = &found->schema;
    json_t *with = json_object_get(made, "columns");
    return options->features > 0 && json_equal(json_object_get(asked, "file"), json_object_get(made, "file")) &&
           options->columns == NULL && options->ignore == NULL && json_object_get(with, "bad_inputs") == NULL &&
           (options->marks_optional != 0 || json_object_get(with, "marks_optional") == NULL) &&
           same_inputs(options, schema) &&
           (json_object_get(with, "column_kinds") == NULL ||
            (json_object_get(with, "unseen_error") != NULL) == (options->unseen_error != 0)) &&
           (options->targets == GML_CHOICE_NO ||
            (same_targets(options, schema) &&
             (options->weights == NULL ||
              (found->weights != NULL &&
               same_role(options->weights, options->weights_index, schema->weights_name, schema->weights_index))) &&
             (options->groups == NULL || options->groups_unread ||
              (found->groups != NULL &&
               same_role(options->groups, options->groups_index, schema->groups_name, schema->groups_index)))));
}

static void forget_targets(gml_dataset *found)
{
    gml_schema *schema = &found->schema;
    gml_schema_clear_names(found->context, schema->class_names, schema->classes);
    gml_schema_clear_names(found->context, schema->target_names, schema->targets);
    schema->class_names = schema->target_names = NULL;
    schema->classes = schema->targets = 0;
    schema->task = GML_TASK_AUTO;
    found->targets = gml_matrix_none();
}

void gml_cache_restrict(const gml_dataset_options *options, gml_dataset *found)
{
    const bool inputs_alone = options->targets == GML_CHOICE_NO;
    if (inputs_alone) {
        forget_targets(found);
    }
    if (inputs_alone || options->weights == NULL) {
        found->weights = NULL;
    }
    if (inputs_alone || options->groups == NULL || options->groups_unread) {
        found->groups = NULL;
        found->group_count = 0;
    }
}
