/* data/transform/copy.c - copies of preparations, and preparations put together from the parts that a file has. */
#include <stdio.h>
#include <string.h>

#include "data/transform/transform.h"

const double *gml_preparation_numbers(const gml_preparation *preparation, size_t *count)
{
    *count = preparation->numbers.size / sizeof(double);
    return preparation->numbers.data;
}

static gml_status copy_pile(gml_context *context, const gml_pile *from, gml_pile *to)
{
    return gml_pile_push(context, to, from->data, from->size, "a preparation");
}

gml_status gml_preparation_copy(gml_context *context, const gml_preparation *preparation, gml_preparation **copy)
{
    const gml_prepared_columns columns = {
        .count = preparation->columns, .kinds = preparation->kinds, .names = (const char *const *)preparation->names};
    gml_preparation *made = NULL;
    gml_status status = gml_preparation_begin(context, &columns, &made);
    if (status != GML_OK) {
        return status;
    }
    status = copy_pile(context, &preparation->steps, &made->steps);
    if (status == GML_OK) {
        status = copy_pile(context, &preparation->numbers, &made->numbers);
    }
    if (status == GML_OK) {
        status = copy_pile(context, &preparation->description, &made->description);
    }
    if (status != GML_OK) {
        gml_preparation_destroy(made);
        return status;
    }
    made->inputs = preparation->inputs;
    made->by_parts = preparation->by_parts;
    made->layout = preparation->layout;
    memcpy(made->starts, preparation->starts, sizeof made->starts);
    for (size_t i = 0; i < made->columns; i++) {
        const gml_step *first = preparation->steps.data;
        made->chains[i] = preparation->chains[i];
        if (made->chains[i].step_count > 0) {
            made->chains[i].steps = (gml_step *)made->steps.data + (preparation->chains[i].steps - first);
        }
    }
    *copy = made;
    return GML_OK;
}

/* ---- from parts ---- */

static gml_status refuse(const gml_preparation *made, size_t column, const char *transform, const char *problem)
{
    char number[32];
    snprintf(number, sizeof number, "%zu", column + 1);
    return gml_fail(made->context, GML_ERROR_ARGUMENT, "preparation of column \"%.60s\": %s of %s",
                    made->names != NULL ? made->names[column] : number, problem, transform);
}

/* Checks the numbers of a step, lane by lane. */
static bool holds(const gml_preparation *made, const gml_step *step, const gml_column *column)
{
    const gml_transform *row = gml_step_row(step);
    const double *numbers = (const double *)made->numbers.data + step->first;
    if (row->holds == NULL || step->numbers % step->lanes != 0) {
        return step->numbers == 0;
    }
    const size_t each = step->numbers / step->lanes;
    bool good = true;
    for (size_t lane = 0; good && lane < step->lanes; lane++) {
        good = row->holds(&step->call, column, each > 0 ? numbers + lane * each : NULL, each);
    }
    return good;
}

/* Gives each step its numbers. */
static gml_status take_numbers(gml_preparation *made, const gml_preparation_parts *parts)
{
    size_t next = 0, used = 0;
    for (size_t i = 0; i < made->columns; i++) {
        for (size_t k = 0; k < made->chains[i].step_count; k++) {
            gml_step *step = &made->chains[i].steps[k];
            const char *name = gml_step_row(step)->entry.name;
            if (next == parts->step_count || parts->counts[next] > parts->number_count - used) {
                return refuse(made, i, name, "there are too few numbers, those");
            }
            step->first = used;
            step->numbers = parts->counts[next++];
            used += step->numbers;
            if (!holds(made, step, &made->kinds[i])) {
                return refuse(made, i, name, "these cannot be the numbers");
            }
        }
    }
    return next == parts->step_count && used == parts->number_count
               ? GML_OK
               : gml_fail(made->context, GML_ERROR_ARGUMENT,
                          "preparation: %zu numbers of %zu transforms; its description has %zu transforms, with %zu "
                          "numbers",
                          parts->number_count, parts->step_count, next, used);
}

gml_status gml_preparation_assemble(gml_context *context, const gml_preparation_parts *parts,
                                    gml_preparation **preparation)
{
    gml_preparation *made = NULL;
    gml_status status = gml_preparation_begin(context, &parts->columns, &made);
    if (status != GML_OK) {
        return status;
    }
    status = gml_preparation_read(made, parts->description);
    if (status == GML_OK) {
        status = gml_pile_push(context, &made->numbers, parts->numbers, parts->number_count * sizeof *parts->numbers,
                               "the numbers of a preparation");
    }
    if (status == GML_OK) {
        status = take_numbers(made, parts);
    }
    if (status == GML_OK) {
        status = gml_preparation_place(made, parts->by_parts);
    }
    if (status != GML_OK) {
        gml_preparation_destroy(made);
        return status;
    }
    *preparation = made;
    return GML_OK;
}
