/* data/transform/encode.c - transforms of categories: an input for each level, a code, a number.
 *
 * A category of more levels than a limit keeps a place for each of the most frequent levels, and the others share one.
 * The numbers of an encoding are the places of the levels; it has none if each level has its own. */
#include <stdlib.h>

#include "data/transform/transform.h"

static gml_category_rule rule_of(const gml_call *call, size_t levels)
{
    const gml_transform *row = gml_call_row(call);
    return row->encode(call, levels);
}

gml_category gml_category_of(const gml_step *step, const double *numbers, const gml_column *column)
{
    const size_t levels = column->level_count;
    const gml_category_rule rule = rule_of(&step->call, levels);
    const bool shared = step->numbers > 0, coded = rule.form == GML_CATEGORY_CODE;
    const size_t own = shared ? rule.own : levels;
    gml_category made = {.form = rule.form,
                         .map = {.levels = levels, .otherwise = own, .places = shared ? numbers : NULL}};
    made.map.width = own + (shared || coded); /* levels that were not seen have a code in any case */
    made.inputs = rule.form == GML_CATEGORY_ONE_HOT ? made.map.width : 1;
    made.codes = coded ? made.map.width + 1 : 0; /* the last one is that of missing cells */
    return made;
}

/* ---- fitting ---- */

/* A level with its frequency, for sorting. */
typedef struct counted {
    size_t count, level;
} counted;

static int compare_counted(const void *a, const void *b)
{
    const counted *left = a, *right = b;
    if (left->count != right->count) {
        return left->count < right->count ? -1 : 1;
    }
    return left->level < right->level ? -1 : left->level > right->level;
}

static void sort_levels(const gml_fitting *fitting, size_t *counts, counted *levels)
{
    const size_t count = fitting->column->level_count;
    gml_count_codes(fitting->known_count, fitting->known, count, counts);
    for (size_t i = 0; i < count; i++) {
        levels[i] = (counted){.count = counts[i], .level = i};
    }
    qsort(levels, count, sizeof *levels, compare_counted);
}

static gml_status fit_places(const gml_fitting *fitting)
{
    const size_t count = fitting->column->level_count;
    const gml_category_rule rule = rule_of(fitting->call, count);
    if (count <= rule.most) {
        return GML_OK;
    }
    counted *levels = gml_allocate(fitting->context, count, sizeof *levels, "the levels of a category");
    size_t *counts = gml_allocate(fitting->context, count, sizeof *counts, "the levels of a category");
    gml_status status =
        levels != NULL && counts != NULL
            ? gml_pile_reserve(fitting->context, fitting->numbers, count * sizeof(double), "the levels of a category")
            : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        double *places = (double *)(void *)((char *)fitting->numbers->data + fitting->numbers->size);
        sort_levels(fitting, counts, levels);
        for (size_t i = 0; i < count; i++) {
            places[levels[i].level] = i + rule.own >= count ? 1 : 0; /* the last are the most frequent */
        }
        double next = 0;
        for (size_t i = 0; i < count; i++) {
            places[i] = places[i] != 0 ? next++ : (double)rule.own;
        }
        fitting->numbers->size += count * sizeof(double);
    }
    gml_release(fitting->context, counts, count, sizeof *counts);
    gml_release(fitting->context, levels, count, sizeof *levels);
    return status;
}

/* Levels with a place of their own have the places 0, 1, ... in their order, all others the next. */
static bool holds_places(const gml_call *call, const gml_column *column, const double *numbers, size_t count)
{
    const gml_category_rule rule = rule_of(call, column->level_count);
    if (count == 0) {
        return column->level_count <= rule.most;
    }
    const double own = (double)rule.own;
    double next = 0;
    bool good = count == column->level_count && count > rule.most;
    for (size_t i = 0; good && i < count; i++) {
        const bool has_own = numbers[i] == next && next < own;
        good = has_own || numbers[i] == own;
        next += has_own;
    }
    return good && next == own;
}

/* ---- one_hot ---- */

enum { LEVELS, BINARY };

static gml_category_rule one_hot_rule(size_t levels, size_t most, bool binary)
{
    return (gml_category_rule){
        .form = binary && levels == 2 ? GML_CATEGORY_SIGN : GML_CATEGORY_ONE_HOT, .most = most, .own = most - 1};
}

static gml_category_rule encode_one_hot(const gml_call *call, size_t levels)
{
    return one_hot_rule(levels, (size_t)call->values[LEVELS], call->values[BINARY] != 0);
}

#define BINARY_ARGUMENT(initial)                                                                                       \
    {                                                                                                                  \
        "binary", initial, 0, 1, "one input for a category of two levels: -1, 1, or 0 for any other cell",             \
            gml_no_or_yes                                                                                              \
    }

const gml_transform gml_transform_one_hot = {
    .entry = {.name = "one_hot",
              .summary = "an input for each level of a category",
              .formula = "1 for the input of the level, else 0; a missing cell gives zeros alone, and so does a level "
                         "that training has not seen, unless levels share an input",
              .derivative = "",
              .pitfall = "Of more levels than `levels` the most frequent keep their input, and the others share one.",
              .source = "scikit-learn: OneHotEncoder with handle_unknown=infrequent_if_exist and max_categories",
              .parameters = {{"levels", 256, 2, GML_MOST_LEVELS, "inputs of a column, at most", NULL},
                             BINARY_ARGUMENT(0)},
              .parameter_count = 2},
    .kinds = 1 << GML_COLUMN_CATEGORY,
    .spread = 1,
    .last = true,
    .encode = encode_one_hot,
    .fit = fit_places,
    .holds = holds_places};

/* ---- code ---- */

static gml_category_rule code_rule(size_t most)
{
    return (gml_category_rule){.form = GML_CATEGORY_CODE, .most = most, .own = most};
}

static gml_category_rule encode_code(const gml_call *call, size_t levels)
{
    (void)levels;
    return code_rule((size_t)call->values[LEVELS]);
}

const gml_transform gml_transform_code = {
    .entry = {.name = "code",
              .summary = "one input with the code of a category's level, for a layer of embeddings",
              .formula = "first + the level's place, from 0; first + n for a level that training has not seen; first + "
                         "n + 1 for a missing cell; n places, and first = the codes of the columns before",
              .derivative = "",
              .pitfall = "Only the layer embedding can read codes. Of more levels than `levels` the most frequent have "
                         "their own code, and the others that of levels that were not seen.",
              .source = "Guo and Berkhahn, Entity Embeddings of Categorical Variables, 2016",
              .parameters = {{"levels", 1024, 1, GML_MOST_LEVELS, "levels with a code of their own, at most", NULL}},
              .parameter_count = 1},
    .kinds = 1 << GML_COLUMN_CATEGORY,
    .spread = 1,
    .last = true,
    .encode = encode_code,
    .fit = fit_places,
    .holds = holds_places};

/* ---- encode ---- */

enum { ONE_HOT, ENCODE_LEVELS, ENCODE_BINARY };

static gml_category_rule encode_either(const gml_call *call, size_t levels)
{
    const size_t most = (size_t)call->values[ONE_HOT];
    return levels <= most ? one_hot_rule(levels, most, call->values[ENCODE_BINARY] != 0)
                          : code_rule((size_t)call->values[ENCODE_LEVELS]);
}

const gml_transform gml_transform_encode = {
    .entry = {.name = "encode",
              .summary = "one_hot for a category of few levels, code for one of many",
              .formula = "one_hot if the category has at most `one_hot` levels, else code",
              .derivative = "",
              .pitfall = "The network needs a layer embedding if a category has many levels.",
              .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default: Strong Pre-Tuned MLPs and Boosted "
                        "Trees on Tabular Data, 2024",
              .parameters = {{"one_hot", 8, 1, GML_MOST_LEVELS, "levels of a category with an input each, at most",
                              NULL},
                             {"levels", 1024, 1, GML_MOST_LEVELS, "levels with a code of their own, at most", NULL},
                             BINARY_ARGUMENT(1)},
              .parameter_count = 3},
    .kinds = 1 << GML_COLUMN_CATEGORY,
    .spread = 1,
    .last = true,
    .encode = encode_either,
    .fit = fit_places,
    .holds = holds_places};

/* ---- ordinal ---- */

static gml_status fit_nothing(const gml_fitting *fitting)
{
    (void)fitting;
    return GML_OK;
}

static void apply_ordinal(const gml_step *step, const double *numbers, size_t lane, gml_lanes *lanes)
{
    (void)step, (void)numbers;
    gml_fill_missing(lanes->rows, -1, lanes->x[lane]);
}

const gml_transform gml_transform_ordinal = {
    .entry = {.name = "ordinal",
              .summary = "the number of a category's level, from 0 in the order of the names",
              .formula = "the code of the level; -1 for a missing cell; the number of levels for a level that training "
                         "has not seen",
              .derivative = "",
              .pitfall = "The order of names is one of quantities only where names are, as for months 01 to 12.",
              .source = "scikit-learn: OrdinalEncoder with encoded_missing_value=-1"},
    .kinds = 1 << GML_COLUMN_CATEGORY,
    .spread = 1,
    .fit = fit_nothing,
    .apply = apply_ordinal};
