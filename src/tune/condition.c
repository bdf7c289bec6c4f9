/* tune/condition.c - conditions before an item of a space: "[classes, samples<2800] batch=32". */
#include <string.h>

#include "data/dataset.h"
#include "tune/space_reader.h"

gml_data_facts gml_data_facts_of(const gml_dataset *dataset)
{
    const size_t samples = gml_dataset_size(dataset);
    return (gml_data_facts){.task = gml_dataset_task(dataset),
                            .samples = samples,
                            .columns = gml_dataset_features(dataset),
                            .judged = samples};
}

/* ---- the table ---- */

typedef struct condition {
    gml_entry entry;
    gml_task task; /* that it is for; auto: it compares: */
    size_t (*count)(const gml_data_facts *facts);
} condition;

static size_t count_samples(const gml_data_facts *facts)
{
    return facts->samples;
}

static size_t count_columns(const gml_data_facts *facts)
{
    return facts->columns;
}

static size_t count_judged(const gml_data_facts *facts)
{
    return facts->judged;
}

#define NAMED(called, means) .entry = {.name = (called), .summary = (means)}

static const condition conditions[] = {
    {NAMED("classes", "the targets are classes"), .task = GML_TASK_CLASSIFICATION},
    {NAMED("values", "the targets are values"), .task = GML_TASK_REGRESSION},
    {NAMED("samples", "samples<N or samples>=N: of the data"), .count = count_samples},
    {NAMED("columns", "columns<N or columns>=N: inputs of the data"), .count = count_columns},
    {NAMED("judged", "judged<N or judged>=N: samples that a choice among recipes is judged by"), .count = count_judged},
};

static const gml_entry *condition_entry(size_t index)
{
    return index < sizeof conditions / sizeof conditions[0] ? &conditions[index].entry : NULL;
}

/* ---- reading ---- */

/* Reads "<N" or ">=N" at the reader's place. */
static gml_status read_comparison(gml_space_reader *in, size_t count, bool *holds)
{
    const bool below = in->at < in->end && in->text[in->at] == '<';
    size_t limit = 0;
    if (!below && (in->end - in->at < 2 || memcmp(in->text + in->at, ">=", 2) != 0)) {
        return gml_space_expected(in, in->at, "\"<\" or \">=\" and a number");
    }
    const gml_part part = gml_space_trim(in, in->at + (below ? 1 : 2), in->end);
    if (!gml_text_to_size(in->text + part.begin, part.end - part.begin, &limit)) {
        return gml_space_expected(in, part.begin, "a whole number");
    }
    *holds = below ? count < limit : count >= limit;
    return GML_OK;
}

/* Reads one condition, all of `in`. */
static gml_status read_one(gml_space_reader *in, const gml_data_facts *facts, bool *holds)
{
    const size_t begin = in->at;
    gml_call found;
    while (in->at < in->end && strchr(GML_BLANKS "<>=", in->text[in->at]) == NULL) {
        in->at++;
    }
    if (in->at == begin) {
        return gml_space_expected(in, begin, "a condition");
    }
    gml_status status = gml_call_find(in->context, gml_space_place(in, begin), "condition", condition_entry,
                                      in->text + begin, in->at - begin, &found);
    if (status != GML_OK) {
        return status;
    }
    const condition *row = gml_call_row(&found);
    gml_space_skip_blanks(in);
    if (row->count != NULL) {
        return read_comparison(in, row->count(facts), holds);
    }
    *holds = facts->task == row->task;
    return in->at == in->end ? GML_OK : gml_space_expected(in, in->at, "\",\" or \"]\"");
}

gml_status gml_space_read_condition(gml_space_reader *in, const gml_data_facts *facts, bool *given, bool *holds)
{
    *given = in->at < in->end && in->text[in->at] == '[';
    *holds = true;
    if (!*given) {
        return GML_OK;
    }
    const size_t close = gml_space_part_end(in, in->at, ']');
    if (close == in->end) {
        return gml_space_expected(in, close, "\"]\"");
    }
    gml_space_reader inner = *in;
    inner.end = close;
    for (size_t at = in->at + 1; at <= close;) {
        const size_t stop = gml_space_part_end(&inner, at, ',');
        const gml_part part = gml_space_trim(&inner, at, stop);
        gml_space_reader one = inner;
        bool this_holds = true;
        one.at = part.begin;
        one.end = part.end;
        const gml_status status = read_one(&one, facts, &this_holds);
        if (status != GML_OK) {
            return status;
        }
        *holds = *holds && this_holds;
        at = stop + 1;
    }
    in->at = close + 1;
    gml_space_skip_blanks(in);
    return GML_OK;
}
