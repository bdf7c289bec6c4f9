/* data/transform/place.c - which inputs a column has, and their names. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "data/transform/transform.h"

enum { MOST_INPUTS = 1 << 24, MOST_CODES = 1 << 24 }; /* codes are exact in float */

/* Counts the inputs of a chain and finds their part; returns the codes that it gives. */
static size_t measure_chain(const gml_preparation *made, gml_chain *chain, const gml_column *column)
{
    size_t lanes = 1, codes = 0;
    chain->marked = false;
    chain->part = GML_PART_NUMBERS;
    for (size_t i = 0; i < chain->step_count; i++) {
        const gml_step *step = &chain->steps[i];
        const gml_transform *row = gml_step_row(step);
        const double *numbers = (const double *)made->numbers.data + step->first;
        if (row->last) {
            const gml_category encoding = gml_category_of(step, numbers, column);
            lanes = encoding.inputs;
            codes = encoding.codes;
            chain->part = codes > 0 ? GML_PART_CODES : GML_PART_ONE_HOT;
        } else {
            lanes *= row->spread;
        }
        chain->marked = chain->marked || (row == &gml_transform_impute && numbers[1] != 0);
    }
    chain->input_count = lanes;
    return codes;
}

/* Counts inputs and codes of all chains. */
static gml_status measure(gml_preparation *made)
{
    gml_preparation_layout *layout = &made->layout;
    *layout = (gml_preparation_layout){0};
    for (size_t i = 0; i < made->columns; i++) {
        gml_chain *chain = &made->chains[i];
        size_t *const parts[] = {&layout->numbers, &layout->one_hot, &layout->codes};
        chain->first_code = layout->levels;
        chain->code_count = measure_chain(made, chain, &made->kinds[i]);
        layout->levels += chain->code_count;
        *parts[chain->part] += chain->input_count;
        layout->one_hot += chain->marked;
        made->inputs = layout->numbers + layout->one_hot + layout->codes;
        if (made->inputs > MOST_INPUTS) {
            return gml_fail(made->context, GML_ERROR_SHAPE,
                            "the preparation gives more than %d inputs; one_hot(levels=N) limits those of a category",
                            MOST_INPUTS);
        }
        if (layout->levels > MOST_CODES) {
            return gml_fail(made->context, GML_ERROR_SHAPE,
                            "the preparation gives more than %d codes of levels; code(levels=N) limits those of a "
                            "category",
                            MOST_CODES);
        }
    }
    return GML_OK;
}

/* The first input of a part in one order or the other. */
static size_t place_of(const gml_preparation *made, const gml_chain *chain, gml_part part)
{
    const size_t slot = made->by_parts ? part : 0;
    return made->starts[slot] + chain->before[slot];
}

/* Gives each chain its inputs. */
static void arrange(gml_preparation *made)
{
    const gml_preparation_layout *layout = &made->layout;
    size_t next[GML_PARTS] = {0};
    made->starts[GML_PART_NUMBERS] = 0;
    made->starts[GML_PART_ONE_HOT] = layout->numbers;
    made->starts[GML_PART_CODES] = layout->numbers + layout->one_hot;
    for (size_t i = 0; i < made->columns; i++) {
        gml_chain *chain = &made->chains[i];
        memcpy(chain->before, next, sizeof next);
        chain->first_input = place_of(made, chain, chain->part);
        next[made->by_parts ? chain->part : 0] += chain->input_count;
        const bool after = !made->by_parts || chain->part == GML_PART_ONE_HOT;
        chain->mark = after ? chain->first_input + chain->input_count : place_of(made, chain, GML_PART_ONE_HOT);
        next[made->by_parts ? GML_PART_ONE_HOT : 0] += chain->marked;
    }
}

/* True if inputs that are in the order of parts are in that of the columns too. */
static bool orders_agree(const gml_preparation *made)
{
    size_t next = 0;
    for (size_t i = 0; i < made->columns; i++) {
        const gml_chain *chain = &made->chains[i];
        if (chain->first_input != next || (chain->marked && chain->mark != next + chain->input_count)) {
            return false;
        }
        next += chain->input_count + chain->marked;
    }
    return true;
}

gml_status gml_preparation_place(gml_preparation *made, bool by_parts)
{
    gml_status status = measure(made);
    if (status != GML_OK) {
        return status;
    }
    made->by_parts = true;
    arrange(made);
    const bool agree = orders_agree(made);
    made->layout.by_parts = by_parts || agree;
    made->by_parts = by_parts && !agree;
    arrange(made);
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
            live[chain->first_input + k] = is_constant(preparation, chain, k) ? 0 : 1;
        }
        if (chain->marked) {
            live[chain->mark] = 1;
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
    const gml_category encoding = gml_category_of(step, numbers, kind);
    if (encoding.form == GML_CATEGORY_CODE) {
        return; /* the name of the column says it */
    }
    const gml_one_hot map = encoding.map;
    place = encoding.form == GML_CATEGORY_SIGN ? 1 : place; /* named after the level that is 1 */
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

static void name_input(const gml_preparation *preparation, size_t column, size_t input, char name[GML_INPUT_NAME_SIZE])
{
    const gml_chain *chain = &preparation->chains[column];
    const gml_step *last = chain->step_count > 0 ? &chain->steps[chain->step_count - 1] : NULL;
    char number[32];
    snprintf(number, sizeof number, "column %zu", column + 1);
    name[0] = '\0';
    put(name, COLUMN_ROOM, preparation->names != NULL ? preparation->names[column] : number);
    if (chain->marked && input == chain->mark) {
        put(name, GML_INPUT_NAME_SIZE - 1, " (missing)");
    } else if (last != NULL && gml_step_row(last)->last) {
        name_level(preparation, column, last, input - chain->first_input, name);
    } else if (chain->input_count == GML_DATE_PARTS) {
        put(name, GML_INPUT_NAME_SIZE - 1, part_names[input - chain->first_input]);
    }
}

/* Returns the column that has an input: the last of those whose inputs of its part begin at it or before. */
static size_t column_of(const gml_preparation *preparation, size_t input)
{
    size_t column = 0, end = preparation->columns, part = 0;
    while (preparation->by_parts && part + 1 < GML_PARTS && preparation->starts[part + 1] <= input) {
        part++;
    }
    while (end - column > 1) {
        const size_t middle = column + (end - column) / 2;
        if (preparation->starts[part] + preparation->chains[middle].before[part] <= input) {
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
    name_input(preparation, input->column, index, input->name);
    return GML_OK;
}
