/* data/transform/place.c - which inputs a column has, and their names. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/transform/transform.h"

enum { MOST_INPUTS = 1 << 24 };

static size_t count_inputs(const gml_preparation *made, gml_chain *chain, const gml_column *column)
{
    size_t lanes = 1;
    chain->marked = false;
    for (size_t i = 0; i < chain->step_count; i++) {
        const gml_step *step = &chain->steps[i];
        const gml_transform *row = gml_step_row(step);
        const double *numbers = (const double *)made->numbers.data + step->first;
        if (row->last) {
            lanes = gml_one_hot_of(step, numbers, column).width;
        } else {
            lanes *= row->spread;
        }
        chain->marked = chain->marked || (row == &gml_transform_impute && numbers[1] != 0);
    }
    return lanes + chain->marked;
}

gml_status gml_preparation_place(gml_preparation *made)
{
    made->inputs = 0;
    for (size_t i = 0; i < made->columns; i++) {
        gml_chain *chain = &made->chains[i];
        chain->first_input = made->inputs;
        chain->input_count = count_inputs(made, chain, &made->kinds[i]);
        made->inputs += chain->input_count;
        if (made->inputs > MOST_INPUTS) {
            return gml_fail(made->context, GML_ERROR_SHAPE,
                            "the preparation gives more than %d inputs; one_hot(levels=N) limits those of a category",
                            MOST_INPUTS);
        }
    }
    return GML_OK;
}

/* True if lane `lane` at the end of a chain is a constant: a scale of 0 on its way. */
static bool is_constant(const gml_preparation *preparation, const gml_chain *chain, size_t lane)
{
    for (size_t i = 0; i < chain->step_count; i++) {
        const gml_step *step = &chain->steps[i];
        const double *numbers = (const double *)preparation->numbers.data + step->first;
        const size_t here = step->lanes > 1 ? lane : 0;
        if (gml_step_row(step)->line && numbers[here * (step->numbers / step->lanes) + 1] == 0) {
            return true;
        }
    }
    return false;
}

void gml_preparation_live(const gml_preparation *preparation, double *live)
{
    for (size_t j = 0; j < preparation->columns; j++) {
        const gml_chain *chain = &preparation->chains[j];
        for (size_t k = 0; k < chain->input_count; k++) {
            const bool mark = chain->marked && k == chain->input_count - 1;
            live[chain->first_input + k] = !mark && is_constant(preparation, chain, k) ? 0 : 1;
        }
    }
}

/* ---- names ---- */

/* Appends text, as much as there is room for, cut to whole characters. */
static void put(char name[GML_INPUT_NAME_SIZE], size_t room, const char *text)
{
    size_t used = strlen(name);
    size_t length = strlen(text), taken = 0;
    for (size_t bytes; taken < length && (bytes = gml_utf8_character(text + taken, length - taken)) > 0;
         taken += bytes) {
        if (used + taken + bytes > room) {
            break;
        }
    }
    memcpy(name + used, text, taken);
    name[used + taken] = '\0';
}

enum { COLUMN_ROOM = 100 }; /* bytes of a column's name, so that the rest has room */

static const char *const part_names[GML_DATE_PARTS] = {" (days)", " (year)",    " (month)",
                                                       " (day)",  " (weekday)", " (hour)"};

static void name_level(const gml_preparation *preparation, size_t column, const gml_step *step, size_t place,
                       char name[GML_INPUT_NAME_SIZE])
{
    const gml_column *kind = &preparation->kinds[column];
    const double *numbers = (const double *)preparation->numbers.data + step->first;
    const gml_one_hot map = gml_one_hot_of(step, numbers, kind);
    size_t level = place;
    if (map.places != NULL && place == map.otherwise) {
        put(name, GML_INPUT_NAME_SIZE - 1, " (others)");
        return;
    }
    for (level = map.places != NULL ? 0 : place; map.places != NULL && map.places[level] != (double)place; level++) {
    }
    put(name, GML_INPUT_NAME_SIZE - 1, " = ");
    put(name, GML_INPUT_NAME_SIZE - 1, kind->levels[level]);
}

static void name_input(const gml_preparation *preparation, size_t column, size_t place, char name[GML_INPUT_NAME_SIZE])
{
    const gml_chain *chain = &preparation->chains[column];
    const gml_step *last = chain->step_count > 0 ? &chain->steps[chain->step_count - 1] : NULL;
    char number[32];
    snprintf(number, sizeof number, "column %zu", column + 1);
    name[0] = '\0';
    put(name, COLUMN_ROOM, preparation->names != NULL ? preparation->names[column] : number);
    if (chain->marked && place == chain->input_count - 1) {
        put(name, GML_INPUT_NAME_SIZE - 1, " (missing)");
    } else if (last != NULL && gml_step_row(last)->last) {
        name_level(preparation, column, last, place, name);
    } else if (chain->input_count - chain->marked == GML_DATE_PARTS) {
        put(name, GML_INPUT_NAME_SIZE - 1, part_names[place]);
    }
}

/* Returns the column that has an input: the last of those whose inputs begin at it or before. */
static size_t column_of(const gml_preparation *preparation, size_t input)
{
    size_t column = 0, end = preparation->columns;
    while (end - column > 1) {
        const size_t middle = column + (end - column) / 2;
        if (preparation->chains[middle].first_input <= input) {
            column = middle;
        } else {
            end = middle;
        }
    }
    return column;
}

gml_status gml_preparation_input(const gml_preparation *preparation, size_t index, gml_prepared_input *input)
{
    gml_status status =
        gml_refuse_null(NULL, __func__, (gml_argument[]){{"preparation", preparation}, {"input", input}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (index >= preparation->inputs) {
        return gml_fail(preparation->context, GML_ERROR_ARGUMENT, "input %zu of a preparation that gives %zu", index,
                        preparation->inputs);
    }
    input->column = column_of(preparation, index);
    name_input(preparation, input->column, index - preparation->chains[input->column].first_input, input->name);
    return GML_OK;
}
