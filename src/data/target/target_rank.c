/* data/target/target_rank.c - the classes of a target column: their names and their order. */
#include "data/column/column.h"
#include "data/target/target.h"

static bool is_class(const void *user, size_t label)
{
    return gml_target_has_label(user, label);
}

static void rank_cells(const gml_target_reading *target, const gml_levels *levels)
{
    for (size_t i = 0; i < target->cells->rows; i++) {
        double *value = &gml_target_values(target)[i];
        double rank =
            gml_cell_is_text(*value) ? levels->text_rank[gml_cell_label(*value)] : gml_levels_rank_of(levels, *value);
        *value = rank >= 0 ? rank : *value; /* a missing target stays missing */
    }
}

gml_status gml_target_rank(gml_target_reading *target, gml_labels *numbers, gml_schema *schema)
{
    const gml_cells *cells = target->cells;
    gml_context *context = cells->context;
    const gml_dataset_options *options = target->options;
    if (target->fixed) {
        schema->classes = options->classes;
        return gml_schema_copy_names(context, options->class_names, options->classes, &schema->class_names);
    }
    if (numbers->count + target->texts < 2) {
        return gml_fail(context, GML_ERROR_DATA,
                        "%s: of %zu sample%s, all are of one class; there is nothing to tell apart", cells->origin.path,
                        cells->rows, cells->rows == 1 ? "" : "s");
    }
    gml_levels levels = {.numbers = *numbers};
    *numbers = (gml_labels){0};
    gml_status status =
        gml_levels_rank(context, &cells->column[target->column], target->words > 0, is_class, target, &levels);
    if (status == GML_OK) {
        rank_cells(target, &levels);
        schema->class_names = gml_levels_copy_names(context, &levels);
        schema->classes = schema->class_names != NULL ? levels.names.count : 0;
        status = schema->class_names != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    gml_levels_clear(context, &levels);
    return status;
}
