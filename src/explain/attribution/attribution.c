/* explain/attribution/attribution.c - gml_attribute: settles the options, and runs the method on one chunk of samples
 * after another.
 */
#include "explain/attribution/attribution.h"

#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "base/view.h"
#include "data/transform/transform.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "kernel/explain/explain.h"
#include "kernel/matrix/matrix.h"
#include "network/code_inputs.h"

/* ---- memory ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    gml_attribution *job = owner;
    const size_t inputs = job->probe.inputs, size = job->network->kernels->size;
    job->background = gml_layout_take(layout, job->arena, job->backgrounds, inputs, size);
    job->base = gml_layout_take(layout, job->arena, inputs, 1, size);
    job->bases = gml_layout_take(layout, job->arena, job->probe.outputs, 1, sizeof(double));
    job->constants = gml_layout_take(layout, job->arena, inputs, 1, sizeof(size_t));
    job->columns = gml_layout_take(layout, job->arena, gml_probe_block(&job->probe), 1, sizeof(size_t));
    job->path = gml_layout_take(layout, job->arena, job->path_rows, 1, sizeof(double));
    job->x = gml_layout_take(layout, job->arena, job->chunk, inputs, size);
    if (job->network->preparation != NULL) {
        const size_t inner = job->method->takes_columns ? 0 : job->chunk, sloped = job->method->derives ? inner : 0;
        job->values = gml_matrix_f64(gml_layout_take(layout, job->arena, inner, inputs, sizeof(double)), inner, inputs);
        job->slopes =
            gml_matrix_f64(gml_layout_take(layout, job->arena, sloped, inputs, sizeof(double)), sloped, inputs);
    }
    job->explained = gml_layout_take(layout, job->arena, job->chunk, 1, sizeof *job->explained);
    job->reports = gml_layout_take(layout, job->arena, job->chunk, 1, sizeof *job->reports);
}

/* Points per sample: the value of `samples` or `steps`. */
static size_t count_points(const gml_call *call)
{
    return (size_t)gml_call_value(call, "steps", gml_call_value(call, "samples", 1));
}

static gml_status allocate(gml_attribution *job, size_t samples)
{
    const gml_network *network = job->network;
    job->path_rows = count_points(&job->call);
    job->probe.inputs = network->spec.inputs;
    job->features = gml_network_columns(network);
    const size_t rows = job->method->rows(job, samples);
    const gml_probe_options options = {.rows = rows > job->backgrounds ? rows : job->backgrounds,
                                       .score = job->score,
                                       .predictions = job->which == GML_EXPLAINED_OUTPUT,
                                       .goes_back = job->method->differentiates,
                                       .keeps_gradients = job->method->differentiates};
    gml_status status = gml_probe_create(network, &options, &job->probe);
    if (status == GML_OK) {
        job->chunk = gml_least(samples, gml_probe_block(&job->probe));
        status = gml_layout_make(network->context, lay_out, job, "attributions", network->description, &job->arena,
                                 &job->arena_size);
    }
    return status;
}

static void clear(gml_attribution *job)
{
    if (job->method != NULL && job->method->finish != NULL && job->own != NULL) {
        job->method->finish(job);
    }
    gml_release(job->network->context, job->arena, job->arena_size, 1);
    gml_probe_destroy(&job->probe);
}

/* ---- the baseline ---- */

/* Prepared rows that are sent as they are. */
typedef struct plain_rows {
    const gml_attribution *job;
    const void *rows; /* [* x inputs] */
} plain_rows;

static void copy_rows(void *argument, size_t first, size_t count, void *inputs)
{
    const plain_rows *of = argument;
    memcpy(inputs, gml_attribution_inputs(of->job, of->rows, first),
           count * of->job->probe.inputs * of->job->network->kernels->size);
}

/* Sends `count` rows forward, at most a block. */
static void send_rows(gml_attribution *job, const void *rows, size_t count)
{
    plain_rows of = {job, rows};
    gml_probe_run run = {.probe = &job->probe, .rows = count, .argument = &of, .fill = copy_rows};
    gml_probe_send(&run);
}

/* Computes the last layer's values at the baseline, or their mean over its rows. */
static void evaluate_baseline(gml_attribution *job)
{
    const gml_kernels *kernels = job->network->kernels;
    const size_t outputs = job->probe.outputs, block = gml_probe_block(&job->probe);
    const double weight = 1 / (double)job->backgrounds;
    memset(job->bases, 0, outputs * sizeof(double));
    for (size_t first = 0; first < job->backgrounds; first += block) {
        const size_t count = gml_least(block, job->backgrounds - first);
        send_rows(job, gml_attribution_inputs(job, job->background, first), count);
        for (size_t i = 0; i < count; i++) {
            kernels->explain->add_rows(1, outputs, &weight, gml_probe_outputs(&job->probe, i), job->bases);
        }
    }
}

/* Replaces the rows of the background by their mean, in the network's dtype. */
static gml_status average_background(gml_attribution *job)
{
    const gml_kernels *kernels = job->network->kernels;
    const size_t inputs = job->probe.inputs;
    const double weight = 1 / (double)job->backgrounds;
    double *sums = gml_allocate(job->network->context, inputs, sizeof(double), "the mean of the baseline");
    if (sums == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(sums, 0, inputs * sizeof(double));
    for (size_t i = 0; i < job->backgrounds; i++) {
        kernels->explain->add_rows(1, inputs, &weight, gml_attribution_inputs(job, job->background, i), sums);
    }
    kernels->data->gather(&(gml_gather_call){.rows = 1,
                                             .cols = inputs,
                                             .source = sums,
                                             .source_dtype = GML_F64,
                                             .source_stride = inputs,
                                             .target = job->base,
                                             .target_stride = inputs});
    gml_release(job->network->context, sums, inputs, sizeof(double));
    return GML_OK;
}

/* The code that most rows of the background have in an input; the least of equally frequent ones. */
static double most_frequent_code(const gml_attribution *job, size_t input)
{
    const gml_dtype dtype = job->network->kernels->dtype;
    double best = 0;
    for (size_t i = 0, most = 0; i < job->backgrounds; i++) {
        const double code = gml_entry_at(dtype, gml_attribution_inputs(job, job->background, i), input);
        size_t count = 0;
        for (size_t k = 0; k < job->backgrounds; k++) {
            count += gml_entry_at(dtype, gml_attribution_inputs(job, job->background, k), input) == code;
        }
        if (count > most || (count == most && code < best)) {
            most = count;
            best = code;
        }
    }
    return best;
}

static void set_entry(const gml_attribution *job, void *row, size_t input, double value)
{
    gml_write_column(1, &value, job->network->kernels->dtype, (char *)row + input * job->network->kernels->size, 1);
}

/* A mean of codes is none: the baseline of inputs that a layer of embeddings reads is their most frequent code. */
static void choose_codes(gml_attribution *job)
{
    const size_t codes = gml_network_code_inputs(job->network).columns;
    for (size_t input = job->probe.inputs - codes; input < job->probe.inputs; input++) {
        set_entry(job, job->base, input, most_frequent_code(job, input));
    }
}

/* Without a baseline of the caller's, codes are those of missing cells. */
static void clear_codes(gml_attribution *job)
{
    const gml_preparation *preparation = job->network->preparation;
    for (size_t j = 0; preparation != NULL && j < preparation->columns; j++) {
        const gml_chain *chain = &preparation->chains[j];
        if (chain->part == GML_PART_CODES) {
            set_entry(job, job->background, chain->first_input, (double)(chain->first_code + chain->code_count - 1));
        }
    }
}

/* Without a baseline of the caller's, prepared inputs of 0: the shift of the input scaling, or 0. With a preparation,
 * for example the mean after standard, and a missing cell after one_hot. */
static gml_status prepare_baseline(gml_attribution *job, gml_matrix baseline)
{
    const gml_network *network = job->network;
    const size_t inputs = job->probe.inputs, entries = job->backgrounds * inputs;
    if (baseline.data != NULL) {
        gml_network_read_inputs(network, baseline, job->background);
    } else {
        memset(job->background, 0, entries * network->kernels->size);
        clear_codes(job);
    }
    const size_t bad = network->kernels->data->first_nonfinite(entries, job->background);
    if (bad < entries) {
        return gml_fail(network->context, GML_ERROR_DATA,
                        "the baseline is not finite after conversion and scaling: row %zu, input %zu", bad / inputs + 1,
                        bad % inputs + 1);
    }
    gml_status status = average_background(job);
    if (status == GML_OK) {
        choose_codes(job);
    }
    if (!job->method->averages_base) {
        memcpy(job->background, job->base, inputs * network->kernels->size);
        job->backgrounds = 1;
    }
    if (status == GML_OK) {
        evaluate_baseline(job);
    }
    return status;
}

static void find_constants(gml_attribution *job)
{
    const double *scale = job->network->input.scale;
    for (size_t j = 0; scale != NULL && j < job->probe.inputs; j++) {
        if (scale[j] == 0) {
            job->constants[job->constant_count++] = j;
        }
    }
}

/* ---- chunks ---- */

/* Chooses the output of each sample, and writes value and base to its report. */
static void begin_reports(gml_attribution *job)
{
    for (size_t i = 0; i < job->count; i++) {
        const void *y = gml_probe_outputs(&job->probe, i);
        const size_t output = job->chosen != NULL ? *job->chosen
                              : job->each != NULL ? job->each[i]
                                                  : gml_attribution_predicted(job, y);
        job->explained[i] = gml_attribution_describe(job, output);
        const gml_explained_output *explained = &job->explained[i];
        job->reports[i] = (gml_attribution_report){.output = output, .which = job->which};
        job->reports[i].value = gml_attribution_value(job, i, y);
        job->reports[i].base =
            job->method->ignores_base ? NAN : explained->factor * job->bases[explained->column] + explained->shift;
    }
}

static void end_reports(gml_attribution *job)
{
    const gml_kernels *wide = job->network->context->kernels[GML_F64];
    for (size_t i = 0; i < job->count; i++) {
        gml_attribution_report *report = &job->reports[i];
        const double *row = (const double *)job->attributions.data + i * job->attributions.stride;
        wide->matrix->sum_rows(job->features, 1, 1, row, &report->sum);
        report->error = report->value - report->base - report->sum - report->biases - report->epsilon;
    }
}

static gml_status run_chunk(gml_attribution *job, gml_matrix x, gml_matrix attributions)
{
    job->count = x.rows;
    gml_attribution_begin_values(job, x, attributions);
    gml_network_read_inputs(job->network, x, job->x);
    send_rows(job, job->x, job->count);
    begin_reports(job);
    const gml_status status = job->method->run(job);
    gml_attribution_end_values(job);
    end_reports(job);
    return status;
}

static gml_status run(gml_attribution *job, gml_matrix x, gml_matrix attributions, gml_attribution_report *reports)
{
    gml_status status = GML_OK;
    for (size_t first = 0; status == GML_OK && first < x.rows; first += job->chunk) {
        const size_t count = gml_least(job->chunk, x.rows - first);
        status = run_chunk(job, gml_matrix_rows(x, first, count), gml_matrix_rows(attributions, first, count));
        if (reports != NULL) {
            memcpy(reports + first, job->reports, count * sizeof *reports);
        }
        job->each = job->each != NULL ? job->each + count : NULL;
    }
    return status;
}

/* ---- the call ---- */

static gml_status check(const gml_network *network, gml_matrix x, gml_matrix baseline, gml_matrix attributions)
{
    gml_status status = gml_check_inputs(network, x);
    if (status == GML_OK) {
        status = gml_view_check(network->context, "attributions", attributions, GML_F64, x.rows,
                                gml_network_columns(network));
    }
    return status == GML_OK && baseline.data != NULL ? gml_check_inputs(network, baseline) : status;
}

/* Counts and seeds are whole numbers. */
static gml_status check_counts(const gml_attribution *job)
{
    static const char *const counts[] = {"samples", "steps", "coalitions", "seed"};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const double value = gml_call_value(&job->call, counts[i], 0);
        if (value != floor(value)) {
            return gml_fail(job->network->context, GML_ERROR_ARGUMENT, "%s: %s is %.10g; a whole number is needed",
                            job->call.entry->name, counts[i], value);
        }
    }
    return GML_OK;
}

static gml_status prepare(gml_attribution *job, const gml_attribution_options *options, size_t samples)
{
    const char *method = options->method;
    gml_status status =
        gml_call_parse(job->network->context, "attribution", gml_attribution_entry, method, strlen(method), &job->call);
    if (status != GML_OK) {
        return status;
    }
    job->method = gml_call_row(&job->call);
    status = check_counts(job);
    if (status != GML_OK) {
        job->method = NULL;
        return status;
    }
    job->backgrounds = options->baseline.data != NULL ? options->baseline.rows : 1;
    status = gml_attribution_settle(job, options->explained);
    if (status == GML_OK) {
        status = allocate(job, samples);
    }
    if (status == GML_OK) {
        find_constants(job);
        for (size_t i = 0; i < job->path_rows; i++) {
            job->path[i] = 1;
        }
        status = prepare_baseline(job, options->baseline);
    }
    return status == GML_OK && job->method->prepare != NULL ? job->method->prepare(job) : status;
}

gml_status gml_attribute_layers(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                                const size_t *each, gml_matrix attributions, gml_attribution_report *reports)
{
    gml_attribution job = {.network = network, .chosen = options->output, .each = each};
    gml_status status = prepare(&job, options, x.rows);
    if (status == GML_OK) {
        status = run(&job, x, attributions, reports);
    }
    clear(&job);
    return status;
}

gml_status gml_attribute(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                         gml_matrix attributions, gml_attribution_report *reports)
{
    gml_status status =
        gml_refuse_null(gml_network_context(network), __func__, (gml_argument[]){{"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const gml_attribution_options defaults = {.method = NULL};
    gml_attribution_options settled = options != NULL ? *options : defaults;
    settled.method = settled.method != NULL ? settled.method : gml_attribution_default(network);
    status = check(network, x, settled.baseline, attributions);
    if (status != GML_OK) {
        return status;
    }
    return network->ensemble != NULL || gml_spec_averages(&network->spec)
               ? gml_attribute_means(network, x, &settled, attributions, reports)
               : gml_attribute_layers(network, x, &settled, NULL, attributions, reports);
}
