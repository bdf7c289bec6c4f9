/* tune/distribution.c - distributions of values: their table, random values, the points of a grid. */
#include "tune/distribution.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"

/* ---- the table ---- */

typedef struct distribution_row {
    gml_entry entry;
    bool range;
    const char *(*refusal)(const gml_space_item *item); /* null: any range */
    double (*number)(const gml_space_item *item, double u);
} distribution_row;

static double spread_log(const gml_space_item *item, double u)
{
    return item->least * pow(item->most / item->least, u);
}

static double spread_evenly(const gml_space_item *item, double u)
{
    return item->least + u * (item->most - item->least);
}

/* Each whole number has the same share of [0, 1]. */
static double spread_whole(const gml_space_item *item, double u)
{
    return floor(item->least + u * (item->most - item->least + 1));
}

static const char *refuse_log(const gml_space_item *item)
{
    return item->least > 0 ? NULL : "a logarithmic range begins above 0";
}

static const char *refuse_int(const gml_space_item *item)
{
    const bool whole = item->least == floor(item->least) && item->most == floor(item->most);
    return whole ? NULL : "the ends are whole numbers";
}

static const distribution_row rows[] = {
    {{.name = "log",
      .summary = "a number from a to b, log(a, b), evenly distributed on a logarithmic scale",
      .formula = "a (b / a)^u, u uniform in [0, 1)",
      .derivative = "",
      .pitfall = "Rounded to three significant digits, or to a whole number where one is needed.",
      .source = "gemmule"},
     true,
     refuse_log,
     spread_log},
    {{.name = "uniform",
      .summary = "a number from a to b, uniform(a, b)",
      .formula = "a + u (b - a), u uniform in [0, 1)",
      .derivative = "",
      .pitfall = "Rounded like log; the ends of a range of whole numbers are drawn half as often: see int.",
      .source = "gemmule"},
     true,
     NULL,
     spread_evenly},
    {{.name = "int",
      .summary = "a whole number from a to b, int(a, b)",
      .formula = "floor(a + u (b - a + 1)), u uniform in [0, 1)",
      .derivative = "",
      .pitfall = "Sizes such as widths are better drawn by log or choice.",
      .source = "gemmule"},
     true,
     refuse_int,
     spread_whole},
    {{.name = "choice",
      .summary = "one of the values in choice(value, value, ...)",
      .formula = "value floor(u n) of n, counted from 0, u uniform in [0, 1)",
      .derivative = "",
      .pitfall = "A value that is given twice is drawn twice as often.",
      .source = "gemmule"},
     false,
     NULL,
     NULL},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const gml_entry *gml_distribution_entry(size_t index)
{
    return index < ROWS ? &rows[index].entry : NULL;
}

const gml_entry *gml_distribution_find(const char *name, size_t length)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strlen(rows[i].entry.name) == length && memcmp(rows[i].entry.name, name, length) == 0) {
            return &rows[i].entry;
        }
    }
    return NULL;
}

static const distribution_row *row_of(const gml_entry *entry)
{
    return (const void *)entry;
}

bool gml_distribution_is_range(const gml_entry *distribution)
{
    return row_of(distribution)->range;
}

const char *gml_distribution_refusal(const gml_space_item *item)
{
    const distribution_row *row = row_of(item->numbers);
    return row->refusal != NULL ? row->refusal(item) : NULL;
}

/* To three significant digits, as the number that is nearest to the decimal. */
static double round_digits(double value)
{
    if (value == 0) {
        return 0;
    }
    const double places = 2 - floor(log10(fabs(value)));
    const double scale = pow(10, fabs(places));
    return places > 0 ? round(value * scale) / scale : round(value / scale) * scale;
}

double gml_distribution_number(const gml_space_item *item, double u)
{
    const double value = row_of(item->numbers)->number(item, u);
    const bool whole = item->dimension->kind == GML_VALUE_WHOLE || row_of(item->numbers)->number == spread_whole;
    return fmin(fmax(whole ? round(value) : round_digits(value), item->least), item->most);
}

/* ---- assignments ---- */

/* Appends "name=value". */
static gml_status add_value(gml_context *context, const gml_space_item *item, const char *value, size_t length,
                            char assignment[GML_ASSIGNMENT_SIZE])
{
    const size_t used = strlen(assignment), room = GML_ASSIGNMENT_SIZE - used;
    const int written = snprintf(assignment + used, room, "%s%s=%.*s", used > 0 ? "; " : "",
                                 item->dimension->entry.name, (int)length, value);
    return written > 0 && (size_t)written < room
               ? GML_OK
               : gml_fail(context, GML_ERROR_ARGUMENT, "space: the values of a trial take more than %d characters",
                          GML_ASSIGNMENT_SIZE - 1);
}

static gml_status add_part(gml_context *context, const gml_space *space, const gml_space_item *item, size_t choice,
                           char assignment[GML_ASSIGNMENT_SIZE])
{
    const gml_part part = item->choices[choice];
    return add_value(context, item, space->text + part.begin, part.end - part.begin, assignment);
}

static gml_status add_number(gml_context *context, const gml_space_item *item, double value,
                             char assignment[GML_ASSIGNMENT_SIZE])
{
    char number[GML_NUMBER_SIZE];
    gml_text_from_double(value, number);
    return add_value(context, item, number, strlen(number), assignment);
}

/* Uniform in [0, 1), with 53 bits. */
static double draw(uint64_t seed, size_t number, size_t dimension)
{
    const gml_stream stream = {
        .seed = seed, .purpose = GML_RANDOM_SEARCH, .step = number, .layer = (uint32_t)dimension};
    uint32_t bits[4];
    gml_random_block(&stream, 0, bits);
    return (double)((uint64_t)bits[0] << 21 | bits[1] >> 11) * 0x1p-53;
}

gml_status gml_space_draw(gml_context *context, const gml_space *space, uint64_t seed, size_t number,
                          char assignment[GML_ASSIGNMENT_SIZE])
{
    gml_status status = GML_OK;
    assignment[0] = '\0';
    for (size_t i = 0; i < space->count && status == GML_OK; i++) {
        const gml_space_item *item = &space->items[i];
        const double u = draw(seed, number, item->index);
        status = item->numbers != NULL
                     ? add_number(context, item, gml_distribution_number(item, u), assignment)
                     : add_part(context, space, item, (size_t)(u * (double)item->choice_count), assignment);
    }
    return status;
}

gml_status gml_space_restrict(gml_context *context, const gml_space *space, const char *text,
                              char assignment[GML_ASSIGNMENT_SIZE])
{
    gml_space *given = gml_allocate(context, 1, sizeof *given, "an assignment");
    if (given == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = gml_space_parse(context, "assignment", text, &space->facts, given);
    assignment[0] = '\0';
    for (size_t i = 0; i < given->count && status == GML_OK; i++) {
        if (gml_space_find(space, given->items[i].dimension->entry.name) != NULL) {
            status = add_part(context, given, &given->items[i], 0, assignment);
        }
    }
    gml_release(context, given, 1, sizeof *given);
    return status;
}

/* ---- the grid ---- */

/* Whole numbers of a range: all of them if they are no more than `points`. */
static size_t count_points(const gml_space_item *item, size_t points)
{
    if (item->numbers == NULL) {
        return item->choice_count;
    }
    const bool whole = item->dimension->kind == GML_VALUE_WHOLE || row_of(item->numbers)->number == spread_whole;
    const double all = item->most - item->least + 1;
    return whole && all < (double)points ? (size_t)all : points;
}

static double point_number(const gml_space_item *item, size_t count, size_t index)
{
    if (count == 1) {
        return gml_distribution_number(item, 0.5);
    }
    const double u = (double)index / (double)(count - 1);
    /* Whole numbers in even steps: the distribution's own spread would put both ends into cells of their own. */
    return row_of(item->numbers)->number == spread_whole ? round(spread_evenly(item, u))
                                                         : gml_distribution_number(item, u);
}

size_t gml_space_grid_size(const gml_space *space, size_t points)
{
    size_t size = 1;
    for (size_t i = 0; i < space->count; i++) {
        if (__builtin_mul_overflow(size, count_points(&space->items[i], points), &size)) {
            return SIZE_MAX;
        }
    }
    return size;
}

gml_status gml_space_grid_point(gml_context *context, const gml_space *space, size_t points, size_t index,
                                char assignment[GML_ASSIGNMENT_SIZE])
{
    size_t digits[GML_MOST_DIMENSIONS];
    gml_status status = GML_OK;
    assignment[0] = '\0';
    for (size_t i = space->count; i-- > 0;) {
        const size_t count = count_points(&space->items[i], points);
        digits[i] = index % count;
        index /= count;
    }
    for (size_t i = 0; i < space->count && status == GML_OK; i++) {
        const gml_space_item *item = &space->items[i];
        status = item->numbers != NULL
                     ? add_number(context, item, point_number(item, count_points(item, points), digits[i]), assignment)
                     : add_part(context, space, item, digits[i], assignment);
    }
    return status;
}
